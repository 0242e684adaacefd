"""Further layouts of steps, records, forms, amendments and signers, each in the smallest document."""

import pytest

from .build import Doc

pytestmark = pytest.mark.pure
STEPS = [("Tiếp nhận hồ sơ", "Văn thư", "04 giờ"), ("Thẩm định hồ sơ", "Phòng Nghiệp vụ", "05 ngày"), ("Trả kết quả", "Văn thư", "02 giờ")]  # fmt: skip


def procedure():
    d = Doc()
    d.title("5. NỘI DUNG")
    return d


def steps(d):
    return [(s["action"], s["responsible"], "".join(s["durations"])) for s in d.read().steps]


def test_a_sentence_below_each_step_says_who_and_how_long():
    d = procedure()
    for n, (action, who, time) in enumerate(STEPS, 1):
        d.title(f"{n}. {action}")
        d.line(f"{who} thực hiện trong thời gian {time}.")
    assert steps(d) == STEPS


def test_the_time_in_brackets_behind_the_number_of_a_step():
    d = procedure()
    for n, (action, who, time) in enumerate(STEPS, 1):
        d.line(f"Bước {n} ({time}) - {who}: {action}.")
    assert steps(d) == STEPS


def test_a_row_of_labels_below_each_step():
    rows = []
    for n, (action, who, time) in enumerate(STEPS, 1):
        rows += [(str(n), action, ""), ("", f"Trách nhiệm: {who}", f"Thời gian: {time}")]
    d = procedure()
    d.table(("TT", "Nội dung các bước công việc", ""), *rows)
    assert steps(d) == STEPS


def test_a_person_with_a_time_in_brackets_above_the_action():
    d = procedure()
    for n, (action, who, time) in enumerate(STEPS, 1):
        d.title(f"{n}. {who} ({time}):")
        d.line(f"{action}.")
    assert steps(d) == STEPS


@pytest.mark.parametrize(
    "line", ["- Chủ trì: {1}\n- Hoàn thành trong: {2}", "(Thực hiện: {1}; hoàn thành: {2})"]
)
def test_when_a_step_must_be_done(line):
    d = procedure()
    for n, step in enumerate(STEPS, 1):
        d.title(f"{n}. {step[0]}:")
        for one in line.format(*step).split("\n"):
            d.line(one)
    assert steps(d) == STEPS


def test_who_before_a_colon_and_the_time_in_brackets_at_the_end():
    d = procedure()
    for n, (action, who, time) in enumerate(STEPS, 1):
        d.line(f"Bước {n}. {who}: {action} (trong {time}).")
    assert steps(d) == STEPS


def test_a_duty_in_a_sentence():
    d = procedure()
    for n, (action, who, time) in enumerate(STEPS, 1):
        d.line(f"Bước {n}: {who} có trách nhiệm {action.lower()} trong thời hạn {time}.")
    assert steps(d) == STEPS


@pytest.mark.parametrize(
    "line", ["→ Người làm: {1}; hạn: {2}", "+ Đơn vị/cá nhân thực hiện: {1}\n+ Thời gian: {2}"]
)
def test_labels_behind_an_arrow_or_for_unit_or_person(line):
    d = procedure()
    for n, step in enumerate(STEPS, 1):
        d.title(f"Bước {n}: {step[0]}")
        for one in line.format(*step).split("\n"):
            d.line(one)
    assert steps(d) == STEPS


def test_a_column_for_each_person_with_marks():
    d = procedure()
    who = ("Văn thư", "Phòng Nghiệp vụ")
    rows = [(str(n), s[0], s[2], *("X" if w == s[1] else "" for w in who)) for n, s in enumerate(STEPS, 1)]  # fmt: skip
    d.table(("TT", "Nội dung công việc", "Thời hạn", *who), *rows)
    assert steps(d) == STEPS


def records(*table, lines=()):
    d = Doc()
    d.title("7. HỒ SƠ LƯU")
    if table:
        d.table(*table, bold_head=False)
    for line in lines:
        d.line(line)
    return [(r["name"], r["place"], r["retention"]) for r in d.read().records]


KEPT = [("Hồ sơ đề nghị", "Phòng Tài chính - Kế toán", "05 năm"), ("Sổ cấp thẻ", "Văn phòng; Tổ Một cửa", "Vĩnh viễn")]  # fmt: skip


def test_records_in_a_table_without_headings():
    assert records(*((f"{n}.", *row) for n, row in enumerate(KEPT, 1))) == KEPT


def test_records_with_time_and_place_in_brackets_or_between_dashes():
    assert records(lines=[f"- {name} ({time} – {place})." for name, place, time in KEPT]) == KEPT
    assert records(lines=[f"- {name} – {place} – {time}" for name, place, time in KEPT]) == KEPT


def test_records_with_the_time_before_the_place():
    lines = [f"- {name}: lưu giữ {time.lower()} tại {place}." for name, place, time in KEPT]
    found = records(lines=lines)
    assert [(n, p, t.capitalize()) for n, p, t in found] == KEPT


def test_records_side_by_side():
    names, places, times = zip(*KEPT, strict=True)
    table = (("Hồ sơ", *names), ("Nơi lưu", *places), ("Thời gian lưu", *times))
    assert records(*table) == KEPT


def test_records_below_the_place_that_keeps_them():
    d = Doc()
    d.title("7. HỒ SƠ LƯU")
    t = d.table(("Tên hồ sơ", "Thời gian lưu"), ("Lưu tại Văn phòng", ""), ("Hồ sơ", "05 năm"), ("Sổ", "Vĩnh viễn"))  # fmt: skip
    t.cell(1, 0).merge(t.cell(1, 1))
    assert [(r["place"], r["retention"]) for r in d.read().records] == [("Văn phòng", "05 năm"), ("Văn phòng", "Vĩnh viễn")]  # fmt: skip


@pytest.mark.parametrize(
    "code", ["QT/SNV/40/BM{:02}", "SNV.BM.82.{:02}", "ISO-BM-37-{:02}", "QT-07-F{:02}"]
)
def test_codes_of_forms_that_begin_with_the_agency_or_the_document(code):
    d = Doc()
    d.title("6. BIỂU MẪU")
    for n, name in enumerate(("Phiếu đề xuất", "Sổ theo dõi"), 1):
        d.line(f"Biểu mẫu {n}: {name} ({code.format(n)})")
    found = [(f["code"], f["name"]) for f in d.read().forms]
    assert found == [(code.format(1), "Phiếu đề xuất"), (code.format(2), "Sổ theo dõi")]


@pytest.mark.parametrize("code", ["BM–29–0{}", "BM - 29 - 0{}", "BM_29_0{}"])
@pytest.mark.parametrize("line", ["{1} - {0}.", "[{0}] {1}", "Mẫu “{1}”, mã số {0};", "{0}\n{1}"])
def test_codes_of_forms_with_dashes_and_spaces(code, line):
    d = Doc()
    d.title("6. BIỂU MẪU")
    wanted = [(code.format(n), name) for n, name in enumerate(("Phiếu trình", "Lịch họp"), 1)]
    for entry in wanted:
        for n, one in enumerate(line.format(*entry).split("\n")):
            d.line(one, bold=n == 0 and "\n" in line)
    assert [(f["code"], f["name"]) for f in d.read().forms] == wanted


def test_forms_in_a_table_without_headings():
    d = Doc()
    d.title("6. BIỂU MẪU")
    rows = [(str(n), f"Phiếu gửi mẫu {n}", f"BM-0{n}/QT-20") for n in range(1, 5)]
    d.table(*rows, bold_head=False)
    assert [(f["name"], f["code"]) for f in d.read().forms] == [row[1:] for row in rows]


def test_a_log_with_number_and_day_in_one_cell():
    d = Doc()
    d.title("THEO DÕI SỬA ĐỔI", center=True)
    d.table(("Lần ban hành/Ngày", "Tóm tắt thay đổi"), ("02 – 05/3/2024", "Thay mẫu biên bản"))
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().amendments == [{"number": "02", "date": "2024-03-05", "summary": "Thay mẫu biên bản"}]  # fmt: skip


PEOPLE = [("drafted", "Lê Văn An", "Chuyên viên"), ("reviewed", "Trần Thị Bình", "Trưởng phòng"), ("approved", "Phạm Văn Cường", "Giám đốc")]  # fmt: skip


def signed(d):
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    return [(s["role"], s["name"], s["post"]) for s in d.read().signers]


def test_the_row_of_roles_below_names_and_posts():
    d = Doc()
    names, posts = ([p[i] for p in PEOPLE] for i in (1, 2))
    d.table(("Họ và tên", *names), ("Chức danh", *posts), ("Vai trò", "Soạn thảo", "Soát xét", "Phê duyệt"), ("Chữ ký", "", "", ""))  # fmt: skip
    assert signed(d) == PEOPLE


def test_who_approved_in_a_table_of_its_own():
    d = Doc()
    d.table(("Người lập", "Người kiểm tra"), ("\nLê Văn An\nChuyên viên", "\nTrần Thị Bình\nTrưởng phòng"))  # fmt: skip
    d.line("")
    d.table(("Người duyệt",), ("\nPhạm Văn Cường\nGiám đốc",))
    assert signed(d) == PEOPLE


def test_a_table_of_labels_for_each_role():
    d = Doc()
    for label, (_, name, post) in zip(("Soạn thảo", "Soát xét", "Phê duyệt"), PEOPLE, strict=True):
        d.table((label, ""), ("Họ và tên", name), ("Chức vụ", post), ("Chữ ký", ""))
        d.line("")
    assert signed(d) == PEOPLE


def test_room_for_the_signature_behind_the_post_is_no_post():
    d = Doc()
    for label, (_, name, post) in zip(("Soạn thảo", "Soát xét", "Phê duyệt"), PEOPLE, strict=True):
        d.line(f"{label}: {name} / {post} / Ký tên: ..........")
    assert signed(d) == PEOPLE


def test_a_list_of_forms_whose_head_is_only_its_title():
    d = Doc()
    d.title("Trung tâm Phục vụ hành chính công phường Ví Dụ")
    d.title("Danh mục biểu mẫu đang áp dụng")
    d.table(("TT", "Mã số", "Tên biểu mẫu", "Ghi chú"), ("1", "BM-01", "Phiếu đề xuất", ""))
    d.table(("Nơi nhận:\n- Như trên;", "GIÁM ĐỐC TRUNG TÂM\n\nNgô Hồng Giang"))
    r = d.read()
    assert r.title == "Danh mục biểu mẫu đang áp dụng"
    assert [s["name"] for s in r.signers] == ["Ngô Hồng Giang"]
