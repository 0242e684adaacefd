"""Who may see a kind of thing, declared once as grants, from which tokens and database conditions
are derived."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Grant:
    """Admits people who hold the access token (`qms.access.tokens_for`) to things that have the
    values in `where`.

    `{field}` in the token is the thing's own number, as in `agency:{agency_id}`."""

    token: str
    where: dict[str, Any] = field(default_factory=dict)

    def token_of(self, thing: Any) -> str | None:
        """The token that admits to the thing; None if the grant does not apply to it."""
        if any(getattr(thing, name) != value for name, value in self.where.items()):
            return None
        numbers = {name: getattr(thing, name) for name in _FIELD.findall(self.token)}
        return None if None in numbers.values() else self.token.format(**numbers)

    def things_for(self, token: str) -> Q | None:
        """Condition on things to which the token admits; None if it is another token."""
        pattern = _FIELD.sub(r"(?P<\1>\\d+)", self.token)
        found = re.fullmatch(pattern, token, re.ASCII)
        if found is None:
            return None
        return Q(**self.where, **{name: int(value) for name, value in found.groupdict().items()})


class Audience:
    """The grants for one kind of thing. Nobody else is admitted."""

    def __init__(self, *grants: Grant) -> None:
        self.grants = grants

    def tokens_of(self, thing: Any) -> tuple[str, ...]:
        """The tokens any of which admits to the thing."""
        return tuple(t for grant in self.grants if (t := grant.token_of(thing)) is not None)

    def admits(self, tokens: frozenset[str], thing: Any) -> bool:
        return not tokens.isdisjoint(self.tokens_of(thing))

    def things_for(self, tokens: Iterable[str]) -> Q:
        """The condition on things that somebody with these tokens may see."""
        held = sorted(tokens)
        found = [q for grant in self.grants for t in held if (q := grant.things_for(t)) is not None]
        if any(not q for q in found):  # one without a condition admits to everything
            return Q()
        seen = Q(pk__in=[])
        for q in found:
            seen |= q
        return seen
