"""The text that a taught rule leads to, and the portions of a value that holds several facts
("Lần/soát: 03/01")."""

import datetime
import re
from collections.abc import Sequence

from procedures.content.wording import dates, fold, words
from procedures.word.labels import labelled, leaves_gap
from procedures.word.lines import CELL, Line, below, cell_of, text_at
from procedures.word.places import Place, take
from procedures.word.rules import BELOW, DAYS, FIELDS, LABELS, NUMBERS, SPOT, Rule

Value = str | int | datetime.date
LONGEST = 500  # characters of a value; longer ones are prose

_DAY = re.compile(
    r"(?:ngay\s*)?\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2,4}|(?:ngay\s*)?\d{1,2}\s*thang\s*\d{1,2}\s*nam\s*\d{4}"
)
_NUMBER = re.compile(r"(?<!\w)\d{1,3}(?!\w)")
_BETWEEN = re.compile(r"\s*[;|]\s*|,\s+|\s+[-–—/]\s+|\s{2,}|\s*[()]\s*")


def portions(fact: str, text: str) -> list[str]:
    """The portions of a value that may be this fact: its numbers, its days, or its pieces between
    separators."""
    text = text[:LONGEST]
    if fact in DAYS:
        return [f"{day:%d/%m/%Y}" for day in dates(text)]
    if fact in NUMBERS:
        return _NUMBER.findall(_DAY.sub(" ", fold(text)))
    return [piece for piece in _BETWEEN.split(text) if re.search(r"\w", piece)]


def text_for(lines: Sequence[Line], rule: Rule) -> str:
    """The text of the fact that a label with a portion, a label above or a place leads to; empty if
    the file has none."""
    whole = rule.fact == "title" and not rule.portion
    if rule.kind == SPOT:
        text = text_at(lines, rule.phrase, whole=whole)
    elif rule.kind == BELOW:
        text = text_at(lines, below(lines, rule.phrase), whole=whole)
    else:
        text = after(lines, rule.phrase)
    if not rule.portion:
        return text
    found = portions(rule.fact, text)
    return found[rule.portion - 1] if len(found) >= rule.portion else ""


def gives(lines: Sequence[Line], rule: Rule, value: Value) -> bool:
    """Whether a rule leads to this value; also where its label is followed by nothing that
    can be judged."""
    text = text_for(lines, rule)
    if not text:
        return not rule.portion
    place = Place("taught", [])
    for name, said in labelled(f"{LABELS[rule.fact]} {text}"):
        take(place, name, said)
    found = [fact.value for fact in place.facts if fact.field == FIELDS[rule.fact]]
    if not isinstance(value, str):
        return value in found
    wanted, texts = words(value), [words(str(one)) for one in found]
    if rule.fact == "title":  # may go on in further lines
        return any(wanted.startswith(one) or one.startswith(wanted) for one in texts)
    return wanted in texts


def pattern_of(phrase: str) -> re.Pattern[str]:
    """Finds a label in a folded text, with the colon after it as the group "colon"."""
    parts = [re.escape(part) for part in words(phrase).split()]
    return re.compile(r"(?<!\w)" + r"[\W_]{1,6}".join(parts) + r"(?!\w)(?P<colon>\s*[:.：])?")


def is_label(text: str, m: re.Match[str]) -> bool:
    """Whether a match opens its line, follows a gap or a separator, or precedes a colon."""
    before = text[: m.start()]
    bare = not before.strip(" \t.-–•*+|")
    return bare or leaves_gap(before) or bool(m.group("colon"))


def after(lines: Sequence[Line], phrase: str) -> str:
    """The text that a label precedes: the rest of its line, else the next cell of its row, else the
    next line; empty if there is none. The body has no labels."""
    wanted = pattern_of(phrase)
    for n, line in enumerate(lines):
        told = line.part != "body" and len(line.text) <= LONGEST
        m = wanted.search(fold(line.text)) if told else None
        if m is None or not is_label(line.text, m):
            continue
        rest = re.split(r"\s{3,}|[;|]", line.text[m.end() :].lstrip(" \t:.–-"))[0].strip()
        if text := rest or _beside(lines, n) or _under(lines, n):
            return text
    return ""


def _beside(lines: Sequence[Line], n: int) -> str:
    head = CELL.match(lines[n].spot)
    for line in lines[n + 1 :] if head else ():
        cell = CELL.match(line.spot)
        if head and cell and (cell["table"], cell["row"]) == (head["table"], head["row"]):
            if cell["column"] != head["column"] and re.search(r"\w", line.text):
                return line.text
        elif cell:
            break
    return ""


def _under(lines: Sequence[Line], n: int) -> str:
    """The next line of the same cell, or after a line outside of tables the next such line."""
    if n + 1 >= len(lines) or lines[n + 1].part != lines[n].part:
        return ""
    same = cell_of(lines[n + 1].spot) == cell_of(lines[n].spot)
    return lines[n + 1].text if same else ""
