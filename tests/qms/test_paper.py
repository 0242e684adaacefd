"""Sheets of Decree 30/2020 as Word file and PDF, read back: words, paper, margins, fonts,
page numbers."""

import datetime
import io

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from PIL import Image

from qms.paper import (
    Column,
    Heading,
    Items,
    Paragraph,
    Picture,
    Sheet,
    Table,
    TypesettingError,
    as_docx,
    as_pdf,
    signature,
)
from qms.paper.sizes import width_mm
from qms.paper.words import words_of

pytestmark = pytest.mark.pure


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#446688").save(out, "JPEG")
    return out.getvalue()


ROWS = tuple((str(n), f"Phòng Bổ trợ tư pháp {n}\nQT-{n:02}") for n in range(1, 41))


def sheet(**changed) -> Sheet:
    facts = {
        "agency": "Sở Tư pháp",
        "governing_body": "UBND thành phố Huế",
        "number": "5",
        "symbol": "KH-STP",
        "place": "Huế",
        "day": datetime.date(2026, 2, 5),
        "kind": "Kế hoạch",
        "title": "Đánh giá nội bộ đợt 1",
        "bases": ("Căn cứ Nghị định số 30/2020/NĐ-CP;",),
        "blocks": (
            Heading("I. MỤC ĐÍCH"),
            Paragraph("Xem xét tính hiệu lực.", lead="Điều 1."),
            Heading("Bỏ qua một cấp", 3),
            Items(("khách quan", "đúng hạn")),
            Table((Column("TT", 1, centred=True), Column("Đơn vị", 4)), ROWS),
            Picture(picture(), "Sổ tiếp nhận để mở", "Ảnh 1"),
        ),
        "recipients": ("Giám đốc Sở", "Các đơn vị thuộc Sở;"),
        "archive": "VT",
        "signatures": (
            signature("Phó Giám đốc", capacity="KT.", for_whom="Giám đốc", name="Lê Văn Mẫu"),
        ),
    }
    return Sheet(**{**facts, **changed})


# -- the words


@pytest.mark.parametrize(
    "day,said",
    [
        (datetime.date(2026, 2, 5), "Huế, ngày 05 tháng 02 năm 2026"),
        (datetime.date(2026, 6, 29), "Huế, ngày 29 tháng 6 năm 2026"),
        (datetime.date(2026, 12, 10), "Huế, ngày 10 tháng 12 năm 2026"),
        (None, "Huế, ngày …… tháng …… năm ……"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_zero(day, said):
    assert words_of(sheet(day=day)).place == said


@pytest.mark.parametrize(
    "number,said", [("5", "Số: 05/KH-STP"), ("12", "Số: 12/KH-STP"), ("", "Số: ……/KH-STP")]
)
def test_a_number_below_ten_has_a_zero(number, said):
    assert words_of(sheet(number=number)).number == said


def test_without_a_symbol_there_is_no_number():
    assert words_of(sheet(symbol="")).number == ""


def test_recipients_end_with_the_archive():
    assert words_of(sheet()).listed == (
        "- Giám đốc Sở;",
        "- Các đơn vị thuộc Sở;",
        "- Lưu: VT.",
    )


@pytest.mark.parametrize(
    "capacity,for_whom,lines",
    [
        ("", "", ("GIÁM ĐỐC",)),
        ("TM.", "Ủy ban nhân dân", ("TM. ỦY BAN NHÂN DÂN", "GIÁM ĐỐC")),
        ("KT.", "Chủ tịch", ("KT. CHỦ TỊCH", "GIÁM ĐỐC")),
        ("TL.", "Chủ tịch", ("TL. CHỦ TỊCH", "GIÁM ĐỐC")),
        ("TUQ.", "Chủ tịch", ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC")),
        ("Q.", "", ("Q. GIÁM ĐỐC",)),
    ],
)
def test_a_capacity_says_in_whose_name(capacity, for_whom, lines):
    assert signature("Giám đốc", capacity=capacity, for_whom=for_whom).lines == lines


# -- the Word file


def docx_text(data: bytes) -> str:
    file = Document(io.BytesIO(data))
    cells = [c.text for t in file.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in file.paragraphs), *cells])


WORDS = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND THÀNH PHỐ HUẾ", "SỞ TƯ PHÁP", "Số: 05/KH-STP",
    "Huế, ngày 05 tháng 02 năm 2026", "KẾ HOẠCH", "Đánh giá nội bộ đợt 1", "Căn cứ Nghị định số 30/2020/NĐ-CP;", "I. MỤC ĐÍCH",
    "Điều 1. Xem xét tính hiệu lực.", "- đúng hạn", "Phòng Bổ trợ tư pháp 40", "Ảnh 1", "Nơi nhận:", "- Lưu: VT.", "KT. GIÁM ĐỐC",
    "PHÓ GIÁM ĐỐC", "Lê Văn Mẫu",
]  # fmt: skip


def test_the_word_file_says_everything():
    text = docx_text(as_docx(sheet()))
    assert [words for words in WORDS if words not in text] == []


def test_the_word_file_has_the_paper_and_margins_of_the_decree():
    section = Document(io.BytesIO(as_docx(sheet()))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.bottom_margin.mm)) == (20, 20)
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)


def test_the_word_file_is_set_in_times():
    styles = Document(io.BytesIO(as_docx(sheet()))).styles
    assert [(styles[n].font.name, styles[n].font.size) for n in ("Normal", "Heading 1")] == [
        ("Times New Roman", Pt(13)),
        ("Times New Roman", Pt(13)),
    ]


def test_the_word_file_numbers_pages_from_the_second_on():
    section = Document(io.BytesIO(as_docx(sheet()))).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert section.first_page_header.paragraphs[0].text == ""


def test_a_picture_of_the_word_file_is_described():
    file = Document(io.BytesIO(as_docx(sheet())))
    assert file.inline_shapes[0]._inline.docPr.get("descr") == "Sổ tiếp nhận để mở"


# -- the PDF


def pages(data: bytes) -> list[str]:
    file = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r", "") for page in file]


def test_the_pdf_says_everything():
    text = " ".join(" ".join(pages(as_pdf(sheet()))).split())
    assert [words for words in WORDS if words not in text] == []


def test_the_pdf_is_a4_with_numbers_from_the_second_page_on():
    data = as_pdf(sheet())
    first, second = pages(data)[:2]
    width, height = pypdfium2.PdfDocument(data)[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    assert first.startswith("UBND") and second.split("\n")[0].strip() == "2"


def test_the_pdf_keeps_to_its_margins():
    page = pypdfium2.PdfDocument(as_pdf(sheet()))[0]
    boxes = [one.get_bounds() for one in page.get_objects()]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert left >= 30 / 25.4 * 72 - 2
    assert right <= (210 - 15) / 25.4 * 72 + 2


def test_the_pdf_can_be_kept_and_read_aloud():
    data = as_pdf(sheet())
    assert b"pdfaid:part>2<" in data and b"pdfaid:conformance>A<" in data
    assert b"pdfuaid:part>1<" in data
    assert b"/FontFile2" in data or b"/FontFile3" in data


def test_what_looks_like_markup_is_text():
    said = '#import "x"; $1$ *đậm* [a] <b> \\ `c`'
    text = " ".join(" ".join(pages(as_pdf(sheet(blocks=(Paragraph(said),))))).split())
    assert said in text


# -- both


@pytest.mark.parametrize("draw", [as_docx, as_pdf])
def test_what_no_file_may_hold_is_left_out(draw):
    data = draw(sheet(title="Kế\x00 hoạch\x1f", blocks=(Paragraph("a\ud800b\r\nc"),)))
    text = docx_text(data) if draw is as_docx else "\n".join(pages(data))
    assert "Kế hoạch" in text and "ab" in text


@pytest.mark.parametrize("draw", [as_docx, as_pdf])
def test_a_sheet_with_hardly_anything_is_drawn(draw):
    assert draw(Sheet(agency="Sở", title="Báo cáo", kind=""))


def test_two_signatures_and_english():
    both = (signature("Trưởng đoàn", name="Vũ A"), signature("Giám đốc", name="Lê B"))
    text = " ".join(" ".join(pages(as_pdf(sheet(signatures=both, language="en")))).split())
    assert "SOCIALIST REPUBLIC OF VIET NAM" in text and "No.: 05/KH-STP" in text
    assert "Huế, date 05/02/2026" in text
    assert "TRƯỞNG ĐOÀN Vũ A GIÁM ĐỐC Lê B" in text


def test_the_annex_follows_the_signatures_on_pages_of_its_own():
    annex = (Heading("Phụ lục"), Picture(picture(), "Sổ", "Ảnh 2"))
    last = pages(as_pdf(sheet(annex=annex)))[-1]
    assert "Phụ lục" in last and "Ảnh 2" in last and "Lê Văn Mẫu" not in last
    file = Document(io.BytesIO(as_docx(sheet(annex=annex))))
    order = [one.text for one in file.element.body.iter(qn("w:t"))]
    assert order.index("Lê Văn Mẫu") < order.index("Phụ lục") < order.index("Ảnh 2")


def test_a_damaged_picture_is_named():
    with pytest.raises(TypesettingError):
        as_pdf(sheet(blocks=(Picture(b"\x89PNG no picture", "Ảnh"),)))


def test_a_rule_is_about_as_long_as_its_line():
    assert 50 < width_mm("Độc lập - Tự do - Hạnh phúc", 13) < 62
