"""Derives rules from a correction that would find the right value in other files of the
same layout."""

import datetime
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from procedures.content.wording import dates, fold, words
from procedures.word.evidence import lines_saying
from procedures.word.growing import growing
from procedures.word.labelled_signers import names_a_signer
from procedures.word.labels import labelled
from procedures.word.lines import CELL, Line, cell_of, text_at
from procedures.word.people import begins_like_a_name, is_a_rank, person, role_of
from procedures.word.portions import Value, gives, pattern_of, portions
from procedures.word.rules import (
    BELOW,
    COLUMN,
    DAYS,
    FIELDS,
    LABEL,
    NUMBERS,
    SPOT,
    Rule,
    is_sound,
    with_portion,
)

MOST = 4  # offers per correction
_PLACES = 20  # lines with the value that are looked at, in reading order
_LONGEST = 60  # characters of a label
_CODE_LIKE = re.compile(r"[^\W\d_]{2}[-.]?\d")
_LONGEST_PAIR = 160  # of a line with a label and several facts
_SIGNERS = ("drafted", "reviewed", "approved")


def offers(
    lines: Sequence[Line], meaning: str, value: Value, facts: Collection[str] = ()
) -> list[Rule]:
    """Rules that would find `value` (a code, a title, a number, a day, a signer's name), likeliest
    first. Labels that the reader already knows and places in the body or in a growing table yield
    no rules. `facts`: other facts of the paper, which are no labels."""
    signs = meaning in _SIGNERS
    found = [] if signs else _of_portions(lines, meaning, value)
    at = lines_saying(lines, value)
    at = [n for n in at if lines[n].part != "body"] or (at if signs else [])
    moving = growing(lines)
    at = (at if signs else [n for n in at if n not in moving])[:_PLACES]
    for n in at:
        found += [
            rule
            for rule in _by_words(lines, n, value, meaning)
            if is_sound(rule)
            and not _known(rule.phrase, meaning)
            and words(rule.phrase) not in map(words, facts)
        ]
    for n in () if signs else at:
        whole = words(text_at(lines, lines[n].spot, whole=meaning == "title"))
        if not isinstance(value, str) or whole == words(value):
            found.append(Rule(SPOT, meaning, lines[n].spot))
    right = (rule for rule in dict.fromkeys(found) if signs or gives(lines, rule, value))
    return list(islice(right, MOST))


def _of_portions(lines: Sequence[Line], meaning: str, value: Value) -> list[Rule]:
    """Rules that take one portion of a value that holds several facts: "Lần/soát: 03/01"."""
    found: list[Rule] = []
    moving, places = growing(lines), 0
    for n, line in enumerate(lines):
        if places == _PLACES:
            break
        if line.part == "body" or n in moving or len(line.text) > _LONGEST_PAIR:
            continue
        if meaning in NUMBERS and _CODE_LIKE.search(line.text):
            continue  # the figures of a code are no issue numbers
        label, text = _parted(line.text, meaning)
        said = portions(meaning, text)
        at = [k for k, one in enumerate(said, 1) if _is(one, value)]
        if len(said) < 2 or len(at) != 1:
            continue
        places += 1
        part = with_portion(meaning, at[0])
        by_words = [Rule(LABEL, meaning, label)] if label else _by_words(lines, n, text, meaning)
        for rule in by_words:
            found += [Rule(rule.kind, part, made.phrase) for made in _label(rule.phrase, part)]
        if not label:
            found.append(Rule(SPOT, part, line.spot))
    return [rule for rule in found if is_sound(rule)]


def _parted(text: str, meaning: str) -> tuple[str, str]:
    """The label of a line and its value, which begins after the colon, or of numbers and days with
    the first figure."""
    head, colon, rest = text.partition(":")
    if colon and not re.search(r"\d", head):
        return head, rest
    m = re.search(r"\d", text) if meaning in (*NUMBERS, *DAYS) else None
    return (text[: m.start()], text[m.start() :]) if m else ("", text)


def _is(portion: str, value: Value) -> bool:
    """Whether a portion says a value."""
    if isinstance(value, str):
        return words(portion) == words(value)
    if isinstance(value, datetime.date):
        return value in dates(portion)
    return portion.isdecimal() and int(portion) == value


def _known(phrase: str, meaning: str) -> bool:
    if meaning in _SIGNERS:
        return role_of(phrase) == meaning
    return FIELDS[meaning] in [name for name, _value in labelled(f"{phrase}: 1")]


def meaning_of(text: str) -> str:
    """What a line is by its own label (a key of `LABELS`); an empty string where it has none that
    the reader knows."""
    head = text[:_LONGEST]
    if head != text and ":" not in head:  # prose
        return ""
    field = next((name for name, _value in labelled(head)), "")
    meaning = next((meaning for meaning, name in FIELDS.items() if name == field), "")
    return meaning or role_of(head.partition(":")[0])


def _by_words(lines: Sequence[Line], n: int, value: Value, meaning: str) -> Iterator[Rule]:
    """Rules from possible labels of a value: words before it in its line, the cell next to or above
    it, the line above."""
    before = _before(lines[n].text, value)
    if before:
        yield from _label(before, meaning)
        return
    cell = CELL.match(lines[n].spot)
    if cell is None:
        if n and not cell_of(lines[n - 1].spot):
            yield from _label(lines[n - 1].text, meaning)
        return
    table, row, column = cell["table"], int(cell["row"]), int(cell["column"])
    if int(cell["line"]):
        yield from _label(lines[n - 1].text, meaning)
    cells = [
        (int(m["row"]), int(m["column"]), line.text)
        for line in lines
        if (m := CELL.match(line.spot)) and m["table"] == table and m["line"] == "0"
    ]
    left = [text for r, c, text in cells if r == row and c < column]
    above = [text for r, c, text in cells if c == column and r < row]
    if meaning in _SIGNERS:  # the headings of the column and the row
        for text in (*above[:1], *above[-1:], *left[:1], *left[-1:]):
            yield from _label(text, meaning)
        return
    if left:
        yield from _label(left[-1], meaning)
    if above:
        yield from (Rule(BELOW, meaning, rule.phrase) for rule in _label(above[-1], meaning))


def _before(text: str, value: Value) -> str:
    """The words of a line before the value, back to the last separator."""
    printed = value if isinstance(value, str) else None
    if printed is not None:
        at = text.lower().find(printed.lower())
    elif isinstance(value, datetime.date):
        m = re.search(r"\d{1,2}\s*(?:[/.\-]|tháng)|ngày\s*\d|\d{4}-\d", text)
        at = m.start() if m else -1
    else:
        m = re.search(rf"(?<!\d)0*{value}(?!\d)", text)
        at = m.start() if m else -1
    if at <= 0:
        return ""
    return re.split(r"[;|\t]|\s{3,}|\s[-–]\s", text[:at].rstrip(" :.：\t"))[-1]


def _label(text: str, meaning: str) -> Iterator[Rule]:
    """A rule from a short text that looks like a label: no number, code or person, no label of a
    name or post."""
    bare = " ".join(text.split()).strip(" :.;,–-*•")
    if (
        1 < len(bare) <= _LONGEST
        and re.search(r"[^\W\d_]{2}", bare)
        and not re.search(r"\d", bare)
        and not (begins_like_a_name(bare) and person(bare))
        and not is_a_rank(bare)
        and not names_a_signer(bare)
    ):
        yield Rule(LABEL, meaning, bare)


LINE, RIGHT, UNDER, COLUMN_BELOW = "line", "right", "under", "column"


def where(lines: Sequence[Line], rule: Rule, value: Value) -> str:
    """Where the value is, seen from the label of a rule: in its line, right of it in its row, in
    the line under it, or below it in its column; empty if unknown."""
    if rule.kind != LABEL:
        return ""
    label = pattern_of(rule.phrase)
    at = set(lines_saying(lines, value)) | {
        n
        for n, line in enumerate(lines)
        if rule.portion and any(_is(one, value) for one in portions(rule.fact, line.text))
    }
    right: dict[tuple[str, str], int] = {}  # the last column of each row with the value
    down: dict[tuple[str, str], int] = {}  # the last row of each column with it
    for m in filter(None, (CELL.match(lines[n].spot) for n in at)):
        row, column = (m["table"], m["row"]), (m["table"], m["column"])
        right[row] = max(right.get(row, 0), int(m["column"]))
        down[column] = max(down.get(column, 0), int(m["row"]))
    found = set()
    for n in (n for n, line in enumerate(lines) if label.search(fold(line.text))):
        if n in at:
            return LINE
        head = CELL.match(lines[n].spot)
        if n + 1 in at and cell_of(lines[n + 1].spot) == cell_of(lines[n].spot):
            found.add(UNDER)
        if head and right.get((head["table"], head["row"]), 0) > int(head["column"]):
            found.add(RIGHT)
        if head and down.get((head["table"], head["column"]), 0) > int(head["row"]):
            found.add(COLUMN_BELOW)
    return next((place for place in (RIGHT, UNDER, COLUMN_BELOW) if place in found), "")


def tables(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """[{"table", "headings", "columns"}]: the tables of the body that have a row of headings, with
    the grid column of each."""
    rows: dict[str, dict[int, dict[int, list[str]]]] = {}
    for line in lines:
        if line.part in ("body", "front") and (m := CELL.match(line.spot)):
            row = rows.setdefault(m["table"], {}).setdefault(int(m["row"]), {})
            row.setdefault(int(m["column"]), []).append(line.text)
    found = []
    for name, table in rows.items():
        first = next((row for _r, row in sorted(table.items()) if len(row) > 1), {})
        columns = sorted(first)
        headings = [" ".join(first[column]) for column in columns]
        if len(table) > 2 and len(headings) > 1 and all(len(h) <= 2 * _LONGEST for h in headings):
            found.append({"table": name, "headings": headings, "columns": columns})
    return found


def columns_at(lines: Sequence[Line]) -> dict[tuple[str, int], tuple[str, tuple[str, ...]]]:
    """{(table, grid column): (heading, all headings)} of the tables with a row of headings."""
    return {
        (table["table"], column): (heading, tuple(table["headings"]))
        for table in tables(lines)
        for column, heading in zip(table["columns"], table["headings"], strict=True)
        if heading
    }


def column_of(spot: str) -> tuple[str, int] | None:
    """The table and grid column of a line; None if it is in no cell."""
    cell = CELL.match(spot)
    return (cell["table"], int(cell["column"])) if cell else None


class Told:
    """The lines of a file, prepared to tell which of many rules apply to it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._spots = {line.spot for line in lines}
        self._text = "\n".join(f" {words(line.text)} " for line in lines)
        self._headings = {
            words(heading) for table in tables(lines) for heading in table["headings"]
        }

    def speaks(self, rule: Rule) -> bool:
        """Whether a rule applies to the file."""
        if rule.kind == SPOT:
            return rule.phrase in self._spots
        phrase = words(rule.phrase)
        if rule.kind == COLUMN:
            return phrase in self._headings
        return f" {phrase} " in self._text
