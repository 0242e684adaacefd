"""Unreadable files are refused with a message that names the file; nothing else ever happens."""

import io
import os
import random
import zipfile

import pytest

from procedures.word import UnreadableFile, read
from procedures.word import container as package_rules

from .build import Doc, codes, png, repack

pytestmark = pytest.mark.pure


def refused(data, name="Quy trình thử.docx", **more):
    with pytest.raises(UnreadableFile) as caught:
        read(data, name, **more)
    assert name in caught.value.message and str(caught.value) == caught.value.message
    return caught.value.code


def simple():
    d = Doc()
    d.title("QUY TRÌNH THỬ")
    d.line("Mã hiệu: QT-01    Ngày ban hành: 01/02/2025")
    d.title("1. Mục đích")
    d.line("Thử.")
    return d.bytes()


def test_each_wrong_kind_of_file_gets_its_own_answer():
    docx = simple()
    assert refused(b"") == "empty"
    assert refused(b"\x00" * 4000) == "empty"
    assert refused("Đây là văn bản thuần".encode()) == "not_word"
    assert refused(b"%PDF-1.7 ...") == "not_word"
    assert refused(png()) == "not_word"
    assert refused(b"<?xml version='1.0'?><rss/>") == "not_word"
    assert refused(docx[: len(docx) // 2]) == "damaged"
    assert refused(docx[:-30]) == "damaged"
    assert (
        refused(
            package_rules.OLE
            + b"\x00" * 600
            + "EncryptedPackage".encode("utf-16-le")
            + b"\x00" * 600
        )
        == "encrypted"
    )
    assert refused(package_rules.OLE + b"\x00" * 4000) == "damaged"
    assert refused(package_rules.OLE + "Workbook".encode("utf-16-le") + b"\x00" * 600) == "not_word"


def test_a_spreadsheet_or_a_plain_zip_with_the_name_of_a_word_file():
    from openpyxl import Workbook

    out = io.BytesIO()
    Workbook().save(out)
    assert refused(out.getvalue()) == "not_word"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("ghi chú.txt", "không phải Word")
    assert refused(out.getvalue()) == "not_word"


def test_a_bomb_is_seen_before_it_is_opened(monkeypatch):
    bomb = repack(simple(), {"word/media/bomb.bin": b"\x00" * (40 * 2**20)})
    assert len(bomb) < 200_000 and refused(bomb) == "bomb"
    monkeypatch.setattr(package_rules, "MAX_ENTRIES", 5)
    assert refused(simple()) == "bomb"
    monkeypatch.setattr(package_rules, "MAX_FILE", 1000)
    assert refused(simple()) == "too_large"


def test_entities_are_refused_and_nothing_is_read_through_them():
    document = (
        '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
    )
    assert refused(repack(simple(), {"word/document.xml": document.encode()})) == "entities"
    laughs = document.replace(
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;">',
    )
    assert refused(repack(simple(), {"word/document.xml": laughs.encode()})) == "entities"


def test_broken_xml_and_missing_parts_are_damage():
    assert refused(repack(simple(), {"word/document.xml": b"<w:document><w:body>"})) == "damaged"
    assert refused(repack(simple(), {"word/styles.xml": b"\xff\xfe\x00"})) == "damaged"
    assert refused(repack(simple(), {}, drop=("word/document.xml",))) == "damaged"


def test_tables_nested_without_end_do_not_end_the_reader():
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    inner = "<w:p><w:r><w:t>đáy</w:t></w:r></w:p>"
    for _ in range(60):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl><w:p/>"
    document = f"<w:document {ns}><w:body>{inner}</w:body></w:document>".encode()
    reading = read(repack(simple(), {"word/document.xml": document}), "sâu.docx")
    assert reading.kept_characters == reading.source_characters == 3
    deeper = document.replace(b"<w:body>", b"<w:body>" + b"<w:sdt><w:sdtContent>" * 400).replace(
        b"</w:body>", b"</w:sdtContent></w:sdt>" * 400 + b"</w:body>"
    )
    assert refused(repack(simple(), {"word/document.xml": deeper})) == "damaged"


def test_huge_spans_and_numbers_stay_small():
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = (
        f'<w:document {ns}><w:body><w:tbl><w:tr><w:trPr><w:gridBefore w:val="99999999"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>'
        f"<w:p><w:r><w:t>rộng</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
    ).encode()
    reading = read(repack(simple(), {"word/document.xml": document}), "rộng.docx")
    assert reading.kept_characters == 4


def test_pictures_elsewhere_are_not_fetched_but_named():
    d = Doc()
    d.docx.add_picture(io.BytesIO(png()))
    data = d.bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        relations = z.read("word/_rels/document.xml.rels").decode()
    relations = relations.replace(
        'Target="media/image1.png"', 'Target="http://192.0.2.1/image.png" TargetMode="External"'
    )
    reading = read(
        repack(data, {"word/_rels/document.xml.rels": relations.encode()}), "hình ngoài.docx"
    )
    assert reading.pictures == {} and "external_picture" in codes(reading)


def test_text_of_the_document_never_becomes_markup():
    d = Doc()
    d.title("1. Mục đích <script>alert(1)</script>")
    d.line("<img src=x onerror=alert(1)> & so on")
    d.title("2. Phạm vi")
    d.table(("<b>a</b>", "b"), ("</td><script>", '"x"'))
    reading = d.read()
    html = "".join(b.get("html", "") for s in reading.content["sections"] for b in s["blocks"])
    assert "<script" not in html and "<img src=x" not in html and "<b>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; so on" in html


def test_links_lead_only_to_the_web_or_to_mail():
    d = Doc()
    p = d.line("Xem ")
    for address, text in (
        ("https://example.gov.vn/a?b=1&c=2", "cổng"),
        ("javascript:alert(1)", "bẫy"),
        ("file:///C:/x.docx", "tệp"),
    ):
        id_ = d.docx.part.relate_to(
            address,
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
            is_external=True,
        )
        d.xml(
            f'<w:hyperlink xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{id_}">'
            f"<w:r><w:t>{text}</w:t></w:r></w:hyperlink>",
            to=p._p,
        )
    html = d.read().content["sections"][-1]["blocks"][0]["html"]
    assert html == '<p>Xem <a href="https://example.gov.vn/a?b=1&amp;c=2">cổng</a>bẫytệp</p>'


def test_macros_are_dropped_and_said_so():
    data = repack(simple(), {"word/vbaProject.bin": b"macro"})
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        types = z.read("[Content_Types].xml").decode()
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    for kind, format in (
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "docm"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
            "dotx",
        ),
    ):
        reading = read(
            repack(data, {"[Content_Types].xml": types.replace(main, kind).encode()}),
            "tên gì cũng được.xyz",
        )
        assert reading.format == format and "macros_dropped" in codes(reading)


def test_without_libreoffice_the_message_says_what_to_do():
    assert (
        refused(b"{\\rtf1 Xin ch\\'e0o}", "cũ.rtf", soffice="/khong/co/soffice") == "no_converter"
    )


def test_a_converter_that_hangs_is_ended(tmp_path):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 & sleep 60\n")
    program.chmod(0o755)
    assert refused(b"{\\rtf1 x}", "cũ.rtf", soffice=str(program), timeout=0.3) == "timeout"
    program.write_text("#!/bin/sh\nexit 3\n")
    assert refused(b"{\\rtf1 x}", "cũ.rtf", soffice=str(program)) == "conversion_failed"


def test_every_odd_file_is_read_or_refused(samples):
    for path in sorted((samples / "odd").iterdir()):
        try:
            reading = read(path, soffice="/khong/co")
        except UnreadableFile as refusal:
            assert path.name in refusal.message
        else:
            assert reading.kept_characters >= 0.999 * reading.source_characters


# random damage


def flip(data, rng):
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 200))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data, rng):
    at, length = rng.randrange(len(data)), rng.randrange(1, len(data))
    return data[:at] if rng.random() < 0.5 else data[:at] + data[at + length :]


def shuffle(data, rng):
    """Elements of one XML part are moved, removed, or given strange attributes; the zip stays
    valid."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as z:
        names = [n for n in z.namelist() if n.endswith((".xml", ".rels"))]
        weights = [
            8 if n.endswith(("document.xml", "numbering.xml", "styles.xml", ".rels")) else 1
            for n in names
        ]
        name = rng.choices(names, weights)[0]
        root = etree.fromstring(z.read(name))
    elements = [e for e in root.iter() if isinstance(e.tag, str) and e.getparent() is not None]
    for _ in range(rng.choice((1, 5, 40))):
        if not elements:
            break
        a, b = rng.choice(elements), rng.choice(elements)
        act = rng.randrange(4)
        if act == 0 and a.getparent() is not None:
            a.getparent().remove(a)
        elif (
            act == 1
            and a.getparent() is not None
            and not any(x is a for x in b.iterancestors())
            and a is not b
        ):
            b.append(a)
        elif act == 2 and a.attrib:
            key = rng.choice(list(a.attrib))
            a.set(key, rng.choice(("", "-1", "99999999999", "abc", "\u202e", "0", "true")))
        elif act == 3:
            a.tag = b.tag
    return repack(data, {name: etree.tostring(root)})


def bytes_of_a_part(data, rng):
    """Bytes inside one part are changed before it is packed: the zip is valid, the XML is not."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        name = rng.choice([n for n in z.namelist() if n.endswith((".xml", ".rels"))])
        part = z.read(name)
    return (
        repack(data, {name: flip(part, rng) if rng.random() < 0.7 else cut(part, rng)})
        if part
        else data
    )


@pytest.mark.torture
def test_random_damage_ends_in_a_reading_or_a_message(samples):
    """QMS_TORTURE=1 runs 2,400 mutations, QMS_TORTURE_COUNT another number, QMS_TORTURE_SEED
    another course."""
    torture = os.environ.get("QMS_TORTURE")
    count = int(os.environ.get("QMS_TORTURE_COUNT") or (2400 if torture else 60))
    seed = int(os.environ.get("QMS_TORTURE_SEED") or 2026)
    files = sorted(
        [*(samples / "procedures").glob("*.docx"), *(samples / "layouts").glob("*.docx")],
        key=lambda p: p.name,
    )
    sources = [p.read_bytes() for p in files]
    outcomes = {"read": 0, "refused": 0}
    for n in range(count):
        rng = random.Random(f"{seed}/{n}")
        which = rng.randrange(len(sources))
        data = rng.choice((flip, cut, shuffle, shuffle, bytes_of_a_part))(sources[which], rng)
        try:
            reading = read(data, files[which].name, soffice="/khong/co", timeout=10)
            assert reading.kept_characters <= reading.source_characters
            outcomes["read"] += 1
        except UnreadableFile as refusal:
            assert files[which].name in refusal.message
            outcomes["refused"] += 1
    assert sum(outcomes.values()) == count and outcomes["read"] and outcomes["refused"]
