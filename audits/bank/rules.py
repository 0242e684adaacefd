"""Who edits the question bank: ISO officers their agency's questions, system administrators the
city's, like the search tables."""

from django.db.models import QuerySet

from audits.models import Question
from qms.access import Person
from qms.models import Agency
from search.tables import rules as tables


def may_edit(user: Person, agency: Agency | int | None) -> bool:
    """Write questions of the agency, or of the city (None)."""
    return tables.may_edit_tables(user, agency)


def edits_some(user: Person) -> bool:
    return tables.edits_some_table(user)


def agencies_of(user: Person) -> "QuerySet[Agency]":
    """The agencies whose questions the person may edit."""
    return tables.table_agencies(user)


def own_questions(user: Person) -> "QuerySet[Question]":
    return Question.objects.filter(tables.own_rows(user)).select_related("agency")


def questions_of(user: Person) -> "QuerySet[Question]":
    """The person's own questions and, read-only, the city's."""
    return Question.objects.filter(tables.seen_rows(user)).select_related("agency")


def history_of(user: Person) -> "QuerySet[Question]":
    """The history of the questions that the person may edit."""
    return Question.history.filter(tables.own_rows(user))  # type: ignore[attr-defined]  # simple-history has no types
