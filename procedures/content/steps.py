"""Steps and cases, from grids of steps or from headings and paragraphs that read "Bước 1. …"."""

import re
from collections.abc import Collection, Sequence

from procedures.content.grids import at, cell, columns, first, grids, rows
from procedures.content.schema import (
    Block,
    Content,
    GridBlock,
    Step,
    is_heading,
    is_step_text,
    is_table,
    is_text,
)
from procedures.content.text import blocks, one_line, paragraphs
from procedures.content.wording import fold

LONGEST_NUMBER = 9  # digits read of a step's number
LOOKS_LIKE_TIME = re.compile(
    r"\b(\d+([.,/]\d+)?|½|¼|¾|mot|nua|hai|ba)\s*(ngay|gio|phut|tuan|thang|buoi|nam|quy|h)\b|[½¼¾]|^\s*\d+([.,]\d+)?\s*$"
    r"|\b(hang|moi|dinh ky)\s*(ngay|tuan|thang|quy|nam)\b|\bngay sau khi\b|\btheo (thoi han|ke hoach|quy dinh|lich)\b|\bkhong (tinh|qua|quy dinh)\b"
    r"|\btrong (ngay|buoi|gio|tuan|thang)\b|\bthuong xuyen\b|\bkhi (co|phat sinh)\b|\btruoc ngay\b|\bgio hanh chinh\b|\blap tuc\b"
)
_TIME_WORDS = re.compile(r"\b(thoi gian|thoi han|tien do|han|khi nao|so ngay|so gio)\b")
_FORM_WORDS = re.compile(r"\b(bieu mau|mau bieu|ho so|ket qua|tai lieu|san pham|ghi|bm)\b")
_WHO_WORDS = re.compile(r"\b(trach nhiem|nguoi thuc hien|don vi|bo phan|ai lam|nguoi|chu tri)\b")


def cases(content: Content) -> list[str]:
    """The headings of the time columns of the steps, as printed; one for each case of
    the procedure."""
    for grid in grids(content, "steps"):
        found = [one_line(grid["columns"][i].get("label", "")) for i in columns(grid, "duration")]
        if found:
            return found
    return []


def grid_steps(grid: GridBlock, fill: bool) -> list[Step]:
    """The steps of one grid; a cell merged over several steps applies to each, or, if `fill` is
    False, only to the first."""
    number, action = first(grid, "number"), first(grid, "action")
    who, times = columns(grid, "responsible"), columns(grid, "duration")
    labels = [fold(one_line(c.get("label", ""))) for c in grid.get("columns", ())]
    marks = _mark_columns(grid)
    out: list[Step] = []
    above: list[str] = []
    for row in rows(grid):
        merged = set(row.get("merged", ()))
        cells = [
            above[i] if i in merged and i < len(above) else c
            for i, c in enumerate(row.get("cells", ()))
        ]
        above = cells
        if not fill:
            cells = ["" if i in merged and i in times else c for i, c in enumerate(cells)]
        text = [one_line(c) for c in cells]
        if not any(text):
            continue
        goes_on = out and (
            action in merged or not text[action]
            if action is not None and action < len(text)
            else False
        )
        step = _step_of(grid, cells, labels)
        if marked := [grid["columns"][i] for i in marks if one_line(at(cells, i))]:
            step["responsible"] = "; ".join(one_line(c.get("label", "")) for c in marked)
        if goes_on and (number is None or number in merged or not text[number]):
            _continue(out[-1], step, who, times, merged)
        else:
            out.append(step)
    return out


_MARKS = frozenset({"x", "✓", "✔", "☑", "☒", "●", "•", "*", "+"})


def _mark_columns(grid: GridBlock) -> list[int]:
    """The columns that hold only marks, if each person or unit has a column of its own."""
    said = [[one_line(cell(row, i)) for row in rows(grid)] for i in range(len(grid["columns"]))]
    marks = [
        i
        for i, texts in enumerate(said)
        if any(texts) and all(t.lower() in _MARKS for t in texts if t)
    ]
    return marks if len(marks) > 1 else []


def _step_of(grid: GridBlock, cells: Sequence[str], labels: Sequence[str]) -> Step:
    """The step of one row; `labels` are the folded headings."""
    who, times = columns(grid, "responsible"), columns(grid, "duration")
    results = columns(grid, "form", "result")
    step: Step = {
        "number": one_line(at(cells, first(grid, "number"))),
        "action": _action(at(cells, first(grid, "action"))),
        "responsible": "; ".join(x for i in who if (x := one_line(at(cells, i)))),
        "durations": [duration(at(cells, i), labels[i]) for i in times],
        "form": "; ".join(x for i in results if (x := one_line(at(cells, i)))),
    }
    if not step["number"] and (led := _LEADING.match(step["action"])):
        step["number"], step["action"] = (
            led.group(1).strip(),
            step["action"][led.end() :].strip(),
        )
    if not who:
        step["responsible"] = next(
            (w for i in times if (w := _other_part(at(cells, i), labels[i], _WHO_WORDS))), ""
        )
    if not results:
        step["form"] = next(
            (w for i in times if (w := _other_part(at(cells, i), labels[i], _FORM_WORDS))), ""
        )
    return step


# Words next to an arrow
_BRANCH = re.compile(
    r"\W*(khong|co|dat|khong dat|dung|sai|dong y|khong dong y|chua dat|yes|no|y|n)\W*"
)
_LEADING = re.compile(
    r"^((?:Bước|BƯỚC|B)\s*+\d++(?:\.\d++)*\s*+[.:)]?|\d{1,2}[.)])\s*+[-–:.]?\s*+(?=[^\W\d_])"
)
_ARROWS = re.compile(r"[\s↓↑→←⇓⇒⇩➔▼▲►➢|]+")


def _action(cell: str) -> str:
    """The action of a step. In a cell drawn as part of a flow chart, the text after an arrow
    belongs to the transition."""
    lines = paragraphs(cell)
    while lines and _ARROWS.fullmatch(lines[0]):
        lines.pop(0)
    cut = next((n for n, x in enumerate(lines) if _ARROWS.fullmatch(x)), len(lines))
    return " ".join([x for x in lines[:cut] if not _BRANCH.fullmatch(fold(x))] or lines[:cut])


def drawn_lines(cell: str) -> list[str]:
    """The lines of a cell without arrows and the words next to them; lines after an arrow
    are kept."""
    lines = [x for x in paragraphs(cell) if not _ARROWS.fullmatch(x)]
    return [x for x in lines if not _BRANCH.fullmatch(fold(x))] or lines


def _continue(
    last: Step, step: Step, who: list[int], times: list[int], merged: Collection[int]
) -> None:
    """Merges a row without its own action into the step above: more people, more time."""
    if (
        not any(i in merged for i in who)
        and step["responsible"]
        and step["responsible"] not in last["responsible"]
    ):
        last["responsible"] = "; ".join(x for x in (last["responsible"], step["responsible"]) if x)
    for n, i in enumerate(times):
        if i not in merged and step["durations"][n]:
            last["durations"][n] = "; ".join(
                x for x in (last["durations"][n], step["durations"][n]) if x
            )


def duration(cell: str, label: str) -> str:
    """The time in a cell below a (folded) heading, without the form if the column has both ("Biểu
    mẫu/Thời gian")."""
    lines = paragraphs(cell)
    if not _TIME_WORDS.search(label):  # headed only by its case: just times
        return " ".join(lines)
    if len(lines) > 1 and (_FORM_WORDS.search(label) or _WHO_WORDS.search(label)):
        timed = [x for x in lines if LOOKS_LIKE_TIME.search(fold(x))]
        if len(timed) == 1:
            return timed[0]
        time, other = (
            _TIME_WORDS.search(label),
            _FORM_WORDS.search(label) or _WHO_WORDS.search(label),
        )
        return lines[0] if time and other and time.start() < other.start() else lines[-1]
    if (
        len(lines) == 1
        and _FORM_WORDS.search(label)
        and re.search(r"\w", lines[0])
        and not LOOKS_LIKE_TIME.search(fold(lines[0]))
    ):
        return ""
    return " ".join(lines)


def _other_part(cell: str, label: str, wanted: re.Pattern[str]) -> str:
    """The people or forms in a column that has both them and times."""
    if not wanted.search(label) or not _TIME_WORDS.search(label):
        return ""
    time = duration(cell, label)
    return " ".join(x for x in paragraphs(cell) if x != time)


STEP = re.compile(
    r"^\s*(?:[-–+•*]\s*)?((?:Bước|BƯỚC|bước|Buớc|B)\s*\d+(?:\.\d+)*\s*[.:)\-–]?)\s*[-–:.]?\s*(.*)$",
    re.S,
)
_LABELLED = re.compile(
    r"\b(trach nhiem(?: thuc hien)?|(?:nguoi|don vi|bo phan|co quan|can bo|cong chuc) (?:thuc hien|xu ly|phu trach|chu tri)|nguoi chiu trach nhiem|chu tri|thuc hien"
    r"|thoi gian(?: thuc hien| giai quyet| xu ly)?|thoi han(?: thuc hien| giai quyet)?|bieu mau|ket qua|ho so)\s*:\s*"
)


_SIGNS = tuple("(;.,[-–+•*|")  # before a label
_ITEM = re.compile(r"(?:[a-z]|\d{1,2})\)")


def _labelled(text: str) -> tuple[dict[str, str], str]:
    """{"responsible", "duration", "form"} from "(trách nhiệm: …; thời gian: …)" or "Người thực
    hiện: …", and the rest."""
    folded = fold(text)
    marks = _opening(folded)
    if not marks:
        return {}, text
    values: dict[str, str] = {}
    for m, following in zip(marks, [*marks[1:], None], strict=True):
        value = text[m.end() : following.start() if following else len(text)].strip()
        label = m.group(1)
        role = (
            "duration"
            if label.startswith("thoi")
            else "form"
            if label in ("bieu mau", "ket qua", "ho so")
            else "responsible"
        )
        values.setdefault(
            role,
            value.strip(" ;,.()[]-–+•*|")
            if value.count("(") != value.count(")") or value.endswith((";", ",", "."))
            else value.strip(),
        )
    return values, text[: marks[0].start()].rstrip(" ([;,-–+•*|")


def _opening(folded: str) -> list[re.Match[str]]:
    """The labels with nothing, a sign or "a)" before them."""
    found, end = [], 0
    for m in _LABELLED.finditer(folded):
        before = folded[end : m.start()].strip()
        begins = end == 0 and (not before or _ITEM.fullmatch(before) is not None)
        if begins or before.endswith(_SIGNS):
            found.append(m)
        end = m.end()
    return found


def heading_steps(content: Content) -> list[Step]:
    """Steps whose number and name are a heading or begin a paragraph, with labelled lines
    below them."""
    out: list[Step] = []
    for section in content.get("sections", ()):
        if section.get("place", "body") != "body" or section.get("kind") not in (
            "content",
            "other",
        ):
            continue
        found, headed = _told_steps(section.get("blocks", ()))
        out += found if _in_order(found) else _run_of_steps(headed)
    return out


def _told_steps(blocks: Sequence[Block]) -> tuple[list[Step], list[Step]]:
    """(explicitly named steps, sub-sections that may each be a step)."""
    current: Step | None = None
    found: list[Step] = []
    headed: list[Step] = []
    for block in blocks:
        if is_heading(block):
            number, title = block.get("number", "") or "", block.get("title", "") or ""
            if m := STEP.match(f"{number} {title}".strip()):
                found.append(current := _open_step(m.group(1), m.group(2)))
            else:
                lines = f"{number}\n{title}"
                cut = lines.rindex("\n")
                headed.append(current := _open_step(lines[:cut], lines[cut + 1 :]))
        elif is_text(block):
            for line in paragraphs(block.get("html", "")):
                m = STEP.match(line)
                if m and (m.group(2).strip() or m.group(1).rstrip()[-1:] in ".:"):
                    found.append(current := _open_step(m.group(1), m.group(2)))
                elif current is not None:
                    _fill(current, line)
    return found, headed


_CARD = {
    "action": re.compile(
        r"^(noi dung( cong viec| thuc hien)?|cong viec|ten buoc|hoat dong|trinh tu)$"
    ),
    "responsible": re.compile(
        r"^(trach nhiem( thuc hien)?|nguoi thuc hien|don vi thuc hien|bo phan thuc hien|nguoi phu trach|thuc hien)$"
    ),
    "duration": re.compile(r"^(thoi gian|thoi han)( thuc hien| giai quyet| xu ly)?$"),
    "form": re.compile(r"^(bieu mau|ket qua|ho so|san pham)\b"),
}


def card_steps(content: Content) -> list[Step]:
    """Each step as a small table of its own: "Bước 1 | Tiếp nhận", "Người thực hiện | Văn thư",
    "Thời gian | 1 ngày"."""
    out: list[Step] = []
    for _, block in blocks(content, ("content", "other")):
        if not is_table(block):
            continue
        step: Step = {"number": "", "action": "", "responsible": "", "durations": [], "form": ""}
        known = 0
        for line in paragraphs(block.get("html", "")):
            label, *rest = line.split("\t")
            value = " ".join(x.strip() for x in rest if x.strip())
            plain = " ".join(re.findall(r"[^\W_]+", fold(label)))
            role = next((r for r, pattern in _CARD.items() if pattern.search(plain)), "")
            if re.fullmatch(r"(buoc|b) ?\d+", plain):
                step["number"], step["action"], known = label.strip(), value, known + 1
            elif role == "duration" and value:
                step["durations"], known = [value], known + 1
            elif is_step_text(role) and value:
                step[role], known = step[role] or value, known + 1
        if known >= 3 and step["number"] and step["action"]:
            out.append(step)
    return out


def _run_of_steps(headed: list[Step]) -> list[Step]:
    """The longest run of sub-sections that each say who is responsible ("Người thực hiện: …") and
    mostly how long it takes."""
    runs: list[list[Step]] = [[]]
    for step in headed:
        if step["responsible"]:
            runs[-1].append(step)
        elif runs[-1]:
            runs.append([])
    best = max(runs, key=len)
    return (
        best if len(best) >= 2 and sum(bool(s["durations"]) for s in best) * 2 >= len(best) else []
    )


def _open_step(number: str, text: str) -> Step:
    values, action = _labelled(text.strip())
    duration = values.get("duration", "")
    return {
        "number": number.strip(),
        "action": action.strip(),
        "responsible": values.get("responsible", ""),
        "form": values.get("form", ""),
        "durations": [duration] if duration else [],
    }


def _fill(step: Step, line: str) -> None:
    values, rest = _labelled(line)
    if not step["action"] and rest.strip():
        step["action"] = rest.strip()
    for role, value in values.items():
        if role == "duration" and value and not step["durations"]:
            step["durations"] = [value]
        elif is_step_text(role) and not step[role]:
            step[role] = value


def _in_order(found: list[Step]) -> bool:
    """Whether there are at least two steps, numbered upwards from the first; a "Bước 1" cited in
    passing is no step."""
    numbers = [
        int(m.group()[:LONGEST_NUMBER]) for s in found if (m := re.search(r"\d+", s["number"]))
    ]
    return (
        len(numbers) >= 2
        and numbers[0] in (0, 1)
        and all(b >= a for a, b in zip(numbers, numbers[1:], strict=False))
    )
