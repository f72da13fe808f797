"""``{% load audit_words %}``: names of actions in the log."""

from __future__ import annotations

from django import template

from mujun.web.pages.audit.words import action_label

register = template.Library()
register.filter("action_label", action_label)
