"""TCVN3 and VNI: two pre-Unicode encodings, detected by the font of a run and by whether the text
makes sense.

Many files declare `.VnTime` though their text is Unicode; so a run is decoded only where decoding
turns it into better Vietnamese syllables than it had.
"""

import re
from collections.abc import Iterable

from qms.text.marks import composed, decomposed

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
TCVN3 = {ord(k): v for k, v in _TCVN3.items()}

# VNI writes the letter and then its marks; a few letters stand alone.
_ALONE = dict(zip("ñÑöÖôÔíìæóòîÍÌÆÓÒÎ", "đĐưƯơƠíìỉĩịỵÍÌỈĨỊỴ", strict=True))
_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_SHAPES = {
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_MARKS = _TONES | _SHAPES
_MARKS |= {k.upper(): v for k, v in _MARKS.items()}


def encoding_of(font: str) -> str:
    """ "tcvn3", "vni" or "" for a font's name."""
    low = font.lower().lstrip()
    return "tcvn3" if low.startswith(".vn") else "vni" if low.startswith(("vni-", "vni ")) else ""


def is_capital_face(font: str) -> bool:
    """True for `.VnTimeH` and the like, which show lower-case codes as capitals."""
    return font.lower().lstrip().startswith(".vn") and font.rstrip().endswith("H")


_TWICE = re.compile("á[º»]|Ä[‘\x91]|Æ[°¡]|Ã[¡¢£¨©ª¬\xad²³´µ¹º½]")
_FOREIGN = re.compile("[\u0180-\u1fff]")  # letters in neither encoding
_UNREADABLE = re.compile("\ufffd|(?<=[^\\W\\d_])[?¿](?=[^\\W\\d_])")


def twice_encoded(text: str) -> int:
    """Number of places where UTF-8 was decoded as a Western code page."""
    return len(_TWICE.findall(text))


def repaired(text: str) -> str:
    """Such text decoded correctly, or unchanged if that gives no valid text."""
    if not _TWICE.search(text) and not any("\x80" <= c <= "ÿ" for c in text):
        return text
    try:
        return b"".join(_byte(c) for c in text).decode("utf8")
    except UnicodeError:
        return text


def _byte(c: str) -> bytes:
    try:
        return c.encode("cp1252")
    except UnicodeEncodeError:
        return c.encode("latin-1")


def unreadable(text: str) -> list[str]:
    """The words with lost letters: a replacement character, or a question mark inside a word."""
    return [w for w in text.split() if _UNREADABLE.search(w) and "/" not in w and "=" not in w]


def whole_encoding(texts: Iterable[str]) -> str:
    """The encoding of a text whose fonts tell nothing: "tcvn3", "vni", "utf8" (decoded as a Western
    code page) or ""."""
    said = [t for t in texts if t.strip()]
    if sum(map(twice_encoded, said)) >= 5:
        return "utf8"
    for kind in ("tcvn3", "vni"):
        verdicts = [really(t, kind) if not _FOREIGN.search(t) else False for t in said]
        yes, no = verdicts.count(True), verdicts.count(False)
        if yes >= 5 and yes >= no:
            return kind
    return ""


def decode(text: str, encoding: str) -> str:
    """The text as Unicode (NFC); the encoding is taken as given."""
    if encoding == "utf8":
        return repaired(text)
    if encoding == "tcvn3":
        return _in_capitals(text, text.translate(TCVN3))
    if encoding != "vni":
        return text
    out: list[str] = []
    for c in text:
        previous = out[-1] if out else ""
        mark = _MARKS.get(c)
        if (
            mark
            and previous[:1] in tuple("aAeEoOuUyYưƯơƠ")
            and (c.lower() in _TONES or previous in tuple("aAeEoO"))
        ):
            out[-1] = composed(previous + mark)
        else:
            out.append(_ALONE.get(c, c))
    return "".join(out)


def _in_capitals(text: str, decoded: str) -> str:
    """The decoded text, in capitals where the line is: TCVN3 has no capitals with marks and uses
    small letters instead."""
    plain = [c for c in text if c.isascii() and c.isalpha()]
    return decoded.upper() if len(plain) > 1 and all(c.isupper() for c in plain) else decoded


_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_RHYME = (
    r"(?:i[eê]u|y[eê]u|i[eê](?:ng|nh|[nmtcp])|y[eê](?:n|m|t|ng)|u[oô](?:i|ng|[nmtc])|ư[ơo](?:i|u|ng|[nmtcp])|uy[eê](?:n|t)|uya|uy(?:nh|ch|t|u|p|n)?"
    r"|o[aă](?:i|y|o|ng|nh|ch|[nmtcp])?|oe(?:o|[nt])?|uâ(?:y|ng|[nt])|u[eê](?:nh|ch|u)?|uơ|u[aă](?:y|ng|nh|ch|[ntc])?|ia|ya|ua|ưa"
    r"|a(?:i|y|o|u|ng|nh|ch|[nmtcp])?|ă(?:ng|[nmtcp])|â(?:y|u|ng|[nmtcp])|e(?:o|ng|[nmtcp])?|ê(?:u|nh|ch|[nmtp])?|i(?:u|nh|ch|[nmtp])?"
    r"|o(?:i|ng|[nmtcp])?|ô(?:i|ng|[nmtcp])?|ơ(?:i|[nmtp])?|u(?:i|ng|[nmtcp])?|ư(?:i|u|ng|[nmtc])?|y)"
)
_SYLLABLE = re.compile(_ONSET + _RHYME)
_TONE_MARKS = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


def sense(text: str) -> tuple[int, int]:
    """(valid, all) counts of syllables among words with a non-ASCII letter."""
    text = composed(text)
    words = [
        w
        for w in re.findall(r"[^\W\d_]+(?:[^\s\w]+[^\W\d_]+)*|[^\x00-\x7f\s]+", text)
        if not w.isascii()
    ]
    words = [p for w in words for p in re.split(r"[/\-–().,;:“”\"…]+", w) if p and not p.isascii()]
    good = 0
    for w in words:
        plain = composed(decomposed(w.lower()).translate(_TONE_MARKS))
        good += bool(_SYLLABLE.fullmatch(plain))
    return good, len(words)


def really(text: str, encoding: str) -> bool | None:
    """Whether text in a font of `encoding` really is in that encoding; None if the text
    is inconclusive."""
    if any("\u1e9f" < c <= "\u1ef9" or c in "ăĂđĐơƠưƯ" or "\u0300" <= c <= "\u0323" for c in text):
        return False
    if text.isascii() or not any("\u00a0" < c <= "\u00ff" for c in text):
        return None
    decoded = decode(text, encoding)
    (good, words), (raw_good, raw_words) = sense(decoded), sense(text)
    decoded_share, raw_share = good * max(1, raw_words), raw_good * max(1, words)
    if good == words and words and not raw_words:
        return True
    # "30 phót" may be either: the rest of the document decides
    return None if decoded_share == raw_share else decoded_share > raw_share
