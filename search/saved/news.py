"""What is new in a saved search, and the mail that says so: one a day at most for each person, with all their searches.

What was found is remembered by digests of its keys, so that nothing is told twice, whenever the clock comes round again. The
question is asked with the access that the person has at that moment, of what is in force that day."""

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
from search.page.params import Asked
from search.saved.rules import MOST_FOLLOWED

WORK = "search.saved"
HOUR = 7  # of the day, from which mails are written
AT_ONCE = 100  # results asked for at a time
SHOWN = 10  # results of one search that a mail names
REMEMBERED = 4 * MOST_FOLLOWED  # digests of one search
DIGEST = 8  # characters
KEPT = datetime.timedelta(days=30)  # how long the table of due work says that a mail was written
STOP = "search.saved.stop"


@dataclass(frozen=True)
class News:
    """What is new in one saved search."""

    saved: SavedSearch
    hits: list[Hit]

    @property
    def shown(self) -> list[tuple[Hit, bool]]:
        """Each with whether it is something that comes into force."""
        return [(hit, registry.group_of(hit.group).in_force) for hit in self.hits[:SHOWN]]

    @property
    def more(self) -> int:
        return max(len(self.hits) - SHOWN, 0)


# -- by the clock


def plan_today(now: datetime.datetime | None = None) -> int:
    """From seven in the morning on, plans the day's look for each person who wants mails and has none planned. Returns for how many."""
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


def tell(data: dict[str, Any]) -> None:
    """The day's look for one person: asks all their searches, and writes one mail where any has something new.

    Nothing for who was deactivated, holds no post any more or can't be reached; what they would have read is told once they can be.
    Raises Unavailable while the index is away: the table of due work tries again."""
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
        News(saved, look(saved, tokens))
        for saved in SavedSearch.objects.select_for_update().filter(person=person, mails=True)
    ]
    found = [one for one in found if one.hits]
    if found:
        write(person, found)


# -- what is new


def look(saved: SavedSearch, tokens: frozenset[str]) -> list[Hit]:
    """What answers the search and never did before, newest first; remembers it. The first look has no news."""
    hits = everything(saved, tokens)
    seen = unpacked(saved.seen)
    new = [hit for hit in hits if digest(hit.key) not in seen] if saved.looked_at else []
    now = [digest(hit.key) for hit in hits]
    remembered = list(dict.fromkeys([*now, *seen]))[:REMEMBERED]
    SavedSearch.objects.filter(pk=saved.pk).update(
        seen="".join(remembered), looked_at=timezone.now()
    )
    return new


def begin(saved: SavedSearch, tokens: frozenset[str]) -> None:
    """Mails are wanted from now on: what is there already is no news. While the index is away, the first look settles that."""
    SavedSearch.objects.filter(pk=saved.pk).update(seen="", looked_at=None)
    saved.seen, saved.looked_at = "", None
    try:
        look(saved, tokens)
    except Unavailable:
        return


def everything(saved: SavedSearch, tokens: frozenset[str]) -> list[Hit]:
    """All that answers the search now, newest first, as far as it can be followed. Raises Unavailable."""
    asked = followed(saved)
    hits: list[Hit] = []
    agency = next(
        (int(t.partition(":")[2]) for t in sorted(tokens) if t.startswith("agency:")), None
    )
    for page in range(1, MOST_FOLLOWED // AT_ONCE + 1):
        results = replace(asked, page=page).find(tokens, agency=agency, size=AT_ONCE)
        if results.notice:
            raise Unavailable(results.notice)
        if results.corrected:  # nothing has the words as they were typed
            return []
        hits += results.hits
        if len(hits) >= results.total or not results.hits:
            break
    return hits


def followed(saved: SavedSearch) -> Asked:
    """The question of which news is told: in force on the day; drafts only where its filters ask for them."""
    asked = Asked.of(saved.query)
    asks_for_drafts = asked.group and registry.group_of(asked.group).drafts
    chosen = (
        asked.chosen
        if "state" in asked.chosen or asks_for_drafts
        else {**asked.chosen, "state": ("issued",)}
    )
    return asked.changed(chosen=chosen, day=None, old=False, sort="date")


def why_not_followed(saved: SavedSearch, tokens: frozenset[str]) -> str:
    """Empty where news of it can be told; else a sentence that says what to do."""
    results = followed(saved).find(tokens, size=1)
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


def write(person: User, found: Iterable[News]) -> None:
    """Writes the mail, in the language of its reader: where they chose none, that in which they last saved a search."""
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
    """The address where the person stops these mails without signing in."""
    return reverse("saved_search_stop", args=[signing.dumps(person.pk, salt=STOP)])


def person_of(token: str) -> User | None:
    """Whose mails a link stops; None where it is none of ours."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=STOP)).first()
    except signing.BadSignature:
        return None
