"""What a person may see, by today's appointments. Everything that lists, finds or serves things
uses this."""

import datetime
from collections.abc import Callable, Hashable, Iterable
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from qms import kept_sql
from qms.clock import today
from qms.models import Agency, Appointment, AppointmentQuerySet, User
from qms.roles import CITY_ROLES, DRAFTING_ROLES, Role

Person = User | AnonymousUser
_KEPT = "_appointments"  # on the user: the day and its appointments
_KEPT_TOKENS = "_further_tokens"  # likewise
_FURTHER: list[Callable[[Person], Iterable[str]]] = []


def appointments(user: Person) -> list[Appointment]:
    """Today's appointments; empty for anonymous users and deactivated accounts. One query
    per request."""
    if not user.is_authenticated or not user.is_active:
        return []
    day = today()
    kept = getattr(user, _KEPT, None)
    if kept is None or kept[0] != day:
        kept = (day, kept_sql.instances(("appointments", day), lambda pk: _held(day, pk), user.pk))
        setattr(user, _KEPT, kept)
    return kept[1]


def _held(day: datetime.date, person: int) -> AppointmentQuerySet:
    held = Appointment.objects.current(day).filter(person=person)
    return held.select_related("agency", "unit")


def appointments_key(user: Person) -> tuple[Hashable, ...]:
    """A cache key that changes with everything that queries read from the person's appointments:
    day, person, and the facts of each appointment."""
    held = appointments(user)
    facts = tuple((a.pk, a.role, a.agency_id, a.unit_id, a.post) for a in held)
    return (today(), user.pk, facts)


def prefetch(people: Iterable[User]) -> None:
    """Loads the appointments of all these people. One query."""
    day = today()
    active = {one.pk: one for one in people if one.is_active}
    held: dict[int, list[Appointment]] = {pk: [] for pk in active}
    rows = Appointment.objects.current(day).filter(person__in=active)
    for row in rows.select_related("agency", "unit"):
        held[row.person_id].append(row)
    for pk, one in active.items():
        setattr(one, _KEPT, (day, held[pk]))


def current_user(request: HttpRequest) -> User:
    """The signed-in user; for views that require sign-in."""
    return cast(User, request.user)


def forget(user: Person) -> None:
    """Clears the cached appointments."""
    setattr(user, _KEPT, None)
    setattr(user, _KEPT_TOKENS, None)


def register_tokens(tokens: Callable[[Person], Iterable[str]]) -> None:
    """Registers an app's source of further tokens: `tokens(user)` for signed-in users."""
    if tokens not in _FURTHER:
        _FURTHER.append(tokens)


def _further_tokens(user: Person) -> frozenset[str]:
    """Tokens of the registered sources; computed once per request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    day, kept = today(), getattr(user, _KEPT_TOKENS, None)
    if kept is None or kept[0] != day:
        kept = (day, frozenset(token for source in _FURTHER for token in source(user)))
        setattr(user, _KEPT_TOKENS, kept)
    return kept[1]


def roles_in(user: Person, agency: Agency | int | None) -> set[str]:
    """The roles held in that agency today (city-wide roles are held in no agency)."""
    key = agency.pk if isinstance(agency, Agency) else agency
    return {a.role for a in appointments(user) if a.agency_id == key and a.agency_id is not None}


def has_role(user: Person, agency: Agency | int, *roles: str) -> bool:
    return bool(roles_in(user, agency) & set(roles))


def agencies_with(user: Person, *roles: str) -> set[int]:
    """IDs of the agencies where one of the roles is held today."""
    return {a.agency_id for a in appointments(user) if a.role in roles and a.agency_id is not None}


def is_overseer(user: Person) -> bool:
    return any(a.role == Role.OVERSEER for a in appointments(user))


def is_system_admin(user: Person) -> bool:
    return any(a.role == Role.SYSTEM_ADMIN for a in appointments(user))


def home_agencies(user: Person) -> list[Agency]:
    """The distinct agencies of the person's appointments today, in order of appointment."""
    seen: dict[int, Agency] = {}
    for a in appointments(user):
        if a.agency_id is not None and a.agency is not None:
            seen.setdefault(a.agency_id, a.agency)
    return list(seen.values())


def tokens_for(user: Person) -> frozenset[str]:
    """The person's access tokens; a thing is visible if its readers include one of them. Apps add
    their own (`register_tokens`)."""
    return tokens_of_posts(user) | _further_tokens(user)


def tokens_of_posts(user: Person) -> frozenset[str]:
    """The tokens that derive from appointments.

    public: everybody; city: any person with an appointment in an agency; issued: the city overseer;
    agency:N: people of agency N; draft:N: its ISO officers; author:N:U: the person with ID U while
    an author there; people: administrators of all accounts."""
    held = appointments(user)
    tokens = {"public"}
    for a in held:
        if a.agency_id is not None:
            tokens |= {"city", f"agency:{a.agency_id}"}
            if a.role == Role.OFFICER:
                tokens.add(f"draft:{a.agency_id}")
            if a.role in DRAFTING_ROLES:
                tokens.add(f"author:{a.agency_id}:{a.person_id}")
        elif a.role == Role.OVERSEER:
            tokens |= {"city", "issued"}
        elif a.role == Role.SYSTEM_ADMIN:
            tokens.add("people")
    return frozenset(tokens)


def roles_held(user: Person) -> Iterable[str]:
    return {a.role for a in appointments(user)}


__all__ = [
    "CITY_ROLES", "Person", "agencies_with", "appointments", "appointments_key", "current_user", "forget", "has_role", "home_agencies", "is_overseer", "is_system_admin",
    "prefetch", "register_tokens", "roles_held", "roles_in", "tokens_for", "tokens_of_posts",
]  # fmt: skip
