"""Text as the reader of the paper sees it: numbers, changes, notes, fields, encodings, counts."""

import re
import zipfile
from io import BytesIO

import pytest

from procedures.word import measure, read, text_of
from procedures.word.container import Package
from procedures.word.legacy import decode, really
from procedures.word.numbering import in_format

from .build import Doc, codes, repack

pytestmark = pytest.mark.pure
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(*paragraphs, base=None, **parts):
    """A package whose body is these <w:p> elements."""
    body = f'<w:document {W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>{"".join(paragraphs)}<w:sectPr/></w:body></w:document>'
    return repack(base or Doc().bytes(), {"word/document.xml": body.encode(), **parts})


def p(text, properties=""):
    return f'<w:p>{f"<w:pPr>{properties}</w:pPr>" if properties else ""}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def lines(data):
    return text_of(read(data, "x.docx").content).split("\n")


def numbering(levels, nums="", extra=""):
    made = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{style}<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (start, fmt, text, style) in enumerate(levels)
    )
    return (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="1">{made}</w:abstractNum>{extra}'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>{nums}</w:numbering>'
    ).encode()


def item(text, level=0, num=1):
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def test_numbers_of_several_levels_restart_and_skip_as_word_counts_them():
    xml = numbering(
        [(1, "upperRoman", "%1.", ""), (1, "decimal", "%1.%2", ""), (1, "lowerLetter", "%3)", "")]
    )
    data = document(
        item("một"),
        item("con", 1),
        item("con", 1),
        item("cháu", 2),
        item("cháu", 2),
        item("hai"),
        item("con", 1),
        item("cháu", 2),
        **{"word/numbering.xml": xml},
    )
    assert lines(data) == [
        "I. một",
        "I.1 con",
        "I.2 con",
        "a) cháu",
        "b) cháu",
        "II. hai",
        "II.1 con",
        "a) cháu",
    ]


def test_a_list_with_an_override_restarts_and_a_legal_level_shows_digits():
    xml = numbering(
        [(1, "upperRoman", "Điều %1.", ""), (1, "decimal", "%1.%2.", "")],
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>',
    )
    xml = xml.replace(b'<w:lvl w:ilvl="1">', b'<w:lvl w:ilvl="1"><w:isLgl/>')
    data = document(
        item("a"),
        item("b", 1),
        item("c", 0, 2),
        item("d", 1, 2),
        item("e"),
        **{"word/numbering.xml": xml},
    )
    assert lines(data) == ["Điều I. a", "1.1. b", "Điều V. c", "5.1. d", "Điều VI. e"]


def test_numbering_comes_with_a_style_too_and_number_zero_takes_it_away():
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Muc"><w:name w:val="Mục"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        f'<w:style w:type="paragraph" w:styleId="MucCon"><w:name w:val="Mục con"/><w:basedOn w:val="Muc"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    ).encode()
    xml = numbering(
        [
            (1, "decimal", "%1.", '<w:pStyle w:val="Muc"/>'),
            (1, "decimal", "%1.%2.", '<w:pStyle w:val="MucCon"/>'),
        ]
    )
    data = document(
        p("một", '<w:pStyle w:val="Muc"/>'),
        p("không số", '<w:pStyle w:val="Muc"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        p("hai", '<w:pStyle w:val="Muc"/>'),
        **{"word/numbering.xml": xml, "word/styles.xml": styles},
    )
    assert lines(data) == ["1. một", "không số", "2. hai"]


def test_bullets_become_items():
    xml = numbering([(1, "bullet", "\uf0b7", ""), (1, "bullet", "o", "")])
    r = read(
        document(item("một"), item("con", 1), item("hai"), p("hết"), **{"word/numbering.xml": xml}),
        "x.docx",
    )
    assert (
        r.content["sections"][0]["blocks"][0]["html"]
        == "<ul><li>một<ul><li>con</li></ul></li><li>hai</li></ul><p>hết</p>"
    )


@pytest.mark.parametrize(
    ("n", "format", "text"),
    [
        (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"),
        (7, "decimalZero", "07"),
        (3, "vietnameseCounting", "ba"),
        (0, "upperRoman", "0"),
        (5000, "lowerRoman", "5000"),
        (2, "something", "2"),
    ],
)
def test_number_formats(n, format, text):
    assert in_format(n, format) == text


def test_tracked_changes_read_as_accepted_and_each_is_listed():
    ins = '<w:ins w:id="1" w:author="Lan" w:date="2025-03-04T08:00:00Z"><w:r><w:t>07</w:t></w:r></w:ins>'
    gone = '<w:del w:id="2" w:author="Lan" w:date="2025-03-04T08:00:00Z"><w:r><w:delText>05</w:delText></w:r></w:del>'
    first = f'<w:p><w:r><w:t xml:space="preserve">Thời hạn </w:t></w:r>{gone}{ins}<w:r><w:t xml:space="preserve"> ngày</w:t></w:r></w:p>'
    joined = (
        '<w:p><w:pPr><w:rPr><w:del w:id="3" w:author="Lan"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">Nửa đầu </w:t></w:r></w:p>'
        + p("nửa sau")
    )
    moved = '<w:p><w:moveFrom w:id="4" w:author="Minh"><w:r><w:t>đi</w:t></w:r></w:moveFrom><w:moveTo w:id="5" w:author="Minh"><w:r><w:t>đến</w:t></w:r></w:moveTo></w:p>'
    r = read(document(first, joined, moved), "x.docx")
    assert text_of(r.content).split("\n") == ["Thời hạn 07 ngày", "Nửa đầu nửa sau", "đến"]
    assert [(c["kind"], c["text"], c["author"], c["date"]) for c in r.tracked_changes] == [
        ("deleted", "05", "Lan", "2025-03-04"),
        ("inserted", "07", "Lan", "2025-03-04"),
        ("moved away", "đi", "Minh", ""),
        ("moved", "đến", "Minh", ""),
    ]
    assert next(w for w in r.warnings if w["code"] == "tracked_changes")["values"] == [
        "xóa: 05",
        "thêm: 07",
        "chuyển đi: đi",
        "chuyển đến: đến",
    ]
    assert r.kept_characters == r.source_characters


def test_field_codes_go_and_field_results_stay():
    field = (
        '<w:p><w:r><w:t xml:space="preserve">Trang </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr=" DATE "><w:r><w:t xml:space="preserve"> nay</w:t></w:r></w:fldSimple></w:p>'
    )
    box = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> Đạt</w:t></w:r></w:p>'
    )
    assert lines(document(field, box)) == ["Trang 3 nay", "☒ Đạt"]


def test_notes_and_comments_stand_in_sections_of_their_own():
    d = Doc()
    p_ = d.line("Câu có chú thích.")
    d.docx.add_comment(p_.runs, text="Xem lại câu này.", author="Người góp ý")
    base = d.bytes()
    with zipfile.ZipFile(BytesIO(base)) as z:
        body, types, relations = (
            z.read(n).decode()
            for n in ("word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels")
        )
    body = body.replace("</w:t></w:r>", '</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r>', 1)
    notes = f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Lời chú.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    relations = relations.replace(
        "</Relationships>",
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>',
    )
    r = read(
        repack(
            base,
            {
                "word/document.xml": body.encode(),
                "word/footnotes.xml": notes.encode(),
                "word/_rels/document.xml.rels": relations.encode(),
                "[Content_Types].xml": types.encode(),
            },
        ),
        "x.docx",
    )
    found = {s["place"]: s["blocks"][0]["html"] for s in r.content["sections"]}
    assert found == {
        "body": "<p>Câu có chú thích.<sup>[1]</sup></p>",
        "notes": "<p>[1] Lời chú.</p>",
        "comments": "<p><strong>Người góp ý: </strong>Xem lại câu này.</p>",
    }
    assert r.kept_characters == r.source_characters


def test_marks_split_from_their_letters_by_runs_come_together():
    data = document(
        "<w:p><w:r><w:t>Thu</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>\u0309 tục</w:t></w:r></w:p>"
    )
    assert lines(data) == ["Thủ tục"]


def test_tcvn3_text_is_decoded_and_unicode_text_in_the_same_font_is_not():
    def run(text, font):
        return f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'

    data = document(
        run("QuyÕt ®Þnh cña Uû ban nh©n d©n", ".VnTime"),
        run("quy tr×nh tiÕp c«ng d©n", ".VnTimeH"),
        run("Quyết định đã có sẵn", ".VnTime"),
        run("và là mà", ".VnTime"),
        run("Ñôn khoâng ghi roõ hoï teân", "VNI-Times"),
        run("m\u00adu l\u00adîc", ".VnTime"),
        run("iso", ".VnTimeH"),
    )
    r = read(data, "x.docx")
    assert text_of(r.content).split("\n") == [
        "Quyết định của Uỷ ban nhân dân",
        "QUY TRÌNH TIẾP CÔNG DÂN",
        "Quyết định đã có sẵn",
        "và là mà",
        "Đơn không ghi rõ họ tên",
        "mưu lược",
        "ISO",
    ]
    assert r.warnings[-1]["values"] == ["tcvn3", "vni"] and r.kept_characters == r.source_characters


def test_short_words_that_read_either_way_follow_the_document():
    def run(text, font=".VnTime"):
        return f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'

    legacy = document(
        run("Thêi gian gi¶i quyÕt hå s¬"), run("30 phót"), run("01 giê"), run("®dl®", ".VnTimeH")
    )
    assert lines(legacy) == ["Thời gian giải quyết hồ sơ", "30 phút", "01 giờ", "ĐDLĐ"]
    assert lines(document(run("Thời gian giải quyết hồ sơ"), run("cái phót"), run("30 phút"))) == [
        "Thời gian giải quyết hồ sơ",
        "cái phót",
        "30 phút",
    ]


def test_a_legacy_font_that_is_only_declared_raises_no_warning():
    data = document(
        '<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr><w:t>Tháng và ngày: không có gì cũ</w:t></w:r></w:p>'
    )
    assert "legacy_encoding" not in codes(read(data, "x.docx"))


def test_every_letter_of_tcvn3_and_the_marks_of_vni():
    assert decode("Xin chµo tÊt c¶ mäi ng­êi", "tcvn3") == "Xin chào tất cả mọi người"
    assert decode("Lôøi caûm ôn quyù baùc só", "vni") == "Lời cảm ơn quý bác sĩ"
    assert decode("ÑAÏI HOÏC QUOÁC GIA", "vni") == "ĐẠI HỌC QUỐC GIA"
    assert (
        really("QuyÕt ®Þnh", "tcvn3") is True
        and really("Quyết", "tcvn3") is False
        and really("ISO 9001", "tcvn3") is None
    )


def test_the_count_is_made_apart_from_the_reader_and_agrees_on_the_samples(samples):
    for path in sorted(
        [
            *(samples / "layouts").glob("*.docx"),
            *sorted((samples / "procedures").glob("*.docx"))[:3],
        ]
    ):
        data = path.read_bytes()
        r = read(data, path.name)
        truly = {"tcvn3", "vni"} if "legacy_encoding" in codes(r) else None
        assert measure.source(Package(data, path.name), truly).total() == r.source_characters
        assert (
            measure.kept(measure.source(Package(data, path.name), truly), text_of(r.content))
            == r.kept_characters
            >= 0.999 * r.source_characters
        ), path.name


def test_kept_counts_no_character_more_often_than_the_source_has_it():
    assert measure.kept(measure.characters("aab"), "aaaa b b") == 3
    assert measure.characters("a\u200b \tb\u00ad").total() == 2


def test_headers_that_word_does_not_show_are_left_out():
    d = Doc()
    d.line("Thân.")
    section = d.docx.sections[0]
    for part, text in (
        (section.header, "chung"),
        (section.first_page_header, "trang đầu"),
        (section.even_page_header, "trang chẵn"),
    ):
        part.is_linked_to_previous = False
        part.paragraphs[0].text = text
    assert text_of(d.read().content).split("\n") == ["Thân.", "chung"]
    section.different_first_page_header_footer = True
    d.docx.settings.odd_and_even_pages_header_footer = True
    assert sorted(text_of(d.read().content).split("\n")) == [
        "Thân.",
        "chung",
        "trang chẵn",
        "trang đầu",
    ]


def test_symbols_of_symbol_fonts_become_signs():
    assert lines(
        document(
            '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:t xml:space="preserve"> đạt </w:t><w:sym w:font="Wingdings" w:char="F0E0"/></w:r></w:p>'
        )
    ) == ["✓ đạt →"]
    assert re.search(
        "□",
        lines(
            document(
                '<w:p><w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf06f</w:t></w:r><w:r><w:t>x</w:t></w:r></w:p>'
            )
        )[0],
    )
