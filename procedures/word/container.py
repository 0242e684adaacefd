"""The file as a package: detects its format by content and gives safe access to its parts.

The file's name never decides; nothing outside the file is ever fetched.
"""

import io
import posixpath
import re
import zipfile
from typing import TypeAlias
from urllib.parse import unquote

from lxml import etree

from procedures.word import foreign
from procedures.word.errors import refuse
from qms.text import zips

Element: TypeAlias = etree._Element

MAX_FILE = 64 * 2**20
MAX_TOTAL = 256 * 2**20
MAX_XML = 48 * 2**20
MAX_ENTRIES = 4000
MAX_RATIO = 150  # real files stay below 40; only entries above RATIO_FROM are checked
XML_RATIO = 400  # a generated blank time sheet has 170; its XML is limited in size anyway
RATIO_FROM = 2 * 2**20

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"

# ISO 29500 "strict" files use other names for the same things.
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", WP[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
)
MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "dotx",
    "application/vnd.ms-word.document.macroEnabled.main+xml": "docm",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "docm",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(data: bytes, name: str) -> str:
    """One of docx (any Word package; see `Package.format`), doc, odt, rtf, or another format that
    Word opens (`foreign.kind_of`). Raises UnreadableFile for anything else."""
    if not data:
        raise refuse("empty", name)
    if len(data) > MAX_FILE:
        raise refuse("too_large", name, f"{len(data) // 2**20} MB, tối đa {MAX_FILE // 2**20} MB")
    if not data.strip(b"\x00 \t\r\n"):
        raise refuse("empty", name)
    if data.startswith(b"PK"):
        return _zip_kind(data, name)
    if data.startswith(OLE):
        return _ole_kind(data, name)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if kind := foreign.kind_of(data):
        return kind
    _refuse_other(data, head, name)
    raise refuse("damaged", name, "không nhận ra định dạng")


_OTHERS = (
    (b"%PDF", "tệp PDF"),
    (b"\x89PNG", "ảnh PNG"),
    (b"\xff\xd8\xff", "ảnh JPEG"),
    (b"GIF8", "ảnh GIF"),
    (b"BM", "ảnh BMP"),
    (b"II*\x00", "ảnh TIFF"),
    (b"MM\x00*", "ảnh TIFF"),
    (b"Rar!", "tệp nén RAR"),
    (b"7z\xbc\xaf", "tệp nén 7z"),
    (b"\x1f\x8b", "tệp nén GZIP"),
    (b"MZ", "chương trình"),
)


def _refuse_other(data: bytes, head: bytes, name: str) -> None:
    """Raises UnreadableFile, naming the format, if the file is known to be no Word document."""
    for magic, what in _OTHERS:
        if data.startswith(magic):
            raise refuse("not_word", name, what)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise refuse("not_word", name, "ảnh WebP")
    if head.lower().startswith(b"<?xml"):
        raise refuse("not_word", name, "tệp XML; nếu Word mở được thì hãy lưu lại thành .docx")
    if b"\x00" not in data[:4096] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse("not_word", name, "văn bản thuần (TXT)")


def _zip_kind(data: bytes, name: str) -> str:
    try:
        with zips.open_checked(io.BytesIO(data)) as z:
            entries = set(z.namelist())
            if "mimetype" in entries and z.getinfo("mimetype").file_size < 200:
                mime = z.read("mimetype").decode("ascii", "replace").strip()
                if mime.startswith("application/vnd.oasis.opendocument.text"):
                    manifest = (
                        z.getinfo("META-INF/manifest.xml")
                        if "META-INF/manifest.xml" in entries
                        else None
                    )
                    if (
                        manifest
                        and manifest.file_size < MAX_XML
                        and b"encryption-data" in z.read(manifest)
                    ):
                        raise refuse("encrypted", name)
                    _check_sizes(z, name)
                    return "odt"
                if "opendocument" in mime:
                    raise refuse("not_word", name, "tệp OpenDocument không phải văn bản")
    except zips.TooManyEntries as e:
        raise refuse("bomb", name, "quá nhiều mục") from e
    except (*zips.FAULTS, KeyError) as e:
        raise refuse("damaged", name, "gói nén không trọn vẹn") from e
    return "docx"


def _ole_kind(data: bytes, name: str) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise refuse("encrypted", name)
    if has("WordDocument"):
        # FIB: bit 8 of the flags at offset 10 says that the text is encrypted
        at = data.find(b"\xec\xa5", 512)
        if at >= 0 and at % 512 == 0 and len(data) > at + 12 and data[at + 11] & 1:
            raise refuse("encrypted", name)
        return "doc"
    if has("Workbook") or has("Book"):
        raise refuse("not_word", name, "bảng tính Excel")
    if has("PowerPoint Document"):
        raise refuse("not_word", name, "bản trình chiếu PowerPoint")
    if has("__substg1.0_") or has("__properties_version1.0"):
        raise refuse("not_word", name, "thư Outlook")
    raise refuse("damaged", name, "không tìm thấy phần văn bản Word")


def _check_sizes(z: zipfile.ZipFile, name: str) -> None:
    infos = z.infolist()
    if len(infos) > MAX_ENTRIES:
        raise refuse("bomb", name, f"{len(infos)} mục")
    if sum(i.file_size for i in infos) > MAX_TOTAL:
        raise refuse("bomb", name, f"{sum(i.file_size for i in infos) // 2**20} MB")
    for i in infos:
        if i.flag_bits & 1:
            raise refuse("encrypted", name)
        blank = i.filename.lower().endswith(".xml") and i.file_size <= 8 * RATIO_FROM
        allowed = XML_RATIO if blank else MAX_RATIO
        if i.file_size > RATIO_FROM and i.file_size > allowed * max(1, i.compress_size):
            raise refuse("bomb", name, f"gấp {i.file_size // max(1, i.compress_size)} lần")


class Archive:
    """A zip package of XML parts (Word, Excel, PowerPoint, OpenDocument), each read lazily and only
    if safe."""

    def __init__(self, data: bytes, name: str):
        """Opens it. Raises UnreadableFile if it is damaged, encrypted or a bomb."""
        self.name = name
        try:
            self.zip = zips.open_checked(io.BytesIO(data))
            _check_sizes(self.zip, name)
        except zips.TooManyEntries as e:
            raise refuse("bomb", name, "quá nhiều mục") from e
        except zips.FAULTS as e:
            raise refuse("damaged", name, "gói nén không trọn vẹn") from e
        self._names: dict[str, zipfile.ZipInfo] = {}
        for info in self.zip.infolist():
            self._names.setdefault(info.filename.replace("\\", "/").lstrip("/").lower(), info)
        self._trees: dict[str, Element] = {}

    def names(self, pattern: str) -> list[str]:
        """Names of parts, in lower case, that fully match the pattern."""
        return [name for name in self._names if re.fullmatch(pattern, name)]

    def has(self, part: str) -> bool:
        """Whether the package holds this part."""
        return part.lower() in self._names

    def bytes(self, part: str) -> bytes:
        """The bytes of a part. Raises UnreadableFile if the package is damaged, KeyError if there
        is no such part."""
        info = self._names[part.lower()]
        if info.file_size > MAX_XML and part.lower().endswith((".xml", ".rels")):
            raise refuse("too_large", self.name, f"phần {part} có {info.file_size // 2**20} MB")
        try:
            with self.zip.open(info) as f:
                data = f.read(info.file_size + 1)
        except zips.FAULTS as e:
            raise refuse("damaged", self.name, f"không giải nén được phần {part}") from e
        if len(data) > info.file_size:
            raise refuse("bomb", self.name, f"phần {part} lớn hơn khai báo")
        return data

    def xml(self, part: str) -> Element | None:
        """The root element of an XML part, or None if there is no such part. Raises
        UnreadableFile."""
        key = part.lower()
        if key not in self._names:
            return None
        if key not in self._trees:
            data = self.bytes(part)
            if b"purl.oclc.org/ooxml" in data:
                for strict, plain in STRICT:
                    data = data.replace(strict, plain)
            parser = etree.XMLParser(
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                dtd_validation=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            try:
                root = etree.fromstring(data, parser)
            except (etree.XMLSyntaxError, ValueError, LookupError) as e:
                if re.search(rb"<!(DOCTYPE|ENTITY)", data[:4096], re.I):
                    raise refuse("entities", self.name) from e
                raise refuse("damaged", self.name, f"phần {part} không đúng XML") from e
            if root.getroottree().docinfo.internalDTD is not None:
                raise refuse("entities", self.name)
            self._trees[key] = root
        return self._trees[key]


Relationship: TypeAlias = tuple[str, str, bool, str]


class Package(Archive):
    """A Word package with its relationships and content types."""

    def __init__(self, data: bytes, name: str):
        """Opens the package. Raises UnreadableFile if it is damaged, a bomb, or no
        Word document."""
        super().__init__(data, name)
        self._rels: dict[str, dict[str, Relationship]] = {}
        self.types = self._content_types()
        self.main, self.format = self._find_main()

    def _content_types(self) -> dict[str, str]:
        root = self.xml("[Content_Types].xml")
        types: dict[str, str] = {}
        if root is None:
            return types
        for e in root:
            if e.tag == CT + "Override":
                types[(e.get("PartName") or "").lstrip("/").lower()] = e.get("ContentType") or ""
            elif e.tag == CT + "Default":
                types["." + (e.get("Extension") or "").lower()] = e.get("ContentType") or ""
        return types

    def content_type(self, part: str) -> str:
        """The content type the package gives for a part, or an empty string."""
        return self.types.get(part.lower()) or self.types.get(
            "." + part.rsplit(".", 1)[-1].lower(), ""
        )

    def _find_main(self) -> tuple[str, str]:
        for target, kind, external, _ in self.relationships("").values():
            if kind.endswith("/officeDocument") and not external:
                found = MAIN_TYPES.get(self.content_type(target))
                if found:
                    return target, found
                ctype = self.content_type(target)
                for mark, what in (
                    ("spreadsheetml", "bảng tính Excel"),
                    ("ms-excel", "bảng tính Excel"),
                    ("presentationml", "bản trình chiếu PowerPoint"),
                    ("visio", "bản vẽ Visio"),
                ):
                    if mark in ctype:
                        raise refuse("not_word", self.name, what)
                if target.lower() in self._names and target.lower().endswith(".xml"):
                    return target, "docx"
        if "word/document.xml" in self._names:
            return "word/document.xml", MAIN_TYPES.get(
                self.content_type("word/document.xml"), "docx"
            )
        if "[content_types].xml" in self._names:
            raise refuse("damaged", self.name, "thiếu phần văn bản chính")
        raise refuse("not_word", self.name, "tệp nén ZIP")

    def relationships(self, part: str) -> dict[str, Relationship]:
        """{id: (target part or address, type, external?, id)} of a part; "" for the
        package itself."""
        if part not in self._rels:
            folder, base = posixpath.split(part)
            root = self.xml(posixpath.join(folder, "_rels", base + ".rels"))
            found = {}
            for e in root if root is not None else ():
                if e.tag != REL + "Relationship":
                    continue
                target, external = e.get("Target") or "", e.get("TargetMode") == "External"
                if not external:
                    target = unquote(target.replace("\\", "/").split("#")[0])
                    target = (
                        target.lstrip("/")
                        if target.startswith("/")
                        else posixpath.normpath(posixpath.join(folder, target))
                    )
                    if not self.has(target) and self.has("word/" + target):
                        target = "word/" + target
                found[e.get("Id") or ""] = (
                    target,
                    e.get("Type") or "",
                    external,
                    e.get("Id") or "",
                )
            self._rels[part] = found
        return self._rels[part]

    def related(self, part: str, kind: str) -> str | None:
        """The first part that `part` names by a relationship whose type ends in /kind, or None."""
        for target, type_, external, _ in self.relationships(part).values():
            if type_.endswith("/" + kind) and not external and self.has(target):
                return target
        return None

    def has_macros(self) -> bool:
        """Whether the package carries a VBA project."""
        return any(n.endswith("vbaproject.bin") for n in self._names)
