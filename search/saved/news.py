"""New results of saved searches, and the mail about them: at most one a day per person, for all
their searches.

Results are remembered by digests of their keys, so that nothing is reported twice, even if the
job runs again. The search uses the access that the person has at that moment, and what is in
force that day."""

import base64
import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import access
from qms.models import DueWork, User
from qms.work import due, mail
from qms.work.mail import Letter
from search import registry
from search.engines.interface import Unavailable
from search.entries import Hit
from search.models import SavedSearch
from search.page.params import SearchParams
from search.saved.rules import MOST_FOLLOWED

WORK = "search.saved"
HOUR = 7  # hour of the day from which mails are written
AT_ONCE = 100  # results per query
SHOWN = 10  # results of one search listed in a mail
REMEMBERED = 4 * MOST_FOLLOWED  # digests per search
DIGEST = 8  # characters
KEPT = datetime.timedelta(days=30)  # retention of the rows of due work about mails
STOP = "search.saved.stop"


@dataclass(frozen=True)
class News:
    """The new results of one saved search."""

    saved: SavedSearch
    hits: list[Hit]

    @property
    def shown(self) -> list[tuple[Hit, bool]]:
        """[(hit, whether hits of its group are in force between two days)] to list in the mail."""
        return [(hit, registry.group_of(hit.group).in_force) for hit in self.hits[:SHOWN]]

    @property
    def more(self) -> int:
        return max(len(self.hits) - SHOWN, 0)


# -- by the clock


def plan_today(now: datetime.datetime | None = None) -> int:
    """From seven in the morning on, schedules the day's check for each person who wants mails and
    has none scheduled. Returns how many."""
    now = now or timezone.now()
    here = timezone.localtime(now)
    if here.hour < HOUR:
        return 0
    DueWork.objects.filter(kind=WORK, done_at__lt=now - KEPT).delete()
    day = f"{WORK}:{here.date().isoformat()}:"
    planned = set(DueWork.objects.filter(key__startswith=day).values_list("key", flat=True))
    people = (
        SavedSearch.objects.filter(mails=True, person__is_active=True)
        .order_by()
        .values_list("person", flat=True)
        .distinct()
    )
    wanted = [pk for pk in people if f"{day}{pk}" not in planned]
    for pk in wanted:
        due.plan(f"{day}{pk}", WORK, {"person": pk}, now)
    return len(wanted)


def check_person(data: dict[str, Any]) -> None:
    """The day's check for one person: runs all their searches, and writes one mail if any has
    new results.

    Skips people who are deactivated, have no appointment any more or can't be reached; they get the
    news once they can be. Raises Unavailable if the index is: due work is then retried."""
    person = User.objects.filter(pk=data["person"], is_active=True).first()
    if (
        person is None
        or not access.appointments(person)
        or not person.reachable_at
        or not mail.is_set_up()
    ):
        return
    tokens = access.tokens_for(person)
    found = [
        News(saved, take_new_results(saved, tokens))
        for saved in SavedSearch.objects.select_for_update(no_key=True).filter(
            person=person, mails=True
        )
    ]
    found = [one for one in found if one.hits]
    if found:
        write_mail(person, found)


# -- new results


def take_new_results(saved: SavedSearch, tokens: frozenset[str]) -> list[Hit]:
    """New results of the search, newest first; from then on they are remembered as seen. The first
    check finds none."""
    hits = current_results(saved, tokens)
    seen = unpacked(saved.seen)
    new = [hit for hit in hits if digest(hit.key) not in seen] if saved.looked_at else []
    now = [digest(hit.key) for hit in hits]
    remembered = list(dict.fromkeys([*now, *seen]))[:REMEMBERED]
    SavedSearch.objects.filter(pk=saved.pk).update(
        seen="".join(remembered), looked_at=timezone.now()
    )
    return new


def begin(saved: SavedSearch, tokens: frozenset[str]) -> None:
    """Remembers the current results when mails are switched on, since they are not new. If the
    index is unavailable, the first check does so."""
    SavedSearch.objects.filter(pk=saved.pk).update(seen="", looked_at=None)
    saved.seen, saved.looked_at = "", None
    try:
        take_new_results(saved, tokens)
    except Unavailable:
        return


def current_results(saved: SavedSearch, tokens: frozenset[str]) -> list[Hit]:
    """All current results of the search, newest first, up to the number that can be followed.
    Raises Unavailable."""
    asked = news_question(saved)
    hits: list[Hit] = []
    agency = next(
        (int(t.partition(":")[2]) for t in sorted(tokens) if t.startswith("agency:")), None
    )
    for page in range(1, MOST_FOLLOWED // AT_ONCE + 1):
        results = replace(asked, page=page).find(tokens, agency=agency, size=AT_ONCE)
        if results.notice:
            raise Unavailable(results.notice)
        if results.corrected:  # nothing matches the words as typed
            return []
        hits += results.hits
        if len(hits) >= results.total or not results.hits:
            break
    return hits


def news_question(saved: SavedSearch) -> SearchParams:
    """The question used for news: in force on the day; drafts only if its filters ask for them."""
    asked = SearchParams.of(saved.query)
    asks_for_drafts = asked.group and registry.group_of(asked.group).drafts
    chosen = (
        asked.chosen
        if "state" in asked.chosen or asks_for_drafts
        else {**asked.chosen, "state": ("issued",)}
    )
    return asked.changed(chosen=chosen, day=None, old=False, sort="date")


def why_not_followed(saved: SavedSearch, tokens: frozenset[str]) -> str:
    """User-facing reason, with advice, why news can't be mailed; empty if they can."""
    results = news_question(saved).find(tokens, size=1)
    total = 0 if results.corrected else results.total
    if total <= MOST_FOLLOWED:
        return ""
    return _(
        "Tìm kiếm này có %(total)s kết quả. Thư chỉ báo được cho tìm kiếm có không quá %(most)s kết quả; hãy thêm từ hoặc bộ lọc cho hẹp hơn."
    ) % {
        "total": total,
        "most": MOST_FOLLOWED,
    }


def digest(key: str) -> str:
    return base64.urlsafe_b64encode(
        hashlib.blake2b(key.encode(), digest_size=DIGEST * 3 // 4).digest()
    ).decode()


def unpacked(seen: str) -> dict[str, None]:
    return dict.fromkeys(seen[n : n + DIGEST] for n in range(0, len(seen), DIGEST))


# -- the mail


def write_mail(person: User, found: Iterable[News]) -> None:
    """Writes the mail, in the language chosen by the person, else that in which they last saved
    a search."""
    found = list(found)
    last = max((one.saved for one in found), key=lambda s: s.pk)
    with mail.in_language_of(person, last.language):
        count = sum(len(one.hits) for one in found)
        context = {
            "person": person, "news": found, "count": count, "base": settings.BASE_URL,
            "list": settings.BASE_URL + reverse("saved_searches"), "stop": settings.BASE_URL + stop_link(person),
            "results": settings.BASE_URL + reverse("search"),
        }  # fmt: skip
        subject = ngettext(
            "Tìm kiếm đã lưu: %(count)s kết quả mới",
            "Tìm kiếm đã lưu: %(count)s kết quả mới",
            count,
        ) % {"count": count}
        body = render_to_string("search/mail/news.txt", context)
        letter = Letter(subject, body, person, private=True)
    letter.send()


def stop_link(person: User) -> str:
    """The URL where the person stops these mails without signing in."""
    return reverse("saved_search_stop", args=[signing.dumps(person.pk, salt=STOP)])


def person_of(token: str) -> User | None:
    """The person whose mails a link stops; None if the token is invalid."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=STOP)).first()
    except signing.BadSignature:
        return None
