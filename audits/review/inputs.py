"""The sources of figures for a management review. Each app registers its own in `ready()`; the
review collects from all."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.review.agenda import Topic
from qms.models import Agency

MOST_NAMED = 12  # items that a source names next to its figures


@dataclass(frozen=True)
class Period:
    """The period covered by a review, both ends inclusive."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Collected:
    """The result of a source: numbers by figure name, the most important items behind them, in
    words, and the agency's own labels of figures, where it has other words."""

    figures: dict[str, int]
    named: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """`collect` counts for the agency; `figures` has the label of every figure, in
    display order."""

    name: str
    topic: Topic
    label: Any
    figures: Mapping[str, Any]
    collect: Callable[[Agency, Period], Collected]


_SOURCES: dict[str, Source] = {}


def add(source: Source) -> None:
    """Registers a source; one with the same name is replaced."""
    _SOURCES[source.name] = source


def remove(name: str) -> None:
    """Removes a source (tests)."""
    _SOURCES.pop(name, None)


def get(name: str) -> Source | None:
    """The source; None if the app that registered it is no longer installed."""
    return _SOURCES.get(name)


def sources() -> list[Source]:
    return list(_SOURCES.values())
