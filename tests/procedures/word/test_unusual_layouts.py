"""Layouts that agencies use now and then: facts stand where no usual recogniser looks for them."""

import pytest

from .build import Doc

pytestmark = pytest.mark.pure
PEOPLE = [
    ("Soạn thảo", "Nguyễn Văn An", "Chuyên viên"),
    ("Kiểm tra", "Trần Thị Bình", "Trưởng phòng"),
    ("Phê duyệt", "Lê Minh Cường", "Giám đốc"),
]
STEPS = [
    ("Tiếp nhận hồ sơ", "Văn thư", "02 giờ"),
    ("Kiểm tra công trình tại cơ sở", "KDV", "03 ngày"),
    ("Trả kết quả", "Trạm trưởng", "01 ngày"),
]


def body():
    d = Doc()
    d.title("1. MỤC ĐÍCH")
    d.line("Thống nhất cách làm.")
    return d


def signed(reading):
    return [(s["name"], s["post"]) for s in reading.signers]


WANTED = [(name, post) for _, name, post in PEOPLE]


def test_name_and_post_behind_a_stroke():
    d = Doc()
    d.table([role for role, _, _ in PEOPLE], [f"{name} / {post}" for _, name, post in PEOPLE])
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert signed(d.read()) == WANTED


def test_role_and_name_with_the_post_on_the_row_below():
    d = Doc()
    rows = []
    for role, name, post in PEOPLE:
        rows += [(role, name), ("Chức vụ", post), ("Chữ ký", "")]
    d.table(*rows)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert signed(d.read()) == WANTED


def test_a_box_for_each_digital_signature():
    d = body()
    for role, name, post in PEOPLE:
        d.table(
            (
                [
                    role.upper(),
                    f"Người ký: {name}",
                    f"Chức vụ: {post}",
                    "Thời gian ký: 01/02/2024 08:15:30 +07:00",
                ],
            )
        )
        d.line("")
    assert signed(d.read()) == WANTED


def steps(reading):
    return [(s["action"], s["responsible"], s["durations"][0]) for s in reading.steps]


def test_who_acts_before_a_colon():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    d.table(
        ("Bước", "Người thực hiện: nội dung công việc", "Thời hạn"),
        *[(str(n), f"{who}: {what}", time) for n, (what, who, time) in enumerate(STEPS, 1)],
    )
    assert steps(d.read()) == STEPS


def test_a_colon_inside_an_action_names_nobody():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    d.table(
        ("Bước", "Nội dung công việc", "Thời hạn"),
        ("1", "Kiểm tra: hồ sơ đủ", "1 ngày"),
        ("2", "Ghi sổ: số, ngày", "1 ngày"),
    )
    assert [s["action"] for s in d.read().steps] == ["Kiểm tra: hồ sơ đủ", "Ghi sổ: số, ngày"]


def test_a_card_whose_values_read_like_headings():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    for n, (what, who, time) in enumerate(STEPS, 1):
        d.table(
            (f"Bước {n}", ""), ("Nội dung", what), ("Người thực hiện", who), ("Thời gian", time)
        )
        d.line("")
    assert steps(d.read()) == STEPS


def test_a_table_of_steps_without_headings_keeps_its_first_rows():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    d.table(*[(f"B{n}", *step) for n, step in enumerate(STEPS, 1)], bold_head=False)
    assert steps(d.read()) == STEPS


def test_steps_in_a_line_with_dashes_and_abbreviated_people():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    for n, step in enumerate(STEPS, 1):
        d.line(f"{n}) " + " – ".join(step))
    assert steps(d.read()) == STEPS


RECORDS = [
    ("Hồ sơ cấp phép", "Phòng Kinh tế", "15 năm"),
    ("Sổ cấp thẻ", "Văn thư; Văn phòng", "vĩnh viễn"),
]


def kept(d):
    return [(r["name"], r["place"], r["retention"]) for r in d.read().records]


@pytest.mark.parametrize(
    "line", ["{} do {} lưu giữ trong {}.", "- {} ({}, {});", "{} ({}, {})[1];"]
)
def test_records_in_lines(line):
    d = body()
    d.title("2. LƯU HỒ SƠ")
    for record in RECORDS:
        d.line(line.format(*record))
    assert kept(d) == RECORDS


def test_where_and_how_long_in_one_column():
    d = body()
    d.title("2. LƯU HỒ SƠ")
    d.table(
        ("TT", "Hồ sơ", "Nơi lưu, thời gian lưu"),
        *[(str(n), name, f"{place}\n{time}") for n, (name, place, time) in enumerate(RECORDS, 1)],
    )
    assert kept(d) == RECORDS


@pytest.mark.parametrize(
    ("first", "second"),
    [("CẤP GIẤY XÁC NHẬN TÌNH", "TRẠNG HÔN NHÂN"), ("GIẢI QUYẾT", "TINH GIẢN BIÊN CHẾ")],
)
def test_a_title_broken_before_a_word_that_sounds_like_a_label(first, second):
    d = Doc()
    for line in ("SỞ NỘI VỤ", "QUY TRÌNH", first, second):
        d.title(line, center=True)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().title == f"{first} {second}"


def test_version_and_amendment_above_their_values():
    d = Doc()
    d.table(("Mã số", "Phiên bản/Sửa đổi", "Ngày phê duyệt"), ("QT-05", "02/01", "01/02/2024"))
    d.title("QUY TRÌNH TIẾP DÂN", center=True)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.code, r.issue_number, r.revision_number) == ("QT-05", 2, 1)


def test_the_confidence_of_each_list_is_told_and_an_unsure_one_is_flagged():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    d.table(
        ("Bước", "Người thực hiện: nội dung công việc", "Thời hạn"),
        *[(str(n), f"{who}: {what}", time) for n, (what, who, time) in enumerate(STEPS, 1)],
    )
    d.title("6. BIỂU MẪU")
    d.table(("TT", "Mã hiệu", "Tên biểu mẫu"), ("1", "BM-01", "Phiếu"), ("2", "BM-02", "Sổ"))
    r = d.read()
    assert r.confidence["forms"]["confidence"] > 0.9
    assert r.confidence["steps"]["confidence"] < 0.6
    assert next(w["values"] for w in r.warnings if w["code"] == "low_confidence") == ["steps"]
