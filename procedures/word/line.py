"""The inline content of one paragraph: runs, fields, notes, drawings."""

import re
from typing import TYPE_CHECKING

from procedures.word import fields, formulas
from procedures.word.container import MC, WP, A, Element, M, R, V, W
from procedures.word.decoding import Piece
from procedures.word.fields import Field
from procedures.word.model import Block, Image, Paragraph
from procedures.word.signs import PRIVATE, in_symbol_font, symbol
from procedures.word.styles import NOTHING, Look
from procedures.word.xml import DELETED, INSERTED, THROUGH, branch

if TYPE_CHECKING:
    from procedures.word.walk import Walk

O_TITLE = "{urn:schemas-microsoft-com:office:office}title"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAX_DEPTH = 10
_DRAWINGS = {W + tag for tag in ("drawing", "pict", "object")}
_PROPERTIES = {W + tag for tag in ("pPr", "sdtPr", "rPr")}
_UNSAID = {W + tag for tag in ("rPr", "delText", "delInstrText", "commentReference")}
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "\u00ad",
}


class Line:
    """The inline content of one paragraph."""

    def __init__(self, walk: "Walk", style: str) -> None:
        self.walk = walk
        self.base = walk.styles.look(style).over(walk.styles.default)
        self.pieces: list[Piece] = []
        self.before: list[Block] = []  # blocks of text boxes
        self.images: list[Image] = []
        self.page_break = False
        self.toc = _in_toc(walk.fields)
        self.left_out: dict[str, str] = {}  # hidden and struck-out text

    def add(self, text: str | None, look: Look, href: str = "") -> None:
        if not text or self._inside_a_code():
            return
        for field in self.walk.fields if text.strip() else ():
            field.filled = field.filled or field.shown
        if look.hidden or look.struck:
            kind = "hidden" if look.hidden else "struck"
            self.left_out[kind] = self.left_out.get(kind, "") + text
            return
        self.pieces.append((text, look, href or self._field_link()))
        self.toc = self.toc or _in_toc(self.walk.fields)

    def _inside_a_code(self) -> bool:
        """Whether this is within the code of another field: used for counting, never shown."""
        opened = self.walk.fields
        return len(opened) > 1 and any(
            not f.shown and f.code.strip() and self.walk.is_closed(f) for f in opened[:-1]
        )

    def _field_link(self) -> str:
        for field in reversed(self.walk.fields):
            if field.shown and (m := re.match(r'\s*HYPERLINK\s+"([^"]+)"', field.code)):
                return m.group(1)
        return ""

    def inline(self, parent: Element, look: Look, href: str) -> None:
        for e in parent:
            tag = e.tag
            if tag == W + "r":
                self.run(e, href)
            elif tag in DELETED or tag in INSERTED:
                self._tracked(e, look, href)
            elif tag == W + "hyperlink":
                self.inline(e, look, self._link(e) or href)
            elif tag == W + "fldSimple":
                self.walk.fields.append(Field(e.get(W + "instr") or "", shown=True))
                self.inline(e, look, href)
                self.walk.fields.pop()
            elif tag in (M + "oMath", M + "oMathPara"):
                self.formula(e, href)
            elif tag in _DRAWINGS:
                self.drawing(e)
            elif tag not in _PROPERTIES:
                self._through(e, look, href)

    def formula(self, e: Element, href: str) -> None:
        for x in formulas.deleted(e):
            self.walk.change("deleted", x, "".join(t.text or "" for t in x.iter(M + "t")))
        for text, position in formulas.line(e):
            self.add(text, Look(position=position).over(self.base) if position else self.base, href)

    def _tracked(self, e: Element, look: Look, href: str) -> None:
        """Accepts a tracked change: deletions are noted, insertions become text."""
        if e.tag in DELETED:
            kind = "deleted" if e.tag == W + "del" else "moved away"
            said = e.iter(W + "delText", W + "t")
            self.walk.change(kind, e, "".join(x.text or "" for x in said))
        else:
            self.walk.change(INSERTED[e.tag], e, "".join(x.text or "" for x in e.iter(W + "t")))
            self.inline(e, look, href)

    def _through(self, e: Element, look: Look, href: str) -> None:
        """Descends into elements that only wrap runs."""
        if e.tag == MC + "AlternateContent":
            if (inner := branch(e)) is not None:
                self.inline(inner, look, href)
        elif e.tag in THROUGH or e.tag in (W + "ruby", W + "rt", W + "rubyBase"):
            self.inline(e, look, href)
        else:
            self.stray(e, look, href)

    def stray(self, e: Element, look: Look, href: str) -> None:
        """Reads the text of elements that no standard allows here, so that misplaced text is
        not lost."""
        if len(e) and isinstance(e.tag, str):
            self.inline(e, look, href)
        elif e.tag == W + "t":
            self.add(e.text, self.base.over(look), href)

    def _link(self, e: Element) -> str:
        found = self.walk.package.relationships(self.walk.current).get(e.get(R + "id") or "")
        return found[0] if found and found[2] else ""

    def run(self, e: Element, href: str) -> None:
        styles = self.walk.styles
        properties = e.find(W + "rPr")
        look = self.base
        if properties is not None:
            named = properties.find(W + "rStyle")
            if named is not None:
                look = styles.look(named.get(W + "val") or "").over(look)
            look = styles.run_look(properties).over(look)
        self.content(e, look, href)

    def content(self, e: Element, look: Look, href: str) -> None:
        """The content of a run, element by element."""
        for x in e:
            tag = x.tag
            if tag == W + "t":
                self.add(_in_unicode(x.text or "", look), look, href)
            elif (sign := _SIGNS.get(tag)) is not None:
                self.page_break = self.page_break or x.get(W + "type") in ("page", "column")
                self.add(sign, look, href)
            elif tag == W + "sym":
                self.add(_symbol(x), look, href)
            elif tag in (W + "fldChar", W + "instrText"):
                self.field(x, look)
            elif tag in _DRAWINGS:
                self.drawing(x)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.note(x, look)
            elif (inner := _holder(x)) is not None:
                self.content(inner, look, href)

    def field(self, x: Element, look: Look) -> None:
        """Handles a field's code and its begin, separate and end marks."""
        kind, opened = x.get(W + "fldCharType"), self.walk.fields
        if x.tag == W + "instrText":
            if opened:
                opened[-1].code += x.text or ""
        elif kind == "begin":
            opened.append(Field(data=x.find(W + "ffData"), begin=x))
        elif kind == "separate" and opened:
            opened[-1].shown = True
        elif kind == "end" and opened:
            self.add(fields.said(opened.pop()), look)

    def note(self, x: Element, look: Look) -> None:
        kind = "footnote" if x.tag == W + "footnoteReference" else "endnote"
        known = self.walk.notes[kind]
        id_ = x.get(W + "id") or ""
        if id_ not in known:
            known.append(id_)
        if x.get(W + "customMarkFollows") is None:
            self.add(
                note_mark(kind, known.index(id_) + 1),
                Look(look.font, False, False, False, False, "sup", look.hidden, look.struck),
            )

    def drawing(self, e: Element) -> None:
        """Text boxes (before the paragraph), pictures and drawn text of one drawing, once."""
        description = next(
            (x.get("descr") or x.get("title") or "" for x in e.iter(WP + "docPr")), ""
        )
        stack = [e]
        while stack:
            x = stack.pop()
            if x.tag == W + "txbxContent":
                self._text_box(x)
            elif x.tag == MC + "AlternateContent":
                if (inner := branch(x)) is not None:
                    stack.append(inner)
            elif x.tag == A + "p" and (text := _drawn(x)).strip():
                self.before.append(_plain(text, self.walk))
            else:
                self._drawn_part(x, description)
                stack.extend(reversed([c for c in x if isinstance(c.tag, str)]))

    def _text_box(self, x: Element) -> None:
        """Walks the blocks of a text box, independently of the fields and the paragraph
        around it."""
        walk = self.walk
        outer = walk.fields, walk._pending
        walk.fields, walk._pending = [], None
        walk.depth += 1
        if walk.depth < 2 * MAX_DEPTH:
            for block in walk.blocks(x):
                if isinstance(block, Paragraph):
                    block.boxed = True
                self.before.append(block)
        walk.depth -= 1
        walk.fields, walk._pending = outer

    def _drawn_part(self, x: Element, description: str) -> None:
        """The picture, or the text in a separate part, that an element of a drawing refers to."""
        tag = x.tag
        if tag == A + "blip" and x.get(R + "embed"):
            self._image(x.get(R + "embed"), _own_description(x) or description)
        elif tag == A + "blip" and x.get(R + "link"):
            self._image(x.get(R + "link"), description)
        elif tag == V + "imagedata" and (id_ := x.get(R + "id") or x.get(R + "href")):
            self._image(id_, x.get(O_TITLE) or description)
        elif tag == V + "textpath" and x.get("string"):
            self.before.append(_plain(x.get("string"), self.walk))
        elif tag == DGM + "relIds":
            self._drawn_text(x.get(R + "dm"))
        elif tag == CHART + "chart" and x.get(R + "id"):
            self._drawn_text(x.get(R + "id"))

    def _image(self, id_: str, description: str) -> None:
        image = self.walk.picture(id_, description)
        if image is not None:
            self.images.append(image)

    def _drawn_text(self, id_: str | None) -> None:
        """Reads the text of SmartArt and charts, which is in a separate part."""
        found = self.walk.package.relationships(self.walk.current).get(id_ or "")
        if not found or found[2]:
            return
        root = self.walk.package.xml(found[0])
        for p in root.iter(A + "p") if root is not None else ():
            if (text := _drawn(p)).strip():
                self.before.append(_plain(text, self.walk))


def _drawn(p: Element) -> str:
    """The text of a paragraph of a drawing."""
    return "".join(t.text or "" for t in p.iter(A + "t"))


def _holder(x: Element) -> Element | None:
    """The element to read further content from: the shown alternative, or the element itself if it
    has children; else None."""
    if x.tag == MC + "AlternateContent":
        return branch(x)
    shown = isinstance(x.tag, str) and x.tag not in DELETED and x.tag not in _UNSAID
    return x if shown and len(x) else None


def _symbol(x: Element) -> str:
    code = x.get(W + "char") or ""
    known = re.fullmatch(r"[0-9A-Fa-f]{1,6}", code)
    return symbol(int(code, 16), x.get(W + "font") or "") if known else ""


def _in_unicode(text: str, look: Look) -> str:
    """Converts signs of symbol fonts, in the private use area or typed as letters, to Unicode."""
    if in_symbol_font(text, look.font or ""):
        return "".join(c if c.isspace() else symbol(ord(c), look.font or "") for c in text)
    if text.isascii() or not PRIVATE.search(text):
        return text
    return "".join(
        symbol(ord(c), look.font or "") if "\uf000" <= c <= "\uf0ff" else c for c in text
    )


def note_mark(kind: str, number: int) -> str:
    """The text of a reference to a note: "[1]" for a footnote, "[c1]" otherwise."""
    return f"[{number}]" if kind == "footnote" else f"[c{number}]"


def _plain(text: str, walk: "Walk") -> Paragraph:
    return Paragraph(walk.runs([(text, NOTHING, "")]), boxed=True)


def _in_toc(fields: list[Field]) -> bool:
    return any(f.shown and f.code.strip().upper().startswith("TOC") for f in fields)


def _own_description(blip: Element) -> str:
    node = blip
    for _ in range(6):
        node = node.getparent()
        if node is None:
            return ""
        for e in node:
            if isinstance(e.tag, str) and e.tag.endswith("}nvPicPr"):
                return next(
                    (
                        x.get("descr") or ""
                        for x in e
                        if isinstance(x.tag, str) and x.tag.endswith("}cNvPr")
                    ),
                    "",
                )
    return ""
