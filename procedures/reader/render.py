"""Neutral content as safe HTML. Whatever the content holds, what comes out has only the tags and attributes named here.

A version never changes, so its HTML is kept in the cache under its digest; `EDITION` goes up when this module draws otherwise."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import nh3
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures import content as reading
from procedures.content import outline
from procedures.content.case_names import split_cases
from procedures.content.schema import (
    Block,
    Content,
    GridBlock,
    PictureBlock,
    is_grid,
    is_picture,
    is_table,
    is_text,
)
from procedures.content.schema import Row as GridRow
from procedures.files import Addresses
from procedures.reader import facts, flowchart
from procedures.reader.steps import Step, bare, steps_of
from qms.text.codes import code_key

EDITION = 10
KEPT_SECONDS = 24 * 3600

TEXT_TAGS = {"p", "strong", "em", "u", "sup", "sub", "ul", "ol", "li", "a", "br", "b", "i"}
TABLE_TAGS = TEXT_TAGS | {"table", "thead", "tbody", "tr", "th", "td", "img"}
ATTRIBUTES = {
    "a": {"href"},
    "td": {"rowspan", "colspan"},
    "th": {"rowspan", "colspan"},
    "img": {"src", "alt"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_PICTURE = re.compile(r"sha256:([0-9a-f]{64})\Z")
_SPAN = re.compile(r"[1-9]\d{0,2}\Z")
_COLON = re.compile(r"^(\s*<p>)\s*:\s*")
_TOP_TABLE = re.compile(r"</?table>")

FileUrl = Callable[[str], str]  # SHA-256 -> address, "" where there is none
_NOT_SHOWN = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


class Cleaner:
    """Makes fragments safe. Pictures get the address that `shown` gives for their SHA-256; where a browser can't show one,
    `saved` gives the address of its download."""

    def __init__(self, shown: FileUrl, saved: FileUrl | None = None) -> None:
        self.shown = shown
        self.saved = saved or (lambda sha256: "")
        self._text = self._cleaner(TEXT_TAGS)
        self._table = self._cleaner(TABLE_TAGS)

    def _cleaner(self, tags: set[str]) -> nh3.Cleaner:
        return nh3.Cleaner(
            tags=tags,
            attributes=ATTRIBUTES,
            link_rel="noopener nofollow",
            attribute_filter=self._attribute,
            url_schemes=SCHEMES | {"sha256"},
        )

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value that is kept, None for none. No value keeps an angle bracket, so that tags can be told from text afterwards."""
        if name == "src":
            found = _PICTURE.match(value)
            return (self.shown(found[1]) or None) if found else None
        if name == "href":
            return (
                None
                if value.lower().startswith("sha256:")
                else value.replace("<", "%3C").replace(">", "%3E")
            )
        if name in {"rowspan", "colspan"}:
            return value if _SPAN.match(value) else None
        return value.replace("<", "‹").replace(">", "›")

    def text(self, fragment: str) -> SafeString:
        """Paragraphs and inline text."""
        if "<" not in fragment and "&" not in fragment:
            return mark_safe(escape(fragment, quote=False))  # noqa: S308 - escaped
        return mark_safe(self._text.clean(fragment))  # noqa: S308 - cleaned

    def table(self, fragment: str) -> SafeString:
        """Tables, each outermost one in a frame that scrolls by itself."""
        missing = f'<span class="placeholder">{escape(_("Hình không hiển thị được"))}</span>'
        return mark_safe(_framed(_NOT_SHOWN.sub(missing, self._table.clean(fragment))))  # noqa: S308 - cleaned


def _framed(html: str) -> str:
    """Each outermost table in a scrolling frame that the keyboard reaches."""
    opening = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(_("Bảng, cuộn ngang để xem hết"))}">'
    depth = 0

    def frame(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[0] == "<table>":
            depth += 1
            return opening + tag[0] if depth == 1 else tag[0]
        depth -= 1
        return tag[0] + "</div>" if depth == 0 else tag[0]

    return _TOP_TABLE.sub(frame, html)


# -- grids

CAPTIONS = {
    "steps": lambda: _("Các bước thực hiện"),
    "dossier": lambda: _("Thành phần hồ sơ"),
    "forms": lambda: _("Biểu mẫu"),
    "records": lambda: _("Hồ sơ cần lưu"),
    "amendments": lambda: _("Theo dõi sửa đổi"),
    "definitions": lambda: _("Từ ngữ, viết tắt"),
}


def grid(block: GridBlock, cleaner: Cleaner) -> dict[str, Any]:
    """What the template `_grid.html` needs: columns, and rows as safe HTML."""
    columns = [
        {
            "role": c.get("role") or "other",
            "label": " ".join(facts.plain(c.get("label", "")).split()),
        }
        for c in block.get("columns", ())
    ]
    _group(columns)
    rows = [row for r in block.get("rows", ()) if (row := _row(r, columns, cleaner))]
    subject = block.get("subject") or "other"
    _merge(rows, columns, subject)
    for row in rows:
        if row["span"] is None:
            row["cells"] = mark_safe("".join(_cell(cell) for cell in row["cells"]))  # noqa: S308 - each part is escaped or cleaned
    grouped = any("group" in column for column in columns)
    return {
        "type": "grid",
        "subject": subject,
        "caption": CAPTIONS[subject]() if subject in CAPTIONS else "",
        "columns": columns,
        "rows": rows,
        "grouped": grouped,
    }


def _group(columns: list[dict[str, Any]]) -> None:
    """Names times in a few words; where they stand side by side, the words they share stand once above them."""
    at = [i for i, column in enumerate(columns) if column["role"] == "duration"]
    shared, briefs = split_cases([columns[i]["label"] for i in at])
    for i, brief in zip(at, briefs, strict=True):
        columns[i]["brief"] = brief
    if shared and at == list(range(at[0], at[0] + len(at))):
        columns[at[0]]["group"] = {"label": shared, "span": len(at)}
        for i in at:
            columns[i]["grouped"] = True


@dataclass
class Cell:
    role: str
    label: str
    html: str
    merged: bool
    rows: int = 1  # how many rows it stands for


def _row(row: GridRow, columns: list[dict[str, str]], cleaner: Cleaner) -> dict[str, Any] | None:
    """{"kind", "goes_on", "cells": [Cell], "span": None}, or {"kind", "whole", "span"} of a row that is one cell; None for one that holds a number at most."""
    kind = row.get("kind") or "row"
    merged = set(row.get("merged", ()))
    html = [cleaner.text(cell or "") for cell in row.get("cells", ())][: len(columns)]
    html += [SafeString("")] * (len(columns) - len(html))
    filled = [i for i, cell in enumerate(html) if cell.strip()]
    if not filled or (not merged and all(columns[i]["role"] == "number" for i in filled)):
        return None
    if kind in {"phase", "note"} and len(filled) == 1:
        return {"kind": kind, "whole": html[filled[0]], "span": len(columns)}
    cells = [
        Cell(column["role"], column.get("brief") or column["label"], cell, i in merged)
        for i, (column, cell) in enumerate(zip(columns, html, strict=True))
    ]
    return {"kind": kind, "cells": cells, "goes_on": bool(merged), "span": None}


def _merge(rows: list[dict[str, Any]], columns: list[dict[str, str]], subject: str) -> None:
    """Gives the first cell of a merged one its rows. On a phone each row is a card: there a time says that it is shared, people are named again."""
    for at in range(len(columns)):
        first: Cell | None = None
        for row in rows:
            cell = row["cells"][at] if row["span"] is None else None
            if cell is None or not cell.merged or cell.html.strip() or first is None:
                first = cell
                if cell is not None:
                    cell.merged = False
                continue
            first.rows += 1
            if cell.role == "responsible":
                cell.html = first.html
            elif cell.role == "duration" and first.html.strip() and subject == "steps":
                cell.html = escape(_("chung với bước trên"))


def _cell(cell: Cell) -> str:
    """A cell that carries its column's label for the phone. Written here and not in the template: a document has thousands."""
    words = (
        f"col-{cell.role}{' merged' if cell.merged else ''}{'' if cell.html.strip() else ' blank'}"
    )
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f'<td role="cell" class="{escape(words)}"{span} data-label="{escape(cell.label)}">{cell.html}</td>'


# -- the document


def block_of(block: Block, cleaner: Cleaner) -> dict[str, Any] | None:
    """One block as the template `_blocks.html` takes it; None for what has nothing to show."""
    if is_text(block):
        html = cleaner.text(block.get("html") or "")
        return {"type": "text", "html": html} if html.strip() else None
    if is_table(block):
        return {"type": "table", "html": cleaner.table(block.get("html") or "")}
    if is_grid(block):
        return grid(block, cleaner)
    if is_picture(block):
        return picture(block, cleaner)
    return None


def picture(block: PictureBlock, cleaner: Cleaner) -> dict[str, Any]:
    """A picture, or a place-holder with the download where the browser can't show it."""
    sha256 = block.get("sha256") or ""
    shown, caption = cleaner.shown(sha256), block.get("caption") or ""
    description = block.get("description") or caption or _("Hình trong tài liệu")
    return {
        "type": "picture",
        "url": shown,
        "saved": "" if shown else cleaner.saved(sha256),
        "description": description,
        "caption": caption,
    }


def document(content: Content, shown: FileUrl, saved: FileUrl | None = None) -> dict[str, Any]:
    """The body section by section, what is left of the original file, the table of contents, the facts, the flow chart.

    {"sections": [{"anchor", "kind", "label", "html"}], "rest": [the same], "toc": [{"anchor", "label", "level"}], "facts", "flow", "forms", "steps"}"""
    cleaner = Cleaner(shown, saved)
    found = outline.parts(content)
    steps = steps_of(content)
    count = sum(step.kind == "step" for step in steps)
    flow = _flow(steps, count)
    sections = _sections([p for p in found if p.in_body], cleaner, {"flow": flow, "steps": count})
    return {
        "sections": sections,
        "has_forms_section": any(section["kind"] == "forms" for section in sections),
        "rest": _sections([p for p in found if not p.in_body], cleaner),
        "toc": [
            {"anchor": p.anchor, "label": p.label.rstrip(" :"), "level": p.level}
            for p in found
            if p.in_body and p.title and p.level <= 2
        ],
        "facts": facts.of(content, found, steps),
        "flow": flow,
        "forms": keyed_forms(content),
        "steps": count,
    }


def _sections(
    found: Iterable[outline.Part], cleaner: Cleaner, chart: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for part in found:
        shown = {
            "anchor": part.anchor,
            "number": part.number,
            "title": part.title.rstrip(" :"),
            "heading": f"h{part.level + 1}",
            "blocks": [
                b for block in _without_colon(part.blocks) if (b := block_of(block, cleaner))
            ],
        }
        if not sections or sections[-1]["index"] != part.section:
            sections.append(
                {
                    "index": part.section,
                    "anchor": part.anchor,
                    "kind": part.kind,
                    "place": part.place,
                    "label": part.label,
                    "parts": [],
                }
            )
        sections[-1]["parts"].append(shown)
    if chart and chart["flow"]:
        _place_chart(sections, chart)
    for section in sections:
        section["html"] = render_to_string(
            "procedures/_parts.html", {"parts": section.pop("parts"), "place": section["place"]}
        )
    return sections


def _without_colon(blocks: tuple[Block, ...]) -> Iterable[Block]:
    """The blocks of a part; a colon that the original has between heading and text is not shown again."""
    for number, block in enumerate(blocks):
        if number == 0 and is_text(block):
            yield {**block, "html": _COLON.sub(r"\1", block.get("html") or "", count=1)}
        else:
            yield block


def _place_chart(sections: list[dict[str, Any]], chart: dict[str, Any]) -> None:
    """The flow chart stands below the last table of steps; where the steps are headings, at the end of their section."""
    grids = [
        b
        for section in sections
        for part in section["parts"]
        for b in part["blocks"]
        if b["type"] == "grid" and b["subject"] == "steps"
    ]
    if grids:
        grids[-1]["chart"] = chart
        return
    contents = [section for section in sections if section["kind"] == "content"] or sections
    contents[-1]["parts"][-1]["blocks"].append({"type": "chart", "chart": chart})


def keyed_forms(content: Content) -> list[dict[str, str]]:
    """The forms that the document names, with the key by which codes are compared."""
    return [
        {"code": form["code"], "name": form["name"], "key": code_key(form["code"])}
        for form in reading.forms(content)
        if form["code"]
    ]


LONGEST_CASE = 30  # letters of a case that a box of the chart has room for


def _flow(steps: list[Step], count: int) -> SafeString:
    cases = list(dict.fromkeys(case for step in steps for case, _time in step.times if case))
    long = any(len(case) > LONGEST_CASE for case in cases)
    brief = {
        case: _("Trường hợp %(number)s") % {"number": n} if long else case
        for n, case in enumerate(cases, 1)
    }
    steps = [replace(step, times=_briefly(step.times, brief)) for step in steps]
    words = flowchart.Words(
        title=_("Lưu đồ các bước thực hiện"),
        description=_("Lưu đồ gồm %(count)s bước, vẽ theo bảng các bước ở trên.")
        % {"count": count},
        start=_("Bắt đầu"),
        end=_("Kết thúc"),
        legend=tuple((brief[case], case) for case in cases) if long else (),
    )
    return mark_safe(flowchart.draw([_with_shared_time(step) for step in steps], words))  # noqa: S308 - each text is escaped where it is drawn


def _briefly(
    times: tuple[tuple[str, str], ...], brief: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    """The times under brief names; one that holds in every case is said once."""
    if len(brief) > 1 and len(times) == len(brief) and len({time for _case, time in times}) == 1:
        return (("", _("%(time)s (mọi trường hợp)") % {"time": times[0][1]}),)
    return tuple((brief.get(case, ""), time) for case, time in times)


def _with_shared_time(step: Step) -> Step:
    """A time that several steps have together says so; else the steps would seem to take it one after the other."""
    if not step.until:
        return step
    first = bare(step.number)
    words = _("chung cho các bước %(first)s–%(last)s") if first else _("chung đến bước %(last)s")
    shared = words % {"first": first, "last": step.until}
    return replace(step, times=tuple((case, f"{time} ({shared})") for case, time in step.times))


def version(
    pk: int, digest: str, load: Callable[[], Content], addresses: Addresses
) -> dict[str, Any]:
    """The rendered content of a version, from the cache; `load` gives the content where the cache has none."""
    key = f"version:{pk}:{digest[:24]}:{len(addresses)}:{EDITION}:{get_language()}"
    cache = caches["memory"]
    kept = cache.get(key)
    if kept is None:
        kept = document(load(), addresses.shown, addresses.saved)
        cache.set(key, kept, KEPT_SECONDS)
    return kept
