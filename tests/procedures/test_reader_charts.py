"""Steps, their times and the flow chart as readers see them."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from procedures.content.case_names import short_cases, with_unit
from procedures.reader import flowchart
from procedures.reader.steps import Step, steps_of
from tests.procedures.reader_helpers import drawn, heading, html_of, section, steps, text

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


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
    # On the cards of a phone, where no cell can span two of them
    assert html.count("chung với bước trên") == 2
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


def test_the_case_that_turns_back_is_drawn_at_its_step_in_its_own_words():
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


def test_a_time_column_without_a_heading_is_shown_with_the_others():
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


def test_the_chart_says_what_is_done_and_how_long_without_arrows_and_forms():
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
