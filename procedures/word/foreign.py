"""Files that Word opens although they are no Word packages: web pages, web archives, Word 2003 XML,
flat packages."""

import base64
import binascii
import io
import zipfile

from lxml import etree

from procedures.word import web
from procedures.word.errors import refuse

_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def kind_of(data: bytes) -> str:
    """html, mht, wordml (Word 2003), flat, or an empty string."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"mime-version") and b"text/html" in data[:65536].lower():
        return "mht"
    if head.startswith(b"<?xml"):
        if b"schemas.microsoft.com/office/2006/xmlpackage" in head:
            return "flat"
        if b"schemas.microsoft.com/office/word/2003/wordml" in head:
            return "wordml"
    return "html" if b"<html" in head or head.startswith(b"<!doctype html") else ""


def for_converter(data: bytes, name: str, kind: str) -> bytes:
    """The bytes in a form that LibreOffice reads correctly whatever the page's encoding."""
    if kind == "wordml":
        return data
    text = web.html_of_mht(data) if kind == "mht" else web.html_text(data)
    if not text.strip():
        raise refuse("empty", name)
    return text.encode("ascii", "xmlcharrefreplace")


def from_flat(data: bytes, name: str) -> bytes:
    """The package in a flat file, as .docx bytes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        raise refuse("damaged", name, "không đúng XML") from e
    if root.getroottree().docinfo.internalDTD is not None:
        raise refuse("entities", name)
    out, types = io.BytesIO(), etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in root.iter(_FLAT + "part"):
            path = part.get(_FLAT + "name") or ""
            inner, binary = part.find(_FLAT + "xmlData"), part.find(_FLAT + "binaryData")
            if inner is not None and len(inner):
                target.writestr(path.lstrip("/"), etree.tostring(inner[0], encoding="UTF-8"))
            elif binary is not None:
                try:
                    target.writestr(path.lstrip("/"), base64.b64decode(binary.text or ""))
                except binascii.Error as e:
                    raise refuse("damaged", name, f"phần {path}") from e
            kind = part.get(_FLAT + "contentType") or ""
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=path, ContentType=kind)
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        etree.SubElement(types, f"{{{_TYPES}}}Default", Extension="rels", ContentType=rels)
        target.writestr("[Content_Types].xml", etree.tostring(types, encoding="UTF-8"))
    return out.getvalue()
