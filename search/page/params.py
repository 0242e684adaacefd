"""Parses the query string of the search page: words, filters, tab, order, day. Tolerates any input;
never raises."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from qms.clock import today
from search import api, registry
from search.entries import Results
from search.words.question import parse_question
from search.words.vietnamese import clean

SIZE = 10
LAST_PAGE = 100
LONGEST = 300  # characters read of a question
LONGEST_VALUE = 120  # characters of a filter's value
MOST_VALUES = 10  # chosen values per facet
GROUP = re.compile(r"[a-z_-]{1,30}")
SORTS = ("relevance", "date", "code")
_DAY = forms.DateField(
    input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y"]
)


@dataclass(frozen=True)
class SearchParams:
    """The question that a URL of the search page asks. ``chosen``: {facet: chosen values}."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group: str = ""
    sort: str = SORTS[0]
    day: datetime.date | None = None
    bad_day: str = ""  # an invalid day as typed
    old: bool = False  # earlier and future versions too
    page: int = 1

    @classmethod
    def read(cls, given: QueryDict) -> "SearchParams":
        day, bad_day = read_day(given.get("ngay", ""))
        old = given.get("cu") == "1" and day is None
        chosen = {
            f.name: _values(given.getlist(f.name))
            for f in registry.facets()
            if old or not f.at_any_time
        }
        return cls(
            words=words(given.get("q", "")),
            chosen={name: values for name, values in chosen.items() if values},
            group=registry.group_of(group).name
            if GROUP.fullmatch(group := given.get("group", ""))
            else "",
            sort=given.get("sort", "") if given.get("sort") in SORTS else SORTS[0],
            day=day,
            bad_day=bad_day,
            old=old,
            page=page_number(given.get("page", "")),
        )

    @classmethod
    def of(cls, address: str) -> "SearchParams":
        """Parses a query string."""
        return cls.read(QueryDict(address))

    # -- properties

    @property
    def has_criteria(self) -> bool:
        """Whether it asks for anything: words or a filter."""
        return bool(self.words or self.chosen or self.group)

    @property
    def is_narrowed(self) -> bool:
        """Whether there are choices that can be removed."""
        return bool(self.chosen or self.group or self.day or self.old)

    @property
    def is_plain(self) -> bool:
        """Whether it was just typed: only words, on the first page."""
        return (
            bool(self.words) and not self.is_narrowed and self.sort == SORTS[0] and self.page == 1
        )

    @property
    def order(self) -> str:
        """The sort order of the results; without words, the newest come first instead of the
        most relevant."""
        return (
            "date" if self.sort == SORTS[0] and not parse_question(self.words).terms else self.sort
        )

    @property
    def members(self) -> tuple[str, ...]:
        """The values of ``Entry.group`` in the tab."""
        return registry.group_of(self.group).members if self.group else ()

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """The filters in the form that engines expect."""
        return {**self.chosen, **({"group": self.members} if self.group else {})}

    def find(
        self,
        tokens: frozenset[str],
        *,
        agency: int | None = None,
        facets: Iterable[str] = (),
        size: int = SIZE,
    ) -> Results:
        """The results for holders of these tokens, as of today."""
        return api.find(
            self.words, tokens=tokens, day=None if self.old else self.day or today(), filters=self.filters, facets=tuple(facets), sort=self.order,
            page=self.page, size=size, agency=agency,
        )  # fmt: skip

    # -- URLs

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of its query string in canonical order, without the page; the same for
        equal questions."""
        found = [("q", self.words)] if self.words else []
        found += [
            (name, value) for name in sorted(self.chosen) for value in sorted(self.chosen[name])
        ]
        found += [("group", self.group)] if self.group else []
        found += [("ngay", self.day.isoformat())] if self.day else []
        found += [("cu", "1")] if self.old else []
        return found + ([("sort", self.sort)] if self.sort != SORTS[0] else [])

    @property
    def address(self) -> str:
        return urlencode(self.pairs())

    @property
    def link(self) -> str:
        """Its URL on the search page."""
        return f"?{self.address}"

    @property
    def without_words(self) -> list[tuple[str, str]]:
        """Hidden fields for a form in which words are typed."""
        return [pair for pair in self.pairs() if pair[0] != "q"]

    @property
    def without_day(self) -> list[tuple[str, str]]:
        """Hidden fields for a form in which a day is typed."""
        return [pair for pair in self.pairs() if pair[0] not in {"ngay", "cu"}]

    # -- variations

    def toggled(self, facet: str, value: str) -> "SearchParams":
        """The question with one value of a facet added, or removed if it was chosen."""
        now = self.chosen.get(facet, ())
        values = tuple(v for v in now if v != value) if value in now else (*now, value)
        chosen = {**self.chosen, facet: values}
        # Units are removed with their agency
        off = {f.name for f in registry.facets() if f.under == facet and not values}
        return replace(self, chosen={n: v for n, v in chosen.items() if v and n not in off}, page=1)

    def changed(self, **changes: Any) -> "SearchParams":
        changed = replace(self, page=1, **changes)
        if changed.old:
            return changed
        off = {f.name for f in registry.facets() if f.at_any_time}
        return replace(changed, chosen={n: v for n, v in changed.chosen.items() if n not in off})

    @property
    def in_force_now(self) -> "SearchParams":
        return self.changed(day=None, old=False)

    @property
    def at_any_time(self) -> "SearchParams":
        return self.changed(day=None, old=not self.old)

    @property
    def bare(self) -> "SearchParams":
        """The question without removable choices."""
        return SearchParams(self.words, sort=self.sort)


def _values(given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip()[:LONGEST_VALUE] for v in given if v.strip()))[:MOST_VALUES]


def words(text: str) -> str:
    """The typed text on one line, without invisible and control characters, truncated to the
    maximum length."""
    text = clean(text[: LONGEST * 2])
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST].rstrip()


def page_number(text: str) -> int:
    """Parses a page number; 1 if invalid."""
    return min(max(int(text), 1), LAST_PAGE) if re.fullmatch(r"[0-9]{1,4}", text) else 1


def read_day(text: str) -> tuple[datetime.date | None, str]:
    """(date, "") or (None, invalid text), from 05/03/2026, 5-3-2026, 05032026 or 2026-03-05."""
    text = words(text)[:20]
    try:
        return (_DAY.clean(text), "") if text else (None, "")
    except (ValidationError, ValueError, OverflowError):
        return None, text
