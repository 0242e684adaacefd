"""Controls that narrow the results: tabs, filters with counts, and the active choices with links to
remove them."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.clock import written
from search import api, registry
from search.entries import Count, Results
from search.page.params import SORTS, SearchParams
from search.words.vietnamese import sort_key

ORDERS = {
    "relevance": gettext_lazy("Phù hợp nhất"),
    "date": gettext_lazy("Mới nhất"),
    "code": gettext_lazy("Mã hiệu"),
}
SHOWN = 6  # values of a facet shown directly; the rest are in a select
CHECKED = 20  # chosen values whose names are looked up at once if names are restricted
COUNTED = 200  # values that engines count per facet; with more, a chosen one may be missing


@dataclass(frozen=True)
class Value:
    """A value of a facet: its name, its count of results under the other filters, whether it is
    chosen, and the URL that toggles it."""

    value: str
    label: str
    count: int
    on: bool
    link: str


@dataclass(frozen=True)
class Filter:
    """A facet as the page shows it."""

    name: str
    title: str
    shown: Sequence[Value]
    rest: Sequence[Count]
    hidden: Sequence[tuple[str, str]]  # hidden fields of the form for the rest

    @property
    def on(self) -> bool:
        return any(v.on for v in self.shown)


@dataclass(frozen=True)
class Tab:
    label: str
    count: int
    on: bool
    link: str


@dataclass(frozen=True)
class Chip:
    """An active choice, with the URL without it."""

    title: str
    label: str
    link: str


def facets_to_count(asked: SearchParams) -> list[str]:
    """The facets that the page shows and therefore counts."""
    return ["group", *(f.name for f in registry.facets() if _is_meaningful(f, asked))]


def _is_meaningful(facet: registry.Facet, asked: SearchParams) -> bool:
    return (
        bool(asked.chosen.get(facet.name))
        or (asked.old or not facet.at_any_time)
        and (not facet.under or bool(asked.chosen.get(facet.under)))
    )


def tabs(asked: SearchParams, results: Results) -> list[Tab]:
    """A tab for each group with results and for the chosen one; empty if there is only one."""
    counts: dict[str, int] = {}
    for count in results.facets.get("group", ()):
        name = registry.group_of(count.value).name
        counts[name] = counts.get(name, 0) + count.count
    if asked.group:
        counts.setdefault(asked.group, 0)
    if len(counts) < 2 and not asked.group:
        return []
    found = sorted((registry.group_of(name) for name in counts), key=lambda g: g.order)
    every = Tab(_("Tất cả"), sum(counts.values()), not asked.group, asked.changed(group="").link)
    return [
        every,
        *(
            Tab(
                str(g.label),
                counts[g.name],
                g.name == asked.group,
                asked.changed(group=g.name).link,
            )
            for g in found
        ),
    ]


def filters(asked: SearchParams, results: Results, tokens: frozenset[str]) -> list[Filter]:
    """The facets worth showing: those with several values or with an active choice."""
    shown = []
    leading = {f.under for f in registry.facets() if f.under}
    for facet in registry.facets():
        counts = results.facets.get(facet.name, ())
        chosen = asked.chosen.get(facet.name, ())
        if chosen or len(counts) > (0 if facet.name in leading else 1):
            shown.append(
                _filter(facet, asked, counts, _uncounted(facet.name, asked, counts, tokens))
            )
    return shown


def _filter(
    facet: registry.Facet, asked: SearchParams, counts: Sequence[Count], uncounted: Sequence[Count]
) -> Filter:
    chosen = asked.chosen.get(facet.name, ())
    values = [*uncounted, *counts]
    if facet.sort == "newest":
        values.sort(key=lambda c: c.value, reverse=True)
    elif facet.sort == "name":
        values.sort(key=lambda c: by_name(c.label))
    # A select with one or two values would save nothing
    at_once = len(values) if len(values) <= SHOWN + 2 else SHOWN
    first = [
        Value(c.value, c.label, c.count, c.value in chosen, asked.toggled(facet.name, c.value).link)
        for n, c in enumerate(values)
        if n < at_once or c.value in chosen
    ]
    rest = [c for n, c in enumerate(values) if n >= at_once and c.value not in chosen]
    if facet.sort == "count":
        rest.sort(key=lambda c: by_name(c.label))
    return Filter(facet.name, str(facet.title), first, rest, asked.pairs() if rest else ())


def _uncounted(
    facet: str, asked: SearchParams, counts: Sequence[Count], tokens: frozenset[str]
) -> list[Count]:
    """Chosen values that were not counted, mostly because no result has them: they stay, so that
    they can be removed, with their names if the user may know them."""
    missing = [v for v in asked.chosen.get(facet, ()) if v not in {c.value for c in counts}]
    numbers = {
        v: asked.changed(chosen={**asked.chosen, facet: (v,)}).find(tokens, size=1).total
        if len(counts) >= COUNTED
        else 0
        for v in missing
    }
    names = visible_names(facet, missing, tokens)
    return [Count(v, names.get(v, _("không rõ")), numbers[v]) for v in missing]


def chips(asked: SearchParams, shown: Iterable[Filter]) -> list[Chip]:
    """All active choices other than words and tab."""
    found = [Chip(f.title, v.label, v.link) for f in shown for v in f.shown if v.on]
    if asked.day:
        found.append(
            Chip(_("Có hiệu lực vào ngày"), written(asked.day), asked.changed(day=None).link)
        )
    if asked.old:
        found.append(Chip(_("Hiệu lực"), _("kể cả phiên bản cũ"), asked.changed(old=False).link))
    return found


def sorts(asked: SearchParams) -> list[dict[str, Any]]:
    """The sort orders offered; without words, relevance makes no sense."""
    return [
        {"label": label, "on": asked.order == name, "link": asked.changed(sort=name).link}
        for name, label in ORDERS.items()
        if name != "relevance" or asked.words
    ]


@functools.lru_cache(maxsize=20_000)
def by_name(text: str) -> tuple[Any, ...]:
    """Sort key of names: Vietnamese dictionary order, natural order of numbers."""
    return tuple(
        (0, int(part), ()) if part.isdecimal() else (1, 0, sort_key(part)[:2])
        for part in re.split(r"([0-9]+)", text)
        if part
    )


def visible_names(facet: str, values: Sequence[str], tokens: frozenset[str]) -> dict[str, str]:
    """{value: name} of chosen values, without invalid ones and names that the user may not see."""
    if registry.is_guarded(facet):
        values = [
            v
            for v in values[:CHECKED]
            if api.find("", tokens=tokens, filters={facet: (v,)}, size=1).total
        ]
    labels = registry.labels_of(facet, values)
    return {
        value: label
        for value, label in labels.items()
        if label != value or not registry.has_names(facet)
    }


def in_words(
    questions: Sequence[SearchParams], tokens: frozenset[str]
) -> list[list[tuple[str, str]]]:
    """For each question its filters, tab, day and order as [(name, value)]. Names are looked up
    once for all questions."""
    titles = {f.name: str(f.title) for f in registry.facets()}
    names = {
        name: visible_names(
            name, list(dict.fromkeys(v for q in questions for v in q.chosen.get(name, ()))), tokens
        )
        for name in titles
    }
    return [_in_words(asked, titles, names) for asked in questions]


def _in_words(
    asked: SearchParams, titles: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    found = [(_("Nhóm"), str(registry.group_of(asked.group).label))] if asked.group else []
    for name in titles:
        if values := asked.chosen.get(name):
            found.append(
                (titles[name], ", ".join(names[name].get(v, _("không rõ")) for v in values))
            )
    if asked.day:
        found.append((_("Có hiệu lực vào ngày"), written(asked.day)))
    if asked.old:
        found.append((_("Hiệu lực"), _("kể cả phiên bản cũ")))
    if asked.sort != SORTS[0]:
        found.append((_("Sắp xếp"), str(ORDERS[asked.sort])))
    return found
