"""Additions of other apps to the demonstration city, registered in their `ready()`; built after the
documents, in the same transaction."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procedures.demo.load import City

Build = Callable[["City"], object]
_BUILDERS: list[Build] = []


def add(build: Build) -> None:
    """Registers `build(city)` to be called when the city is loaded."""
    if build not in _BUILDERS:
        _BUILDERS.append(build)


def build(city: "City") -> None:
    for one in _BUILDERS:
        one(city)
