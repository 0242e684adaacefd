"""Whether two titles name one document: only their form may differ."""

import pytest

from procedures.content import titles
from procedures.content.titles import TitleIndex, same_text, same_title, words_of

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đăng ký khai sinh", "ĐĂNG KÍ KHAI SINH."),
        ("Tiếp công dân và xử lý đơn", "Quy trình tiếp công dân, xử lý đơn"),
        ("Thủ tục xóa đăng ký tạm trú", "Thủ tục xoá  đăng ký tạm trú"),
        ("Kiểm soát tài liệu của UBND phường", "Kiểm soát tài liệu của Ủy ban nhân dân phường"),
        ("Chứng thực hợp đồng, giao dịch", "Chứnng thực hợp đồng giao dịch (sửa đổi lần 2)"),
        (
            "Đánh giá nội bộ hệ thống quản lý chất lượng",
            "Đánh giá nội bộ hệ thống quản lý chất lượngg",
        ),
        ("Về việc quy định mức thu phí", "Quy định mức thu phí"),
        ("V/v hướng dẫn tuyển sinh", "Hướng dẫn tuyển sinh"),
        ("QUYẾT ĐỊNH Về việc phê duyệt danh mục", "Phê duyệt danh mục"),
    ],
)
def test_titles_that_differ_in_form_name_one_document(one, other):
    assert same_title(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đăng ký khai sinh", "Đăng ký lại khai sinh"),
        ("Đăng ký khai sinh", "Đăng ký khai sinh có yếu tố nước ngoài"),
        ("Cấp đổi thẻ", "Cấp lại thẻ"),
        ("Đăng ký kết hôn", "Đăng ký kết hợp"),
        ("Báo cáo quý 1 của phòng", "Báo cáo quý 2 của phòng"),
        ("Nhận con nuôi cấp xã", "Nhận con nuôi cấp tỉnh"),
        ("Quyết định phê duyệt danh mục", "Phê duyệt danh mục"),
        ("", ""),
    ],
)
def test_titles_that_differ_in_a_word_name_two_documents(one, other):
    assert not same_title(one, other)


def test_texts_are_the_same_where_most_of_their_words_agree():
    slip = "Phiếu trình: sửa chữa mái nhà văn hóa phường số bốn"
    assert same_text(slip, slip + " (lần hai)")
    assert not same_text(slip, "Phiếu trình: mua máy in cho bộ phận một cửa")
    assert not same_text("", "")


TITLES = [
    "Đăng ký khai sinh",
    "Đăng kýy khai sinh",
    "Chứng thực hợp đồng giao dịch",
    "Chứnng thực hợp đồng giao dịch",
    "Chứng thực hợp đồng giao dịchh",
    "Chứng thực hợpđồng giao dịch",
    "Về việc chứng thực hợp đồng giao dịch",
    "Báo cáo",
    "Báo cáoo",
    "",
    "(-)",
]


@pytest.mark.parametrize("title", TITLES)
def test_an_index_finds_what_comparing_each_title_would(title):
    index = TitleIndex((one, words_of(one)) for one in TITLES)
    assert index.same(words_of(title)) == [one for one in TITLES if same_title(one, title)]


def test_an_index_compares_only_titles_that_share_a_part(monkeypatch):
    compared = []
    real = titles.same_words
    monkeypatch.setattr(titles, "same_words", lambda *two: compared.append(two) or real(*two))
    others = [f"Về việc công nhận kết quả số {n}a cấp {n}" for n in range(500)]
    index = TitleIndex((one, words_of(one)) for one in others)
    assert index.same(words_of(others[7])) == [others[7]]
    assert len(compared) < 20
