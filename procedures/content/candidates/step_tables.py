"""Steps in irregular tables: transposed, two rows per step, cards, labelled lines in a cell, people
as rows."""

import re
from collections.abc import Iterator, Sequence

from procedures.content.candidates.choice import filled
from procedures.content.candidates.labels import is_who, role_of_label, split_labels
from procedures.content.candidates.step_parts import (
    NUMBER_ALONE,
    STEP_WORD,
    Part,
    bracketed,
    resolve,
    roles_by_content,
    take_number,
)
from procedures.content.candidates.tables import Place, Rows, rows_of
from procedures.content.schema import GridBlock, Step, TableBlock
from procedures.content.wording import words

Units = list[list[Part]]


def table_steps(
    tables: Sequence[TableBlock | GridBlock],
) -> Iterator[tuple[str, list[Step]]]:
    """(layout, steps) for each layout, over all tables together."""
    read = [rows for block in tables if not _of_aims(rows := rows_of(block))]
    for how, reader in (
        ("turned", _turned),
        ("cards", _cards),
        ("groups", _groups),
        ("labelled cells", _labelled_cells),
        ("labels below", _labels_below),
    ):
        found = [step for rows in read for step in _kept(reader(rows))]
        if found and (filled(found, "durations") >= 0.5 or how in ("turned", "cards")):
            yield how, found


_AIMS = re.compile(
    r"\b(muc tieu|chi tieu|bien phap|rui ro|co hoi|kinh phi|chi so|ho va ten|thuat ngu|trinh do)\b"
)


def _of_aims(rows: Rows) -> bool:
    """Whether a table's headings are about aims, risks or people: its plans are not steps of
    this procedure."""
    return any(_AIMS.search(words(c.text)) for c in (rows[0] if rows else ()))


def _kept(units: Units) -> list[Step]:
    steps = [resolve(unit) for unit in units]
    return [s for s in steps if s["action"] and (s["responsible"] or s["durations"] or s["number"])]


# columns are steps, rows are their fields


def _turned(rows: Rows) -> Units:
    """ "Bước | 1 | 2 | 3", "Công việc | …", "Người thực hiện | …", "Thời gian | …"."""
    labelled = [(role_of_label(row[0].text), row[1:]) for row in rows if row and len(row) > 2]
    roles = [role for role, _ in labelled if role]
    if len(set(roles) & {"action", "responsible", "duration"}) < 2 or len(roles) < len(set(roles)):
        return _turned_again(rows, labelled)
    return _columns(labelled)


def _turned_again(rows: Rows, labelled: list[tuple[str, list[Place]]]) -> Units:
    """The same for a long procedure laid out in several bands below each other."""
    bands: list[list[tuple[str, list[Place]]]] = [[]]
    for role, cells in labelled:
        if role and any(role == r for r, _ in bands[-1]):
            bands.append([])
        bands[-1].append((role, cells))
    units: Units = []
    for band in bands:
        if len({r for r, _ in band} & {"action", "responsible", "duration"}) < 2:
            return []
        units += _columns(band)
    return units


def _columns(labelled: list[tuple[str, list[Place]]]) -> Units:
    columns = sorted({cell.column for _, cells in labelled for cell in cells})
    units: Units = []
    for column in columns:
        unit = [
            Part(cell.text, role)
            for role, cells in labelled
            for cell in cells
            if cell.column <= column < cell.column + cell.span and cell.text
        ]
        if any(part.role == "action" for part in unit) or len(unit) > 1:
            units.append(unit)
    return units


# label and value in neighbouring cells


def _cards(rows: Rows) -> Units:
    """Label and value pairs, one card per step, in one table or a table each."""
    units: Units = []
    seen: set[str] = set()
    for row in rows:
        cells = [c for c in row if c.text]
        if not cells:
            continue
        if len(cells) == 1 or STEP_WORD.match(cells[0].text) and len(cells) == 2:
            if len(cells) == 2 or STEP_WORD.match(cells[0].text) or take_number(cells[0].text)[0]:
                units.append([_headed(cells)])
                seen = set()
            elif units:
                units[-1] += [Part(line) for line in cells[0].lines if split_labels(line)[0]]
            continue
        pairs = list(_pairs(cells))
        if not pairs:
            return []
        for role, value in pairs:
            if not units or role in seen and role in ("number", "action"):
                units.append([])
                seen = set()
            seen.add(role)
            units[-1].append(Part(value, role))
    labelled = sum(any(p.role in ("responsible", "duration") for p in unit) for unit in units)
    return units if units and labelled * 2 >= len(units) else []


def _headed(cells: list[Place]) -> Part:
    """ "Bước 1 | Tiếp nhận hồ sơ" or "Bước 1: Tiếp nhận hồ sơ" at the head of a card."""
    text = " ".join(c.text for c in cells)
    if len(cells) == 2 and STEP_WORD.match(cells[0].text):
        text = f"{cells[0].text.rstrip(' .:')}: {cells[1].text}"
    return Part(text)


def _pairs(cells: list[Place]) -> Iterator[tuple[str, str]]:
    """(role, value) of the cells of a row: a label's value is in the next cell, or in the same cell
    after the label."""
    waiting = ""
    for cell in cells:
        role = role_of_label(cell.text)
        if waiting:
            yield waiting, cell.text
            waiting = ""
        elif role:
            waiting = role
        else:
            yield from split_labels(cell.text)[0].items()


# several rows per step, with or without headings


def _head_height(rows: Rows) -> int:
    """Number of heading rows: rows most of whose cells are labels."""
    height = 0
    for row in rows[:3]:
        said = [c for c in row if c.text]
        known = sum(bool(role_of_label(c.text)) for c in said)
        if not said or known * 2 < len(said) or known < 2 and len(said) > 1:
            break
        height += 1
    return max(height, max((c.rows for c in rows[0]), default=1) if height and rows else 0)


def _groups(rows: Rows) -> Units:
    """Rows grouped by step: joined by a merged cell, or as many as the heading has; a row of one
    wide cell names the actor."""
    height = _head_height(rows)
    units: list[tuple[str, list[Place]]] = []
    who, until = "", -1
    wide = max((c.column + c.span for row in rows for c in row), default=0)
    for r, row in enumerate(rows[height:], height):
        said = [c for c in row if c.text]
        if not said:
            continue
        if len(said) == 1 and said[0].span >= max(2, 0.6 * wide) and r > until:
            if _names_somebody(said[0].text):
                who = said[0].text
                continue
            if not take_number(said[0].text)[0]:
                continue
        if r > until and not (units and height > 1 and _goes_on(said, units[-1][1], height)):
            units.append((who, []))
            until = r + max((c.rows for c in row), default=1) - 1
        units[-1][1].extend(said)
    return _by_place(units, rows[:height])


def _goes_on(said: list[Place], unit: list[Place], height: int) -> bool:
    """Whether a row without a number belongs to the step above, if the heading has as many rows as
    a step."""
    first = unit[0].row
    return said[0].row - first < height and not NUMBER_ALONE.match(said[0].text)


def _names_somebody(text: str) -> bool:
    number, rest = take_number(text)
    label = split_labels(rest)[0].get("responsible", "")
    other = re.match(r"(?:giai doan|phan|tong|cong|buoc|ghi chu|luu y)\b", words(rest))
    return bool(label) or is_who(rest) or len(rest) < 60 and not number and not other


def _by_place(units: list[tuple[str, list[Place]]], head: Rows) -> Units:
    """Parts with the role of their column: by its heading, else by its content in all steps."""
    if len(units) < 2:
        return []
    keys = [
        [(cell.row - unit[0].row, cell.column) for cell in unit] if unit else []
        for _, unit in units
    ]
    places = sorted({key for own in keys for key in own})
    texts = [
        [
            next((c.text for key, c in zip(own, unit, strict=True) if key == place), "")
            for own, (_, unit) in zip(keys, units, strict=True)
        ]
        for place in places
    ]
    guessed = roles_by_content(texts)
    headed = {
        (r, c.column): role
        for r, row in enumerate(head)
        for c in row
        if (role := role_of_label(c.text))
    }
    if len(head) > 1 and not any(row for row, _ in places):
        headed = {}
    roles = {
        place: headed.get(place) or guess for place, guess in zip(places, guessed, strict=True)
    }
    made: Units = []
    for (who, unit), own in zip(units, keys, strict=True):
        parts = [Part(c.text, roles[key]) for key, c in zip(own, unit, strict=True)]
        above = split_labels(take_number(who)[1])[0].get("responsible") or take_number(who)[1]
        made.append([*parts, *([Part(above, "responsible")] if who else [])])
    return made


# one cell holds a whole step, one line per field


def _labelled_cells(rows: Rows) -> Units:
    """ "Tiếp nhận hồ sơ / Người thực hiện: Văn thư / Thời hạn: 30 phút" in one cell, the number next to it or before it."""
    units: Units = []
    for row in rows:
        said = [c for c in row if c.text]
        for cell in said:
            known = [line for line in cell.lines if split_labels(line)[0] or bracketed(line)[1]]
            if known and (len(cell.lines) > 1 or bracketed(cell.text)[1]):
                lines = [Part(line) for line in cell.lines]
                other_cells = [
                    Part(c.text, role_of_cell(c)) for c in said if c is not cell and len(said) <= 4
                ]
                units.append([*(p for p in other_cells if p.role), *lines])
    return units


def _labels_below(rows: Rows) -> Units:
    """A row with number and action, and below it a row of labelled cells: "Trách nhiệm: Văn thư |
    Thời gian: 30 phút"."""
    units: Units = []
    for row in rows:
        said = [c for c in row if c.text]
        told = [split_labels(c.text) for c in said]
        if said and all(values and not before.strip() for values, before in told):
            if units:
                units[-1] += [Part(c.text) for c in said]
        elif len(said) == 2 and NUMBER_ALONE.match(said[0].text):
            units.append([Part(said[0].text, "number"), Part(said[1].text)])
        elif len(said) == 1 and take_number(said[0].text)[0]:
            units.append([Part(said[0].text)])
    return units


def role_of_cell(cell: Place) -> str:
    """number, duration or responsible for a short cell next to the one with the step."""
    return next(
        (role for role in roles_by_content([[cell.text]]) if role in ("number", "duration")),
        "responsible" if is_who(cell.text) else "",
    )
