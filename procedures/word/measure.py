"""Counts the characters of the source, independently of the reader, by a plain walk over the XML.

Counted: NFC, legacy fonts decoded, no white space and no invisible marks, no field codes, no
numbers that Word generates, tracked changes as accepted, a text box once, headers and footers that
Word shows (each different text once), footnotes, endnotes, comments.
"""

import collections
import unicodedata
from typing import TypeAlias

from procedures.word import legacy
from procedures.word.container import MC, Element, Package, R, W
from procedures.word.fields import closed
from procedures.word.signs import in_symbol_font
from procedures.word.styles import Look, Styles
from procedures.word.xml import branch, gone_cell, gone_row
from qms.text.marks import composed

_GONE = {
    W + t
    for t in (
        "del",
        "moveFrom",
        "delText",
        "instrText",
        "delInstrText",
        "rPr",
        "tblPr",
        "tcPr",
        "trPr",
        "sectPr",
        "tblGrid",
    )
}


def characters(text: str) -> collections.Counter:
    """{character: count} of the letters, digits and signs of a text."""
    found = collections.Counter(composed(text))
    for c in [c for c in found if c.isspace() or unicodedata.category(c) in ("Cf", "Co", "Cn")]:
        del found[c]
    return found


def kept(source: collections.Counter, text: str) -> int:
    """How many of the source's characters are in `text`, each counted at most as often as in
    the source."""
    return sum((source & characters(text)).values())


def source(package: Package, truly: set | None = None) -> collections.Counter:
    """Character counts of a Word package.

    `truly`: the legacy encodings this document is known to use; an empty set if it is known to use
    none, None to judge each piece of text by itself.
    """
    return characters(source_text(package, truly))


def source_text(package: Package, truly: set | None = None, whole: str = "") -> str:
    """The whole text of a Word package, one line per paragraph: the original that a reading is
    checked against.

    `whole`: the encoding of text whose fonts tell nothing."""
    styles_part = package.related(package.main, "styles")
    count = _Count(Styles(package.xml(styles_part) if styles_part else None), truly, whole)
    total = "\n".join(count.paragraphs(package.xml(package.main)))
    seen = set()
    for part in shown_margins(package):
        for line in count.paragraphs(package.xml(part)):
            if line not in seen:
                seen.add(line)
                total += "\n" + line
    for kind in ("footnotes", "endnotes", "comments"):
        found = package.related(package.main, kind)
        if found:
            total += "\n" + "\n".join(count.paragraphs(package.xml(found)))
    return total


def shown_margins(package: Package) -> list[str]:
    """The header and footer parts that Word shows, in the order of their sections, each once."""
    settings = package.related(package.main, "settings")
    root = package.xml(settings) if settings else None
    even = root is not None and _on(root.find(W + "evenAndOddHeaders"))
    document, parts = package.xml(package.main), []
    relationships = package.relationships(package.main)
    inherited: dict[tuple[str, str], str] = {}
    for section in document.iter(W + "sectPr") if document is not None else ():
        if section.getparent().tag == W + "sectPrChange":
            continue
        first = _on(section.find(W + "titlePg"))
        for e in section:
            if e.tag in (W + "headerReference", W + "footerReference"):
                found = relationships.get(e.get(R + "id") or "")
                if found and not found[2] and package.has(found[0]):
                    inherited[e.tag, e.get(W + "type") or "default"] = found[0]
        for (_, kind), part in inherited.items():
            shown = kind == "default" or (kind == "first" and first) or (kind == "even" and even)
            if shown and part not in parts:
                parts.append(part)
    return parts


def first_page_margins(package: Package) -> set[str]:
    """The header and footer parts of a separate first page, if any."""
    document = package.xml(package.main)
    section = next(document.iter(W + "sectPr"), None) if document is not None else None
    if section is None or not _on(section.find(W + "titlePg")):
        return set()
    found = package.relationships(package.main)
    own = [
        e
        for e in section
        if e.tag in (W + "headerReference", W + "footerReference") and e.get(W + "type") == "first"
    ]
    return {found[id_][0] for e in own if (id_ := e.get(R + "id") or "") in found}


def _on(e: Element | None) -> bool:
    return e is not None and (e.get(W + "val") or "true").lower() not in ("0", "false", "off")


_SIGNS = {W + "softHyphen": "\u00ad", W + "noBreakHyphen": "-"}
Piece: TypeAlias = tuple[str, str]  # a text and the name of its font


class _Count:
    def __init__(self, styles: Styles, truly: set[str] | None, whole: str) -> None:
        self.styles, self.truly, self.fonts = styles, truly or set(), truly is None or bool(truly)
        self.whole, self.fields, self.closed = whole, list[bool](), set[Element]()

    def paragraphs(self, root: Element | None) -> list[str]:
        out: list[str] = []
        if root is not None:
            self.fields, self.closed = [], closed(root)
            self._walk(root, [], out)
        return out

    def _walk(
        self, node: Element, line: list[Piece], out: list[str], base: Look | None = None
    ) -> None:
        for e in node:
            tag = e.tag
            if tag in _GONE or self._unseen(e, base):
                continue
            if tag == MC + "AlternateContent":
                if (inner := branch(e)) is not None:
                    self._walk(inner, line, out, base)
            elif tag == W + "p":
                self._paragraph(e, out)
            elif tag == W + "fldChar":
                self._field(e)
            elif (sign := self._sign(e, node)) is not None:
                if len(self.fields) > 1 and not all(self.fields[:-1]):
                    continue
                plain = tag == W + "noBreakHyphen"  # Word draws it in any font
                line.append((sign, "" if plain else self._font(node, base)))
            elif len(e):
                self._walk(e, line, out, base)

    def _unseen(self, e: Element, base: Look | None) -> bool:
        """Whether text is not counted: hidden, struck out, deleted by a tracked change, or shown as
        signs by a symbol font."""
        tag = e.tag
        if tag == W + "tr":
            return bool(gone_row(e))
        if tag == W + "tc":
            return gone_cell(e)
        properties = e.find(W + "rPr") if tag == W + "r" else None
        if properties is None:
            return tag == W + "r" and base is not None and bool(base.hidden or base.struck)
        look = self.styles.run_look(properties)
        named = properties.find(W + "rStyle")
        if named is not None:
            look = look.over(self.styles.look(named.get(W + "val") or ""))
        if base is not None:
            look = look.over(base)
        return bool(look.hidden or look.struck) or bool(
            look.font and in_symbol_font("".join(t.text or "" for t in e.iter(W + "t")), look.font)
        )

    def _paragraph(self, e: Element, out: list[str]) -> None:
        inner: list[Piece] = []
        named = e.find(f"{W}pPr/{W}pStyle")
        style = named.get(W + "val") or "" if named is not None else self.styles.default_paragraph
        look = self.styles.look(style).over(self.styles.default)
        self._walk(e, inner, out, look)
        text = self._text(inner) if self.fonts else "".join([t for t, _ in inner])
        if text.strip():
            out.append(text)

    def _sign(self, e: Element, node: Element) -> str | None:
        """The text of a leaf element such as <w:t> or a tab; None for others."""
        if e.tag == W + "t":
            return e.text or ""
        if e.tag in (W + "tab", W + "br", W + "cr"):
            return " " if node.tag == W + "r" else None
        return _SIGNS.get(e.tag)

    def _font(self, run: Element, base: Look | None) -> str:
        if not self.fonts:
            return ""
        look = base
        properties = run.find(W + "rPr") if run.tag == W + "r" else None
        if properties is not None:
            named = properties.find(W + "rStyle")
            if named is not None and look is not None:
                look = self.styles.look(named.get(W + "val") or "").over(look)
            own = properties.find(W + "rFonts")
            if own is not None:
                font = self.styles.run_look(properties).font
                if font is not None:
                    return font
        return (look.font or "") if look is not None else ""

    def _encoding(self, font: str) -> str:
        return legacy.encoding_of(font) or self.whole

    def _field(self, e: Element) -> None:
        """Tracks open fields; one inside the code of another is not visible."""
        kind = e.get(W + "fldCharType")
        if kind == "begin":
            self.fields.append(e not in self.closed)
        elif kind == "separate" and self.fields:
            self.fields[-1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _text(self, pieces: list[Piece]) -> str:
        """The joined text; pieces in one legacy font are decoded if they really are in
        that encoding."""
        if self.whole == "utf8":
            return "".join(legacy.repaired(t) for t, _ in pieces)
        out, i = [], 0
        while i < len(pieces):
            kind = self._encoding(pieces[i][1])
            j = i
            while (
                kind
                and j < len(pieces)
                and self._encoding(pieces[j][1]) == kind
                and legacy.really(pieces[j][0], kind) is not False
            ):
                j += 1
            if j == i:
                out.append(pieces[i][0])
                i += 1
                continue
            text = "".join(t for t, _ in pieces[i:j])
            verdict = legacy.really(text, kind)
            if verdict or (verdict is None and kind in self.truly):
                text = legacy.decode(text, kind)
                if any(legacy.is_capital_face(f) for _, f in pieces[i:j]):
                    text = "".join(
                        legacy.decode(t, kind).upper()
                        if legacy.is_capital_face(f)
                        else legacy.decode(t, kind)
                        for t, f in pieces[i:j]
                    )
            out.append(text)
            i = j
        return "".join(out)
