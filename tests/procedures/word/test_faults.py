"""Small inputs that readers of Word files get wrong: hidden, struck out, deleted, encoded, computed
or unusually packed text."""

import datetime
import io
import zipfile

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from procedures.word import foreign, read, text_of
from procedures.word.convert import find_soffice
from procedures.word.fields import equation

from .build import Doc, codes

pytestmark = pytest.mark.pure
W = nsdecls("w")
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text, look=""):
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inner):
    return f"<w:p {W} {M}>{''.join(inner)}</w:p>"


def field(*inner):
    return "".join(
        f'<w:r><w:fldChar w:fldCharType="{part}"/></w:r>'
        if part in ("begin", "separate", "end")
        else part
        for part in inner
    )


def code(text):
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def said(*paragraphs):
    """The reading of a document with these paragraphs, and its text."""
    d = Doc()
    for xml in paragraphs:
        d.xml(xml)
    reading = d.read()
    assert reading.kept_characters == reading.source_characters
    return reading, text_of(reading.content)


def test_hidden_words_are_left_out_and_named():
    reading, text = said(paragraph(run("Thấy được. "), run("Chữ ẩn.", "<w:vanish/>"), run("Hết.")))
    assert "Thấy được. Hết." in text and "ẩn" not in text
    flag = next(w for w in reading.warnings if w["code"] == "hidden_text")
    assert flag["values"] == ["Chữ ẩn."]


def test_hidden_words_do_not_spoil_the_code():
    d = Doc()
    d.xml(paragraph(run("Mã hiệu: "), run("QT-CŨ-1 ", "<w:vanish/>"), run("QT-97")))
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().code == "QT-97"


def test_hidden_and_deleted_rows_are_no_steps():
    d = Doc()
    d.title("5. NỘI DUNG QUY TRÌNH")
    table = d.table(
        ("TT", "Nội dung công việc", "Trách nhiệm", "Thời gian"),
        ("1", "Tiếp nhận", "Văn thư", "1 ngày"),
        ("2", "Việc ẩn", "Văn thư", "7 ngày"),
        ("3", "Việc đã xóa", "Văn thư", "9 ngày"),
        ("4", "Trả kết quả", "Văn thư", "1 ngày"),
    )
    table.rows[2]._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {W}/>"))
    table.rows[3]._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="A"/>'))
    reading = d.read()
    assert [s["action"] for s in reading.steps] == ["Tiếp nhận", "Trả kết quả"]
    assert {"hidden_text", "tracked_changes"} <= codes(reading)


def test_struck_words_are_left_out_and_named():
    reading, text = said(
        paragraph(run("Thời hạn "), run("5 ngày ", "<w:strike/>"), run("3 ngày làm việc."))
    )
    assert "Thời hạn 3 ngày làm việc." in text
    assert "struck_text" in codes(reading)


def test_a_deleted_cell_is_gone():
    d = Doc()
    table = d.table(("một", "hai"), ("ba", "bốn"))
    properties = table.rows[1].cells[1]._tc.get_or_add_tcPr()
    properties.append(parse_xml(f'<w:cellDel {W} w:id="1" w:author="A"/>'))
    reading = d.read()
    assert "ba" in text_of(reading.content) and "bốn" not in text_of(reading.content)
    assert "tracked_changes" in codes(reading)


def test_formulas_keep_fractions_roots_sums_and_brackets():
    one = "<m:r><m:t>{}</m:t></m:r>".format
    formula = (
        f"<m:oMath><m:f><m:num>{one('số đúng hạn')}</m:num><m:den>{one('tổng')}</m:den></m:f>"
        f"<m:rad><m:deg/><m:e>{one('x')}</m:e></m:rad><m:d><m:e>{one('a+b')}</m:e></m:d>"
        f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub/><m:sup/><m:e>{one("y")}</m:e></m:nary>'
        f'<w:del w:id="1" w:author="A">{one("CŨ")}</w:del></m:oMath>'
    )
    reading, text = said(paragraph(formula))
    assert "(số đúng hạn)/tổng√x(a+b)∑ y" in text and "CŨ" not in text
    assert "tracked_changes" in codes(reading)


def test_letters_of_symbol_fonts_are_the_signs_that_they_show():
    def typed(text, font):
        return run(text, f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>')

    sign = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'.format
    _, text = said(
        paragraph(
            typed("q", "Wingdings"), typed("þ", "Wingdings"), typed("a", "Symbol"), run(" 2"),
            sign("Symbol", "F06D"), run("m"), sign("Wingdings 2", "F052"), sign("Wingdings 2", "F0A3"),
        )
    )  # fmt: skip
    assert "❑☑α 2µm☑☐" in text


def test_a_sentence_in_a_symbol_font_stays_a_sentence():
    _, text = said(paragraph(run("Hồ sơ lưu", '<w:rFonts w:ascii="Symbol"/>')))
    assert "Hồ sơ lưu" in text


def test_what_fields_hide_and_show():
    nested = field(
        "begin", code(" IF "), "begin", code(" REF a "), "separate", run("TRONG"), "end",
        code(' = "x" "A" "B" '), "separate", run("KẾT QUẢ"), "end",
    )  # fmt: skip
    _, text = said(
        paragraph(nested),
        paragraph(field("begin", code(r" SYMBOL 254 \f Wingdings "), "end"), run(" đã kiểm tra")),
        paragraph(field("begin", code(" MACROBUTTON NoMacro [nhập tên] "), "end")),
        paragraph(run("= "), field("begin", code(r" EQ \f(TU;MAU) "), "end")),
    )
    assert "KẾT QUẢ" in text and "TRONG" not in text
    assert "☑ đã kiểm tra" in text and "[nhập tên]" in text and "= TU/MAU" in text


def test_a_field_with_an_empty_result_shows_what_its_code_says():
    _, text = said(
        paragraph(field("begin", code(r" SYMBOL 254 \f Wingdings "), "separate", "end"), run(" xong")),
        paragraph(run("= "), field("begin", code(r" EQ \f(TU;MAU) "), "separate", "end")),
        paragraph(field("begin", code(" EQ x "), "separate", run("đã tính"), "end")),
    )  # fmt: skip
    assert "☑ xong" in text and "= TU/MAU" in text and "\nđã tính" in text


def test_a_field_without_an_end_hides_nothing():
    opened = field("begin", code(" IF "))
    inner = field("begin", code(" REF a "), "separate", run("Còn đây"), "end")
    _, text = said(paragraph(opened, inner), paragraph(run("và đây")))
    assert "Còn đây" in text and "và đây" in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r"\f(1;2)", "1/2"), (r"\r(3;x)", "3√x"), (r"x\s\up8(2)", "x^2"), (r"\f(\r(a);b+1)", "(√a)/(b+1)"),
        (r"\i\su(i=1;n;x)", "∑_(i=1)^n x"), (r"\i(0;1;x)", "∫_0^1 x"), (r"\b\bc\[(x;y)", "[x;y]"), (r"\b \lc\| \rc\|(x)", "|x|"),
    ],
)  # fmt: skip
def test_equation_fields_in_a_line(given, shown):
    assert equation(given) == shown


def legacy_lines(decode):
    text = (
        "Quy định thống nhất cách tiếp nhận", "Người nhận đưa đơn đến nơi xử lý", "Phạm vi áp dụng trong cơ quan",
        "Trả lời người gửi đơn đúng hạn", "Chuyển hồ sơ đến phòng chuyên môn", "Lưu hồ sơ tại bộ phận văn thư",
    )  # fmt: skip
    return [decode(line) for line in text], text


def test_legacy_text_whose_font_was_changed_is_decoded():
    from procedures.word.legacy import TCVN3

    back = {ord(v): chr(k) for k, v in TCVN3.items()}
    lines, wanted = legacy_lines(lambda line: line.translate(back))
    reading, text = said(*[paragraph(run(line)) for line in lines])
    assert all(line in text for line in wanted)
    assert "legacy_encoding" in codes(reading)


def test_text_of_unicode_read_as_a_western_page_is_decoded():
    lines, wanted = legacy_lines(lambda line: line.encode().decode("latin-1"))
    reading, text = said(*[paragraph(run(line)) for line in lines])
    assert all(line in text for line in wanted)
    assert "legacy_encoding" in codes(reading)


def test_letters_that_are_lost_are_named():
    reading, _ = said(paragraph(run("Qu?n l? ch?t l??ng c?a c? quan, ti?p nh?n v? tr? l?i")))
    assert "garbled_text" in codes(reading)
    plain, _ = said(paragraph(run("Hỏi: đúng không? Có/không? Xem https://a.vn/?q=1")))
    assert "garbled_text" not in codes(plain)


def test_a_foreign_document_is_not_taken_for_a_legacy_encoding():
    russian = [paragraph(run(f"«Решение № {n}» принято на заседании §{n}")) for n in range(8)]
    reading, text = said(*russian)
    assert "Решение" in text and "legacy_encoding" not in codes(reading)


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        ("html", "<html><meta charset='utf-8'><p>Nội <b>dung</b> chèn</p><table><tr><td>ô</td></tr></table></html>".encode()),
        ("mht", "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n<html><p>Nội dung chèn</p></html>".encode()),
        ("rtf", rb"{\rtf1{\fonttbl{\f0 Arial;}}N\u7897?i dung ch\'e8n\par}"),
        ("txt", "Nội dung chèn".encode()),
    ],
)  # fmt: skip
def test_a_document_inside_the_document_is_read_in_its_place(ending, data):
    d = Doc()
    d.line("Trước")
    part = Part(
        PackURI(f"/word/chunk.{ending}"), "application/octet-stream", data, d.docx.part.package
    )
    id_ = d.docx.part.relate_to(part, RT.A_F_CHUNK)
    d.xml(f'<w:altChunk {nsdecls("w", "r")} r:id="{id_}"/>')
    d.line("Sau")
    reading = d.read()
    assert text_of(reading.content).split("\n")[:3][1].startswith("Nội dung chèn")
    assert "embedded_part" not in codes(reading)


def test_a_word_document_inside_the_document_keeps_its_tables():
    inner, d = Doc(), Doc()
    inner.table(("Tên", "Nơi lưu"), ("Sổ", "Văn thư"))
    part = Part(PackURI("/word/inner.docx"), "application/octet-stream", inner.bytes(), d.docx.part.package)  # fmt: skip
    id_ = d.docx.part.relate_to(part, RT.A_F_CHUNK)
    d.xml(f'<w:altChunk {nsdecls("w", "r")} r:id="{id_}"/>')
    assert "Sổ\tVăn thư" in text_of(d.read().content)


def flat(data: bytes) -> bytes:
    """A package as one XML file."""
    ns = "http://schemas.microsoft.com/office/2006/xmlPackage"
    types = {
        "_rels/.rels": "application/vnd.openxmlformats-package.relationships+xml",
        "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    }
    parts = ""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        for name, kind in types.items():
            xml = z.read(name).decode().split("?>", 1)[1]
            parts += f'<pkg:part pkg:name="/{name}" pkg:contentType="{kind}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>'
    return f'<?xml version="1.0"?><pkg:package xmlns:pkg="{ns}">{parts}</pkg:package>'.encode()


def test_a_flat_package_is_read_as_any_other():
    d = Doc()
    d.line("Nội dung tệp phẳng")
    reading = read(flat(d.bytes()), "phang.doc")
    assert "Nội dung tệp phẳng" in text_of(reading.content)


def test_files_that_word_opens_are_recognised_by_content():
    assert foreign.kind_of(b"<!DOCTYPE html><p>a") == "html"
    assert foreign.kind_of(b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>a") == "mht"
    word = b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>'
    assert foreign.kind_of(word) == "wordml"
    assert foreign.kind_of(b'<?xml version="1.0"?><a/>') == ""


@pytest.mark.slow
@pytest.mark.skipif(not find_soffice(), reason="needs LibreOffice")
def test_a_page_named_like_a_word_file_is_read():
    page = "<html><meta charset='utf-8'><p>Mã hiệu: QT-47</p><p><b>QUY TRÌNH NHẬP TỪ TRANG</b></p><p>1. MỤC ĐÍCH</p></html>"
    reading = read(page.encode(), "trang.doc")
    assert (reading.code, reading.title) == ("QT-47", "NHẬP TỪ TRANG")
    assert "converted" in codes(reading)


@pytest.mark.slow
def test_a_large_blank_sheet_is_not_refused_as_a_bomb():
    d = Doc()
    d.line("BẢNG CHẤM CÔNG")
    row = d.docx.add_table(1, 30).rows[0]._tr
    body = row.getparent()
    for cell in row.findall(qn("w:tc")):
        cell.append(parse_xml(f"<w:p {W}/>"))
    for _ in range(1200):
        body.append(parse_xml(_xml(row)))
    data = d.bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        sheet = z.getinfo("word/document.xml")
    assert sheet.file_size > 150 * sheet.compress_size > 0 and sheet.file_size > 2 * 2**20
    assert "BẢNG CHẤM CÔNG" in text_of(read(data, "bang.docx").content)


def _xml(element):
    from lxml import etree

    return etree.tostring(element)


# titles, codes and dates


def decision(*cited):
    d = Doc()
    d.table(("ỦY BAN NHÂN DÂN\nTỈNH VÍ DỤ\nSố: 40/QĐ-UBND", "Ví Dụ, ngày 12 tháng 3 năm 2025"))
    d.title("QUYẾT ĐỊNH", center=True)
    d.title("Ban hành Quy định ví dụ", center=True)
    for line in cited:
        d.line(line)
    d.title("QUYẾT ĐỊNH:", center=True)
    d.line("Điều 1. Nội dung.")
    return d.read()


@pytest.mark.parametrize(
    "cited",
    [
        "Sở nhận được hồ sơ kèm theo Văn bản số 01/BC ngày 07/3/2025 của đơn vị.",
        "Theo đề nghị của Giám đốc Sở tại Tờ trình số 62/TTr ngày 07 tháng 3 năm 2025.",
        "Theo Thông báo số 5/TB ngày 07/3/2025 của Văn phòng;",
        "Thực hiện Công văn số 9/CV ngày 07/3/2025;",
    ],
)
def test_the_date_of_a_cited_paper_is_not_the_document_s_own(cited):
    assert decision(cited).issued_on == datetime.date(2025, 3, 12)


def test_a_title_goes_on_in_its_cell_though_the_line_begins_like_an_office():
    d = Doc()
    d.table(
        ("UBND TỈNH VÍ DỤ", "QUY TRÌNH\nCÔNG NHẬN HIỆU TRƯỞNG\nTRƯỜNG TIỂU HỌC", "Mã hiệu: QT-10")
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().title == "CÔNG NHẬN HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC"


def test_a_title_goes_on_after_a_comma():
    d = Doc()
    for line in ("QUY TRÌNH", "BẢO TRÌ MÁY MÓC,", "TRANG THIẾT BỊ"):
        d.title(line, center=True)
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    assert d.read().title == "BẢO TRÌ MÁY MÓC, TRANG THIẾT BỊ"


def test_a_verb_that_sounds_like_a_kind_stays_in_the_title():
    d = Doc()
    d.title("NGHỊ ĐỊNH", center=True)
    d.title("Quy định chi tiết một số điều của Luật Ví dụ", center=True)
    d.line("Căn cứ Luật Tổ chức;")
    assert d.read().title == "Quy định chi tiết một số điều của Luật Ví dụ"


def test_english_labels():
    d = Doc()
    d.table(
        (
            "SỞ VÍ DỤ",
            "PROCUREMENT PROCEDURE",
            "Document No.: QP-303\nIssue: 02\nEffective date: 15/03/2024",
        )
    )
    d.title("1. MỤC ĐÍCH")
    d.line("a")
    r = d.read()
    assert (r.code, r.title, r.issue_number) == ("QP-303", "PROCUREMENT PROCEDURE", 2)
    assert r.effective_on == datetime.date(2024, 3, 15)


def test_signatures_below_a_list_do_not_go_on_with_it():
    d = Doc()
    d.title("6. BIỂU MẪU")
    d.table(("TT", "Tên biểu mẫu", "Mã hiệu"), ("1", "Phiếu", "BM-01"))
    d.table(
        (
            "NGƯỜI SOẠN THẢO\nChuyên viên\nNguyễn Văn An",
            "NGƯỜI KIỂM TRA\nTrưởng phòng\nTrần Thị Bình",
            "NGƯỜI PHÊ DUYỆT\nGiám đốc\nLê Văn Cường",
        )
    )
    r = d.read()
    assert [f["code"] for f in r.forms] == ["BM-01"] and len(r.signers) == 3
