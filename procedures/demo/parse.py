"""The demonstration documents, from TOML with light markup to neutral content. Pure Python,
no Django.

One file is one document: facts on top, then `[[versions]]`, oldest first. A version's text is

    content  the whole text, or
    edits    pairs [old, new], each old text standing exactly once in the version before.

The markup of a text, line by line:

    # 1. MỤC ĐÍCH            a section; its kind follows from the title, or stands behind as {#records}
    ## 5.1. Hồ sơ            a heading inside the section (## is level 2, ### is level 3, #### level 4)
    a line of words          a paragraph; **strong** and *em* inside
    - words                  a bullet; two blanks before it make it a bullet of the second level
    %% steps                 a grid until the next blank line: first its columns, then its rows,
                             cells parted by |, a new line inside a cell as //
                             rows beginning with "> " are phases, "= " totals, "! " notes
    %% table                 a plain table, the first row its head
"""

import datetime
import html
import re
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

SECTION_TITLES = {
    "MỤC ĐÍCH": "purpose",
    "PHẠM VI": "scope",
    "PHẠM VI ÁP DỤNG": "scope",
    "TÀI LIỆU VIỆN DẪN": "references",
    "ĐỊNH NGHĨA, VIẾT TẮT": "definitions",
    "ĐỊNH NGHĨA/VIẾT TẮT": "definitions",
    "NỘI DUNG": "content",
    "NỘI DUNG QUY TRÌNH": "content",
    "BIỂU MẪU": "forms",
    "HỒ SƠ CẦN LƯU": "records",
    "HỒ SƠ LƯU": "records",
}
SECTION_KINDS = {
    "purpose",
    "scope",
    "references",
    "definitions",
    "content",
    "forms",
    "records",
    "other",
}

COLUMN_LABELS = {
    "TT": "number",
    "Bước": "number",
    "Trình tự": "action",
    "Nội dung công việc": "action",
    "Trách nhiệm": "responsible",
    "Thời gian": "duration",
    "Biểu mẫu/Kết quả": "result",
    "Kết quả": "result",
    "Tên giấy tờ": "name",
    "Tên biểu mẫu": "name",
    "Tên hồ sơ": "name",
    "Bản chính": "original",
    "Bản sao": "copy",
    "Mã hiệu": "code",
    "Nơi lưu": "place",
    "Thời hạn lưu": "retention",
    "Ghi chú": "note",
    "Từ ngữ": "term",
    "Giải thích": "meaning",
    "Lần": "number",
    "Ngày": "date",
    "Nội dung thay đổi": "summary",
}
GRID_SUBJECTS = {"steps", "dossier", "forms", "records", "amendments", "definitions"}
ROW_MARKS = {"> ": "phase", "= ": "total", "! ": "note"}


class MarkupError(ValueError):
    """A demonstration file can't be read; the message names the line."""


# ---------------------------------------------------------------- text


def inline(text: str) -> str:
    """One line of markup as an HTML fragment."""
    fragment = html.escape(text.strip(), quote=False)
    fragment = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", fragment)
    return re.sub(r"(?<!\*)\*([^*]+?)\*(?!\*)", r"<em>\1</em>", fragment)


def cell(text: str) -> str:
    """A cell: like a line, but // starts a new line."""
    return "<br>".join(inline(part) for part in text.split(" // "))


def text_block(lines: list[str]) -> dict:
    """Paragraphs and bullets as one text block."""
    out: list[str] = []
    depth = 0
    for line in lines:
        bullet = re.match(r"( *)- (.*)", line)
        wanted = 0 if bullet is None else 1 + (len(bullet.group(1)) >= 2)
        if wanted > depth:
            if depth:
                out[-1] = out[-1].removesuffix("</li>")
            out.append("<ul>" * (wanted - depth))
        elif wanted < depth:
            out.append(
                "</ul></li></ul>"
                if (depth, wanted) == (2, 0)
                else "</ul></li>"
                if wanted
                else "</ul>"
            )
        depth = wanted
        out.append(f"<li>{inline(bullet.group(2))}</li>" if bullet else f"<p>{inline(line)}</p>")
    if depth:
        out.append("</ul></li></ul>" if depth == 2 else "</ul>")
    return {"type": "text", "html": "".join(out)}


# ---------------------------------------------------------------- tables


def split_row(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def plain_table(lines: list[str]) -> dict:
    """A table with a header row."""
    head, *rows = [split_row(line) for line in lines]
    for row in rows:
        if len(row) != len(head):
            raise MarkupError(f"{len(row)} cells under {len(head)} columns: {' | '.join(row)}")
    body = "".join("<tr>" + "".join(f"<td>{cell(c)}</td>" for c in row) + "</tr>" for row in rows)
    top = "".join(f"<th>{cell(c)}</th>" for c in head)
    return {
        "type": "table",
        "html": f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>",
    }


def column(label: str) -> dict:
    """A column; `duration:Không phải xác minh` gives the role explicitly if the label doesn't
    reveal it."""
    role, colon, rest = label.partition(":")
    if colon and role in set(COLUMN_LABELS.values()) | {"form", "other"}:
        return {"role": role, "label": rest.strip()}
    if label in COLUMN_LABELS:
        return {"role": COLUMN_LABELS[label], "label": label}
    raise MarkupError(f"unknown column: {label}")


def grid(subject: str, lines: list[str]) -> dict:
    """A typed grid; phase, total and note rows may have fewer cells than there are columns."""
    columns = [column(label) for label in split_row(lines[0])]
    rows = []
    for line in lines[1:]:
        kind = ROW_MARKS.get(line[:2], "row")
        cells = split_row(line if kind == "row" else line[2:])
        if kind in ("phase", "note") and len(cells) == 1:
            place = 1 if columns[0]["role"] == "number" else 0
            cells = [""] * place + cells + [""] * (len(columns) - place - 1)
        if len(cells) != len(columns):
            raise MarkupError(f"{len(cells)} cells under {len(columns)} columns: {line}")
        rows.append({"kind": kind, "cells": [cell(c) for c in cells]})
    return {"type": "grid", "subject": subject, "columns": columns, "rows": rows}


# ---------------------------------------------------------------- sections


def section_of(line: str) -> dict:
    found = re.fullmatch(r"# (?:(\d+\.|[IVX]+\.) )?(.+?)(?: \{#(\w+)\})?", line)
    if not found:
        raise MarkupError(f"not a section: {line}")
    number, title, kind = found.groups()
    kind = kind or SECTION_TITLES.get(title.upper(), "other")
    if kind not in SECTION_KINDS:
        raise MarkupError(f"unknown kind of section: {kind}")
    return {"kind": kind, "place": "body", "number": number or "", "title": title, "blocks": []}


def heading_of(line: str) -> dict:
    found = re.fullmatch(r"(#{2,4}) (?:((?:\d+\.)+|[a-zđ]\)) )?(.+)", line)
    if not found:
        raise MarkupError(f"not a heading: {line}")
    marks, number, title = found.groups()
    return {"type": "heading", "number": number or "", "title": title, "level": len(marks)}


def content_of(text: str) -> dict:
    """The neutral content of one text in markup."""
    sections: list[dict] = []
    lines = iter(text.strip().splitlines() + [""])
    words: list[str] = []

    def close_words() -> None:
        if words:
            sections[-1]["blocks"].append(text_block(words))
            words.clear()

    for line in lines:
        line = line.rstrip()
        if line.startswith("# "):
            close_words()
            sections.append(section_of(line))
        elif not sections and line:
            raise MarkupError(f"text before the first section: {line}")
        elif line.startswith("##"):
            close_words()
            sections[-1]["blocks"].append(heading_of(line))
        elif line.startswith("%% "):
            close_words()
            subject = line[3:].strip()
            rows = []
            for row in lines:
                if not row.strip():
                    break
                rows.append(row.rstrip())
            if subject != "table" and subject not in GRID_SUBJECTS:
                raise MarkupError(f"unknown grid: {subject}")
            sections[-1]["blocks"].append(
                plain_table(rows) if subject == "table" else grid(subject, rows)
            )
        elif line:
            words.append(line)
    close_words()
    return {"sections": sections}


# ---------------------------------------------------------------- versions


def edited(text: str, edits: list[list[str]]) -> str:
    """The text after applying each pair [old, new]."""
    for old, new in edits:
        if text.count(old) != 1:
            raise MarkupError(f"stands {text.count(old)} times, not once: {old}")
        text = text.replace(old, new)
    return text


def version_texts(versions: list[dict]) -> list[str]:
    """The markup of each version, oldest first."""
    texts: list[str] = []
    for version in versions:
        text = version.get("content") or texts[-1]
        texts.append(edited(text, version.get("edits", [])).strip() + "\n")
    return texts


def _written(day: datetime.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "……"


def amendments(issued: list[dict]) -> dict:
    """The amendment log as printed at the front of the last of these versions."""
    rows = [
        f"{v['issue_number']:02}/{v['revision_number']:02} | {_written(v['issued_on'])} | {v['summary']}"
        for v in issued
    ]
    block = grid("amendments", ["Lần | Ngày | Nội dung thay đổi", *rows])
    return {
        "kind": "other",
        "place": "front",
        "number": "",
        "title": "THEO DÕI SỬA ĐỔI TÀI LIỆU",
        "blocks": [block],
    }


def workday(day: datetime.date) -> datetime.date:
    """The day, or the Friday before a weekend: nobody signs on a Sunday."""
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def dated(version: dict, what: str, today: datetime.date) -> datetime.date | None:
    """`issued_on` or `issued_in_days` (from today, negative for the past); None without either."""
    if f"{what}_in_days" in version:
        return workday(today + datetime.timedelta(days=version[f"{what}_in_days"]))
    return version.get(f"{what}_on")


# ---------------------------------------------------------------- files


def read_document(path: Path, today: datetime.date) -> dict:
    """One document with its versions, each with `content`, `issued_on` and `effective_on`
    filled in.

    A version without an issue date is a draft; only the last may be one.
    """
    with path.open("rb") as source:
        document = tomllib.load(source)
    document["file"] = path.name
    versions = document["versions"]
    issued: list[dict] = []
    for version, text in zip(versions, version_texts(versions), strict=True):
        version["markup"] = text
        version["content"] = content_of(text)
        version["issued_on"] = dated(version, "issued", today)
        version["effective_on"] = dated(version, "effective", today) or version["issued_on"]
        version.setdefault("revision_number", 0)
        version.setdefault("signers", document.get("signers", {}))
        if version["issued_on"]:
            issued.append(version)
            if document["kind"] == "procedure":
                version["content"]["sections"].insert(0, amendments(issued))
    return document


def read_documents(today: datetime.date, folder: Path = FOLDER / "documents") -> list[dict]:
    """Every document, in the order of the folder."""
    return [read_document(path, today) for path in sorted(folder.glob("*/*.toml"))]


def read_table(name: str) -> dict:
    """One of the plain tables next to this file, such as agencies.toml."""
    with (FOLDER / name).open("rb") as source:
        return tomllib.load(source)
