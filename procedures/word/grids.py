"""Tables that mean something: steps, dossier, forms, records, amendments, definitions. Told by their headings."""

import re
from dataclasses import dataclass

from .html import cell_text_html
from .model import Cell, Paragraph, Table
from ..wording import words

_TIME = r"thoi gian|thoi han|tien do|so ngay|so gio|so phut|han hoan thanh|han xu ly|^han|khi nao|ngay lam viec|bao lau|^ngay$|^gio$"
_WHO = (
    r"trach nhiem|nguoi thuc hien|ai lam|ai thuc hien|don vi|bo phan|nguoi phu trach|chu tri|chuc danh|nguoi chiu|noi thuc hien|co quan thuc hien|vi tri"
    r"|nguoi lam|phu trach|doi tuong thuc hien|nguoi giai quyet|can bo|cong chuc|^nguoi|^ai$|chu the|tham quyen|thuc hien boi"
)
_DO = (
    r"trinh tu|noi dung|cong viec|cac buoc|luu do|so do|hoat dong|mo ta|dien giai|quy trinh|tien trinh|viec|lam gi|buoc thuc hien|ten buoc|thao tac|hanh dong"
    r"|buoc tien hanh|cong doan|giai doan|nhiem vu|buoc xu ly"
)
_FORM = r"bieu mau|mau bieu|ho so|ghi vao|^mau|tai lieu|^bm|van ban"
_RESULT = r"ket qua|san pham|dau ra"
_NUMBER = r"^(tt|stt|s tt|so tt|so thu tu|thu tu|no|so|muc|buoc|stt buoc|buoc so|ma buoc|b)$"
_RETENTION = (
    r"\b(thoi (gian|han|luong)|han)\b.*(luu|bao quan|giu)|giu .*bao lau|luu .*bao lau|(luu|bao quan|giu)( trong)? (thoi|den)|^thoi han$|so nam luu|nam luu"
)
_PLACE = r"noi (luu|giu|bao quan|cat|de|quan ly)|cho (de|luu|giu)|nguoi (luu|giu)|noi nguoi luu|bo phan (luu|giu)|don vi (luu|giu)|vi tri luu|trach nhiem luu|luu (o|tai)|phong luu|luu giu tai|phuong phap luu"
_CODE = r"ma hieu|ma so|ky hieu|so hieu|^ma|^so$|^code"
_NO_STEPS = r"muc tieu|chi tieu|bien phap|rui ro|co hoi|kinh phi|chi so|tan suat|^loai$|trinh do|ho va ten|ho ten"


def role_in_steps(label: str) -> str:
    """The role of a column of steps by its folded heading."""
    if re.search(_NUMBER, label):
        return "number"
    if re.search(_TIME, label) and not re.search(_RETENTION.replace("|^thoi han$", ""), label):
        return "duration"
    if re.search(r"ghi chu|luu y|cach thuc|phuong thuc|cong cu|phuong tien|can cu|yeu cau", label):
        return "note"
    if re.search(r"^(trach nhiem|nguoi|don vi|bo phan|ai |co quan|chu tri|can bo|cong chuc|chuc danh|vi tri)", label):
        return "responsible"
    if re.search(rf"^({_DO})", label) and not re.search(r"^(noi dung )?(bieu mau|ho so)", label):
        return "action"
    for role, pattern in (("result", _RESULT), ("form", _FORM), ("action", _DO), ("responsible", _WHO)):
        if re.search(pattern, label):
            return role
    return "responsible" if re.search(r"thuc hien|xu ly", label) else "other"


def role_in_records(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(_RETENTION, label) or re.search(r"thoi (gian|han)|bao lau", label):
        return "retention"
    if re.search(_PLACE, label) or re.search(r"^(noi|cho|nguoi|bo phan|don vi|phong|trach nhiem)", label):
        return "place"
    if re.search(_CODE, label):
        return "code"
    if re.search(r"ten|ho so|tai lieu|bieu mau|van ban|noi dung|loai", label):
        return "name"
    return "note" if re.search(r"ghi chu|hinh thuc|cach|dang", label) else "other"


def role_in_forms(label: str) -> str:
    if re.search(r"^(tt|stt|so tt|so thu tu|thu tu|no)$", label):
        return "number"
    if re.search(_CODE, label) or re.search(r"^(ma|so) ", label):
        return "code"
    if re.search(r"ten|bieu mau|mau bieu|noi dung|tai lieu|mau", label):
        return "name"
    return "note" if re.search(r"ghi chu|su dung|buoc|ap dung", label) else "other"


def role_in_dossier(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(r"ban chinh|ban goc", label) and not re.search(r"ban sao", label):
        return "original"
    if re.search(r"ban sao|ban chup|ban photo", label) and not re.search(r"ban chinh|ban goc", label):
        return "copy"
    if re.search(r"ten|thanh phan|giay to|ho so|tai lieu|noi dung|loai", label):
        return "name"
    return "note" if re.search(r"ghi chu|luu y|so luong|yeu cau|hinh thuc|mau", label) else "other"


def role_in_amendments(label: str) -> str:
    if re.search(r"^(tt|stt|so tt|so thu tu|thu tu|no)$", label):
        return "other"
    if re.search(r"^ngay|thoi (gian|diem)|^date", label):
        return "date"
    if re.search(r"^(so )?(lan|phien ban|ban sua doi|so sua doi|version)|lan (ban hanh|sua doi|bh)", label) and not re.search(
        r"noi dung|tom (luoc|tat)|mo ta", label
    ):
        return "number"
    if re.search(r"noi dung|tom (luoc|tat)|mo ta|dien giai|nhung thay doi|chi tiet", label) and not re.search(r"^(vi tri|trang|muc|chuong|phan)", label):
        return "summary"
    if re.search(r"vi tri|trang|chuong|muc|phan|dieu", label):
        return "place"
    return "note" if re.search(r"ghi chu|ly do|can cu|co so|phe duyet|nguoi", label) else "other"


def role_in_definitions(label: str) -> str:
    if re.search(_NUMBER, label):
        return "number"
    if re.search(r"giai thich|y nghia|nghia|dien giai|noi dung|viet day du|day du|mo ta|giai nghia|dinh nghia", label) and not re.search(
        r"^(thuat ngu|tu|chu|cum|ky hieu)\b", label
    ):
        return "meaning"
    return "term" if re.search(r"thuat ngu|tu|chu|cum|ky hieu|viet tat|khai niem", label) else "other"


ROLES = {
    "steps": role_in_steps,
    "records": role_in_records,
    "forms": role_in_forms,
    "dossier": role_in_dossier,
    "amendments": role_in_amendments,
    "definitions": role_in_definitions,
}


@dataclass
class Head:
    """The heading rows of a table: where they end, and each column's place and words."""

    first: int
    end: int
    spans: list  # (from, to) in grid columns
    labels: list  # printed
    folded: list


@dataclass
class Context:
    """Where a table stands: kind of section, folded words of the headings above it."""

    section: str = ""
    above: str = ""
    kind: str = ""  # of the document
    place: str = "body"


def heads_of(table: Table):
    """Possible headings of a table: its first rows, from the first that has at least two cells."""
    for first in range(min(3, len(table.rows))):
        row = table.rows[first]
        if len(row) < 2:
            continue
        height = max(1, min(3, min((c.rows for c in row), default=1)))
        if any(c.rows > height for c in row) and any(c.span > 1 and c.rows == height for c in row):
            height = max(2, min(3, max(c.rows for c in row)))
        elif height == 1 and any(c.rows > 1 for c in row) and all(c.rows > 1 or c.span > 1 for c in row):
            height = min(3, max(c.rows for c in row))
        end = min(first + height, len(table.rows))
        spans, labels = [], []
        column, bottom = 0, end - 1
        while column < table.width:
            low = table.at(bottom, column)
            if low is None:
                column += 1
                continue
            parts = []
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

    def some(pattern):
        return any(re.search(pattern, x) for x in labels)

    amended = some(r"sua doi|thay doi|bo sung|cap nhat") or re.search(r"sua doi|thay doi|lich su", context.above)
    if amended and context.section in ("", "other") or (amended and context.place == "front"):
        roles = [role_in_amendments(x) for x in labels]
        if "summary" in roles and ("number" in roles or "date" in roles):
            return "amendments"
    strict = _RETENTION if context.section == "records" else _RETENTION.replace("|^thoi han$", "")
    if some(strict) or context.section != "content" and some(_PLACE):
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
    if context.section == "forms" or some(r"bieu mau|mau bieu|ten mau") and some(_CODE) and not some(rf"{_TIME}|{_WHO}"):
        roles = [role_in_forms(x) for x in labels]
        if "name" in roles and len(labels) >= 2 and not some(r"trach nhiem|thoi gian"):
            return "forms"
    if context.kind not in ("form", "policy", "objectives", "manual") and context.place == "body" and not some(_NO_STEPS):
        roles = step_roles(head, table)
        if "action" in roles and ("responsible" in roles or "duration" in roles) and context.section not in ("references", "forms", "records"):
            if (
                "responsible" in roles
                and ("duration" in roles or "number" in roles or "form" in roles or "result" in roles)
                or "duration" in roles
                and "number" in roles
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
            cells = [t for r in range(head.end, len(table.rows)) if (c := table.at(r, head.spans[i][0])) and (t := c.text) and c.span == 1]
            if cells and sum(len(t) > 14 for t in cells) > len(cells) / 2:
                roles[i] = "action"
    actions = [i for i, r in enumerate(roles) if r == "action"]
    if len(actions) > 1:
        filled = {
            i: sum(bool((c := table.at(r, head.spans[i][0])) and re.search(r"[^\W\d_]{2}", c.text)) for r in range(head.end, len(table.rows))) for i in actions
        }
        most = max(filled.values())
        keep = next(i for i in actions if filled[i] >= 0.6 * most)
        for i in actions:
            if i != keep:
                roles[i] = "note"
    for role in ("number",):
        seen = [i for i, r in enumerate(roles) if r == role]
        for i in seen[1:]:
            roles[i] = "other"
    return roles


def grid_of(table: Table, context: Context) -> tuple[dict, list] | None:
    """(grid block, blocks of rows that stand before the heading) of a table that means something; None for others."""
    for head in heads_of(table):
        subject = subject_of(head, context, table)
        if not subject:
            continue
        roles = step_roles(head, table) if subject == "steps" else [ROLES[subject](x) for x in head.folded]
        roles = _single(roles, subject)
        rows = [_row(table, r, head, roles, subject) for r in range(head.end, len(table.rows))]
        if subject == "steps" and not any(r["kind"] == "row" and _text(r["cells"][roles.index("action")]) for r in rows):
            return None
        grid = {
            "type": "grid",
            "subject": subject,
            "columns": [{"role": role, "label": label} for role, label in zip(roles, head.labels, strict=True)],
            "rows": rows,
        }
        before = [b for r in range(head.first) for c in table.rows[r] for b in c.blocks]
        return grid, before
    if context.section == "definitions" and context.place == "body" and _two_columns(table):
        head = Head(0, 0, [(c.column, c.column + c.span) for c in table.rows[0]], [""] * 2, [""] * 2)
        roles = ["term", "meaning"]
        return {
            "type": "grid",
            "subject": "definitions",
            "columns": [{"role": r, "label": ""} for r in roles],
            "rows": [_row(table, r, head, roles, "definitions") for r in range(len(table.rows))],
        }, []
    return None


def continues(table: Table, grid: dict, spans_width: int) -> bool:
    """Whether a table right after a grid goes on with its rows: as wide, and without headings of its own."""
    if table.width != spans_width or not table.rows or len(table.rows[0]) != len(grid["columns"]):
        return False
    return not any(words(c.text) in {words(col["label"]) for col in grid["columns"]} for c in table.rows[0] if c.text)


def more_rows(table: Table, grid: dict) -> list[dict]:
    """The rows of a table that goes on with a grid."""
    head = Head(0, 0, [(c.column, c.column + c.span) for c in table.rows[0]], [], [])
    roles = [c["role"] for c in grid["columns"]]
    return [_row(table, r, head, roles, grid["subject"]) for r in range(len(table.rows))]


def _two_columns(table):
    return len(table.rows) >= 2 and all(len(r) == 2 for r in table.rows) and all(0 < len(r[0].text) <= 80 for r in table.rows)


def _single(roles, subject):
    """One column for a role where only one can be meant."""
    many = {"duration", "responsible", "form", "result", "note", "other"}
    out: list[str] = []
    for role in roles:
        out.append(role if role in many or role not in out else "other" if role in ("number", "code") else "note")
    if subject == "records" and "name" not in out:
        out = ["name" if r == "other" and "name" not in out[:i] else r for i, r in enumerate(out)]
    return out


def _text(html):
    return re.sub(r"<[^>]*>", "", html).strip()


_TOTAL = re.compile(r"^(tong|cong|tong cong|tong so|tong thoi gian)\b")


def _row(table, r, head, roles, subject):
    cells = ["" for _ in roles]
    merged, own = [], []
    for i, (start, stop) in enumerate(head.spans):
        parts = []
        for cell in table.rows[r]:
            first = next((n for n, (a, b) in enumerate(head.spans) if a <= cell.column < b), len(roles) - 1)
            if first == i:
                parts.append(cell)
        if parts:
            own += parts
            cells[i] = parts[0] if len(parts) == 1 else Cell(start, stop - start, 1, [b for c in parts for b in c.blocks])
        elif (above := table.at(r, start)) is not None and not any(above is c for c in table.rows[r]):
            merged.append(i)
    htmls = [cell_text_html(c) if isinstance(c, Cell) else "" for c in cells]
    row = {"kind": _kind(own, htmls, roles, head, subject, merged), "cells": htmls}
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


def _kind(own, htmls, roles, head, subject, merged):
    filled = [i for i, h in enumerate(htmls) if _text(h)]
    if not filled:
        return "row"
    lead = words(_text(htmls[filled[0]]))
    if subject in ("steps", "dossier", "records", "forms", "definitions"):
        if _TOTAL.match(lead) or len(filled) > 1 and _TOTAL.match(words(_text(htmls[filled[1]]))) and roles[filled[0]] == "number":
            return "total"
        wide = [c for c in own if c.text and c.span > 1 and c.span >= 0.6 * (head.spans[-1][1] - head.spans[0][0])]
        if len(filled) == 1 and wide and not merged:
            return "note" if re.match(r"(ghi chu|luu y|chu thich)\b", lead) or len(lead) > 250 else "phase"
        if (
            subject == "steps"
            and len(filled) <= 2
            and re.match(r"(giai doan|phan [ivx\d]|[ivx]+ )", words(" ".join(_text(htmls[i]) for i in filled)))
            and not merged
            and not any(roles[i] in ("responsible", "duration") for i in filled)
        ):
            return "phase"
    return "row"


# layout tables

_SUBTITLE = re.compile(
    r"^(co so phap ly|can cu phap ly|dieu kien|thanh phan ho so|so luong|thoi (gian|han)|noi (tiep nhan|nop)|phi|le phi|quy trinh|doi tuong|ket qua|co quan|muc dich|pham vi|tai lieu"
    r"|dinh nghia|thuat ngu|noi dung|bieu mau|ho so|cach thuc|trinh tu|yeu cau|linh vuc|mau don|luu tru|trach nhiem)\b"
)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-ZĐ])\s*[.)]?\s*$")
_LED = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,5}|[A-ZĐ])\s*[.)]\s*(\S.*)$", re.S)


def unfold_layout(table: Table) -> list | None:
    """A table that only lays out a text (rows "5.1 | Cơ sở pháp lý", then its text) as the blocks it lays out; None for true tables."""
    starts = {}
    for r, row in enumerate(table.rows):
        cells = [c for c in row if c.text]
        if not cells or cells[0].column > 0 and not (len(row) and row[0].rows > 1):
            continue
        if (
            _NUMBERED.match(cells[0].text)
            and len(cells) >= 2
            and _SUBTITLE.match(words(cells[1].text))
            and len(cells[1].lines) <= 2
            and len(cells[1].text) < 160
        ):
            starts[r] = 2
        elif (m := _LED.match(cells[0].text)) and _SUBTITLE.match(words(m.group(1))) and len(cells[0].lines) == 1 and len(cells[0].text) < 160:
            starts[r] = 1
    if len(starts) < 3 or min(starts) > 2:
        return None
    blocks: list = []
    order = sorted(starts)
    for r in range(min(order)):
        blocks += [b for c in table.rows[r] for b in c.blocks]
    for r, following in zip(order, [*order[1:], len(table.rows)], strict=True):
        cells = [c for c in table.rows[r] if c.text]
        lead = cells[: starts[r]]
        blocks.append(_joined_title(lead))
        rest = cells[starts[r] :]
        body = Table(rows=[list(x) for x in table.rows[r + 1 : following]], width=table.width)
        if rest and any(len([c for c in x if c.text]) > 1 for x in body.rows) and all(len(c.text) < 40 for c in rest):
            blocks.pop()  # "5.2 | Thành phần hồ sơ | Bản chính | Bản sao": the row is the heading of a table too
            blocks.append(_joined_title(lead))
            head = [Cell(0, rest[0].column, 1, [])] + [Cell(c.column, c.span, 1, c.blocks) for c in rest]
            blocks.append(Table(rows=[head, *body.rows], width=table.width, heads=1))
            continue
        for c in rest:
            blocks += c.blocks
        blocks += _body_blocks(body)
    return blocks


def _joined_title(cells):
    from .model import Run

    first = cells[0].paragraphs
    number = cells[0].text if len(cells) > 1 else ""
    runs = [r for c in cells[-1:] for n, p in enumerate(p for p in c.paragraphs if not p.empty) for r in ([Run(" ", True)] if n else []) + p.runs]
    source = next((p for p in first if not p.empty), None)
    made = Paragraph([Run(r.text, True, r.italic, r.underline, r.position, r.href, r.caps) for r in runs])
    if number:
        made.runs.insert(0, Run(number + " ", True))
    elif source is not None and source.number:
        made.number = source.number
    made.images = [i for c in cells for p in c.paragraphs for i in p.images]
    return made


def _body_blocks(body):
    """Rows of one filled cell are text; rows of several are a table."""
    out: list = []
    group: list = []

    def flush():
        if group:
            out.append(Table(rows=_shifted(group), width=body.width))
            group.clear()

    for row in body.rows:
        filled = [c for c in row if c.text or any(isinstance(b, Table) or b.images for b in c.blocks)]
        if len(filled) <= 1 and not group:
            for c in filled:
                out.extend(c.blocks)
        elif len(filled) <= 1 and (not filled or filled[0].span >= body.width - 1):
            flush()
            for c in filled:
                out.extend(c.blocks)
        else:
            group.append(row)
    flush()
    return out


def _shifted(rows):
    for i, row in enumerate(rows):
        for c in row:
            c.rows = max(1, min(c.rows, len(rows) - i))
    return [list(r) for r in rows]
