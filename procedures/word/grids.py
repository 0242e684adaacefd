"""Tables that mean something: steps, dossier, forms, records, amendments, definitions. Told by their headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from procedures.content.schema import GridBlock, Row
from procedures.content.text import without_tags
from procedures.content.wording import fold, words
from procedures.word.columns import (
    CODE,
    NO_STEPS,
    PLACE,
    RETENTION,
    ROLES,
    TIME,
    WHO,
    role_in_amendments,
    role_in_definitions,
    role_in_dossier,
    role_in_forms,
    role_in_records,
    role_in_steps,
)
from procedures.word.html import cell_text_html
from procedures.word.model import Block, Cell, Table
from procedures.word.times import days


@dataclass
class Head:
    """The heading rows of a table: where they end, and each column's place and words."""

    first: int
    end: int
    spans: list[tuple[int, int]]  # (from, to) in grid columns
    labels: list[str]  # printed
    folded: list[str]


@dataclass
class Context:
    """Where a table stands: kind of section, folded words of the headings above it."""

    section: str = ""
    above: str = ""
    kind: str = ""  # of the document
    place: str = "body"


def heads_of(table: Table) -> Iterator[Head]:
    """Possible headings of a table: its first rows, from the first that has at least two cells."""
    for first in range(min(3, len(table.rows))):
        row = table.rows[first]
        if len(row) < 2:
            continue
        height = max(1, min(3, min((c.rows for c in row), default=1)))
        if any(c.rows > height for c in row) and any(c.span > 1 and c.rows == height for c in row):
            height = max(2, min(3, max(c.rows for c in row)))
        elif (
            height == 1
            and any(c.rows > 1 for c in row)
            and all(c.rows > 1 or c.span > 1 for c in row)
        ):
            height = min(3, max(c.rows for c in row))
        end = min(first + height, len(table.rows))
        spans: list[tuple[int, int]] = []
        labels: list[str] = []
        column, bottom = 0, end - 1
        while column < table.width:
            low = table.at(bottom, column)
            if low is None:
                column += 1
                continue
            parts: list[Cell] = []
            for r in range(first, end):
                cell = table.at(r, column)
                if cell is not None and cell.text and (not parts or parts[-1] is not cell):
                    parts.append(cell)
            start, stop = low.column, low.column + low.span
            spans.append((start, stop))
            labels.append(" ".join(c.text for c in parts))
            column = max(stop, column + 1)
        yield Head(first, end, spans, labels, [words(x) for x in labels])


def subject_of(head: Head, context: Context, table: Table) -> str:
    """What a table with these headings is about in this place, or an empty string."""
    labels = head.folded
    if not any(labels) or any(len(x) > 160 for x in labels):
        return ""

    def some(pattern: str) -> bool:
        return any(re.search(pattern, x) for x in labels)

    amended = some(r"sua doi|thay doi|bo sung|cap nhat") or re.search(
        r"sua doi|thay doi|lich su", context.above
    )
    if amended and (
        context.section in ("", "other")
        or context.place == "front"
        or re.search(
            r"(theo doi|lich su|kiem soat|cap nhat|ghi nhan).{0,200}(sua doi|thay doi)",
            context.above,
        )
    ):
        roles = [role_in_amendments(x) for x in labels]
        if "summary" in roles and ("number" in roles or "date" in roles):
            return "amendments"
    strict = RETENTION if context.section == "records" else RETENTION.replace("|^thoi han$", "")
    if some(strict) or context.section != "content" and some(PLACE):
        roles = [role_in_records(x) for x in labels]
        if "name" in roles and ("retention" in roles or "place" in roles):
            return "records"
    if context.section == "records":
        roles = [role_in_records(x) for x in labels]
        if "name" in roles and ("retention" in roles or "place" in roles or len(labels) <= 3):
            return "records"
    if (
        some(r"ban chinh|ban sao|ban goc")
        or re.search(r"thanh phan ho so|thanh phan, so luong|ho so gom", context.above)
        or some(r"thanh phan ho so|ten giay to")
    ):
        roles = [role_in_dossier(x) for x in labels]
        if "name" in roles and not some(r"trach nhiem|thoi gian|thoi han") and len(labels) >= 2:
            return "dossier"
    if (
        context.section == "definitions"
        and 2 <= len(labels) <= 3
        or some(r"thuat ngu|tu viet tat|chu viet tat|^viet tat|tu ngu")
        and some(r"giai thich|nghia|dien giai|noi dung|day du")
    ):
        roles = [role_in_definitions(x) for x in labels]
        if "term" in roles and "meaning" in roles:
            return "definitions"
    if (
        context.section == "forms"
        or some(r"bieu mau|mau bieu|ten mau")
        and some(CODE)
        and not some(rf"{TIME}|{WHO}")
    ):
        roles = [role_in_forms(x) for x in labels]
        if "name" in roles and len(labels) >= 2 and not some(r"trach nhiem|thoi gian"):
            return "forms"
    if (
        context.kind not in ("form", "policy", "objectives", "manual")
        and context.place == "body"
        and (not some(NO_STEPS) or some(r"trinh tu|cac buoc|luu do|tien trinh"))
    ):
        roles = step_roles(head, table)
        told = (
            "action" in roles
            and ("responsible" in roles or "duration" in roles)
            and context.section not in ("references", "forms", "records")
        )
        whole = (
            "responsible" in roles
            and any(x in roles for x in ("duration", "number", "form", "result"))
            or "duration" in roles
            and "number" in roles
        )
        if told and (
            whole
            or re.search(r"cac buoc|trinh tu|quy trinh|luu do|buoc thuc hien", context.above)
            or some(r"luu do|trinh tu|cac buoc")
        ):
            return "steps"
    return ""


def step_roles(head: Head, table: Table) -> list[str]:
    """Roles of the columns of steps: one number, one action; further columns of action are notes."""
    roles = [role_in_steps(x) for x in head.folded]
    for i, role in enumerate(roles):  # a column "Bước" that holds words is what is done
        if role == "number" and re.search(r"buoc|muc", head.folded[i]):
            cells = [
                t
                for r in range(head.end, len(table.rows))
                if (c := table.at(r, head.spans[i][0])) and (t := c.text) and c.span == 1
            ]
            if cells and sum(len(t) > 14 for t in cells) > len(cells) / 2:
                roles[i] = "action"
        if (
            role == "action"
        ):  # "Thứ tự công việc" over "Bước 1", "Bước 2": the number, whatever its heading
            cells = [
                t
                for r in range(head.end, len(table.rows))
                if (c := table.at(r, head.spans[i][0])) and (t := c.text)
            ]
            if len(cells) > 1 and sum(
                re.fullmatch(r"(buoc|b)?\s*\d{1,2}[.:)]?", fold(t)) is not None for t in cells
            ) > 0.6 * len(cells):
                roles[i] = "number"
    actions = [i for i, r in enumerate(roles) if r == "action"]
    if len(actions) > 1:
        filled = {
            i: sum(
                bool((c := table.at(r, head.spans[i][0])) and re.search(r"[^\W\d_]{2}", c.text))
                for r in range(head.end, len(table.rows))
            )
            for i in actions
        }
        most = max(filled.values())
        keep = next(i for i in actions if filled[i] >= 0.6 * most)
        for i in actions:
            if i != keep:
                roles[i] = "note"
    for i in [i for i, r in enumerate(roles) if r == "number"][1:]:
        roles[i] = "other"
    return [_by_its_cells(role, head, i, table) for i, role in enumerate(roles)]


def _by_its_cells(role: str, head: Head, i: int, table: Table) -> str:
    """A column for one case of the procedure may be headed by the case alone ("Phải xác minh (15 ngày)"): its cells are times."""
    if role not in ("form", "result", "note", "other"):
        return role
    cells = [
        t
        for r in range(head.end, len(table.rows))
        if (c := table.at(r, head.spans[i][0])) and (t := c.text) and re.search(r"\w", t)
    ]
    timed = [t for t in cells if len(t) < 40 and days(t) is not None]
    return "duration" if len(timed) >= 2 and len(timed) >= 0.6 * len(cells) else role


def grid_of(table: Table, context: Context) -> tuple[GridBlock, list[Block]] | None:
    """(grid block, blocks of rows that stand before the heading) of a table that means something; None for others."""
    for head in heads_of(table):
        subject = subject_of(head, context, table)
        if not subject or head.first and head.end >= len(table.rows):
            continue
        roles = (
            step_roles(head, table)
            if subject == "steps"
            else [ROLES[subject](x) for x in head.folded]
        )
        roles = _single(roles, subject, head.folded)
        rows = [_row(table, r, head, roles, subject) for r in range(head.end, len(table.rows))]
        _mark_groups(table, head, rows, roles, subject)
        if subject == "steps" and not any(
            r["kind"] == "row" and _text(r["cells"][roles.index("action")]) for r in rows
        ):
            return None
        grid: GridBlock = {
            "type": "grid",
            "subject": subject,
            "columns": [
                {"role": role, "label": label}
                for role, label in zip(roles, head.labels, strict=True)
            ],
            "rows": rows,
        }
        before = [b for r in range(head.first) for c in table.rows[r] for b in c.blocks]
        return grid, before
    if context.section == "definitions" and context.place == "body" and _two_columns(table):
        head = Head(
            0, 0, [(c.column, c.column + c.span) for c in table.rows[0]], [""] * 2, [""] * 2
        )
        roles = ["term", "meaning"]
        return {
            "type": "grid",
            "subject": "definitions",
            "columns": [{"role": r, "label": ""} for r in roles],
            "rows": [_row(table, r, head, roles, "definitions") for r in range(len(table.rows))],
        }, []
    return None


def continues(table: Table, grid: GridBlock, spans_width: int) -> bool:
    """Whether a table right after a grid goes on with its rows: as wide, and without headings of its own."""
    if table.width != spans_width or not table.rows or len(table.rows[0]) != len(grid["columns"]):
        return False
    return not any(
        words(c.text) in {words(col["label"]) for col in grid["columns"]}
        for c in table.rows[0]
        if c.text
    )


def more_rows(table: Table, grid: GridBlock) -> list[Row]:
    """The rows of a table that goes on with a grid."""
    head = Head(0, 0, [(c.column, c.column + c.span) for c in table.rows[0]], [], [])
    roles = [c["role"] for c in grid["columns"]]
    return [_row(table, r, head, roles, grid["subject"]) for r in range(len(table.rows))]


def _two_columns(table: Table) -> bool:
    return (
        len(table.rows) >= 2
        and all(len(r) == 2 for r in table.rows)
        and all(0 < len(r[0].text) <= 80 for r in table.rows)
    )


def _single(roles: list[str], subject: str, labels: list[str]) -> list[str]:
    """One column for a role where only one can be meant."""
    many = {"duration", "responsible", "form", "result", "note", "other"}
    places = [i for i, r in enumerate(roles) if r == "place"]
    if (
        subject == "records" and len(places) > 1
    ):  # "Người lưu giữ | Nơi lưu giữ": where it is kept is the place
        kept = next(
            (i for i in places if re.search(r"\b(noi|cho|vi tri|o dau|tai)\b", labels[i])),
            places[0],
        )
        roles = ["note" if r == "place" and i != kept else r for i, r in enumerate(roles)]
    out: list[str] = []
    for role in roles:
        out.append(
            role
            if role in many or role not in out
            else "other"
            if role in ("number", "code")
            else "note"
        )
    if subject == "records" and "name" not in out:
        out = ["name" if r == "other" and "name" not in out[:i] else r for i, r in enumerate(out)]
    return out


def _text(html: str) -> str:
    return without_tags(html).strip()


def _mark_groups(table: Table, head: Head, rows: list[Row], roles: list[str], subject: str) -> None:
    """A step that only names the steps below it ("2 | Kiểm tra, đo đạc" over 2.1 and 2.2, merged to the end) is a phase; headings said again are a note."""
    for r, row in enumerate(rows, head.end):
        following = rows[r - head.end + 1] if r + 1 < len(table.rows) else None
        texts = [words(_text(c)) for c in row["cells"]]
        if row["kind"] == "row" and len([t for t in texts if t]) > 1 and texts == head.folded:
            row["kind"] = "note"
        if (
            subject != "steps"
            or row["kind"] != "row"
            or following is None
            or not {"number", "action"} <= set(roles)
        ):
            continue
        number, below = (
            _text(x["cells"][roles.index("number")]).strip(" .):") for x in (row, following)
        )
        filled = {role for role, t in zip(roles, texts, strict=True) if t}
        wide = any(
            c.text and c.span > 1 and c.column + c.span >= head.spans[-1][0] for c in table.rows[r]
        )
        if number and below.startswith(f"{number}.") and filled <= {"number", "action"} and wide:
            row["kind"] = "phase"


_DRAWN = re.compile(
    r"[\s↓↑→←⇓⇒⇩➔▼▲►➢|]+|\W*(bat dau|ket thuc|start|end)\W*"
)  # what a flow chart in cells draws between its steps
# A row headed "Tổng cộng" or "Cộng: 5 ngày" is one; "Công chức", "Tổng hợp ý kiến" and "Tổng cục" begin a step.
_TOTAL = re.compile(r"^(?:tong|cong)(?= *$| \d| (?:cong|so|thoi|ngay|gio|cac|tat ca|toan bo)\b)")


def _row(table: Table, r: int, head: Head, roles: list[str], subject: str) -> Row:
    cells: list[Cell | None] = [None for _ in roles]
    merged: list[int] = []
    own: list[Cell] = []
    for i, (start, stop) in enumerate(head.spans):
        parts: list[Cell] = []
        for cell in table.rows[r]:
            first = next(
                (n for n, (a, b) in enumerate(head.spans) if a <= cell.column < b), len(roles) - 1
            )
            if first == i:
                parts.append(cell)
        if parts:
            own += parts
            cells[i] = (
                parts[0]
                if len(parts) == 1
                else Cell(start, stop - start, 1, [b for c in parts for b in c.blocks])
            )
        elif (above := table.at(r, start)) is not None and not any(
            above is c for c in table.rows[r]
        ):
            merged.append(i)
        elif (
            roles[i] == roles[i - 1] == "duration" and subject == "steps" and i
        ):  # one time for several cases
            cells[i] = cells[i - 1]
    htmls = [cell_text_html(c) if c else "" for c in cells]
    row: Row = {"kind": _kind(own, htmls, roles, head, subject, merged), "cells": htmls}
    if merged and row["kind"] == "row":
        row["merged"] = merged
    if (
        row["kind"] in ("phase", "total")
        and htmls
        and roles[0] == "number"
        and own
        and own[0].span > 1
        and own[0].column <= head.spans[0][0]
        and len(roles) > 1
        and not htmls[1]
    ):
        htmls[0], htmls[1] = "", htmls[0]
    return row


def _kind(
    own: list[Cell],
    htmls: list[str],
    roles: list[str],
    head: Head,
    subject: str,
    merged: list[int],
) -> str:
    filled = [i for i, h in enumerate(htmls) if _text(h)]
    if not filled:
        return "row"
    lead = words(_text(htmls[filled[0]]))
    if subject == "steps" and all(_DRAWN.fullmatch(fold(_text(htmls[i]))) for i in filled):
        return "note"
    if (
        subject == "steps"
        and re.match(r"(ghi chu|luu y|chu thich)\b", lead)
        and not any(roles[i] in ("responsible", "duration") for i in filled)
    ):
        return "note"
    if subject in ("steps", "dossier", "records", "forms", "definitions"):
        if (
            _TOTAL.match(lead)
            or len(filled) > 1
            and _TOTAL.match(words(_text(htmls[filled[1]])))
            and roles[filled[0]] == "number"
        ):
            return "total"
        wide = [
            c
            for c in own
            if c.text and c.span > 1 and c.span >= 0.6 * (head.spans[-1][1] - head.spans[0][0])
        ]
        if len(filled) == 1 and wide and not merged:
            return (
                "note"
                if re.match(r"(ghi chu|luu y|chu thich)\b", lead) or len(lead) > 250
                else "phase"
            )
        if (
            subject == "steps"
            and len(filled) <= 2
            and re.match(
                r"(giai doan|phan [ivx\d]|[ivx]+ )",
                words(" ".join(_text(htmls[i]) for i in filled)),
            )
            and not merged
            and not any(roles[i] in ("responsible", "duration") for i in filled)
        ):
            return "phase"
    return "row"
