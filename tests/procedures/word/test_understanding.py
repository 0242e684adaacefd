"""The small parts that understand: times, dates, codes, laws, people, titles, and views over
stored content."""

import datetime
from fractions import Fraction

import pytest

from procedures import content as views
from procedures.content import legal
from procedures.content.wording import count, dates
from procedures.word import control, labels, signers, times
from procedures.word.titles import kind_of, mark_of

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("½ ngày", "", Fraction(1, 2)),
        ("0,5 ngày", "", Fraction(1, 2)),
        ("2.5 ngày", "", Fraction(5, 2)),
        ("1½ ngày", "", Fraction(3, 2)),
        ("1/2 ngày", "", Fraction(1, 2)),
        ("04 giờ", "", Fraction(1, 2)),
        ("30 phút", "", Fraction(1, 16)),
        ("01", "ngay", Fraction(1)),
        ("4", "gio", Fraction(1, 2)),
        ("01 ngày làm việc", "", Fraction(1)),
        ("05 (năm) ngày", "", Fraction(5)),
        ("0,5 - 01 ngày/đơn vị", "", Fraction(1, 2)),
        ("1 ngày 4 giờ", "", Fraction(3, 2)),
        ("nửa ngày", "", Fraction(1, 2)),
        ("02 tuần", "", Fraction(10)),
        ("Không tính thời gian", "", Fraction(0)),
        ("Giờ hành chính", "", None),
        ("Trước ngày 15 tháng 9", "", None),
        ("", "", None),
        ("theo quy định", "", None),
    ],
)
def test_times_in_working_days(text, unit, amount):
    assert times.days(text, unit) == amount


def test_steps_are_held_against_the_limit_of_their_own_case():
    steps = [
        {"durations": ["½ ngày", "01 ngày"]},
        {"durations": ["03 ngày", "22 ngày"]},
        {"durations": ["04 giờ", "3 ngày"]},
    ]
    over = times.excess(
        ["Không xác minh: 05 ngày làm việc", "Thời gian có xác minh: 25 ngày"], steps, ""
    )
    assert over == [
        {"case": "Thời gian có xác minh: 25 ngày", "total": "26 ngày", "limit": "25 ngày"}
    ]
    assert (
        times.excess(
            ["Thời gian"],
            [{"durations": ["5 ngày"]}],
            "Thời hạn giải quyết: 05 ngày làm việc. Trường hợp xác minh không quá 8 ngày.",
        )
        == []
    )
    assert (
        times.excess(
            ["Thời gian"], [{"durations": ["9 ngày"]}], "b. Thời hạn giải quyết:\n05 ngày làm việc."
        )[0]["limit"]
        == "5 ngày"
    )


def test_a_time_of_day_is_not_a_time_limit():
    text = "5.4. Thời gian xử lý: Trong ngày làm việc; hồ sơ nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo."
    assert times.stated_limits(text) == [Fraction(1)]
    assert times.stated_limits(
        "b. Thời hạn giải quyết:\n05 ngày làm việc. Trường hợp xác minh thì không quá 25 ngày."
    ) == [Fraction(5), Fraction(25)]


def test_dates_as_people_write_them():
    day = datetime.date
    assert dates("05/03/13, 5.3.2024, 05 - 03 - 2024; ngày 02 tháng 01 năm 2025; 2026-03-05") == [
        day(2013, 3, 5),
        day(2024, 3, 5),
        day(2024, 3, 5),
        day(2025, 1, 2),
        day(2026, 3, 5),
    ]
    assert dates("……/……/20…… 31/02/2024 12/2024 1/500") == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01", 1),
        ("Lần 2", 2),
        ("lần thứ hai", 2),
        ("lần đầu", 1),
        ("III", 3),
        ("02/01", None),
        ("Vị trí", None),
        ("…", None),
        ("", None),
        ("3 (sửa đổi)", 3),
    ],
)
def test_counts(text, number):
    assert count(text) == number


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("Mã hiệu: QT 03/CX-HCTP", [("code", "QT 03/CX-HCTP")]),
        ("Lần BH: 02\tNgày BH: 5/3/2024", [("issue", "02"), ("issued", "5/3/2024")]),
        ("Lần ban hành/sửa đổi: 02/01", [("both", "02/01")]),
        (
            "Ban hành lần: 3   Hiệu lực từ ngày 01/4/2025",
            [("issue", "3"), ("effective", "01/4/2025")],
        ),
        ("Ngày HL: 01/01/2024", [("effective", "01/01/2024")]),
        ("Quyết định ban hành ngày nào cũng được", []),
    ],
)
def test_labels_of_the_control_block(line, pairs):
    assert labels.labelled(line) == pairs


def test_codes_are_the_same_without_case_and_marks_but_not_across_digits():
    assert control.same_code("QT-01/VP", "qt.01 vp") and control.same_code("QĐ 5", "qd5")
    assert not control.same_code("BM-1-12", "BM-11-2") and not control.same_code("QT-1", "QT-01")


def test_laws_by_number_and_symbol_by_first_citation():
    text = (
        "Quyết định số 19/2014/QĐ-\nTTg; Luật số 34/2018/QH14; Chỉ thị 38-CT/TW; TCVN ISO 9001:2015; Nghị định 30 / 2020 / NĐ-CP; 19/2014/QĐ-TTg; BM-01/QT-01/VP; 07/PKP-2024;"
        " Thông tư liên tịch số 20/2011/TTLT-BTP-BNG; Quyết định 12/QĐ-SXD của Giám đốc Sở; 1703/QĐ-TTg; mẫu 1/2; ngày 12/3/2024; Nghị quyết 1211/2016/UBTVQH13"
    )
    assert legal.cited(text, "SỞ XÂY DỰNG\nUBND TỈNH LAM GIANG") == [
        "19/2014/QĐ-TTg",
        "34/2018/QH14",
        "38-CT/TW",
        "30/2020/NĐ-CP",
        "20/2011/TTLT-BTP-BNG",
        "1703/QĐ-TTg",
        "1211/2016/UBTVQH13",
    ]
    assert legal.cited("Quyết định số 56/QĐ-UBND ngày 1/2/2025", own_numbers=("56/QĐ-UBND",)) == []


def test_the_amendment_log_is_not_read_for_legal_bases():
    text = {"type": "text", "html": "<p>Nghị định số 45/2020/NĐ-CP</p>"}
    row = {"kind": "row", "cells": ["Thay Nghị định số 61/2018/NĐ-CP"]}
    log = {
        "type": "grid",
        "subject": "amendments",
        "columns": [{"role": "summary", "label": "Nội dung"}],
        "rows": [row],
    }
    section = {"kind": "other", "place": "front", "number": "", "title": "", "blocks": [log, text]}
    assert legal.basis_of({"sections": [section]}) == ["45/2020/NĐ-CP"]
    section["blocks"][0] = {**log, "subject": "records"}
    assert legal.basis_of({"sections": [section]}) == ["61/2018/NĐ-CP", "45/2020/NĐ-CP"]


def test_the_national_code_apart_from_its_local_tail():
    assert legal.national_code("Mã TTHC: 1.001193.000.00.00.H57") == ("1.001193", "000.00.00.H57")
    assert legal.national_code("1.001193") == ("1.001193", "") and legal.national_code(
        "1.0011934"
    ) == ("", "")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ThS. Cao Thị Minh Nguyệt", "Cao Thị Minh Nguyệt"),
        ("PGS.TS. Đinh Xuân Bách", "Đinh Xuân Bách"),
        ("Trương Thị Ngọc Diệp", "Trương Thị Ngọc Diệp"),
        ("Nguyễn Thanh Phong", "Nguyễn Thanh Phong"),
        ("Phó Giám đốc", ""),
        ("Sở Tư pháp", ""),
        ("…………", ""),
        ("(Đã ký)", ""),
        ("NGUYỄN VĂN AN", "NGUYỄN VĂN AN"),
    ],
)
def test_names_of_people(line, name):
    assert signers.person(line) == name


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("MỤC ĐÍCH", "purpose"),
        ("Phạm vi và đối tượng áp dụng", "scope"),
        ("Cơ sở pháp lý và tài liệu viện dẫn", "references"),
        ("Giải thích từ ngữ", "definitions"),
        ("Nội dung quy trình", "content"),
        ("BIỂU MẪU KÈM THEO", "forms"),
        ("LƯU HỒ SƠ", "records"),
        ("Hồ sơ cần lưu", "records"),
        ("Thành phần hồ sơ", ""),
        ("Thời hạn giải quyết", ""),
        ("BỐI CẢNH CỦA CƠ QUAN", ""),
    ],
)
def test_kinds_of_sections(title, kind):
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    ("text", "number", "style", "rest"),
    [
        ("1. MỤC ĐÍCH", "1.", "arabic", "MỤC ĐÍCH"),
        ("5.1. Thành phần", "5.1.", "multi", "Thành phần"),
        ("IV. NỘI DUNG", "IV.", "roman", "NỘI DUNG"),
        ("Đ. NỘI DUNG", "Đ.", "upper", "NỘI DUNG"),
        ("đ) Cơ quan", "đ)", "lower", "Cơ quan"),
        ("CHƯƠNG 4", "CHƯƠNG 4", "chapter", ""),
        ("Chương II. HỖ TRỢ", "Chương II", "chapter", "HỖ TRỢ"),
        ("Điều 12. Lịch tiếp", "Điều 12.", "article", "Lịch tiếp"),
        ("PHẦN 1. MÔ TẢ", "PHẦN 1.", "part", "MÔ TẢ"),
        ("1.0 MỤC ĐÍCH", "1.0", "arabic", "MỤC ĐÍCH"),
        ("1/ Mục đích", "1/", "arabic", "Mục đích"),
        ("Bước 3: Ký", "Bước 3:", "step", "Ký"),
    ],
)
def test_numbers_before_titles(text, number, style, rest):
    mark = mark_of(text)
    assert (mark.number, mark.style, mark.rest) == (number, style, rest)


@pytest.mark.parametrize(
    "text", ["05/3/2024 là ngày họp", "2,5 ngày", "Chương trình công tác", "0,5 giờ", "2.5 ngày"]
)
def test_digits_before_a_title_that_are_not_a_number(text):
    assert mark_of(text) is None


# views over stored content


def grid(subject, columns, *rows):
    return {
        "type": "grid",
        "subject": subject,
        "columns": [{"role": r, "label": x} for r, x in columns],
        "rows": list(rows),
    }


def whole(*blocks, kind="content"):
    return {
        "sections": [
            {
                "kind": kind,
                "place": "body",
                "number": "5.",
                "title": "NỘI DUNG",
                "blocks": list(blocks),
            }
        ]
    }


def test_views_work_on_content_as_an_editor_may_leave_it():
    assert (
        views.steps({})
        == views.cases({})
        == views.records({"sections": [{}]})
        == views.forms({"sections": []})
        == views.amendments({})
        == []
    )
    assert (
        views.text_of({}) == "" and views.pictures_of({}) == [] and views.sections_outline({}) == []
    )
    odd = whole(
        grid(
            "steps",
            [("number", "TT"), ("action", "Việc")],
            {"kind": "row", "cells": ["1"]},
            {"cells": []},
        )
    )
    assert views.steps(odd) == [
        {"number": "1", "action": "", "responsible": "", "durations": [], "form": ""}
    ]


def test_times_that_share_a_column_with_forms():
    content = whole(
        grid(
            "steps",
            [("number", "Bước"), ("action", "Lưu đồ"), ("duration", "Biểu mẫu/Thời gian")],
            {
                "kind": "row",
                "cells": [
                    "1",
                    "<p>Tiếp nhận</p><p>↓</p><p>Không đạt: trả lại</p>",
                    "<p>BM-01</p><p>02 giờ</p>",
                ],
            },
            {"kind": "row", "cells": ["2", "Xử lý", "<p>Sổ</p><p>Theo thời hạn của lãnh đạo</p>"]},
        )
    )
    assert [(s["action"], s["durations"], s["form"]) for s in views.steps(content)] == [
        ("Tiếp nhận", ["02 giờ"], "BM-01"),
        ("Xử lý", ["Theo thời hạn của lãnh đạo"], "Sổ"),
    ]
    assert views.cases(content) == ["Biểu mẫu/Thời gian"]


def test_a_merged_time_is_shown_for_each_step_and_counted_once():
    content = whole(
        grid(
            "steps",
            [("number", "TT"), ("action", "Việc"), ("duration", "Thời gian")],
            {"kind": "row", "cells": ["1", "a", "2 ngày"]},
            {"kind": "row", "cells": ["2", "b", ""], "merged": [2]},
        )
    )
    assert [s["durations"] for s in views.steps(content)] == [["2 ngày"], ["2 ngày"]]
    assert [s["durations"] for s in views.steps(content, fill=False)] == [["2 ngày"], [""]]


def test_phases_and_totals_are_no_steps_and_a_row_without_an_action_goes_on_with_the_step_above():
    content = whole(
        grid(
            "steps",
            [("number", "TT"), ("action", "Việc"), ("responsible", "Ai")],
            {"kind": "phase", "cells": ["", "I. Giai đoạn", ""]},
            {"kind": "row", "cells": ["1", "a", "Văn thư"]},
            {"kind": "row", "cells": ["", "", "Kế toán"]},
            {"kind": "total", "cells": ["", "Tổng", ""]},
        )
    )
    assert [(s["action"], s["responsible"]) for s in views.steps(content)] == [
        ("a", "Văn thư; Kế toán")
    ]


def test_plain_text_keeps_lines_items_and_cells_apart():
    html = '<p>a &amp; b<br>c</p><ul><li>d<ul><li>e</li></ul></li></ul><table><tr><td>f</td><td><p>g</p><p>h</p></td></tr></table><img src="sha256:x" alt="không">'
    assert views.plain(html) == "a & b\nc\n- d\n- e\nf\ng\nh"


def test_pictures_are_found_in_blocks_and_in_tables():
    a, b = "a" * 64, "b" * 64
    content = whole(
        {"type": "picture", "sha256": a},
        {
            "type": "table",
            "html": f'<table><tr><td><img src="sha256:{b}" alt=""><img src="sha256:{a}" alt=""></td></tr></table>',
        },
    )
    assert views.pictures_of(content) == [a, b]


def test_records_listed_as_sentences():
    content = whole(
        {
            "type": "text",
            "html": "<p>- Sổ cấp thẻ: lưu tại Văn phòng, 02 năm.</p><p>b) Hồ sơ cấp phép được lưu giữ tại Phòng QLHT trong thời hạn 05 (năm) năm;</p><p>Sau đó nộp lưu trữ.</p>",
        },
        kind="records",
    )
    assert views.records(content) == [
        {"name": "Sổ cấp thẻ", "place": "Văn phòng", "retention": "02 năm"},
        {"name": "Hồ sơ cấp phép", "place": "Phòng QLHT", "retention": "05 (năm) năm"},
    ]
