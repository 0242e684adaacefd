"""Changes as sentences that a reader understands without the table."""

from procedures.changes.redline import State, in_words
from tests.conftest import content
from tests.procedures.changes.contents import STEPS, changed, forms, records, section, state, steps


def test_another_time_of_a_step_is_one_sentence():
    assert in_words(steps(), steps(changed(1, duration="01 ngày"))) == ["bước 2: 02 ngày → 01 ngày"]


def test_another_person_of_a_step_is_named():
    assert in_words(steps(), steps(changed(2, responsible="Phó Giám đốc"))) == [
        "bước 3, người thực hiện: Lãnh đạo Sở → Phó Giám đốc"
    ]


def test_a_step_that_came_and_one_that_went_are_named():
    more = [*STEPS[:2], ("3", "Lấy ý kiến Công an thành phố", "Chuyên viên", "03 ngày"), *STEPS[2:]]
    assert in_words(steps(), steps(more)) == ["thêm bước 3: Lấy ý kiến Công an thành phố"]
    assert in_words(steps(more), steps()) == ["bỏ bước 3: Lấy ý kiến Công an thành phố"]


def test_a_step_that_moved_is_not_told_as_gone_and_come():
    moved = [("1", *STEPS[1][1:]), ("2", *STEPS[2][1:]), ("3", *STEPS[0][1:]), STEPS[3]]
    assert in_words(steps(), steps(moved)) == [
        "bước 1 chuyển thành bước 3: Tiếp nhận hồ sơ của công dân"
    ]


def test_a_step_that_says_much_more_is_not_told_as_gone_and_come():
    more = "Tiếp nhận hồ sơ của công dân; thiếu giấy tờ thì lập phiếu yêu cầu bổ sung, ghi rõ từng loại"
    assert in_words(steps(), steps(changed(0, action=more))) == [
        "bước 1: thêm “thiếu giấy tờ thì lập phiếu yêu cầu bổ sung, ghi rõ từng loại”"
    ]


def test_a_record_with_a_longer_name_is_told_once():
    old = records(("Hồ sơ lựa chọn nhà thầu, hợp đồng", "5 năm"))
    new = records(("Hồ sơ lựa chọn nhà thầu, hợp đồng, biên bản khảo sát", "10 năm"))
    assert in_words(old, new) == [
        "hồ sơ Hồ sơ lựa chọn nhà thầu, hợp đồng → Hồ sơ lựa chọn nhà thầu, hợp đồng, biên bản khảo sát",
        "5. HỒ SƠ LƯU: “5 năm” → “10 năm”",
    ]


def test_forms_that_came_and_went_are_named():
    old = forms(("BM-01", "Tờ khai đăng ký"), ("BM-02", "Giấy hẹn trả kết quả"))
    new = forms(("BM-01", "Tờ khai đăng ký"), ("BM-03", "Phiếu kiểm soát hồ sơ"))
    assert in_words(old, new) == [
        "thêm biểu mẫu BM-03 Phiếu kiểm soát hồ sơ",
        "bỏ biểu mẫu BM-02 Giấy hẹn trả kết quả",
    ]


def test_a_record_that_is_kept_longer_is_cited():
    old, new = (
        records(("Hồ sơ cấp phép", x), ("Sổ theo dõi", "lâu dài")) for x in ("5 năm", "10 năm")
    )
    assert in_words(old, new) == ["5. HỒ SƠ LƯU: “5 năm” → “10 năm”"]


def test_the_text_of_a_section_is_cited_and_the_rest_counted():
    old = State(content(*(f"Điều {n} quy định thời hạn là 5 ngày làm việc" for n in range(5))))
    new = State(content(*(f"Điều {n} quy định thời hạn là 3 ngày làm việc" for n in range(5))))
    assert in_words(old, new) == [
        *["1. NỘI DUNG: “5” → “3”"] * 3,
        "1. NỘI DUNG: còn sửa 2 dòng khác",
    ]


def test_the_signs_around_a_quoted_passage_are_not_quoted():
    old = State(content("Nghị định 61/2018/NĐ-CP."))
    new = State(content("Nghị định 61/2018/NĐ-CP; 367/2025/NĐ-CP;"))
    (told,) = in_words(old, new)
    assert "367/2025/NĐ-CP" in told and ";" not in told


def test_a_section_that_came_and_one_with_another_name():
    old = state(section(title="MỤC ĐÍCH", kind="purpose"))
    new = state(
        section(title="MỤC ĐÍCH CHUNG", kind="purpose"), section(title="PHỤ LỤC", kind="other")
    )
    assert in_words(old, new) == [
        "đổi tên mục: 5. MỤC ĐÍCH → 5. MỤC ĐÍCH CHUNG",
        "thêm mục “5. PHỤ LỤC”",
    ]


def test_the_margin_is_not_reported():
    old, new = (
        {**section({"type": "text", "html": x}), "place": "margin"} for x in ("Trang 1", "Trang 2")
    )
    assert in_words(state(old), state(new)) == []


def test_equal_contents_have_nothing_to_tell():
    assert in_words(steps(), steps()) == []


def test_a_long_fact_is_told_by_what_differs():
    laws = "; ".join(f"{number}/2025/NĐ-CP" for number in range(100, 120))
    old = State({"sections": []}, [("Căn cứ pháp lý", laws)])
    new = State({"sections": []}, [("Căn cứ pháp lý", f"{laws}; 33/2026/TT-BTC")])
    assert in_words(old, new) == ["Căn cứ pháp lý: thêm “33/2026/TT-BTC”"]
