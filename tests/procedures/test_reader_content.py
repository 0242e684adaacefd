"""Anchors of parts, safe HTML, facts and the flow chart: pure functions over content."""

import re

import pytest
from django.utils import translation

from procedures.content import outline
from procedures.reader import facts, render
from procedures.reader.cleaning import Cleaner
from tests.procedures.reader_helpers import (
    drawn,
    heading,
    hostile,
    html_of,
    procedure,
    section,
    steps,
    text,
)

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def test_sections_are_numbered_by_their_place_and_headings_below_them():
    parts = outline.parts(procedure())
    assert [(p.anchor, p.title, p.level) for p in parts] == [
        ("phan-1", "THEO DÕI SỬA ĐỔI", 1),
        ("muc-1", "Mục đích", 1),
        ("muc-2", "Nội dung", 1),
        ("muc-2-1", "Thời gian xử lý", 2),
        ("muc-2-2", "Phí, lệ phí", 2),
        ("muc-2-3", "Các bước", 2),
        ("muc-3", "Biểu mẫu", 1),
    ]
    assert outline.anchors(procedure()) == ["phan-1", "muc-1", "muc-2", "muc-3"]


def test_every_address_occurs_once_on_the_page():
    html = html_of(drawn(procedure()))
    assert sorted(re.findall(r'id="((?:muc|phan)-[^"]+)"', html)) == sorted(
        p.anchor for p in outline.parts(procedure())
    )


def test_usual_titles_lose_their_capitals_and_keep_acronyms():
    assert outline.title_case("TÀI LIỆU VIỆN DẪN", "references") == "Tài liệu viện dẫn"
    assert (
        outline.title_case("NỘI DUNG TTHC VÀ TCVN ISO 9001:2015", "content")
        == "Nội dung TTHC và TCVN ISO 9001:2015"
    )
    assert outline.title_case("PHỤ LỤC CỦA THÀNH PHỐ HUẾ", "other") == "PHỤ LỤC CỦA THÀNH PHỐ HUẾ"


def test_hostile_content_comes_out_as_text():
    result = drawn(hostile())
    html = html_of(result) + str(result["flow"])
    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.match(r"</?(script|iframe|svg onload|style|object)", tag)]
    assert not [tag for tag in tags if re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', '""', tag))]
    assert not [
        tag for tag in tags if "javascript:" in tag or "evil.example" in tag or " style=" in tag
    ]
    assert "&lt;script&gt;" in html


def test_a_table_in_a_pictures_description_opens_no_frame():
    html = Cleaner(lambda sha256: "/x.png").table(
        f'<table><tr><td><img src="sha256:{"a" * 64}" alt="<table><b onclick=1>"></td></tr></table>'
    )
    assert html.count("<div") == 1
    assert 'alt="‹table›‹b onclick=1›"' in html


def test_pictures_are_shown_by_their_address_or_by_a_placeholder():
    sha256 = "ab" * 32
    block = {"type": "picture", "sha256": sha256, "description": "Sơ đồ phòng", "caption": "Hình 1"}
    assert '<img src="/v/1/x.png" alt="Sơ đồ phòng"' in html_of(
        drawn({"sections": [section("content", "A", block)]}, lambda s: "/v/1/x.png")
    )
    saved = render.document(
        {"sections": [section("content", "A", block)]}, lambda s: "", lambda s: "/v/1/x.wmf"
    )
    assert "Hình không hiển thị được" in html_of(saved)
    assert "/v/1/x.wmf" in html_of(saved)


def test_a_wide_table_scrolls_in_a_frame_that_the_keyboard_reaches():
    html = Cleaner(lambda s: "").table(
        "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>"
    )
    assert html.count('<div class="scroll" tabindex="0" role="group"') == 1
    assert html.endswith("</table></div>")


def test_each_cell_of_a_step_carries_its_label_for_the_phone():
    html = html_of(drawn(procedure()))
    assert 'data-label="Trách nhiệm">Bộ phận một cửa</td>' in html
    assert '<tr role="row" class="total">' in html


def test_a_phase_spans_the_table():
    html = html_of(
        drawn(
            {
                "sections": [
                    section(
                        "content",
                        "A",
                        steps(("phase", "Giai đoạn 1"), ("1", "Làm", "Ai", "1 ngày")),
                    )
                ]
            }
        )
    )
    assert '<tr role="row" class="phase"><td role="cell" colspan="4">Giai đoạn 1</td></tr>' in html


def test_what_is_not_body_is_kept_apart_in_its_order():
    result = drawn(
        procedure(section("other", "Chân trang", text("<p>Trang 1/3</p>"), place="margin"))
    )
    assert [s["anchor"] for s in result["rest"]] == ["phan-1", "phan-2"]
    assert [s["anchor"] for s in result["sections"]] == ["muc-1", "muc-2", "muc-3"]


def test_a_body_section_of_unknown_kind_stays_in_the_body():
    result = drawn({"sections": [section("other", "CÂU HỎI THƯỜNG GẶP", text("<p>Hỏi</p>"))]})
    assert [s["label"] for s in result["sections"]] == ["CÂU HỎI THƯỜNG GẶP"]


def test_facts_say_only_what_the_document_says():
    found = {
        fact["label"]: (fact["values"], fact["anchor"]) for fact in drawn(procedure())["facts"]
    }
    assert found == {
        "Thời gian giải quyết": (["Không quá 03 ngày làm việc."], "muc-2-1"),
        "Phí, lệ phí": (["8.000 đồng/bản."], "muc-2-2"),
        "Cách thực hiện": (["2 bước"], "muc-2-3"),
    }
    assert facts.of({"sections": []}, [], []) == []


def test_papers_to_hand_in_are_those_of_the_procedure_not_a_table_of_a_form_printed_below_it():
    own = section(
        "content",
        "NỘI DUNG",
        heading("a.", "Thành phần, số lượng hồ sơ"),
        text("<p>Tờ khai theo mẫu.</p>"),
    )
    columns = [
        {"role": "copy", "label": "Đề nghị cấp bản sao"},
        {"role": "name", "label": "Người yêu cầu"},
    ]
    form = {
        "type": "grid",
        "subject": "dossier",
        "columns": columns,
        "rows": [{"kind": "row", "cells": ["Có", "Ký tên"]}],
    }

    def facts_of(*sections):
        return [
            (f["label"], f["values"], f["anchor"])
            for f in drawn({"sections": list(sections)})["facts"]
        ]

    assert facts_of(own, section("other", "TỜ KHAI", form)) == []  # a card without content
    assert facts_of(section("content", "HỒ SƠ", form)) == [
        ("Hồ sơ cần nộp", ["1 loại giấy tờ"], "muc-1")
    ]
