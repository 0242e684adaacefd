"""Content with a canary in each place that holds text."""

import io
from typing import Any

from qms.models import StoredFile
from qms.proof import store
from tests.permissions.canary import text, word


def picture(key: str, kind: str) -> StoredFile:
    """A PNG of one point with a canary in its bytes."""
    point = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f00038601805a34a8f90000000049454e44ae426082"
    )
    return store.add(point + text(key, kind, "picturebytes").encode(), "image/png")


def xlsx(words: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append([words])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def content(key: str, kind: str) -> dict[str, Any]:
    """Neutral content with a canary in each place that holds text."""

    def t(place: str) -> str:
        return text(key, kind, place)

    picture_block = {
        "type": "picture", "sha256": picture(key, kind).pk, "name": t("picturename")[:80], "description": t("picturedescription"),
        "caption": t("picturecaption"), "described_by": "author",
    }  # fmt: skip
    grid = {
        "type": "grid",
        "subject": "steps",
        "columns": [
            {"role": "number", "label": "TT"},
            {"role": "action", "label": t("columnlabel")},
            {"role": "responsible", "label": "Trách nhiệm"},
        ],
        "rows": [
            {"kind": "row", "cells": ["1", t("cell"), t("responsible")]},
            {"kind": "phase", "cells": ["", t("phase"), ""]},
        ],
    }
    records = {
        "type": "grid",
        "subject": "records",
        "columns": [{"role": "name", "label": "Tên"}, {"role": "place", "label": "Nơi lưu"}],
        "rows": [{"kind": "row", "cells": [t("record"), t("recordplace")]}],
    }
    blocks = [
        {"type": "text", "html": f"<p>{t('body')}</p>"},
        {"type": "heading", "number": "1.1.", "title": t("heading"), "level": 2},
        {"type": "table", "html": f"<table><tbody><tr><td>{t('table')}</td></tr></tbody></table>"},
        grid,
        records,
        picture_block,
    ]
    return {
        "sections": [
            {
                "kind": "content",
                "place": "body",
                "number": "1.",
                "title": t("section"),
                "blocks": blocks,
            }
        ]
    }


def plain_content() -> dict[str, Any]:
    blocks = [{"type": "text", "html": "<p>Nội dung ai cũng đọc được.</p>"}]
    return {
        "sections": [
            {
                "kind": "content",
                "place": "body",
                "number": "1.",
                "title": "NỘI DUNG",
                "blocks": blocks,
            }
        ]
    }


def secret_fields(key: str, kind: str, mark: str = "") -> dict[str, Any]:
    """Secret fields of a page; `mark` keeps codes unique."""

    def t(place: str) -> str:
        return text(key, kind, place)

    source = store.add(t("sourcebytes").encode() + mark.encode(), "application/octet-stream")
    return {
        "code": word(key, kind, "code") + (f"-{mark}" if mark else ""),
        "owner_post": t("ownerpost"),
        "legal_basis": [word(key, kind, "legalbasis")],
        "signers": [{"role": "approved", "name": t("signername"), "post": t("signerpost")}],
        "change_summary": t("changesummary"),
        "flags": [
            {"code": "unknown_section", "message": t("flagmessage"), "values": [t("flagvalue")]}
        ],
        "source": source,
        "source_name": word(key, kind, "sourcename") + ".docx",
    }
