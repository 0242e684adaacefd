"""Common question words: they say nothing about the topic, however rare they are in a
small index."""

from search.words.vietnamese import fold, forms

_WORDS = """
    tôi muốn gì những cần có không được là thì làm như thế nào bao nhiêu lâu ở đâu ai khi để cho phải
    này đó và hay hoặc với các của về bị đã sẽ đang giờ sao vậy mình em anh chị ạ nếu trong theo từ mà
    còn cũng rồi chỉ đi ra vào lên xong mấy việc thuộc hết
    nên lúc luôn liền vẫn chứ bạn cháu xin lấy đem mang nhờ biết hỏi dùng mới đây thêm tui
    ơi nha nhé nhỉ hả dạ vâng ad mún mn e k j z v
"""
QUESTION_WORDS = frozenset(forms(word)[0] for word in _WORDS.split())
# Without marks some of them look like meaningful words: sao (bản sao), ma túy, thuốc, căn cước, chi
# phí, chứng minh, tư pháp …
BARE_QUESTION_WORDS = frozenset(map(fold, QUESTION_WORDS)) - frozenset(
    [
        "sao",
        "ma",
        "thuoc",
        "can",
        "chi",
        "minh",
        "tu",
        "con",
        "thi",
        "di",
        "may",
        "de",
        "do",
        "lam",
        "la",
        "duoc",
        "nen",
        "luc",
        "lien",
        "ban",
        "chau",
        "lay",
        "dem",
        "mang",
        "hoi",
        "dung",
        "moi",
        "day",
        "nha",
        "da",
    ]
)
