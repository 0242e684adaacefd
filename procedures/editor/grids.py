"""The structured tables of the editor: subjects, columns and rows, a new table, and validation."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from procedures.content import markup
from procedures.editor import rich_text

ROW_KINDS = {
    "row": _("Dòng"),
    "phase": _("Giai đoạn"),
    "total": _("Tổng cộng"),
    "note": _("Ghi chú"),
}

ROLES = {
    "number": _("Số thứ tự"),
    "action": _("Nội dung công việc"),
    "responsible": _("Trách nhiệm"),
    "duration": _("Thời gian"),
    "result": _("Kết quả"),
    "form": _("Biểu mẫu"),
    "name": _("Tên"),
    "place": _("Nơi lưu"),
    "retention": _("Thời hạn lưu"),
    "code": _("Mã hiệu"),
    "original": _("Bản chính"),
    "copy": _("Bản sao"),
    "date": _("Ngày"),
    "summary": _("Nội dung"),
    "term": _("Thuật ngữ"),
    "meaning": _("Giải thích"),
    "note": _("Ghi chú"),
    "other": _("Cột khác"),
}
SUBJECTS = {
    "steps": ("number", "action", "responsible", "duration", "result", "form", "note", "other"),
    "dossier": ("number", "name", "original", "copy", "form", "note", "other"),
    "forms": ("number", "code", "name", "note", "other"),
    "records": ("number", "name", "place", "retention", "responsible", "code", "note", "other"),
    "amendments": ("number", "date", "place", "summary", "note", "other"),
    "definitions": ("number", "term", "meaning", "other"),
}
SUBJECT_LABELS = {
    "steps": _("Bảng các bước"),
    "dossier": _("Thành phần hồ sơ"),
    "forms": _("Bảng biểu mẫu"),
    "records": _("Bảng hồ sơ cần lưu"),
    "amendments": _("Bảng theo dõi sửa đổi"),
    "definitions": _("Bảng thuật ngữ, viết tắt"),
}
ADD_LABELS = {
    "steps": _("Thêm bước"),
    "dossier": _("Thêm thành phần hồ sơ"),
    "forms": _("Thêm biểu mẫu"),
    "records": _("Thêm hồ sơ"),
    "amendments": _("Thêm lần sửa đổi"),
    "definitions": _("Thêm thuật ngữ"),
}
ICONS = {
    "steps": "list-ol",
    "dossier": "folder-open-inverse",
    "forms": "form",
    "records": "history",
    "amendments": "edit",
    "definitions": "help",
}

# The columns of a new grid as printed in a document, hence always in Vietnamese.
NEW_COLUMNS = {
    "steps": (
        ("number", "TT"),
        ("action", "Trình tự"),
        ("responsible", "Trách nhiệm"),
        ("duration", "Thời gian"),
        ("form", "Biểu mẫu/Kết quả"),
    ),
    "dossier": (
        ("number", "TT"),
        ("name", "Thành phần hồ sơ"),
        ("original", "Bản chính"),
        ("copy", "Bản sao"),
    ),
    "forms": (("number", "TT"), ("code", "Mã hiệu"), ("name", "Tên biểu mẫu")),
    "records": (
        ("number", "TT"),
        ("name", "Hồ sơ lưu"),
        ("place", "Nơi lưu"),
        ("retention", "Thời hạn lưu"),
    ),
    "amendments": (("number", "Lần"), ("date", "Ngày"), ("summary", "Nội dung sửa đổi")),
    "definitions": (
        ("number", "TT"),
        ("term", "Thuật ngữ, chữ viết tắt"),
        ("meaning", "Giải thích"),
    ),
}
MOST_COLUMNS, MOST_ROWS = 40, 2_000


def new_grid(subject: str, rows: int = 3) -> dict[str, Any]:
    """An empty grid of the subject: {"columns", "rows"}, with its rows numbered if the subject
    numbers them."""
    columns = NEW_COLUMNS[subject]
    return {
        "columns": [{"role": role, "label": label} for role, label in columns],
        "rows": [
            {
                "kind": "row",
                "cells": [str(n + 1) if role == "number" else "" for role, _label in columns],
            }
            for n in range(rows)
        ],
    }


def clean_grid(value: Any) -> dict[str, Any]:
    """The grid with cleaned cells, one for each column. Raises ValidationError for
    anything else."""
    too_large = ValidationError(
        _("Bảng quá lớn: nhiều nhất 40 cột và 2.000 dòng. Hãy chia thành nhiều bảng.")
    )
    try:
        if len(value["columns"]) > MOST_COLUMNS or len(value["rows"]) > MOST_ROWS:
            raise too_large
        if sum(len(cell) for row in value["rows"] for cell in row["cells"]) > rich_text.LONGEST:
            raise too_large
        if any(markup.too_deep(cell) for row in value["rows"] for cell in row["cells"]):
            raise too_large
        columns = [
            {
                "role": c["role"] if c["role"] in ROLES else "other",
                "label": markup.storable(c["label"]),
            }
            for c in value["columns"]
        ]
        rows = [_clean_row(row, len(columns)) for row in value["rows"]]
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValidationError(
            _("Không đọc được bảng này. Hãy tải lại trang rồi nhập lại.")
        ) from None
    return {"columns": columns, "rows": rows}


def _clean_row(row: dict[str, Any], width: int) -> dict[str, Any]:
    cells = [markup.clean_cell(cell) for cell in row["cells"]][:width]
    found = {
        "kind": row["kind"] if row["kind"] in ROW_KINDS else "row",
        "cells": cells + [""] * (width - len(cells)),
    }
    merged = sorted({int(i) for i in row.get("merged") or [] if 0 <= int(i) < width})
    return {**found, "merged": merged} if merged else found


class GridField(forms.Field):
    """A structured table, as JSON in the form and as a dict in Python."""

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def to_python(self, value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            try:
                value = json.loads(value or '{"columns": [], "rows": []}')
            except (ValueError, RecursionError):
                raise ValidationError(
                    _("Không đọc được bảng này. Hãy tải lại trang rồi nhập lại.")
                ) from None
        return clean_grid(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self.prepare_value(data)
