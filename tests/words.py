"""Texts that no screen may show: other words for a state than in docs/glossary.md, colloquial ones,
dates that are not dd/mm/yyyy."""

import html
import re

FORBIDDEN = {
    "Có hiệu lực": re.compile(r"\bCòn hiệu lực\b|\b[Kk]hông còn hiệu lực\b|\bđang còn hiệu lực\b"),
    "Chờ hiệu lực": re.compile(r"\b(?:Chưa|Sắp) có hiệu lực\b"),
    "Bản thảo": re.compile(r"\bBản dự thảo\b"),
    "Hủy, Bỏ, Ngừng": re.compile(
        r"(?<![\w“])(?:Thôi\b|thôi (?:áp dụng|dùng|giữ|hiệu lực|tham gia|theo dõi)\b)"
    ),
    "Đề nghị sửa đổi": re.compile(r"\bCó gì sai\b"),
    "hành động khắc phục": re.compile(
        r"\b[Kk]ế hoạch khắc phục\b|\b[Vv]iệc khắc phục\b(?! ngay)|\b[Vv]òng khắc phục\b"
        r"|(?<!ành động )\b[Kk]hắc phục (?:có|chưa(?: có)?) hiệu lực\b"
    ),
    "sự không phù hợp": re.compile(
        r"\b(?:[Pp]hiếu|[Hh]ồ sơ|[Qq]uy tắc) khắc phục\b|\b[Đđ]iểm không phù hợp\b"
    ),
    "rút phát hiện": re.compile(r"\b(?:[Bb]ỏ|[Xx]óa|[Hh]ủy) phát hiện\b"),
    "điểm lưu ý": re.compile(r"\b[Đđ]iểm (?:cần lưu ý|quan sát)\b|\ALưu ý\Z|\bMức lưu ý\b"),
    "Word (DOCX), Excel (XLSX)": re.compile(r"\(Word\)|(?<![(\w.])(?:DOCX|XLSX)\b"),
    "bản mẫu (template), kiểu (pattern)": re.compile(
        r"\bMẫu (?:của thành phố|mã hiệu)\b|\b(?:đặt|làm|từ|khỏi) mẫu (?:của|này)\b|\btệp khác có mẫu\b"
    ),
    "dd/mm/yyyy": re.compile(r"(?<![\d/.])(?:\d/\d{1,2}|\d{2}/\d)/(?:19|20)\d\d\b"),
}
_HIDDEN = re.compile(r"<(script|style|template|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_OWN = re.compile(r'<(article|section)[^>]*class="(?:doc-body|part)[^>]*>.*?</\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def unfit(text: str) -> list[str]:
    """["wrong term -> right term"] in a text of our own."""
    return [
        f"{found[0]} -> {instead}"
        for instead, pattern in FORBIDDEN.items()
        for found in [pattern.search(text)]
        if found
    ]


def unfit_on(page: str) -> list[str]:
    """The same for a page's HTML, without the text of documents, which belongs to its authors."""
    shown = _TAG.sub(" ", _OWN.sub(" ", _HIDDEN.sub(" ", page)))
    return unfit(" ".join(html.unescape(shown).split()))
