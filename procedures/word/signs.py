"""Signs of symbol fonts, marks nobody sees, and what a picture is by its bytes."""

import mimetypes
import re

from qms.text.marks import composed

# Signs of the Symbol and Wingdings faces that Vietnamese offices use; all else becomes a small square.
_WINGDINGS = {
    0x6F: "□",
    0x71: "❑",
    0x72: "❒",
    0xA8: "◻",
    0x6E: "■",
    0xA7: "▪",
    0xFC: "✓",
    0xFB: "✗",
    0xFE: "☑",
    0xFD: "☒",
    0xD8: "➢",
    0x76: "❖",
    0xE0: "→",
    0xDF: "←",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xF0: "⇨",
    0x46: "☞",
    0x6C: "●",
    0x9F: "•",
    0x28: "☎",
    0x2A: "✉",
    0xAB: "★",
}
_SYMBOL = {
    0xB7: "•",
    0xAE: "→",
    0xAC: "←",
    0xAD: "↑",
    0xAF: "↓",
    0xB3: "≥",
    0xA3: "≤",
    0xB4: "×",
    0xB1: "±",
    0xA8: "♦",
    0xDE: "⇒",
    0xB0: "°",
}


PRIVATE = re.compile("[\uf000-\uf0ff]")  # where symbol fonts keep their signs


def symbol(code: int, font: str) -> str:
    """The Unicode sign for a code of a symbol font."""
    code &= 0xFF
    low = font.lower()
    if low.startswith("wingdings"):
        return _WINGDINGS.get(code, "▪")
    if low.startswith("symbol"):
        return _SYMBOL.get(code, chr(code) if 32 <= code < 127 else "▪")
    return _WINGDINGS.get(code) or _SYMBOL.get(code) or "▪"


_DROPPED: dict[int, str | None] = {
    ord(c): None
    for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
}
_DROPPED |= {0xA0: " ", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0D: "\n"}


_SEEN_THROUGH = re.compile("[" + "".join(map(chr, _DROPPED)) + "]")


def clean(text: str) -> str:
    """Marks that nobody sees go; look-alikes of Vietnamese letters are mended by search, not here."""
    return text.translate(_DROPPED) if _SEEN_THROUGH.search(text) else text


def meaningful(description: str) -> str:
    """A picture's description where a person wrote one: programs' file names and stock phrases are none."""
    text = " ".join(composed(description or "").split())
    if re.fullmatch(
        r"(?i)(picture|image|hình ảnh|hình|ảnh|untitled|img|dsc|screenshot|logo)?[\s_\-]*\d*(\.\w{3,4})?",
        text,
    ):
        return "" if text.lower() != "logo" else text
    if re.search(
        r"(?i)\.(png|jpe?g|gif|bmp|tiff?|wmf|emf)$|automatically generated|được tạo tự động|^[a-z]:\\|^https?://",
        text,
    ):
        return (
            re.sub(
                r"(?i)(?<!\s)\s*+(description automatically generated|mô tả được tạo tự động).*$",
                "",
                text,
            )
            if re.search(r"(?i)automatically generated|được tạo tự động", text)
            else ""
        )
    return text


# What is one of these by its name alone, such as HTML called a.png, is none.
_BY_CONTENT = {
    "image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/webp", "application/pdf", "image/svg+xml", "text/html", "application/xhtml+xml",
}  # fmt: skip


def mime_of(data: bytes, name: str, declared: str) -> str:
    """A picture's type by its content; WMF, EMF and TIFF included."""
    for magic, mime in (
        (b"\x89PNG", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"\xd7\xcd\xc6\x9a", "image/x-wmf"),
        (b"\x01\x00\x00\x00", "image/x-emf"),
        (b"\x01\x00\x09\x00", "image/x-wmf"),
        (b"%PDF", "application/pdf"),
    ):
        if data.startswith(magic):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:1024]:
        return "image/svg+xml"
    low = name.lower()
    if low.endswith((".wmz", ".emz")):
        return "application/x-msmetafile"
    said = declared or mimetypes.guess_type(name)[0] or ""
    return "application/octet-stream" if said in _BY_CONTENT else said or "application/octet-stream"
