"""Addresses of the campaign."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.campaign import line, opening, signing, views, work

urlpatterns = [
    path("blocks/", views.blocks, name="blocks"),
    path("blocks/progress/", views.progress, name="block_progress"),
    path("blocks/mine/", work.mine, name="my_blocks"),
    path("blocks/line/", line.line, name="line"),
    path("blocks/new/", opening.new, name="block_new"),
    path("blocks/<int:pk>/", views.block, name="block"),
    path("blocks/<int:pk>/map.json", views.map_table, name="block_map"),
    path("blocks/<int:pk>/add/", opening.add, name="block_add"),
    path("blocks/<int:pk>/edit/", opening.edit, name="block_edit"),
    path("blocks/<int:pk>/release/", opening.release, name="block_release"),
    path("blocks/<int:pk>/publish/", opening.publish, name="block_publish"),
    path("blocks/<int:pk>/close/", opening.close, name="block_close"),
    path("blocks/<int:pk>/party/", opening.party, name="party_new"),
    path("blocks/<int:pk>/party/<int:number>/", work.consent, name="party"),
    path("blocks/<int:pk>/party/<int:number>/strike/", opening.strike, name="party_strike"),
    path("blocks/<int:pk>/stage/", work.stage, name="block_stage"),
    path("blocks/<int:pk>/correct/", work.correct, name="block_correct"),
    path("blocks/<int:pk>/files/", work.attach, name="block_attach"),
    path("blocks/<int:pk>/files/<int:number>/", work.file, name="block_file"),
    path("blocks/<int:pk>/decide/", signing.decide, name="block_decide"),
    path("blocks/<int:pk>/accept/", signing.accept, name="block_accept"),
    path("blocks/<int:pk>/revoke/<int:number>/", signing.revoke, name="block_revoke"),
]
