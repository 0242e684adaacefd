"""Tables with a meaning (steps, dossier, forms, records, amendments, definitions), recognised by
their headings."""

import re

from procedures.content.candidates.labels import is_time, role_of_label
from procedures.content.candidates.step_parts import NUMBER_ALONE
from procedures.content.forms import FORM_CODE
from procedures.content.schema import GridBlock, Row
from procedures.content.wording import words
from procedures.word.columns import ROLES
from procedures.word.grid_rows import bare_text, mark_groups, row_of
from procedures.word.heads import Head, heads_of, step_roles
from procedures.word.model import Block, Table
from procedures.word.subjects import Context, subject_of
from procedures.word.taught_columns import columns_taught, with_taught


def grid_of(table: Table, context: Context) -> tuple[GridBlock, list[Block]] | None:
    """(grid block, blocks of the rows before the heading) of a table with a known subject; None
    for others."""
    for head in heads_of(table):
        taught = columns_taught(head.folded, context.rules)
        if taught is None and (_is_card(table) or _is_a_step(head) or _is_an_entry(head)):
            continue
        subject = taught[0] if taught else subject_of(head, context, table)
        if not subject or head.first and head.end >= len(table.rows):
            continue
        roles = (
            step_roles(head, table)
            if subject == "steps"
            else [ROLES[subject](x) for x in head.folded]
        )
        roles = _single(with_taught(roles, taught[1] if taught else {}), subject, head.folded)
        rows = [row_of(table, r, head, roles, subject) for r in range(head.end, len(table.rows))]
        mark_groups(table, head, rows, roles, subject)
        if subject == "steps" and not any(
            r["kind"] == "row" and bare_text(r["cells"][roles.index("action")])
            for r in rows
            if "action" in roles
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
            "rows": [row_of(table, r, head, roles, "definitions") for r in range(len(table.rows))],
        }, []
    return None


def _is_card(table: Table) -> bool:
    """Whether the first column has labels and the next their values: a card of one step,
    without headings."""
    labels = [role_of_label(r[0].text) for r in table.rows if len(r) == 2]
    return len(set(filter(None, labels))) >= 3 and table.width == 2


def _is_a_step(head: Head) -> bool:
    """Whether the first row of a table without headings is a step itself: "B3 | Kiểm tra | Văn thư
    | 02 ngày"."""
    said = head.labels
    numbered = bool(said) and NUMBER_ALONE.match(said[0]) is not None
    return head.end - head.first == 1 and numbered and any(is_time(x) for x in said[1:])


def _is_an_entry(head: Head) -> bool:
    """Whether the first row of a list without headings is an entry: "1 | Phiếu đề xuất | BM-02"."""
    said = head.labels
    numbered = bool(said) and NUMBER_ALONE.match(said[0]) is not None
    return head.end - head.first == 1 and numbered and any(FORM_CODE.search(x) for x in said[1:])


def continues(table: Table, grid: GridBlock, spans_width: int) -> bool:
    """Whether a table right after a grid continues it: same width, and no headings of its own."""
    if table.width != spans_width or not table.rows or len(table.rows[0]) != len(grid["columns"]):
        return False
    return not any(
        words(c.text) in {words(col["label"]) for col in grid["columns"]}
        for c in table.rows[0]
        if c.text
    )


def more_rows(table: Table, grid: GridBlock) -> list[Row]:
    """The rows of a table that continues a grid."""
    head = Head(0, 0, [(c.column, c.column + c.span) for c in table.rows[0]], [], [])
    roles = [c["role"] for c in grid["columns"]]
    return [row_of(table, r, head, roles, grid["subject"]) for r in range(len(table.rows))]


def _two_columns(table: Table) -> bool:
    return (
        len(table.rows) >= 2
        and all(len(r) == 2 for r in table.rows)
        and all(0 < len(r[0].text) <= 80 for r in table.rows)
    )


def _single(roles: list[str], subject: str, labels: list[str]) -> list[str]:
    """The roles, with one column at most for each role that a table has only once."""
    many = {"duration", "responsible", "form", "result", "note", "other"}
    places = [i for i, r in enumerate(roles) if r == "place"]
    # "Người lưu giữ | Nơi lưu giữ": the second is the place
    if subject == "records" and len(places) > 1:
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
