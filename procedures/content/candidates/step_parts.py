"""Assigns the parts of one step (texts with or without a label) to its fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.content.candidates.labels import is_time, is_who, share, split_labels, tidy
from procedures.content.schema import Step, is_step_text
from procedures.content.wording import fold

NUMBER = re.compile(
    r"^\s*+((?:(?:Bước|BƯỚC|bước|B)\s*+(?:thứ\s++)?\d++(?:\.\d++)*|\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[a-zđ])\s*+(?:[.:)/]|(?=[-–—]\s)))\s*+[-–—:.]*\s*+(?=\S)"
)
NUMBER_ALONE = re.compile(
    r"^\s*+(?:(?:Bước|BƯỚC|bước|B)\s*+)?(?:thứ\s++)?\d{1,2}(?:\.\d{1,2})*\s*+[.:)]?\s*+$"
)
STEP_WORD = re.compile(r"^\s*((?:Bước|BƯỚC|bước)\s*(?:thứ\s+)?\d+)\s*[.:)\-–—]?\s*(?=\S|$)")
_APART = re.compile(r"(?:(?<!\s)\s++)?[;|–—]\s*+|(?<!\s)\s++[-/]\s++|,\s++")
SIGNS = re.compile(r"[\s↓↑→←⇓⇒⇩➔▼▲►➢|]+")


@dataclass
class Part:
    """A text of a step; `role` where a heading or a label names it."""

    text: str
    role: str = ""


def take_number(text: str) -> tuple[str, str]:
    """("Bước 2:", the rest) of a text that begins with a number; ("", text) otherwise."""
    if NUMBER_ALONE.match(text):
        return text.strip(), ""
    m = STEP_WORD.match(text) or NUMBER.match(text)
    return (m.group(1).strip(), text[m.end() :].strip()) if m else ("", text.strip())


def bracketed(text: str) -> tuple[str, list[str]]:
    """(text, parts) if brackets at the end hold the actor or the duration; (text, []) otherwise."""
    tail = _tail(text)
    if not tail:
        return text, []
    before, inner = tail
    parts = [part for part in _APART.split(inner) if part.strip()]
    labelled, rest = split_labels(inner)
    known = [p for p in parts if is_time(p) or is_who(p)]
    if labelled and not rest.strip() or known and len(known) * 2 >= len(parts):
        return before, _rejoined(parts) if not labelled else [inner]
    return text, []


def _tail(text: str) -> tuple[str, str] | None:
    """(what comes before, inside) of brackets at the end; round ones inside them are part of
    the text."""
    end = text.rstrip()
    end = end[:-1].rstrip() if end[-1:] in set(".;,") else end
    if end[-1:] not in {")", "]"}:
        return None
    inside, square = False, False
    for at in range(len(end) - 2, 0, -1):
        char = end[at]
        if char == ")" and inside:
            return None
        if char == ")":
            inside = True
        elif char == "(" and inside:
            inside, square = False, False
        elif not inside and char in "([" and not square:
            before = end[:at].rstrip()
            return (before, end[at + 1 : -1]) if before else None
        elif not inside and char == "(":
            return None
        elif not inside and char in "[]":
            square = True
    return None


def _rejoined(parts: list[str]) -> list[str]:
    """The parts, rejoined at commas inside the name of an office: "Phòng Tài chính, Kế
    toán, 02 ngày"."""
    times = [p for p in parts if is_time(p)]
    others = [p for p in parts if not is_time(p)]
    return [*([", ".join(others)] if others else []), *times]


def resolve(parts: Sequence[Part]) -> Step:
    """The step made of these parts. A label takes precedence over the look of a text."""
    step: Step = {"number": "", "action": "", "responsible": "", "durations": [], "form": ""}
    loose: list[str] = []
    for part in parts:
        text = part.text.strip()
        if not text or SIGNS.fullmatch(text):
            continue
        values, rest = split_labels(text)
        for role, value in values.items():
            _put(step, role, value)
        if not rest.strip():
            continue
        if part.role in ("responsible", "duration", "form"):
            _put(step, part.role, tidy(rest))
        elif part.role == "number" and NUMBER_ALONE.match(rest):
            step["number"] = step["number"] or rest.strip()
        else:
            loose.append(rest)
    for text in loose:
        _place_loose(step, text)
    return step


def _place_loose(step: Step, text: str) -> None:
    """Assigns an unlabelled text to the field that it fits."""
    if NUMBER_ALONE.match(text) and not step["number"]:
        step["number"] = text.strip()
        return
    number, text = take_number(text) if not step["number"] else ("", text)
    step["number"] = step["number"] or number
    text, inner = bracketed(text)
    for part in inner:
        _place_bracketed(step, part)
    plain = tidy(text)
    if not plain:
        return
    if not step["action"]:
        step["action"] = plain
    elif not step["durations"] and is_time(plain):
        _put(step, "duration", plain)
    elif not step["responsible"] and is_who(plain):
        _put(step, "responsible", plain)
    elif step["action"] != plain:
        step["action"] = f"{step['action']} {plain}"


def _place_bracketed(step: Step, part: str) -> None:
    """Assigns a part in brackets at the end to the actor or the duration."""
    values, rest = split_labels(part)
    for role, value in values.items():
        _put(step, role, value)
    if is_time(rest):
        rest = re.sub(r"(?i)^\s*trong\s+(?:(?:vòng|thời gian|thời hạn)\s+)?(?=\d)", "", rest)
        _put(step, "duration", tidy(rest))
    elif rest.strip():
        _put(step, "responsible", tidy(rest))


def _put(step: Step, role: str, value: str) -> None:
    if role == "duration":
        step["durations"] = step["durations"] or [value]
    elif is_step_text(role) and not step[role]:
        step[role] = value


def roles_by_content(columns: Sequence[Sequence[str]]) -> list[str]:
    """The role of each column, by its content in all steps: numbers, times, people; the longest is
    the action."""
    roles = [""] * len(columns)
    for i, texts in enumerate(columns):
        if share(texts, lambda t: NUMBER_ALONE.match(t) is not None) >= 0.8:
            roles[i] = "number"
        elif share(texts, is_time) >= 0.6:
            roles[i] = "duration"
    rest = [i for i, role in enumerate(roles) if not role]
    people = sorted(rest, key=lambda i: -share(columns[i], is_who))
    if people and share(columns[people[0]], is_who) >= 0.6 and len(rest) > 1:
        roles[people[0]] = "responsible"
    rest = [i for i, role in enumerate(roles) if not role]
    if rest:
        action = max(rest, key=lambda i: sum(map(len, columns[i])))
        roles[action] = "action"
        for i in rest:
            if i != action and share(columns[i], looks_like_code) >= 0.5:
                roles[i] = "form"
    return roles


def looks_like_code(text: str) -> bool:
    return re.search(r"\b[A-ZĐ]{1,4}[.\-/]?[\w&]*[.\-/]?\d", text) is not None and "bm" in fold(
        text
    )


_LED = re.compile(r"^(?P<who>[^:]{2,80}?)\s*:\s+(?P<action>\S.*)$", re.S)


def led_by_people(rows: list[Step]) -> list[Step]:
    """The steps, with the actor taken from before a colon ("Văn thư: vào sổ") if no column names
    one and most steps begin so."""
    led = [_LED.match(step["action"]) for step in rows]
    people = [m["who"] for m in led if m]
    if (
        len(rows) < 2
        or any(step["responsible"] for step in rows)
        or len(people) < 0.8 * len(rows)
        or share(people, is_who) < 0.6
    ):
        return rows
    parted: list[Step] = []
    for step, m in zip(rows, led, strict=True):
        own = step.copy()
        if m:
            own["responsible"], own["action"] = tidy(m["who"]), tidy(m["action"])
        parted.append(own)
    return parted
