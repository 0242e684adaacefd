"""Who may see and change the search tables and read failed questions. Buttons and steps call the
same functions."""

from typing import Any

from django.db.models import Q, QuerySet

from qms import access
from qms.access import Person
from qms.models import Agency
from qms.roles import Role
from search.models import BestBet, Synonym


def may_edit_tables(user: Person, agency: Agency | int | None) -> bool:
    """Whether the user may edit synonyms and best bets: an agency's by its ISO officers,
    everybody's (None) by administrators."""
    return (
        access.is_system_admin(user)
        if agency is None
        else access.has_role(user, agency, Role.OFFICER)
    )


def edits_some_table(user: Person) -> bool:
    return access.is_system_admin(user) or bool(access.agencies_with(user, Role.OFFICER))


def table_agencies(user: Person) -> "QuerySet[Agency]":
    """The agencies whose rows the person may edit."""
    return Agency.objects.filter(pk__in=access.agencies_with(user, Role.OFFICER))


def own_rows(user: Person) -> Q:
    """Filter of the rows that the person may edit, for any table with a nullable agency."""
    return Q(agency__in=access.agencies_with(user, Role.OFFICER)) | (
        Q(agency=None) if access.is_system_admin(user) else Q(pk__in=())
    )


def seen_rows(user: Person) -> Q:
    """Filter of the rows that the person may read: their own and, if they have a
    table, everybody's."""
    return own_rows(user) | (Q(agency=None) if edits_some_table(user) else Q(pk__in=()))


def own_synonyms(user: Person) -> "QuerySet[Synonym]":
    return Synonym.objects.filter(own_rows(user)).select_related("agency")


def synonyms_of(user: Person) -> "QuerySet[Synonym]":
    return Synonym.objects.filter(seen_rows(user)).select_related("agency")


def own_best_bets(user: Person) -> "QuerySet[BestBet]":
    return BestBet.objects.filter(own_rows(user)).select_related("agency")


def best_bets_of(user: Person) -> "QuerySet[BestBet]":
    return BestBet.objects.filter(seen_rows(user)).select_related("agency")


def may_see_missed(user: Person) -> bool:
    """Whether the user may see failed questions."""
    return edits_some_table(user)


def missed_agencies(user: Person) -> set[int] | None:
    """IDs of the agencies whose people's questions the person may read; None for all, including
    users without an agency."""
    return None if access.is_system_admin(user) else access.agencies_with(user, Role.OFFICER)


def history_of(model: type[Synonym] | type[BestBet], user: Person) -> "QuerySet[Any]":
    """The history of the rows that the person may edit, including deleted ones."""
    return model.history.filter(own_rows(user))  # type: ignore[union-attr]  # added by simple-history, which is untyped
