"""Finds the lines that the facts of a reading come from."""

import datetime
import re
from collections.abc import Iterator, Sequence

from procedures.content.schema import Step
from procedures.content.wording import count, dates, words
from procedures.word.document import Document
from procedures.word.lines import Line
from procedures.word.places import Fact
from procedures.word.reading import Reading
from procedures.word.rules import FIELDS

MOST = 12  # lines per fact


def evidence(reading: Reading, document: Document) -> dict[str, list[int]]:
    """{fact: [line numbers]} of facts whose place is known, at most `MOST` each. Signers by role,
    steps as "step-0"."""
    lines = reading.lines
    found: dict[str, list[int]] = {}
    for name, field in FIELDS.items():
        value = getattr(reading, name)
        if value is None or value == "":
            continue
        printed = [
            fact
            for place in document.places
            for fact in place.facts
            if fact.field == field and fact.value == value
        ]
        if at := _of_fact(lines, value, printed):
            found[name] = at
    for signer in reading.signers:
        if at := _saying(lines, signer["name"] or signer["post"]):
            found.setdefault(signer["role"], []).extend(at[:2])
    found |= _of_steps(lines, reading.steps)
    return {name: at[:MOST] for name, at in found.items()}


def _of_fact(
    lines: Sequence[Line], value: str | int | datetime.date, printed: Sequence[Fact]
) -> list[int]:
    """Numbers of the lines with the value, those of the place it was taken from first."""
    at: list[int] = []
    for fact in printed:
        at += [n for n in _saying(lines, fact.printed) if says(lines[n].text, value)]
    if not at and isinstance(value, str):
        at = _saying(lines, value)
    if not at and isinstance(value, datetime.date):
        at = [n for n, line in enumerate(lines) if value in dates(line.text)]
    own = [n for n in at if lines[n].part != "body"]  # the body cites codes and numbers of others
    return list(dict.fromkeys(own or at))


def lines_saying(lines: Sequence[Line], value: str | int | datetime.date) -> list[int]:
    """Numbers of the lines that contain a value; a number counts only at the end of a line or
    before a gap."""
    if isinstance(value, str):
        return _saying(lines, value)
    if isinstance(value, datetime.date):
        return [n for n, line in enumerate(lines) if value in dates(line.text)]
    return [
        n
        for n, line in enumerate(lines)
        if re.search(rf"(?<!\d)0*{value}\W*(?:$|;|\||\s{{2}})", line.text)
    ]


def says(text: str, value: str | int | datetime.date) -> bool:
    """Whether a line contains a value."""
    if isinstance(value, datetime.date):
        return value in dates(text)
    if isinstance(value, int):
        tail = text.rsplit(":", 1)[-1]
        return count(tail) == value or str(value) in text or count(text) == value
    return words(value) in words(text) or words(text) in words(value)


def _saying(lines: Sequence[Line], text: str) -> list[int]:
    """Numbers of the lines that contain a text, or that together make it up."""
    wanted = words(text)
    if not wanted:
        return []
    whole = [n for n, line in enumerate(lines) if f" {wanted} " in f" {words(line.text)} "]
    same = [n for n in whole if words(lines[n].text) == wanted]
    return same or whole or next(_together(lines, wanted), [])


def _together(lines: Sequence[Line], wanted: str) -> Iterator[list[int]]:
    """Numbers of consecutive lines that together make up a title."""
    for n, line in enumerate(lines):
        said = words(line.text)
        if len(said) < 3 or not wanted.startswith(said):
            continue
        at = [n]
        for m in range(n + 1, min(n + 6, len(lines))):
            more = f"{said} {words(lines[m].text)}"
            if not wanted.startswith(more):
                break
            said, at = more, [*at, m]
        if len(said) >= 0.6 * len(wanted):
            yield at


def _of_steps(lines: Sequence[Line], steps: Sequence[Step]) -> dict[str, list[int]]:
    """{"step-0": [line number]} of the first line of each step's action, searched from the previous
    step on."""
    found: dict[str, list[int]] = {}
    folded = [words(line.text) for line in lines]
    at = 0
    for number, step in enumerate(steps):
        wanted = words(step["action"])[:60]
        place = next(
            (
                n
                for n in range(at, len(lines))
                if wanted and len(folded[n]) > 3 and (wanted in folded[n] or folded[n] in wanted)
            ),
            None,
        )
        if place is not None:
            found[f"step-{number}"] = [place]
            at = place
    return found
