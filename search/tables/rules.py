"""Who may see and change the tables of search, and read what was asked in vain. Each button and each step asks the same function."""

from typing import Any

from django.db.models import Q, QuerySet

from qms import access
from qms.access import Person
from qms.models import Agency
from qms.roles import Role
from search.models import BestBet, Synonym


def may_edit_tables(user: Person, agency: Agency | int | None) -> bool:
    """Other words and best bets: an agency's own by its ISO officers, those of everybody (None) by system administrators."""
    return (
        access.is_system_admin(user)
        if agency is None
        else access.has_role(user, agency, Role.OFFICER)
    )


def edits_some_table(user: Person) -> bool:
    return access.is_system_admin(user) or bool(access.agencies_with(user, Role.OFFICER))


def table_agencies(user: Person) -> "QuerySet[Agency]":
    """The agencies whose own rows the person writes."""
    return Agency.objects.filter(pk__in=access.agencies_with(user, Role.OFFICER))


def own_rows(user: Person) -> Q:
    """The rows that the person writes, of any table whose rows have an agency or none."""
    return Q(agency__in=access.agencies_with(user, Role.OFFICER)) | (
        Q(agency=None) if access.is_system_admin(user) else Q(pk__in=())
    )


def seen_rows(user: Person) -> Q:
    """Who writes rows of their own reads those of everybody beside them."""
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
    """What was asked in vain."""
    return edits_some_table(user)


def missed_agencies(user: Person) -> set[int] | None:
    """The agencies whose people's questions the person reads; None is everybody's, also those of who works in no agency."""
    return None if access.is_system_admin(user) else access.agencies_with(user, Role.OFFICER)


def history_of(model: type[Synonym] | type[BestBet], user: Person) -> "QuerySet[Any]":
    """What was changed in the rows that the person writes, deleted ones among them."""
    return model.history.filter(own_rows(user))  # type: ignore[union-attr]  # made by simple-history, which has no types
