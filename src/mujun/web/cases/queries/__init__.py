"""Reading cases inside a scope: boards, cards, search, map, figures, reminders, lists, matters of policy."""

from mujun.web.cases.queries.alerts import Told, alerts_for
from mujun.web.cases.queries.boards import Column, Wanted, board_by_light, board_by_state, narrowed, of_light
from mujun.web.cases.queries.cards import CaseCard, card_of, options_for, value_of
from mujun.web.cases.queries.files import files_in_scope
from mujun.web.cases.queries.lists import ListInForce, list_named, list_of, list_versions, lists_for
from mujun.web.cases.queries.matters import matters_for
from mujun.web.cases.queries.places import points
from mujun.web.cases.queries.scope import cases_in_scope
from mujun.web.cases.queries.search import search_cases
from mujun.web.cases.queries.statistics import Statistics, statistics

__all__ = [
    "CaseCard",
    "Column",
    "ListInForce",
    "Statistics",
    "Told",
    "Wanted",
    "alerts_for",
    "board_by_light",
    "board_by_state",
    "card_of",
    "cases_in_scope",
    "files_in_scope",
    "list_named",
    "list_of",
    "list_versions",
    "lists_for",
    "matters_for",
    "narrowed",
    "of_light",
    "options_for",
    "points",
    "search_cases",
    "statistics",
    "value_of",
]
