"""Headers and footers with pictures in every way that Word writes them: no word and no picture is
lost, and what can't be kept is reported."""

import hashlib
import io

import pytest

from procedures.content import text_of
from tests.procedures.word.build import NS, Doc, codes, png, text_box

OFFICE = 'xmlns:o="urn:schemas-microsoft-com:office:office"'
GROUP = 'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"'
WORDS = "Sở Xây dựng tỉnh Lâm Hà"
AFTER = "Quy trình cấp giấy phép"


def picture_of(header, shade=7):
    """The relationship ID of a grey pixel that belongs to the header's part."""
    return header.part.get_or_add_image(io.BytesIO(png(shade)))[0]


def graphic(id_, description="Biểu trưng của Sở"):
    return (
        f'<wp:docPr id="9" name="Hình" descr="{description}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="9" name="h.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{id_}"/></pic:blipFill>'
        "<pic:spPr/></pic:pic></a:graphicData></a:graphic>"
    )


def said(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def drawn(id_, how="inline"):
    return f'<w:r><w:drawing><wp:{how}><wp:extent cx="9525" cy="9525"/>{graphic(id_)}</wp:{how}></w:drawing></w:r>'


def vml(id_, holder="pict"):
    return (
        f'<w:r><w:{holder} {OFFICE}><v:shape id="s1" style="width:9pt;height:9pt"><v:imagedata r:id="{id_}" o:title="logo"/></v:shape>'
        f"</w:{holder}></w:r>"
    )


def paragraph(inner):
    return f"<w:p {NS}>{said(WORDS)}{inner}{said(AFTER)}</w:p>"


def cell(inner):
    return f"<w:tc><w:p>{inner}</w:p></w:tc>"


def in_table(id_):
    cells = cell(drawn(id_)) + cell(said(WORDS)) + cell(said(AFTER))
    return f"<w:tbl {NS}><w:tr>{cells}</w:tr></w:tbl>"


def in_control_table(id_):
    rows = (
        cell(drawn(id_)) + cell(said(WORDS)) + cell(said("Mã hiệu: QT.XD.07")),
        cell("") + cell(said(AFTER)) + cell(said("Lần ban hành: 03")),
    )
    return f"<w:tbl {NS}>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def in_text_box(id_):
    box = text_box("CHỖ").replace(said("CHỖ"), drawn(id_) + said(WORDS))
    return box.removesuffix("</w:p>") + said(AFTER) + "</w:p>"


def in_group(id_):
    shape = f"<wps:wsp><wps:txbx><w:txbxContent><w:p>{said(WORDS)}</w:p></w:txbxContent></wps:txbx></wps:wsp>"
    picture = f'<pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="h"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{id_}"/></pic:blipFill><pic:spPr/></pic:pic>'
    return (
        f'<w:p {NS} {GROUP}><w:r><mc:AlternateContent><mc:Choice Requires="wpg"><w:drawing><wp:anchor><wp:docPr id="3" name="Nhóm"/><a:graphic>'
        f'<a:graphicData uri="x"><wpg:wgp>{shape}{picture}</wpg:wgp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:group><v:shape><v:textbox><w:txbxContent><w:p>{said(WORDS)}</w:p></w:txbxContent></v:textbox></v:shape>"
        f'<v:shape><v:imagedata r:id="{id_}"/></v:shape></v:group></w:pict></mc:Fallback></mc:AlternateContent></w:r>{said(AFTER)}</w:p>'
    )


def in_control(id_):
    """A content control for pictures inside a block control, as Word's header galleries
    make them."""
    inner = (
        f"<w:sdt><w:sdtPr><w:picture/></w:sdtPr><w:sdtContent>{drawn(id_)}</w:sdtContent></w:sdt>"
    )
    return (
        f'<w:sdt {NS}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Page Numbers (Top of Page)"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent><w:p>{said(WORDS)}{inner}{said(AFTER)}</w:p></w:sdtContent></w:sdt>"
    )


def beside_a_watermark(id_):
    mark = f'<w:r><w:pict {OFFICE}><v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="TÀI LIỆU KIỂM SOÁT"/></v:shape></w:pict></w:r>'
    return paragraph(mark + vml(id_))


def in_a_field(id_):
    """A picture that a field puts in (INCLUDEPICTURE), whose last result is kept in the file."""
    code = "<w:r><w:instrText> INCLUDEPICTURE logo.png </w:instrText></w:r>"
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    return paragraph(begin + code + separate + drawn(id_) + end)


WAYS = {
    "inline": lambda id_: paragraph(drawn(id_)),
    "anchored": lambda id_: paragraph(drawn(id_, "anchor")),
    "linked words": lambda id_: paragraph(f'<w:hyperlink w:anchor="x">{drawn(id_)}</w:hyperlink>'),
    "vml": lambda id_: paragraph(vml(id_)),
    "embedded object": lambda id_: paragraph(vml(id_, "object")),
    "table": in_table,
    "control table": in_control_table,
    "text box": in_text_box,
    "group": in_group,
    "content control": in_control,
    "watermark": beside_a_watermark,
    "field": in_a_field,
}
PLACES = ("header", "footer", "first_page_header", "even_page_header")


def document():
    d = Doc()
    d.title("1. MỤC ĐÍCH")
    d.line("Quy định cách cấp giấy phép.")
    return d


def part_of(d, place):
    section = d.docx.sections[0]
    section.different_first_page_header_footer = True
    d.docx.settings.odd_and_even_pages_header_footer = True
    part = getattr(section, place)
    part.is_linked_to_previous = False
    return part


def pictures_in(content):
    """Digests of the pictures in the sections of headers and footers, in blocks and
    inside tables."""
    found = str([s for s in content["sections"] if s["place"] == "margin"])
    return {shade for shade in range(256) if hashlib.sha256(png(shade)).hexdigest() in found}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("way", WAYS)
def test_no_word_and_no_picture_of_a_header_is_lost(way, place):
    d = document()
    part = part_of(d, place)
    d.xml(WAYS[way](picture_of(part)), to=part._element)
    r = d.read()
    margin = " ".join(
        text_of({"sections": [s for s in r.content["sections"] if s["place"] == "margin"]}).split()
    )
    assert r.kept_characters == r.source_characters
    assert (margin.count(WORDS), margin.count(AFTER)) == (1, 1)
    assert pictures_in(r.content) == {7}
    assert r.images == 1
    assert "external_picture" not in codes(r)


def test_each_different_header_keeps_its_words_and_its_picture():
    d = document()
    for shade, place in enumerate(PLACES):
        part = part_of(d, place)
        made = paragraph(drawn(picture_of(part, shade))).replace(WORDS, f"{WORDS} {place}")
        d.xml(made, to=part._element)
    r = d.read()
    assert r.kept_characters == r.source_characters
    assert all(f"{WORDS} {place}" in text_of(r.content) for place in PLACES)
    assert pictures_in(r.content) == set(range(len(PLACES)))


def test_a_header_with_known_words_and_another_picture_is_kept_too():
    d = document()
    for shade, place in enumerate(("header", "first_page_header")):
        part = part_of(d, place)
        d.xml(paragraph(drawn(picture_of(part, shade))), to=part._element)
    assert pictures_in(d.read().content) == {0, 1}


def test_a_header_of_a_picture_alone_is_kept():
    d = document()
    part = part_of(d, "header")
    d.xml(f"<w:p {NS}>{drawn(picture_of(part))}</w:p>", to=part._element)
    r = d.read()
    assert pictures_in(r.content) == {7}
    assert r.kept_characters == r.source_characters


@pytest.mark.parametrize("way", ["linked", "missing"])
def test_a_picture_of_a_header_that_is_not_in_the_file_is_reported(way):
    d = document()
    part = part_of(d, "header")
    id_ = "rId99"
    if way == "linked":
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        id_ = part.part.relate_to("file:///S:/logo.png", kind, is_external=True)
    d.xml(paragraph(drawn(id_)), to=part._element)
    r = d.read()
    assert "external_picture" in codes(r)
    assert WORDS in text_of(r.content) and AFTER in text_of(r.content)
    assert r.kept_characters == r.source_characters
