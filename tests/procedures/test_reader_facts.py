"""The summary of a procedure, and its flow chart's decisions: pure functions over content."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from procedures.content import outline
from procedures.reader import facts, flowchart, render
from procedures.reader.steps import Step, printed, steps_of
from tests.procedures.reader_helpers import heading, section, steps, text

pytestmark = pytest.mark.pure
WORDS = flowchart.Words("Lưu đồ", "", "Bắt đầu", "Kết thúc", yes="Có", no="Không")


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def stated(limit, *rows, title="Thời gian xử lý"):
    blocks = [heading("5.4.", title), text(limit), heading("5.5.", "Các bước"), steps(*rows)]
    return {"sections": [section("content", "NỘI DUNG", *blocks, number="5.")]}


ROWS = (("1", "Nhận", "Một cửa", "4 ngày"), ("2", "Trả", "Một cửa", "4,5 ngày"))


def facts_of(content):
    return {one["label"]: one["values"] for one in render.document(content, lambda _: "")["facts"]}


def test_the_limit_that_is_stated_is_shown_and_not_the_sum_of_the_steps():
    content = stated(
        "<p>07 ngày làm việc, kể từ khi nhận đủ hồ sơ.</p>", *ROWS, ("total", "Tổng", "8,5 ngày")
    )
    found = facts_of(content)
    assert found["Thời gian giải quyết"] == ["07 ngày làm việc, kể từ khi nhận đủ hồ sơ."]
    assert "Tổng thời gian các bước" not in found


@pytest.mark.parametrize(
    "title",
    [
        "Thời hạn giải quyết TTHC",
        "Thời gian giải quyết và trả kết quả",
        "Thời hạn giải quyết theo quy định",
        "Thời gian xử lý công việc",
    ],
)
def test_the_limit_is_known_under_its_other_headings(title):
    found = facts_of(stated("<p>07 ngày làm việc</p>", *ROWS, title=title))
    assert found["Thời gian giải quyết"] == ["07 ngày làm việc"]


def test_without_a_stated_limit_the_sum_is_called_a_sum():
    content = stated("<p> </p>", *ROWS, ("total", "Tổng", "8,5 ngày"))
    assert facts_of(content)["Tổng thời gian các bước"] == ["8,5 ngày"]


def test_a_total_without_a_time_is_not_a_fact():
    content = stated("<p> </p>", *ROWS, ("total", "Tổng", "Theo thời hạn của vụ việc"))
    assert set(facts_of(content)) == {"Cách thực hiện"}


def test_limits_listed_by_case_stand_each_by_itself():
    content = stated(
        "<ul><li>Không phải xác minh: 05 ngày làm việc;</li><li>Phải xác minh: 13 ngày làm việc.</li></ul>",
        *ROWS,
    )
    assert facts_of(content)["Thời gian giải quyết"] == [
        "Không phải xác minh: 05 ngày làm việc",
        "Phải xác minh: 13 ngày làm việc",
    ]


def test_a_long_text_ends_with_a_whole_sentence_and_amounts_stay_whole():
    fee = (
        "Nộp trực tiếp: 75.000 đồng; nộp trực tuyến: 37.500 đồng. "
        + "Miễn lệ phí cho người khuyết tật và hộ nghèo. " * 6
    )
    content = stated(f"<p>{fee}</p>", *ROWS, title="Phí, lệ phí")
    (said,) = facts_of(content)["Phí, lệ phí"]
    assert said.startswith("Nộp trực tiếp: 75.000 đồng; nộp trực tuyến: 37.500 đồng.")
    assert said.endswith("nghèo. …")


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("<p>07 ngày làm việc.</p>", [("8,5 ngày", "7 ngày")]),
        ("<p>10 ngày làm việc.</p>", [("8,5 ngày", "10 ngày")]),
        ("<p>8,5 ngày.</p>", []),
        ("<p>8,5 ngày; phải xác minh: không quá 13 ngày.</p>", []),  # the steps make one of them
        ("<p>Theo quy định.</p>", []),
    ],
)
def test_where_steps_and_limit_differ_both_are_told(limit, told):
    content = stated(limit, *ROWS)
    found = facts.time_differs(content, outline.parts(content))
    assert [(one["steps"], one["stated"]) for one in found] == told


def test_papers_that_a_list_in_prose_names_are_counted():
    blocks = [heading("5.1.", "Thành phần hồ sơ"), text("<p>- Tờ khai;</p><p>- Bản sao.</p>")]
    content = {"sections": [section("content", "NỘI DUNG", *blocks)]}
    assert facts_of(content) == {"Hồ sơ cần nộp": ["2 loại giấy tờ"]}


# -- the chart


def chart(*rows):
    return flowchart.draw(steps_of({"sections": [section("content", "A", steps(*rows))]}), WORDS)


@pytest.fixture
def long_sheets(monkeypatch):
    """Sheets that hold a whole chart of a few steps."""
    monkeypatch.setattr(flowchart, "LONGEST_SHEET", 780)


def said(svg):
    return " ".join(re.sub(r"<[^>]+>", " ", svg).split())


def ways(svg, cls):
    return [
        e.get("d") for e in ElementTree.fromstring(f"<d>{svg}</d>").iter() if e.get("class") == cls
    ]


BACK = (
    ("1", "Tiếp nhận", "Văn thư", "1 giờ"),
    ("2", "Kiểm tra", "Văn thư", "1 giờ"),
    ("3", "Xem xét\nKhông đạt: trả lại bước 1", "Chánh Văn phòng", "2 giờ"),
    ("4", "Kết thúc hồ sơ", "Văn thư", "1 giờ"),
)


def test_a_case_that_does_not_go_on_is_a_decision_with_a_line_back_to_the_named_step(long_sheets):
    svg = chart(*BACK)
    assert "Đạt?" in said(svg)
    assert {"Có", "Không"} <= set(said(svg).split())
    (way,) = ways(svg, "flow-arrow flow-way-back")
    down, up = re.fullmatch(r"M[\d.]+ ([\d.]+)H[\d.]+V([\d.]+)H.*", way).groups()
    circles = [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("circle")]
    assert float(up) == float(circles[0].get("cy"))  # at the height of step 1
    assert float(up) < float(down)


def test_nothing_flows_on_from_what_goes_back(long_sheets):
    svg = ElementTree.fromstring(chart(*BACK))
    back = next(e for e in svg.iter() if e.get("class") == "flow-back")
    left, top = float(back.get("x")), float(back.get("y"))
    bottom = top + float(back.get("height"))
    for path in (e.get("d") for e in svg.iter() if e.get("class") == "flow-arrow"):
        x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", path).groups())
        assert not (x >= left and abs(y - bottom) < 8)


def test_a_way_back_is_led_over_the_edges_of_sheets(long_sheets):
    rows = [(str(n), "Việc " * 30, "Công chức", "1 ngày") for n in range(1, 20)]
    rows.append(("20", "Xem xét\nChưa đạt thì quay lại bước 2", "Lãnh đạo", "1 ngày"))
    svg = chart(*rows)
    sheets = list(ElementTree.fromstring(f"<d>{svg}</d>"))
    assert len(sheets) > 2
    assert len(ways(svg, "flow-arrow flow-way-back")) == len(sheets)


def test_it_leads_to_the_person_who_had_it_before_where_no_number_is_named():
    rows = [
        ("1", "Nhận", "Cán bộ một cửa", "1 giờ"),
        ("2", "Thẩm tra", "Công chức Tư pháp - Hộ tịch", "1 giờ"),
        (
            "3",
            "Xem xét:\n+ Không hợp lệ: chuyển trả lại cho công chức thụ lý;\n+ Hợp lệ: ký",
            "Lãnh đạo",
            "",
        ),
    ]
    found = steps_of({"sections": [section("content", "A", steps(*rows))]})
    assert flowchart._targets(found) == {2: 1}
    assert found[2].action == "Xem xét: Hợp lệ: ký"


@pytest.mark.parametrize(
    ("clause", "question"),
    [
        ("Chưa phù hợp thì hướng dẫn làm lại hồ sơ", "Phù hợp?"),
        ("Không đạt: trả lại bước 2", "Đạt?"),
        ("Hồ sơ chưa đủ thì hướng dẫn bổ sung", "Đủ?"),
        ("Nếu thiếu giấy tờ thì lập phiếu", "Đủ giấy tờ?"),
        ("Trường hợp không đồng ý, trả lại", "Đồng ý?"),
    ],
)
def test_the_question_is_in_the_words_of_the_step(clause, question):
    assert Step("step", "1", f"Xem xét\n{clause}").asks == question


@pytest.mark.parametrize(
    ("text", "action", "back"),
    [
        ("Kiểm tra: Hồ sơ chưa đủ thì hướng dẫn; Hồ sơ đủ thì nhập hệ thống", "Kiểm tra: Hồ sơ đủ thì nhập hệ thống", "Hồ sơ chưa đủ thì hướng dẫn;"),
        ("- Xem xét hồ sơ, nếu:\n+ Không hợp lệ: trả lại;\n+ Hợp lệ: Ký duyệt", "Xem xét hồ sơ, nếu hợp lệ: Ký duyệt", "Không hợp lệ: trả lại;"),
        ("- Ký số, đóng dấu\n- Phát hành", "Ký số, đóng dấu; Phát hành", ""),
        ("Xem xét,\ncho ý kiến", "Xem xét, cho ý kiến", ""),
    ],
)  # fmt: skip
def test_stray_signs_are_gone_and_the_other_case_stays_with_the_step(text, action, back):
    step = Step("step", "1", text)
    assert (step.action, step.turns_back) == (action, back)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("Bước 3.", "3"), ("B1", "B1"), ("5.2.10", "5.2.10"), ("2)", "2"), ("", "")],
)
def test_numbers_are_those_of_the_table(number, shown):
    assert printed(number) == shown


def test_a_sheet_is_short_enough_that_no_page_stays_half_empty_before_it():
    rows = [(str(n), "Việc " * 30, "Công chức", "1 ngày") for n in range(1, 20)]
    heights = [float(e.get("height")) for e in ElementTree.fromstring(f"<d>{chart(*rows)}</d>")]
    assert max(heights) < 400  # at 105 mm for 372 units, 113 mm of a page's 260
