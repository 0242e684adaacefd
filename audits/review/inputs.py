"""What can be counted for a management review. Each app registers its sources in its `ready()`; the review asks them all."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.review.agenda import Topic
from qms.models import Agency

MOST_NAMED = 12  # things that a source names beside its figures


@dataclass(frozen=True)
class Period:
    """The days of which a review speaks, both included."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Collected:
    """What a source found: numbers by the name of the figure, and the most important things behind them, in people's words."""

    figures: dict[str, int]
    named: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """`collect` counts for the agency; every figure that it gives has its label in `figures`, in the order of showing."""

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
    """Takes a source out again (tests)."""
    _SOURCES.pop(name, None)


def get(name: str) -> Source | None:
    """The source; None where the app that registered it is gone."""
    return _SOURCES.get(name)


def sources() -> list[Source]:
    return list(_SOURCES.values())
