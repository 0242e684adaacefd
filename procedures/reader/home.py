"""The blocks that documents contribute to the home page, with the counts of agencies and kinds of
documents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest

from procedures.models import Kind
from procedures.reader import queries
from qms import access, rules
from qms.models import Agency
from qms.roles import DRAFTING_ROLES

MINE = 8
NEWS = 6


def mine(request: HttpRequest) -> dict[str, Any]:
    """The documents of the user's agencies; before any agency exists, its creation, for users who
    may create one."""
    user = request.user
    tokens = access.tokens_for(user)
    drafting = access.agencies_with(user, *DRAFTING_ROLES)
    rows = [
        {**_documents_of(body, tokens), "drafts": body.pk in drafting}
        for body in access.home_agencies(user)
    ]
    starts = not rows and rules.manages_some_agency(user) and not queries.agency_list()
    return {"agencies": rows, "starts": starts}


def _documents_of(body: Agency, tokens: frozenset[str]) -> dict[str, Any]:
    rows = sorted(queries.agency_rows(body, tokens), key=lambda row: Kind.values.index(row.kind))
    return {
        "agency": body,
        "rows": rows[:MINE],
        "total": len(rows),
        "kinds": kinds_of(row.kind for row in rows),
    }


def news(request: HttpRequest) -> dict[str, Any]:
    """The last issued versions, and those that take effect soon."""
    tokens = access.tokens_for(request.user)
    return {"recent": queries.newly_issued(tokens, NEWS), "soon": queries.soon(tokens, NEWS)}


def agencies(request: HttpRequest) -> dict[str, Any] | None:
    """For people without an agency: agencies with something to read; all agencies if none has."""
    if access.home_agencies(request.user):
        return None
    counts = queries.counts_by_agency(access.tokens_for(request.user))
    every = queries.agency_list()
    with_some = [body for body in every if counts.get(body.pk)]
    return {
        "groups": by_kind(with_some or every, counts),
        "left_out": len(every) - len(with_some) if with_some else 0,
        "all": len(every),
    }


def kinds_of(kinds: Iterable[str]) -> list[dict[str, Any]]:
    """The number of documents of each kind, in the order of `Kind`: [{"value",
    "label", "count"}]."""
    counted = Counter(kinds)
    return [
        {"value": kind, "label": Kind(kind).label, "count": counted[kind]}
        for kind in Kind.values
        if counted[kind]
    ]


def by_kind(agencies: list[Agency], counts: Mapping[int, int]) -> list[dict[str, Any]]:
    """The agencies grouped by kind, each with its number of visible documents."""
    groups = []
    for kind in Agency.Kind:
        rows = [
            {"agency": body, "count": counts.get(body.pk, 0)}
            for body in agencies
            if body.kind == kind
        ]
        if rows:
            groups.append({"label": kind.label, "rows": rows})
    return groups
