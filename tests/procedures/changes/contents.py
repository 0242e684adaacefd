"""Contents with steps, forms and records that the tests of comparison change."""

from typing import Any

from procedures.changes.redline import State

ROLES = (
    ("number", "TT"),
    ("action", "Nội dung công việc"),
    ("responsible", "Trách nhiệm"),
    ("duration", "Thời gian"),
)
STEPS = (
    ("1", "Tiếp nhận hồ sơ của công dân", "Bộ phận Một cửa", "0,5 ngày"),
    ("2", "Thẩm định hồ sơ và lập tờ trình", "Chuyên viên", "02 ngày"),
    ("3", "Ký duyệt kết quả giải quyết", "Lãnh đạo Sở", "01 ngày"),
    ("4", "Trả kết quả cho công dân", "Bộ phận Một cửa", "Giờ hành chính"),
)


def grid(subject: str, roles: Any, rows: Any) -> dict[str, Any]:
    return {
        "type": "grid",
        "subject": subject,
        "columns": [{"role": role, "label": label} for role, label in roles],
        "rows": [{"kind": "row", "cells": list(row)} for row in rows],
    }


def section(
    *blocks: dict[str, Any], kind: str = "content", title: str = "NỘI DUNG"
) -> dict[str, Any]:
    return {"kind": kind, "place": "body", "number": "5.", "title": title, "blocks": list(blocks)}


def state(*sections: dict[str, Any], facts: Any = ()) -> State:
    return State({"sections": list(sections)}, facts)


def steps(rows: Any = STEPS, roles: Any = ROLES) -> State:
    return state(section(grid("steps", roles, rows)))


def forms(*rows: tuple[str, str]) -> State:
    block = grid("forms", (("code", "Mã hiệu"), ("name", "Tên biểu mẫu")), rows)
    return state(section(block, kind="forms", title="BIỂU MẪU"))


def records(*rows: tuple[str, str]) -> State:
    block = grid("records", (("name", "Tên hồ sơ"), ("retention", "Thời gian lưu")), rows)
    return state(section(block, kind="records", title="HỒ SƠ LƯU"))


def changed(place: int, **values: str) -> list[tuple[str, ...]]:
    """The steps with different values in one row: `changed(1, duration="01 ngày")`."""
    names = [role for role, _label in ROLES]
    rows = [list(row) for row in STEPS]
    for name, value in values.items():
        rows[place][names.index(name)] = value
    return [tuple(row) for row in rows]
