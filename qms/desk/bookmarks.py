"""Followed, pinned and recently seen subjects, one row for each person and subject."""

import datetime
import logging
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import access
from qms.busy import without_waiting
from qms.desk import subjects
from qms.errors import Refused
from qms.models import Bookmark, User
from qms.notices import announce, register_audience

log = logging.getLogger("qms.desk")
Kind = Bookmark.Kind
CHOSEN = (Kind.FOLLOWED, Kind.FAVOURITE)
MOST = 200  # per kind that a person chooses
SEEN_KEPT = 30
SEEN_AGAIN = datetime.timedelta(hours=1)  # within which seeing the same again is not recorded
FOLLOWERS = "followers"


class NotVisible(Exception):  # noqa: N818 - an answer to the person, not a fault
    """The subject does not exist, or not for this person."""


# -- what a person chooses


@transaction.atomic
def add(subject: str, kind: str, *, by: User) -> None:
    """Follows or pins a subject. Raises NotVisible, and Refused if the list is full."""
    if subject not in subjects.named(by, [subject]):
        raise NotVisible(subject)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    rows = Bookmark.objects.filter(person=by, kind=kind)
    if rows.filter(subject=subject).exists():
        return
    if rows.count() >= MOST:
        raise Refused(
            _("Danh sách này đã đủ %(most)s mục. Hãy bỏ bớt mục không còn cần trên trang Theo dõi.")
            % {"most": MOST}
        )
    Bookmark.objects.create(person=by, kind=kind, subject=subject)


def remove(subject: str, kind: str, *, by: User) -> None:
    """Unfollows or unpins a subject, whether or not it is still visible."""
    Bookmark.objects.filter(person=by, kind=kind, subject=subject).delete()


# -- on the page of a subject


def on_page(request: HttpRequest, subject: str, *, seen: bool = False) -> dict[str, Any]:
    """The state of the buttons on a subject's page; records the visit. Empty for
    anonymous visitors."""
    if not request.user.is_authenticated:
        return {}
    person = access.current_user(request)
    held = dict(Bookmark.objects.filter(person=person, subject=subject).values_list("kind", "at"))
    if seen and request.method == "GET" and not request.headers.get("Sec-Purpose"):
        _see(person, subject, held.get(Kind.SEEN))
    return {
        "subject": subject,
        "followed": Kind.FOLLOWED in held,
        "favourite": Kind.FAVOURITE in held,
    }


def _see(person: User, subject: str, before: datetime.datetime | None) -> None:
    """Records that the person saw the subject now. Skipped if the database is busy, to avoid a
    delay."""
    now = timezone.now()
    if before and now - before < SEEN_AGAIN:
        return
    try:
        with without_waiting(), transaction.atomic():
            Bookmark.objects.update_or_create(
                person=person, kind=Kind.SEEN, subject=subject, defaults={"at": now}
            )
            if not before:
                seen = Bookmark.objects.filter(person=person, kind=Kind.SEEN)
                old = list(seen.values_list("pk", flat=True)[SEEN_KEPT:])
                Bookmark.objects.filter(pk__in=old).delete()
    except DatabaseError as problem:
        log.info("a visited page was not recorded: %s", problem)


# -- lists


def listed(user: User) -> dict[str, list[dict[str, Any]]]:
    """The person's bookmarks by kind, newest first: [{"subject", "named"}], `named` None if no
    longer visible.

    One query, plus those of the kinds of subjects."""
    rows = list(Bookmark.objects.filter(person=user).values_list("kind", "subject"))
    found = subjects.named(user, {subject for _kind, subject in rows})
    return {
        kind: [
            {"subject": subject, "named": found.get(subject)}
            for one, subject in rows
            if one == kind and (kind != Kind.SEEN or subject in found)
        ]
        for kind in Kind.values
    }


# -- notifying followers


def tell_followers(followed: Iterable[str], subject: str, kind: str, **what: Any) -> None:
    """Notifies everybody who follows one of `followed` and may see `subject`. `what`: as
    for `notices.announce`."""
    about = {"followed": list(followed), "subject": subject}
    if not _followers(about).exists():
        return
    announce(FOLLOWERS, about, kind, **what)


def _followers(about: dict[str, Any]) -> "QuerySet[User]":
    rows = Bookmark.objects.filter(kind=Kind.FOLLOWED, subject__in=about["followed"])
    return User.objects.filter(pk__in=rows.order_by().values("person"))


def _who_may_see(about: dict[str, Any], people: list[User]) -> list[User]:
    access.prefetch(people)
    return subjects.readers(about["subject"], people)


def register() -> None:
    register_audience(FOLLOWERS, _followers, _who_may_see)
