"""Anchors of parts, safe HTML, facts and the flow chart: pure functions over content."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from procedures.content import outline
from procedures.content.case_names import short_cases, with_unit
from procedures.reader import facts, flowchart, render
from procedures.reader.cleaning import Cleaner
from procedures.reader.steps import Step, steps_of
from tests.procedures.reader_helpers import heading, hostile, procedure, section, steps, text

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def drawn(content, shown=lambda sha256: ""):
    return render.document(content, shown)


def html_of(result):
    """The rendered sections, without the white space that templates put around tags."""
    html = "".join(s["html"] for s in result["sections"] + result["rest"])
    return re.sub(r"\s+(?=[<>])|(?<=>)\s+", "", " ".join(html.split()))


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


def test_every_address_stands_once_on_the_page():
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
    assert html.count('<div class="scroll" tabindex="0" role="region"') == 1
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


def test_times_are_given_per_case():
    grid = steps(
        ("1", "Làm", "Ai", "1 ngày", "2 ngày"),
        ("total", "Tổng", "1 ngày", "2 ngày"),
        cases=("Không xác minh", "Phải xác minh"),
    )
    found = drawn({"sections": [section("content", "A", grid)]})["facts"]
    assert found[0]["values"] == ["Không xác minh: 1 ngày", "Phải xác minh: 2 ngày"]


def test_without_steps_there_is_no_chart():
    assert drawn({"sections": [section("content", "A", text("<p>b</p>"))]})["flow"] == ""


def test_the_chart_is_well_formed_has_a_title_and_shows_each_step_once():
    rows = [
        (
            str(n),
            f"Việc thứ {n} & <b>tiếp</b> theo rất dài " * 4,
            "Công chức Tư pháp - Hộ tịch",
            "0,5 ngày",
        )
        for n in range(1, 201)
    ]
    svg = drawn(
        {
            "sections": [
                section(
                    "content",
                    "A",
                    steps(("phase", "Giai đoạn 1"), *rows, ("total", "Tổng", "100 ngày")),
                )
            ]
        }
    )["flow"]
    sheets = list(ElementTree.fromstring(f"<div>{svg}</div>"))
    names = [element.tag.rpartition("}")[2] for sheet in sheets for element in sheet.iter()]
    assert names[1:3] == ["title", "desc"]
    assert [sheet.get("role") or sheet.get("aria-hidden") for sheet in sheets] == ["img"] + [
        "true"
    ] * (len(sheets) - 1)
    assert names.count("circle") == 200
    assert "200 bước" in sheets[0][1].text


def test_a_long_chart_is_cut_between_steps_into_sheets_that_fit_on_paper():
    rows = [(str(n), "Việc " * 40, "Công chức", "1 ngày") for n in range(1, 61)]
    svg = drawn({"sections": [section("content", "A", steps(*rows))]})["flow"]
    heights = [float(sheet.get("height")) for sheet in ElementTree.fromstring(f"<div>{svg}</div>")]
    assert len(heights) > 5
    assert max(heights) < 1150


def test_a_cell_merged_with_the_one_above_has_its_people():
    grid = steps(("1", "Thẩm định", "Chuyên viên", "2 ngày"), ("2", "Kiểm tra", "", "1 ngày"))
    grid["rows"][1]["merged"] = [2]
    assert [s.who for s in steps_of({"sections": [section("content", "A", grid)]})] == [
        "Chuyên viên",
        "Chuyên viên",
    ]


def test_a_time_merged_over_steps_is_said_once_and_as_shared():
    grid = steps(
        ("1", "Tiếp nhận", "Một cửa", "1 ngày"),
        ("2", "Thẩm định", "Chuyên viên", ""),
        ("3", "Ký", "Chủ tịch", ""),
        ("4", "Trả", "Một cửa", "2 giờ"),
    )
    grid["rows"][1]["merged"] = grid["rows"][2]["merged"] = [3]
    result = drawn({"sections": [section("content", "A", grid)]})
    html = html_of(result)
    assert 'rowspan="3" data-label="Thời gian">1 ngày</td>' in html
    assert html.count("1 ngày</td>") == 1
    assert (
        html.count("chung với bước trên") == 2
    )  # on the cards of a phone, where no cell can span two of them
    chart = " ".join(re.sub(r"<[^>]+>", " ", result["flow"]).split())
    assert chart.count("1 ngày") == 1
    assert "1 ngày (chung cho các bước 1–3)" in chart
    assert "2 giờ" in chart


def test_lines_of_the_chart_stay_in_their_boxes():
    words = "Thẩm tra tính thống nhất, hợp lệ của các thông tin trong hồ sơ, giấy tờ, tài liệu do người yêu cầu nộp ỨNGDỤNGKHÔNGDẤUCÁCHRẤTRẤTRẤTDÀI"
    lines = flowchart.wrap(words, 15, 200)
    assert max(flowchart.measure(line, 15) for line in lines) <= 200
    assert "".join("".join(lines).split()) == "".join(words.split())


def test_marks_have_no_width():
    assert flowchart.measure("Quyết định", 15) == pytest.approx(flowchart.measure("Quyet dinh", 15))


def test_the_case_that_turns_back_hangs_on_its_step_in_its_own_words():
    step = Step(
        "step",
        "1",
        "Kiểm tra hồ sơ:\n- Phù hợp thì tiếp nhận;\n- Chưa phù hợp thì hướng dẫn làm lại hồ sơ.",
    )
    assert step.turns_back == "Chưa phù hợp thì hướng dẫn làm lại hồ sơ."
    assert step.action == "Kiểm tra hồ sơ: Phù hợp thì tiếp nhận"


def test_a_row_without_an_action_adds_to_the_step_above():
    grid = steps(("1", "Ký", "Lãnh đạo", "1 ngày"), ("", "", "Văn thư", "0,5 ngày"))
    assert [
        (s.number, s.who, s.times) for s in steps_of({"sections": [section("content", "A", grid)]})
    ] == [("1", "Lãnh đạo; Văn thư", (("", "1 ngày"), ("", "0,5 ngày")))]


def test_a_time_column_without_a_heading_is_shown_beside_the_others():
    content = {
        "sections": [
            section("content", "A", steps(("1", "Ký", "Ai", "2 giờ", "1 ngày"), cases=("Gấp", "")))
        ]
    }
    assert steps_of(content)[0].times == (("Gấp", "2 giờ"), ("", "1 ngày"))
    assert "2 giờ" in html_of(drawn(content))


def test_a_row_that_holds_its_number_alone_is_not_shown():
    grid = steps(
        ("1", "Nhận hồ sơ", "Một cửa", "1 ngày"),
        ("2", "", "", ""),
        ("", "", "Văn thư", ""),
        ("4", "", "", "2 ngày"),
    )
    result = drawn({"sections": [section("content", "A", grid)]})
    body = html_of(result).partition("<tbody")[2].partition("</tbody>")[0]
    assert (body.count("<tr"), result["steps"]) == (3, 1)
    assert ">2</td>" not in body


def test_steps_written_as_headings_are_drawn_too():
    content = {
        "sections": [
            section(
                "content",
                "A",
                heading("Bước 1.", "Tiếp nhận"),
                text("<p>Nhận.</p>"),
                heading("Bước 2.", "Trả"),
                text("<p>Trả.</p>"),
            )
        ]
    }
    assert drawn(content)["steps"] == 2
    assert "<svg" in html_of(drawn(content))


LONG_CASES = (
    "Thời gian (ngày làm việc) Trường hợp giấy chứng nhận bị ố, nhòe, rách hoặc hư hỏng (07 ngày)",
    "Thời gian (ngày làm việc) Trường hợp phải đo đạc lại diện tích, kích thước thửa đất (10 ngày)",
)


def test_long_cases_are_named_once_above_the_chart_and_keep_their_times_in_it():
    grid = steps(
        ("1", "Nhận", "Một cửa", "0,5", "0,5"),
        ("2", "Đo", "Chi nhánh", "-", "3"),
        ("total", "Tổng", "0,5", "3,5"),
        cases=LONG_CASES,
    )
    result = drawn({"sections": [section("content", "A", grid)]})
    chart = " ".join(re.sub(r"<[^>]+>", " ", result["flow"]).split())
    assert (
        chart.index("Trường hợp 1: Trường hợp giấy chứng nhận bị ố")
        < chart.index("Trường hợp 2: Trường hợp phải đo đạc")
        < chart.index("Bắt đầu")
    )
    assert "0,5 ngày làm việc (mọi trường hợp)" in chart
    assert "Trường hợp 1: - Trường hợp 2: 3 ngày làm việc" in chart
    assert (
        result["facts"][0]["values"][1]
        == "Trường hợp phải đo đạc lại diện tích, kích thước thửa đất (10 ngày): 3,5 ngày làm việc"
    )
    assert (
        '<th role="columnheader" scope="colgroup" colspan="2">Thời gian (ngày làm việc)</th>'
        in html_of(result)
    )
    assert (
        'data-label="Trường hợp phải đo đạc lại diện tích, kích thước thửa đất (10 ngày)">3</td>'
        in html_of(result)
    )


@pytest.mark.parametrize(
    ("labels", "brief"),
    [
        (
            ["Thời gian giải quyết Trực tiếp", "Thời gian giải quyết Trực tuyến"],
            ["Trực tiếp", "Trực tuyến"],
        ),
        (
            ["Thời gian Hồ sơ trong tỉnh", "Thời gian Hồ sơ chuyển đến"],
            ["Hồ sơ trong tỉnh", "Hồ sơ chuyển đến"],
        ),
        (["Thời gian thường", "Thời gian gấp"], ["Thường", "Gấp"]),
        (["Thời gian", "Thời gian"], ["Thời gian", "Thời gian"]),
        (["Thời gian (ngày)"], ["Thời gian (ngày)"]),
        ([], []),
        (["Thời gian", ""], ["Thời gian", ""]),
    ],
)
def test_cases_without_the_words_they_share(labels, brief):
    assert short_cases(labels) == brief


@pytest.mark.parametrize(
    ("time", "label", "told"),
    [
        ("0,5", "Thời gian (ngày làm việc)", "0,5 ngày làm việc"),
        ("½", "Số ngày", "½ ngày"),
        ("-", "Thời gian (ngày)", "-"),
        ("2 giờ", "(ngày)", "2 giờ"),
        ("3", "Thời gian (01 ngày)", "3"),
    ],
)
def test_bare_numbers_with_the_unit_of_their_heading(time, label, told):
    assert with_unit(time, label) == told


def test_steps_written_as_headings_count_among_the_facts():
    content = {
        "sections": [
            section(
                "content",
                "A",
                heading("Bước 1.", "Tiếp nhận"),
                text("<p>Nhận.</p>"),
                heading("Bước 2.", "Trả"),
                text("<p>Trả.</p>"),
            )
        ]
    }
    assert [(f["label"], f["values"], f["anchor"]) for f in drawn(content)["facts"]] == [
        ("Cách thực hiện", ["2 bước"], "muc-1")
    ]


def test_the_chart_says_what_is_done_and_how_long_not_the_arrows_and_forms_beside_it():
    grid = steps(
        ("1", "<p>Nhận văn bản</p><p>↓</p>", "Văn thư", "<p>Sổ chuyển giao</p><p>0,5 giờ</p>"),
        (
            "2",
            "<p>Xem xét,</p><p>cho ý kiến</p><p>↓</p><p>Không đạt: trả lại bước 1</p>",
            "Chánh Văn phòng",
            "<p>Phiếu trình</p><p>02 giờ</p>",
        ),
        cases=("Biểu mẫu/Thời gian",),
    )
    first, second = steps_of({"sections": [section("content", "A", grid)]})
    assert (first.action, first.times) == ("Nhận văn bản", (("", "0,5 giờ"),))
    assert (second.action, second.turns_back, second.times) == (
        "Xem xét, cho ý kiến",
        "Không đạt: trả lại bước 1",
        (("", "02 giờ"),),
    )
