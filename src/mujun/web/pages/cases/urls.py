"""Addresses of the loops."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.cases import acting, alerts, boards, cards, lists, matters, raising, statistics

urlpatterns = [
    path("cases/", boards.overview, name="cases"),
    path("cases/all/", boards.every, name="case_table"),
    path("cases/mine/", boards.mine, name="my_cases"),
    path("cases/unsolved/", boards.unsolved, name="cases_unsolved"),
    path("cases/points.json", boards.map_points, name="case_points"),
    path("cases/alerts/", alerts.inbox, name="case_alerts"),
    path("cases/matters/", matters.matters, name="case_matters"),
    path("cases/matters/<int:pk>/", matters.change, name="case_matter"),
    path("cases/raise/", raising.choose, name="case_choose"),
    path("cases/raise/<str:name>/", raising.raise_one, name="case_raise"),
    path("cases/board/<str:name>/", boards.board, name="case_board"),
    path("cases/board/<str:name>/statistics/", statistics.figures, name="case_statistics"),
    path("cases/board/<str:name>/deduct/", statistics.deduct, name="case_deduct"),
    path("cases/lists/", lists.versions, name="case_lists"),
    path("cases/lists/upload/", lists.upload, name="case_list_upload"),
    path("cases/lists/<int:pk>/", lists.version, name="case_list"),
    path("cases/lists/<int:pk>/text/", lists.text, name="case_list_text"),
    path("cases/lists/<int:pk>/force/", lists.force, name="case_list_force"),
    path("cases/lists/<int:pk>/end/", lists.end, name="case_list_end"),
    path("cases/calendar/", lists.calendar, name="case_calendar"),
    path("cases/<int:pk>/", cards.card, name="case"),
    path("cases/<int:pk>/act/<str:move>/", acting.step, name="case_act"),
    path("cases/<int:pk>/rate/", acting.rate, name="case_rate"),
    path("cases/<int:pk>/attach/", acting.attach, name="case_attach"),
    path("cases/<int:pk>/files/<int:number>/", cards.file, name="case_file"),
]
