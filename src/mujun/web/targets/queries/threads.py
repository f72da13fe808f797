"""What became of what was promised: statements of one metric across documents, and the pairs people have to decide."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.db.models import QuerySet

from mujun.targets.threads import Fate, Mention, Paper, Thread, threads
from mujun.web.people.rights import Scope
from mujun.web.targets.models import Document, DocumentKind, DocumentStatement, LinkVerdict, StatementLink
from mujun.web.targets.queries.documents import documents_in_scope, statements_in_scope

SAME = (LinkVerdict.SURE, LinkVerdict.SAME)
ANSWERING = (DocumentKind.REPORT, DocumentKind.PLAN)
"""Kinds of documents that are expected to come back to what was promised."""


@dataclasses.dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread with its rows: ``statements`` by day of issue, the document that is silent about it."""

    thread: Thread
    statements: list[DocumentStatement]
    silent_in: Document | None

    @property
    def fate(self) -> Fate:
        """What has become of it."""
        return self.thread.fate

    @property
    def metric(self) -> str:
        """The metric in the words of its first mention."""
        return str(self.statements[0].metric)


def doubtful_links(scope: Scope) -> QuerySet[StatementLink]:
    """The pairs the rules are not sure of and nobody has decided, the likeliest first."""
    inside = statements_in_scope(scope).values("pk")
    rows = StatementLink.objects.filter(verdict=LinkVerdict.DOUBTFUL, first__in=inside, second__in=inside)
    return rows.select_related("first__document", "second__document").order_by("-score", "pk")


def links_of(statement: DocumentStatement) -> list[tuple[StatementLink, DocumentStatement]]:
    """The links of one statement with the statement at their other end."""
    rows = StatementLink.objects.select_related("first__document", "second__document", "by")
    forward = [(link, link.second) for link in rows.filter(first=statement)]
    return forward + [(link, link.first) for link in rows.filter(second=statement)]


def threads_in_scope(scope: Scope, *, single_facts: bool = False) -> list[ThreadLine]:
    """Return every thread inside ``scope``; those of mere background only where asked for. By three queries."""
    documents = {document.pk: document for document in documents_in_scope(scope).defer("text")}
    statements = {one.pk: one for one in statements_in_scope(scope).defer("document__text")}
    same = StatementLink.objects.filter(verdict__in=SAME).values_list("first", "second")
    mentions = [Mention(one.pk, one.document_id, one.kind, one.period) for one in statements.values()]
    papers = [
        Paper(one.pk, one.issued_on, one.series, one.kind in ANSWERING and one.state == "read")
        for one in documents.values()
    ]
    found = []
    for thread in threads(mentions, [(a, b) for a, b in same], papers):
        if single_facts or thread.fate is not Fate.BACKGROUND:
            rows = [statements[one.key] for one in thread.mentions]
            found.append(ThreadLine(thread, rows, documents.get(thread.silent_in or 0)))
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class Became:
    """One promise of the earlier document and what the later one says of it; ``fate`` of this promise in all documents."""

    promise: DocumentStatement
    answers: list[DocumentStatement]
    fate: Fate


def what_became(earlier: Document, later: Document, scope: Scope) -> list[Became]:
    """Return the promises of ``earlier`` in their order with the statements of ``later`` on the same metric."""
    found = []
    for line in threads_in_scope(scope):
        answers = [one for one in line.statements if one.document_id == later.pk]
        found += [
            Became(one, answers, line.thread.fates[one.pk])
            for one in line.statements
            if one.document_id == earlier.pk and one.kind == "target"
        ]
    return sorted(found, key=lambda one: (one.promise.start, one.promise.pk))


def only_in(later: Document, became: Sequence[Became]) -> list[int]:
    """Return the keys of statements of ``later`` that answer no promise of the earlier document."""
    answered = {one.pk for line in became for one in line.answers}
    return [pk for pk in later.statements.values_list("pk", flat=True) if pk not in answered]
