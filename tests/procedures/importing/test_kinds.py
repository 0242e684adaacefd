"""The type of procedure recognised in a file."""

import pytest

from procedures.importing.intake import procedure_type

pytestmark = pytest.mark.pure


def facts(title="Quản lý công tác phí", headings=(), national_code=""):
    blocks = [{"type": "heading", "number": "", "title": text, "level": 2} for text in headings]
    return {
        "title": title,
        "national_code": national_code,
        "content": {
            "sections": [{"title": "NỘI DUNG", "blocks": [{"type": "text", "html": ""}, *blocks]}]
        },
    }


@pytest.mark.parametrize(
    ("read", "sort"),
    [
        (facts(), "internal"),
        (facts(national_code="1.001193"), "administrative"),
        (facts(headings=["Thành phần hồ sơ", "Phí, lệ phí"]), "administrative"),
        (facts(headings=["Kết quả thực hiện thủ tục hành chính"]), "administrative"),
        (facts(headings=["Thành phần hồ sơ lưu"]), "internal"),
        (facts("XEM XÉT CỦA LÃNH ĐẠO"), "system"),
        (facts("Kiểm soát thông tin dạng văn bản"), "system"),
        (facts("Quản lý rủi ro và cơ hội"), "system"),
        (facts("Đánh giá nội bộ hệ thống quản lý chất lượng"), "system"),
        (facts("Kiểm soát sự không phù hợp và hành động khắc phục"), "system"),
        (facts("Theo dõi, đo lường sự hài lòng của khách hàng"), "system"),
        (facts("Đánh giá viên chức"), "internal"),
    ],
)
def test_sorts_of_procedures(read, sort):
    assert procedure_type(read) == sort
