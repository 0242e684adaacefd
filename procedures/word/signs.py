"""Signs of symbol fonts, invisible marks, and detection of picture types."""

import mimetypes
import re

from qms.text.marks import composed

# Signs of Symbol and Wingdings fonts that Vietnamese offices use; others become a small square.
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
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "⮽", 0xA3: "☐", 0xA2: "■", 0x99: "○", 0x97: "●", 0x98: "●", 0x2A: "☐",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x72: "✗", 0x67: "■", 0x34: "▶", 0x33: "◀", 0x35: "▲", 0x36: "▼", 0x6E: "●", 0x3D: "•"}  # fmt: skip
# The Symbol font: Greek letters in place of Latin ones, and mathematical signs.
_SYMBOL = {ord(latin): greek for latin, greek in zip(
    "ABCDEFGHIKLMNOPQRSTUWXYZabcdefghiklmnopqrstuwxyz", "ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖαβχδεφγηικλμνοπθρστυωξψζ", strict=True
)} | {ord(c): c for c in " !#%&()+,./0123456789:;<=>?[]_{|}"}  # fmt: skip
_SYMBOL |= {
    0x22: "∀", 0x24: "∃", 0x27: "∋", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x4A: "ϑ", 0x56: "ς", 0x6A: "ϕ", 0x76: "ϖ", 0x7E: "∼",
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xA7: "♣", 0xA8: "♦", 0xA9: "♥", 0xAA: "♠", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°",
    0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗",
    0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xC9: "⊃", 0xCC: "⊂", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD2: "®", 0xD3: "©", 0xD4: "™",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒", 0xDF: "⇓", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_SYMBOL[0x6D] = "µ"  # what offices mean by it: 2 µm
_FACES = (("wingdings 2", _WINGDINGS_2), ("webdings", _WEBDINGS), ("wingdings", _WINGDINGS), ("symbol", _SYMBOL))  # fmt: skip


PRIVATE = re.compile("[\uf000-\uf0ff]")  # private use area of symbol fonts


def symbol(code: int, font: str) -> str:
    """The Unicode sign for a code of a symbol font; a small square if unknown."""
    code &= 0xFF
    low = font.lower()
    for face, signs in _FACES:
        if low.startswith(face):
            return signs.get(code, "▪")
    return _WINGDINGS.get(code) or (_SYMBOL.get(code) if code > 0x7E else None) or "▪"


def in_symbol_font(text: str, font: str) -> bool:
    """Whether a text is up to three letters typed as signs of a symbol font; a sentence in such a
    font is a mistake."""
    low, said = font.lower(), text.strip()
    return (
        0 < len(said) <= 3
        and low.startswith(("wingdings", "webdings", "symbol"))
        and not any(c.isdigit() and low.startswith("symbol") for c in said)
        and all(0x20 < ord(c) < 0x100 for c in said)
    )


_DROPPED: dict[int, str | None] = {
    ord(c): None
    for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
}
_DROPPED |= {0xA0: " ", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0D: "\n"}


_SEEN_THROUGH = re.compile("[" + "".join(map(chr, _DROPPED)) + "]")


def clean(text: str) -> str:
    """Removes invisible marks; search, not this, replaces look-alikes of Vietnamese letters."""
    return text.translate(_DROPPED) if _SEEN_THROUGH.search(text) else text


def meaningful(description: str) -> str:
    """A picture's description if a person wrote one; empty for file names and stock phrases
    of programs."""
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


# The name alone does not count: HTML called a.png is not a picture.
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
