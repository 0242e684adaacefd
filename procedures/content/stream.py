"""Converts between the editor's StreamField and a document's neutral content
(docs/architecture.md, content).

Lossless in both directions: grids and tables are stored unchanged, texts in the same tags."""

import re
import uuid
from typing import Any

from procedures.content import markup
from procedures.content.schema import (
    Block,
    Content,
    Section,
)

PICTURE_KEYS = ("sha256", "name", "description", "caption", "described_by")
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


def to_stream(content: Content) -> list[dict[str, Any]]:
    """The raw StreamField value for neutral content. Each block has an ID, which the editor's
    outline links to."""
    return [_named("section", _section_to_stream(section)) for section in content["sections"]]


def _named(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def to_content(body: Any) -> Content:
    """Neutral content of a StreamField value (`page.body`)."""
    raw = body.get_prep_value() if hasattr(body, "get_prep_value") else list(body)
    return {
        "sections": [
            _section_to_content(item["value"]) for item in raw if item["type"] == "section"
        ]
    }


def _section_to_stream(section: Section) -> dict[str, Any]:
    value: dict[str, Any] = {k: section.get(k, "") for k in ("kind", "number", "title", "place")}
    value["place"] = value["place"] or "body"
    value["blocks"] = [_block_to_stream(block) for block in section["blocks"]]
    return value


def _block_to_stream(block: Block) -> dict[str, Any]:
    if block["type"] == "text" or block["type"] == "table":
        return _named(block["type"], block["html"])
    if block["type"] == "heading":
        return _named(
            "heading",
            {
                "number": block["number"],
                "title": block["title"],
                "level": str(block.get("level", 2)),
            },
        )
    if block["type"] == "picture":
        return _named("picture", {k: block.get(k, "") for k in PICTURE_KEYS})
    return _named(block["subject"], {"columns": block["columns"], "rows": block["rows"]})


def _section_to_content(value: dict[str, Any]) -> Section:
    return {
        "kind": value.get("kind") or "content",
        "place": value.get("place") or "body",
        "number": value.get("number") or "",
        "title": value.get("title") or "",
        "blocks": [_block_to_content(b["type"], b["value"]) for b in value.get("blocks") or []],
    }


def _block_to_content(kind: str, value: Any) -> Block:
    if kind == "text":
        return {"type": "text", "html": markup.clean_text(_BLOCK_KEY.sub("", value or ""))}
    if kind == "table":
        return {"type": "table", "html": markup.clean_table(value)}
    if kind == "heading":
        return {
            "type": "heading",
            "number": value.get("number") or "",
            "title": value.get("title") or "",
            "level": int(value.get("level") or 2),
        }
    if kind == "picture":
        return {
            "type": "picture",
            "sha256": value.get("sha256") or "",
            "name": value.get("name") or "",
            "description": value.get("description") or "",
            "caption": value.get("caption") or "",
            "described_by": value.get("described_by") or "",
        }
    return {
        "type": "grid",
        "subject": kind,
        "columns": value.get("columns") or [],
        "rows": value.get("rows") or [],
    }
