"""What changed, in sentences for readers: “bước 3: 02 ngày → 01 ngày”."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import content as reading
from procedures.changes import words
from procedures.changes.alignment import align, ratio
from procedures.changes.comparison import ALIKE
from procedures.changes.structure import Cell, Redline, Section, State, Table
from procedures.changes.words import Budget, Pieces
from procedures.content.schema import Content, FormEntry, RecordEntry, Step
from procedures.content.wording import fold

LONGEST = 90  # letters of a quoted passage
CITED = 3  # changed passages quoted per section
MOVED = 0.85  # minimum similarity of actions for a step to be recognised as moved
MOST_STEPS = 400
SHORTEST_STEM = 12  # minimum letters of a text to be recognised inside a longer one

_PRINTED = re.compile(r"\d+(?:\.\d+)*[^\W\d_]?")  # the number in "Bước 3b."

Entry = TypeVar("Entry", FormEntry, RecordEntry)


def sentences(old: State, new: State, redline: Redline) -> list[str]:
    """The changes of the whole document: facts, steps, forms, records, then the text of the
    sections."""
    steps = list(_steps(old.content, new.content))
    return [
        *(f"{label}: {_arrow(pieces)}" for label, pieces in redline.facts),
        *steps,
        *_listed(reading.forms(old.content), reading.forms(new.content), _form_name),
        *_listed(reading.records(old.content), reading.records(new.content), _record_name),
        *(
            line
            for section in redline.sections
            if section.place == "body"
            for line in _section(section, bool(steps))
        ),
    ]


def places(redline: Redline) -> dict[str, list[str]]:
    """The changed sections of the body, each with the names of its changed steps."""
    return {
        section.name: list(dict.fromkeys(_changed_steps(section)))
        for section in redline.sections
        if section.changed and section.place == "body"
    }


def _changed_steps(section: Section) -> Iterator[str]:
    for part in section.parts:
        if not isinstance(part, Table) or part.subject != "steps":
            continue
        for row in part.rows:
            if row.kind != "same" and row.sort == "row":
                number = next((cell for cell in row.cells if cell.role == "number"), None)
                pieces = number.pieces if number else ()
                printed = _PRINTED.search(words.side(pieces, "+") or words.side(pieces, "-"))
                if printed:
                    yield _("bước %(number)s") % {"number": printed[0]}


def _arrow(pieces: Pieces) -> str:
    """The old and the new value, each as a whole; of long ones what differs."""
    old, new = words.side(pieces, "-"), words.side(pieces, "+")
    if old and new and max(len(old), len(new)) > LONGEST:
        return cited(pieces)
    return _change(old, new)


def _change(old: str, new: str) -> str:
    return f"{_cut(old) or '—'} → {_cut(new) or '—'}"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + "…"


# -- steps


def _steps(old: Content, new: Content) -> Iterator[str]:
    before, after = reading.steps(old)[:MOST_STEPS], reading.steps(new)[:MOST_STEPS]
    cases = reading.cases(new)
    pairs = align(before, after, Budget(), key=_act, alike=_alike)
    gone = [i for i, j in pairs if j is None and i is not None]
    come = [j for i, j in pairs if i is None and j is not None]
    moved = _moved(before, after, gone, come)
    for i, j in pairs:
        if i is None and j is not None:
            if j not in moved:
                yield _("thêm %(step)s: %(text)s") % _named(after, j)
                continue
            i = moved[j]
            yield _("%(old)s chuyển thành %(step)s: %(text)s") % {
                **_named(after, j),
                "old": _name(before, i),
            }
        if i is not None and j is not None:
            yield from _step(before[i], after[j], _name(after, j), cases)
        elif i is not None and i not in moved.values():
            yield _("bỏ %(step)s: %(text)s") % _named(before, i)


def _act(step: Step) -> str:
    return fold(step["action"])


def _alike(old: Step, new: Step) -> float:
    likeness = ratio(old["action"], new["action"])
    if likeness < ALIKE and old["number"] == new["number"]:
        likeness = ALIKE if _extended(old["action"], new["action"]) else 0.0
    return likeness if likeness >= ALIKE else 0.0


def _extended(old: str, new: str) -> bool:
    """Whether one text is the other with words added before or after it."""
    short, long = sorted((fold(old), fold(new)), key=len)
    return len(short) >= SHORTEST_STEM and short in long


def _moved(
    before: list[Step], after: list[Step], gone: list[int], come: list[int]
) -> dict[int, int]:
    """Pairs added steps with removed ones: {index in the new list: index in the old}."""
    found: dict[int, int] = {}
    for j in come:
        left = [i for i in gone if i not in found.values()]
        likeness, best = max(
            ((ratio(before[i]["action"], after[j]["action"]), -i) for i in left), default=(0.0, 0)
        )
        if likeness >= MOVED:
            found[j] = -best
    return found


def _name(steps: list[Step], place: int) -> str:
    """The name "bước 3": by its printed number, else by its position."""
    printed = _PRINTED.search(steps[place]["number"])
    return _("bước %(number)s") % {"number": printed[0] if printed else place + 1}


def _named(steps: list[Step], place: int) -> dict[str, str]:
    return {"step": _name(steps, place), "text": _cut(steps[place]["action"])}


def _step(old: Step, new: Step, name: str, cases: list[str]) -> Iterator[str]:
    times = max(len(old["durations"]), len(new["durations"]))
    for n in range(times):
        before, after = (
            side["durations"][n] if n < len(side["durations"]) else "" for side in (old, new)
        )
        if before != after:
            case = f" ({cases[n]})" if times > 1 and n < len(cases) else ""
            yield f"{name}{case}: {_change(before, after)}"
    if old["responsible"] != new["responsible"]:
        yield _("%(step)s, người thực hiện: %(change)s") % {
            "step": name,
            "change": _change(old["responsible"], new["responsible"]),
        }
    if old["form"] != new["form"]:
        yield _("%(step)s, biểu mẫu hoặc kết quả: %(change)s") % {
            "step": name,
            "change": _change(old["form"], new["form"]),
        }
    if old["action"] != new["action"]:
        yield f"{name}: {cited(words.compare(old['action'], new['action']))}"


# -- forms and records


def _form_name(entry: FormEntry) -> str:
    named = " ".join(x for x in (entry.get("code"), entry.get("name")) if x)
    return _("biểu mẫu %(name)s") % {"name": named}


def _record_name(entry: RecordEntry) -> str:
    return _("hồ sơ %(name)s") % {"name": entry.get("name", "")}


def _listed(old: list[Entry], new: list[Entry], name: Callable[[Entry], str]) -> Iterator[str]:
    """Forms or records that were added, removed or renamed."""
    before, after = (
        {fold(str(entry.get("code") or entry.get("name") or "")): entry for entry in side}
        for side in (old, new)
    )
    renamed = _renamed(before, after)
    for key, entry in after.items():
        if key in renamed:
            yield f"{_cut(name(before[renamed[key]]))} → {_cut(str(entry.get('name', '')))}"
        elif key not in before:
            yield _("thêm %(what)s") % {"what": _cut(name(entry))}
        elif (was := before[key].get("name", "")) != entry.get("name", ""):
            yield f"{_cut(name(before[key]))}: {_change(was, entry.get('name', ''))}"
    for key, entry in before.items():
        if key not in after and key not in renamed.values():
            yield _("bỏ %(what)s") % {"what": _cut(name(entry))}


def _renamed(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> dict[str, str]:
    """Pairs of entries without a code with similar names: {new name: old name}."""
    found: dict[str, str] = {}
    gone = [key for key, entry in before.items() if key not in after and not entry.get("code")]
    for key, entry in after.items():
        if key in before or entry.get("code"):
            continue
        left = [old for old in gone if old not in found.values()]
        best = max(left, key=lambda old: ratio(old, key), default="")
        if best and ratio(best, key) >= ALIKE:
            found[key] = best
    return found


# -- text


def _section(section: Section, steps_told: bool) -> Iterator[str]:
    """Describes the changes of a section other than steps, forms and records; the first few are
    quoted."""
    if section.kind in {"added", "removed"}:
        told = _("thêm mục “%(name)s”") if section.kind == "added" else _("bỏ mục “%(name)s”")
        yield told % {"name": _cut(section.name)}
        return
    if any(op != "=" for op, _text in section.label):
        yield _("đổi tên mục: %(change)s") % {"change": _arrow(section.label)}
    changes = list(_changes(section, steps_told))
    for pieces in changes[:CITED]:
        yield f"{_cut(section.name)}: {cited(pieces)}"
    more = len(changes) - CITED
    if more > 0:
        text = ngettext(
            "%(name)s: còn sửa %(count)d dòng khác", "%(name)s: còn sửa %(count)d dòng khác", more
        )
        yield text % {"name": _cut(section.name), "count": more}


def _changes(section: Section, steps_told: bool) -> Iterator[Pieces]:
    for part in section.parts:
        if isinstance(part, Table):
            told = _told(part.subject, steps_told)
            for row in part.rows:
                untold = row.kind != "same" and not told
                found = _row(row.cells, told) if row.kind == "changed" or untold else ()
                if found:
                    yield found
        elif part.kind != "same" and not (part.moved and part.kind == "removed"):
            yield part.pieces


def _told(subject: str, steps_told: bool) -> frozenset[str]:
    """Columns of a table that have sentences of their own."""
    if subject == "steps":
        return _OF_STEPS if steps_told else frozenset()
    return _OF_LISTS if subject in {"forms", "records"} else frozenset()


_OF_STEPS = frozenset({"number", "action", "responsible", "duration", "form", "result"})
_OF_LISTS = frozenset({"number", "code", "name"})


def _row(cells: list[Cell], told: frozenset[str]) -> Pieces:
    """The changed cells of a row that are not described elsewhere, as one passage."""
    found: list[words.Piece] = []
    for cell in cells:
        changed = [piece for piece in cell.pieces if piece[0] != "=" and cell.role not in told]
        if changed and found:
            found += [("-", " | "), ("+", " | ")]
        found += changed
    return tuple(found)


def _quoted(pieces: Pieces, side: str) -> list[str]:
    """The passages of one side without the signs at their ends; signs alone as they are."""
    found = [text.strip(" |\n") for op, text in pieces if op == side]
    return [text.strip(" ,;") or text for text in found if text]


def cited(pieces: Pieces) -> str:
    """The difference in a few words: “5 ngày” → “3 ngày”; long texts are cut."""
    gone, come = (_cut(" … ".join(_quoted(pieces, side))) for side in "-+")
    if gone and come:
        return _("“%(old)s” → “%(new)s”") % {"old": gone, "new": come}
    if come:
        return _("thêm “%(text)s”") % {"text": come}
    return _("bỏ “%(text)s”") % {"text": gone}
