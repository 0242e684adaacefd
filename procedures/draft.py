"""Between the editor's form of a document (StreamField) and its neutral content (docs/architecture.md, content)."""

import html
import re
from typing import Any

from procedures.blocks import RICH_ROLES, SUBJECTS

Content = dict[str, Any]

_BREAK = re.compile(r"<br\s*/?>|</(?:p|li|div)>\s*")
_ITEM = re.compile(r"<li[^>]*>")
_TAG = re.compile(r"<[^>]+>")


def to_stream(content: Content) -> list[dict[str, Any]]:
    """The raw StreamField value for neutral content."""
    return [{"type": "section", "value": _section_to_stream(section)} for section in content["sections"]]


def to_content(body: Any) -> Content:
    """Neutral content of a StreamField value (`page.body`)."""
    raw = body.get_prep_value() if hasattr(body, "get_prep_value") else list(body)
    return {"sections": [_section_to_content(item["value"]) for item in raw if item["type"] == "section"]}


def _section_to_stream(section: dict[str, Any]) -> dict[str, Any]:
    value = {k: section.get(k, "") for k in ("kind", "number", "title", "place")}
    value["place"] = value["place"] or "body"
    value["blocks"] = [_block_to_stream(block) for block in section["blocks"]]
    return value


def _block_to_stream(block: dict[str, Any]) -> dict[str, Any]:
    kind = block["type"]
    if kind == "text":
        return {"type": "text", "value": block["html"]}
    if kind == "table":
        return {"type": "table", "value": block["html"]}
    if kind == "heading":
        return {"type": "heading", "value": {"number": block["number"], "title": block["title"], "level": str(block.get("level", 2))}}
    if kind == "picture":
        keys = ("sha256", "name", "description", "caption", "described_by")
        return {"type": "picture", "value": {k: block.get(k, "") for k in keys}}
    return {"type": block["subject"], "value": _grid_to_stream(block)}


def _grid_to_stream(block: dict[str, Any]) -> dict[str, Any]:
    allowed = SUBJECTS[block["subject"]]
    roles = [c["role"] if c["role"] in allowed else "other" for c in block["columns"]]
    columns = [{"type": role, "heading": c["label"]} for role, c in zip(roles, block["columns"], strict=True)]
    rows = [[cell if role in RICH_ROLES else to_lines(cell) for role, cell in zip(roles, row["cells"], strict=True)] for row in block["rows"]]
    if any(row["kind"] != "row" for row in block["rows"]):
        columns.append({"type": "row_kind", "heading": ""})
        for values, row in zip(rows, block["rows"], strict=True):
            values.append(row["kind"])
    return {"columns": columns, "rows": [{"values": values} for values in rows], "caption": ""}


def _section_to_content(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": value.get("kind") or "content",
        "place": value.get("place") or "body",
        "number": value.get("number") or "",
        "title": value.get("title") or "",
        "blocks": [_block_to_content(b["type"], b["value"]) for b in value.get("blocks") or []],
    }


def _block_to_content(kind: str, value: Any) -> dict[str, Any]:
    if kind in {"text", "table"}:
        return {"type": kind, "html": value or ""}
    if kind == "heading":
        return {"type": "heading", "number": value.get("number") or "", "title": value.get("title") or "", "level": int(value.get("level") or 2)}
    if kind == "picture":
        return {"type": "picture", **{k: value.get(k) or "" for k in ("sha256", "name", "description", "caption", "described_by")}}
    return _grid_to_content(kind, value)


def _grid_to_content(subject: str, value: dict[str, Any]) -> dict[str, Any]:
    columns = value.get("columns") or []
    kinds = [i for i, c in enumerate(columns) if c["type"] == "row_kind"]
    kept = [i for i, c in enumerate(columns) if c["type"] != "row_kind"]
    rows = []
    for row in value.get("rows") or []:
        cells = [row["values"][i] if columns[i]["type"] in RICH_ROLES else from_lines(row["values"][i]) for i in kept]
        rows.append({"kind": (row["values"][kinds[0]] if kinds else "row") or "row", "cells": [c or "" for c in cells]})
    return {
        "type": "grid",
        "subject": subject,
        "columns": [{"role": columns[i]["type"], "label": columns[i].get("heading") or ""} for i in kept],
        "rows": rows,
    }


def to_lines(fragment: str) -> str:
    """Plain text of an HTML fragment, one line a paragraph; list items begin with a dash."""
    text = _BREAK.sub("\n", _ITEM.sub("- ", fragment or ""))
    return html.unescape(_TAG.sub("", text)).strip("\n")


def from_lines(text: str) -> str:
    """The HTML fragment of plain lines."""
    lines = (text or "").split("\n")
    if len(lines) == 1:
        return html.escape(lines[0], quote=False)
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)
