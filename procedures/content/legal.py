"""Cited documents, by number and symbol: 19/2014/QĐ-TTg, 08/2012/QH13, 101/QĐ-BKHCN, 38-CT/TW."""

import re
from collections.abc import Iterable

from procedures.content.schema import Block, Content, is_grid
from procedures.content.text import section_text
from procedures.content.wording import fold, words

_TYPE = r"(?:QĐ|NĐ|TTLT|TT|NQLT|NQ|CT|PL|L|LCT|VBHN|HD|KL|KH|TB|CV|QyĐ|QC|SL|HP|ĐA|TTr|BC|CTr|QÐ|NÐ|CĐ|TCT)"
_GAP = r"[ \t\n\xa0]*"
_NUMBER = re.compile(
    rf"(?<![\w/.\-])(\d{{1,5}}){_GAP}/{_GAP}(?:(\d{{4}}){_GAP}/{_GAP})?"
    rf"((?:QH|UBTVQH){_GAP}\d{{1,2}}|{_TYPE}(?:{_GAP}[-–]{_GAP}[A-ZĐÐ][A-Za-zĐđÐ&]*(?:\.[A-ZĐ][A-Za-zĐđ&]*)*)+|{_TYPE}(?![\w\-]))(?![\w])"
)
_PARTY = re.compile(
    rf"(?<![\w/.\-])(\d{{1,4}}){_GAP}[-–]{_GAP}(CT|NQ|QĐ|KH|KL|HD|QC|QyĐ|TB){_GAP}/{_GAP}(TW|TU|ĐU|HU|BCĐTW|BTCTW|VPTW|UBKTTW)(?![\w])"
)


def basis_of(
    content: Content, agency: str = "", own_numbers: Iterable[str | None] = ()
) -> list[str]:
    """What a document cites, as `cited` names it: in its whole text but for the margins and the log
    of amendments, which names what no longer applies."""
    text = "\n".join(
        section_text({**section, "blocks": [b for b in section["blocks"] if not _is_log(b)]})
        for section in content["sections"]
        if section["place"] != "margin"
    )
    return cited(text, agency, own_numbers)


def _is_log(block: Block) -> bool:
    return is_grid(block) and block["subject"] == "amendments"


def cited(text: str, agency: str = "", own_numbers: Iterable[str | None] = ()) -> list[str]:
    """The distinct numbers of documents cited in a text, in order, without the agency's
    own decisions.

    Line breaks inside a number are removed. Own: the document's own number and the decision
    that issued it (`own_numbers`), and decisions whose symbol is the agency's initials (Sở Xây
    dựng: QĐ-SXD).
    """
    found: list[tuple[int, str]] = []
    for m in _NUMBER.finditer(text):
        number, year, symbol = m.groups()
        symbol = re.sub(r"\s+", "", symbol).replace("–", "-").replace("Ð", "Đ")
        if not year and not re.search(r"-", symbol):
            continue
        if year and not 1945 <= int(year) <= 2100:
            continue
        found.append((m.start(), f"{number}/{year}/{symbol}" if year else f"{number}/{symbol}"))
    for m in _PARTY.finditer(text):
        found.append((m.start(), f"{m.group(1)}-{m.group(2)}/{m.group(3)}"))
    own = {words(n) for n in own_numbers if n}
    initials = {i for name in agency.split("\n") for i in _initials(name)}
    out: dict[str, str] = {}
    for at, name in sorted(found):
        key = re.sub(r"^0+", "", words(name))
        symbol = name.rsplit("-", 1)[-1] if "QĐ-" in name or "KH-" in name or "TB-" in name else ""
        if (
            words(name) in own
            or symbol
            and symbol.upper() in initials
            or _says_own(text, at, name, agency)
        ):
            continue
        out.setdefault(key, name)
    return list(out.values())


def _initials(name: str) -> set[str]:
    """SXD for Sở Xây dựng, SKHCN and SKH&CN for Sở Khoa học và Công nghệ. UBND exists at every
    level, so it identifies nobody."""
    parts = [w for w in re.split(r"[\s,\-–]+", name.strip()) if w]
    if len(parts) < 2:
        return set()
    letters = "".join(w[0].upper() for w in parts if fold(w) not in ("va", "cua"))
    both = "".join("&" if fold(w) == "va" else w[0].upper() for w in parts)
    cut = re.split(r"(?i)\b(?:tỉnh|thành phố|tp)\b", name)[0].split()
    short = (
        "".join(w[0].upper() for w in cut if fold(w) not in ("va", "cua")) if len(cut) > 1 else ""
    )
    return {
        x for x in (letters, both, short) if len(x) >= 3 and not x.startswith(("UBND", "BK", "BT"))
    } - {"UBND"}


def _says_own(text: str, at: int, name: str, agency: str) -> bool:
    """ "Quyết định số 12/QĐ-UBND … của Chủ tịch UBND phường X" cited by UBND phường X itself."""
    if "QĐ-" not in name and "/QĐ" not in name or not agency:
        return False
    folded = words(text[at : at + 160])
    for line in agency.split("\n"):
        plain = words(line)
        short = plain.replace("uy ban nhan dan", "ubnd")
        if len(plain.split()) >= 3 and re.search(
            rf"\bcua (?:chu tich |giam doc |hieu truong |truong |thu truong )?(?:{re.escape(plain)}|{re.escape(short)})\b",
            folded[:140],
        ):
            return True
    return False


_NATIONAL = re.compile(
    r"(?<![\d.])([1-3]\.\d{6})(?:\s*[.\-]\s*((?:[A-Z]\d{2}|\d{3})[\w.\-]*))?(?![\d])"
)


def national_code(text: str) -> tuple[str, str]:
    """(1.001193, local tail such as H57 or 000.00.00.H57) of the administrative procedure a text
    names; else empty strings."""
    m = _NATIONAL.search(text)
    return (m.group(1), (m.group(2) or "").strip(".-")) if m else ("", "")
