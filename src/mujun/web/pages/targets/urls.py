"""Addresses of documents, targets and orders."""

from __future__ import annotations

from django.urls import path

from mujun.web.pages.targets import documents, ledger, making, orders, papers, statements, threads

urlpatterns = [
    path("targets/", ledger.targets, name="targets"),
    path("targets/<int:pk>/", ledger.target, name="target"),
    path("targets/<int:pk>/edit/", making.edit, name="target_edit"),
    path("targets/<int:pk>/formula/", making.formula, name="target_formula"),
    path("targets/<int:pk>/parts/", making.parts, name="target_parts"),
    path("targets/<int:pk>/parts/check/", making.parts_check, name="target_parts_check"),
    path("targets/<int:pk>/sign/", making.sign, name="target_sign"),
    path("targets/<int:pk>/drop/", making.drop, name="target_drop"),
    path("targets/<int:pk>/end/<str:step>/", making.end, name="target_end"),
    path("targets/<int:pk>/report/", making.report, name="target_report"),
    path("targets/<int:pk>/report/<int:number>/", making.evidence, name="target_evidence"),
    path("targets/<int:pk>/order/", orders.new, name="order_new"),
    path("targets/documents/", documents.documents, name="documents"),
    path("targets/documents/new/", documents.new, name="document_new"),
    path("targets/documents/<int:pk>/", documents.document, name="document"),
    path("targets/documents/<int:pk>/file/", documents.file, name="document_file"),
    path("targets/documents/<int:pk>/edit/", documents.edit, name="document_edit"),
    path("targets/documents/<int:pk>/again/", documents.again, name="document_again"),
    path("targets/documents/<int:pk>/withdraw/", documents.withdraw, name="document_withdraw"),
    path("targets/documents/<int:pk>/confirm/", statements.confirm, name="statements_confirm"),
    path("targets/documents/<int:pk>/add/", statements.add, name="statement_add"),
    path("targets/statements/<int:pk>/", statements.statement, name="statement"),
    path("targets/statements/<int:pk>/target/", making.new, name="target_new"),
    path("targets/threads/", threads.threads, name="threads"),
    path("targets/threads/again/", threads.again, name="threads_again"),
    path("targets/links/<int:pk>/", threads.decide, name="link_decide"),
    path("targets/orders/", orders.orders, name="orders"),
    path("targets/orders/<int:pk>/", orders.order, name="order"),
    path("targets/orders/<int:pk>/print/", papers.order_paper, name="order_print"),
    path("targets/orders/<int:pk>/reply/", orders.reply, name="order_reply"),
    path("targets/orders/<int:pk>/settle/<str:step>/", orders.settle, name="order_settle"),
    path("targets/orders/<int:pk>/file/<int:number>/", orders.file, name="order_file"),
    path("targets/forms/", papers.forms, name="target_forms"),
    path("targets/forms/<str:name>/", papers.form, name="target_form"),
]
