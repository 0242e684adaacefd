"""Titles in capitals are converted to sentence case."""

import pytest

from procedures.word.case import in_sentence_case

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("title", "text", "line"),
    [
        ("XỬ LÝ VĂN BẢN ĐẾN", "", "Xử lý văn bản đến"),
        (
            "TIẾP CÔNG DÂN CỦA UBND XÃ ĐÔNG SƠN",
            "Công dân đến UBND xã Đông Sơn.\nTIẾP CÔNG DÂN",
            "Tiếp công dân của UBND xã Đông Sơn",
        ),
        (
            "CẤP PHÉP GIỮA VIỆT NAM VÀ LÀO",
            "Vận tải của nước ta, Việt Nam và Lào. Nam giới.",
            "Cấp phép giữa Việt Nam và Lào",
        ),
        (
            "THẨM ĐỊNH CHỦ TRƯƠNG ĐẦU TƯ",
            "Theo Luật Đầu tư công thì làm.",
            "Thẩm định chủ trương đầu tư",
        ),
        ("QUẢN LÝ TÀI LIỆU ISO 9001:2015, TTHC", "", "Quản lý tài liệu ISO 9001:2015, TTHC"),
        ("ĐĂNG KÝ KHAI SINH", "Tên quy trình: Đăng ký Khai sinh\nMỤC ĐÍCH", "Đăng ký Khai sinh"),
        ("Đăng ký lại khai sinh", "", "Đăng ký lại khai sinh"),
        (
            "VẬN HÀNH MÁY DỰ PHÒNG CỦA TRUNG TÂM",
            "Giao cho Phòng Hạ tầng. Thuộc Trung tâm Dữ liệu.",
            "Vận hành máy dự phòng của Trung tâm",
        ),
        (
            "XÉT KHEN CỦA CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
            "",
            "Xét khen của chủ tịch Ủy ban nhân dân tỉnh",
        ),
        ("CSCL", "", "CSCL"),
        ("", "", ""),
        ("QUẢN LÝ ĐẤT ĐAI", "İ: một chữ mà chữ thường dài hơn; đất đai.", "Quản lý đất đai"),
    ],
)
def test_names_and_abbreviations_keep_their_capitals(title, text, line):
    assert in_sentence_case(title, text) == line
