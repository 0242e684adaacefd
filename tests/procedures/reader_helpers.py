"""Content for the tests of the reader's pages, and helpers for their responses."""

import re
from typing import Any

from procedures.reader import render


def body(response: Any) -> str:
    """The text of a page with status 200."""
    assert response.status_code == 200
    return response.content.decode()


def section(
    kind: str, title: str, *blocks: dict, number: str = "", place: str = "body"
) -> dict[str, Any]:
    return {"kind": kind, "place": place, "number": number, "title": title, "blocks": list(blocks)}


def text(html: str) -> dict[str, Any]:
    return {"type": "text", "html": html}


def heading(number: str, title: str, level: int = 2) -> dict[str, Any]:
    return {"type": "heading", "number": number, "title": title, "level": level}


def steps(*rows: Any, cases: tuple[str, ...] = ("Thời gian",)) -> dict[str, Any]:
    """A grid of steps: each row is (number, action, responsible, time…), or (kind, text) for phases
    and totals with times."""
    columns = [
        {"role": "number", "label": "TT"},
        {"role": "action", "label": "Trình tự"},
        {"role": "responsible", "label": "Trách nhiệm"},
        *({"role": "duration", "label": case} for case in cases),
    ]
    made = []
    for row in rows:
        if row[0] in {"phase", "total", "note"}:
            made.append(
                {
                    "kind": row[0],
                    "cells": ["", row[1], "", *(list(row[2:]) + [""] * len(cases))[: len(cases)]],
                }
            )
        else:
            made.append({"kind": "row", "cells": list(row)})
    return {"type": "grid", "subject": "steps", "columns": columns, "rows": made}


def forms(*rows: tuple[str, str]) -> dict[str, Any]:
    columns = [{"role": "code", "label": "Mã hiệu"}, {"role": "name", "label": "Tên biểu mẫu"}]
    return {
        "type": "grid",
        "subject": "forms",
        "columns": columns,
        "rows": [{"kind": "row", "cells": list(row)} for row in rows],
    }


def procedure(*extra: dict) -> dict[str, Any]:
    """A procedure as agencies write it."""
    return {
        "sections": [
            section("other", "THEO DÕI SỬA ĐỔI", text("<p>Ban hành lần đầu</p>"), place="front"),
            section("purpose", "MỤC ĐÍCH", text("<p>Thống nhất cách làm.</p>"), number="1."),
            section(
                "content",
                "NỘI DUNG",
                heading("5.1.", "Thời gian xử lý"),
                text("<p>Không quá 03 ngày làm việc.</p>"),
                heading("5.2.", "Phí, lệ phí"),
                text("<p>8.000 đồng/bản.</p>"),
                heading("5.3.", "Các bước"),
                steps(
                    ("1", "Tiếp nhận hồ sơ", "Bộ phận một cửa", "01 ngày"),
                    ("2", "Giải quyết", "Chuyên viên", "02 ngày"),
                    ("total", "Tổng thời gian", "03 ngày"),
                ),
                number="5.",
            ),
            section("forms", "BIỂU MẪU", forms(("BM.01.01", "Tờ khai")), number="6."),
            *extra,
        ]
    }


def hostile() -> dict[str, Any]:
    """Content in which every field tries to become markup."""
    bad = '<script>alert("x")</script>'
    break_out = "\"><img src=x onerror=alert(1)>'"
    return {
        "sections": [
            section(
                "content",
                bad + break_out,
                heading(bad, bad + break_out),
                text(
                    f'<p onclick="alert(1)" style="color:red">{bad}<a href="javascript:alert(1)">liên kết</a><iframe src="//x"></iframe></p>'
                ),
                {
                    "type": "table",
                    "html": f'<table onmouseover="x"><tr><td rowspan="2&quot; onclick=1">{bad}<img src="http://evil.example/x.png" alt="{break_out}"></td></tr></table>',
                },
                {
                    "type": "table",
                    "html": '<table><tr><td><img alt="<table><script>alert(1)</script>" src="sha256:zz"><svg onload=alert(1)></td></tr></table>',
                },
                steps(
                    (bad, bad + break_out, break_out, bad),
                    ("phase", bad),
                    ("total", break_out, bad),
                    cases=(bad,),
                ),
                {
                    "type": "picture",
                    "sha256": '"><script>',
                    "name": bad,
                    "description": break_out,
                    "caption": bad,
                },
                number=bad,
            )
        ]
    }


def drawn(content, shown=lambda sha256: ""):
    return render.document(content, shown)


def html_of(result):
    """The rendered sections, without the white space that templates put around tags."""
    html = "".join(s["html"] for s in result["sections"] + result["rest"])
    return re.sub(r"\s+(?=[<>])|(?<=>)\s+", "", " ".join(html.split()))
