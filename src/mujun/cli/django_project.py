"""Starts the Django project for commands that need the database."""

from __future__ import annotations

import os


def start() -> None:
    """Load settings and apps; ``MUJUN_HOME`` and ``MUJUN_DATABASE_URL`` say which installation is meant."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mujun.web.settings")
    import django

    django.setup()


def prepare() -> None:
    """Bring the database to this version's tables and gather the files that browsers ask for."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
