"""The inline content of one paragraph: runs, fields, notes, drawings."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from procedures.word.container import MC, WP, A, Element, M, R, V, W
from procedures.word.model import Block, Image, Paragraph
from procedures.word.signs import PRIVATE, symbol
from procedures.word.styles import NOTHING, Look, on
from procedures.word.xml import DELETED, INSERTED, THROUGH, branch, number

if TYPE_CHECKING:
    from procedures.word.walk import Walk

O_TITLE = "{urn:schemas-microsoft-com:office:office}title"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MAX_DEPTH = 10

Piece: TypeAlias = tuple[str, Look, str]  # a text, its look, the address it leads to


@dataclass
class Field:
    """A field of Word that is open: its code, whether its result has begun, the data of a form's field."""

    code: str = ""
    shown: bool = False
    data: Element | None = None


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

    def add(self, text: str | None, look: Look, href: str = "") -> None:
        if text:
            self.pieces.append((text, look, href or self._field_link()))
            self.toc = self.toc or _in_toc(self.walk.fields)

    def _field_link(self) -> str:
        for field in reversed(self.walk.fields):
            if field.shown and (m := re.match(r'\s*HYPERLINK\s+"([^"]+)"', field.code)):
                return m.group(1)
        return ""

    def inline(self, parent: Element, look: Look, href: str) -> None:
        walk = self.walk
        for e in parent:
            tag = e.tag
            if tag == W + "r":
                self.run(e, href)
            elif tag in DELETED:
                walk.change(
                    "deleted" if tag == W + "del" else "moved away",
                    e,
                    "".join(x.text or "" for x in e.iter(W + "delText", W + "t")),
                )
            elif tag in INSERTED:
                walk.change(INSERTED[tag], e, "".join(x.text or "" for x in e.iter(W + "t")))
                self.inline(e, look, href)
            elif tag == W + "hyperlink":
                self.inline(e, look, self._link(e) or href)
            elif tag == W + "fldSimple":
                walk.fields.append(Field(e.get(W + "instr") or "", shown=True))
                self.inline(e, look, href)
                walk.fields.pop()
            elif tag == MC + "AlternateContent":
                choice = branch(e)
                if choice is not None:
                    self.inline(choice, look, href)
            elif tag in (M + "oMath", M + "oMathPara"):
                self.add("".join(x.text or "" for x in e.iter(M + "t")), self.base)
            elif tag in (W + "pPr", W + "sdtPr", W + "rPr"):
                continue
            elif tag in THROUGH or tag in (W + "ruby", W + "rt", W + "rubyBase"):
                self.inline(e, look, href)
            else:
                self.drawing(e) if tag in (W + "drawing", W + "pict", W + "object") else self.stray(
                    e, look, href
                )

    def stray(self, e: Element, look: Look, href: str) -> None:
        """Elements no standard puts here may still hold text; nothing is lost for being misplaced."""
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
        for x in e:
            tag = x.tag
            if tag == W + "t":
                text = x.text or ""
                if not text.isascii() and PRIVATE.search(text):
                    text = "".join(
                        symbol(ord(c), look.font or "") if "\uf000" <= c <= "\uf0ff" else c
                        for c in text
                    )
                self.add(text, look, href)
            elif tag in (W + "tab", W + "ptab"):
                self.add("\t", look, href)
            elif tag in (W + "br", W + "cr"):
                if x.get(W + "type") in ("page", "column"):
                    self.page_break = True
                self.add("\n", look, href)
            elif tag == W + "noBreakHyphen":
                self.add("-", look, href)
            elif tag == W + "softHyphen":
                self.add("\u00ad", look, href)
            elif tag == W + "sym":
                code = x.get(W + "char") or ""
                if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code):
                    self.add(symbol(int(code, 16), x.get(W + "font") or ""), look, href)
            elif tag == W + "fldChar":
                self.field(x, look)
            elif tag == W + "instrText":
                if self.walk.fields:
                    self.walk.fields[-1].code += x.text or ""
            elif tag in (W + "drawing", W + "pict", W + "object"):
                self.drawing(x)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.note(x, look)
            elif tag == MC + "AlternateContent":
                choice = branch(x)
                if choice is not None:
                    self.content(choice, look, href)
            elif tag in DELETED or tag in (
                W + "rPr",
                W + "delText",
                W + "delInstrText",
                W + "commentReference",
            ):
                continue
            elif len(x) and isinstance(tag, str):
                self.content(x, look, href)

    def field(self, x: Element, look: Look) -> None:
        kind, fields = x.get(W + "fldCharType"), self.walk.fields
        if kind == "begin":
            fields.append(Field(data=x.find(W + "ffData")))
        elif kind == "separate" and fields:
            fields[-1].shown = True
        elif kind == "end" and fields:
            field = fields.pop()
            if field.data is not None:
                self.add(_form_field(field.data), look)

    def note(self, x: Element, look: Look) -> None:
        kind = "footnote" if x.tag == W + "footnoteReference" else "endnote"
        known = self.walk.notes[kind]
        id_ = x.get(W + "id") or ""
        if id_ not in known:
            known.append(id_)
        if x.get(W + "customMarkFollows") is None:
            self.add(
                note_mark(kind, known.index(id_) + 1),
                Look(look.font, False, False, False, False, "sup"),
            )

    def drawing(self, e: Element) -> None:
        """Text boxes (before the paragraph), pictures and drawn text of one drawing, once."""
        walk = self.walk
        description = next(
            (x.get("descr") or x.get("title") or "" for x in e.iter(WP + "docPr")), ""
        )
        stack = [e]
        while stack:
            x = stack.pop()
            tag = x.tag
            if tag == W + "txbxContent":
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
                continue
            if tag == MC + "AlternateContent":
                choice = branch(x)
                if choice is not None:
                    stack.append(choice)
                continue
            if tag == A + "blip" and x.get(R + "embed"):
                self._image(x.get(R + "embed"), _own_description(x) or description)
            elif tag == A + "blip" and x.get(R + "link"):
                self._image(x.get(R + "link"), description)
            elif tag == V + "imagedata" and (id_ := x.get(R + "id") or x.get(R + "href")):
                self._image(id_, x.get(O_TITLE) or description)
            elif tag == V + "textpath" and x.get("string"):
                self.before.append(_plain(x.get("string"), walk))
            elif (
                tag == A + "p" and (text := "".join(t.text or "" for t in x.iter(A + "t"))).strip()
            ):
                self.before.append(_plain(text, walk))
                continue
            elif tag == DGM + "relIds":
                self._drawn_text(x.get(R + "dm"))
            elif tag == CHART + "chart" and x.get(R + "id"):
                self._drawn_text(x.get(R + "id"))
            stack.extend(reversed([c for c in x if isinstance(c.tag, str)]))

    def _image(self, id_: str, description: str) -> None:
        image = self.walk.picture(id_, description)
        if image is not None:
            self.images.append(image)

    def _drawn_text(self, id_: str | None) -> None:
        """SmartArt and charts keep their words in a part of their own."""
        found = self.walk.package.relationships(self.walk.current).get(id_ or "")
        if not found or found[2]:
            return
        root = self.walk.package.xml(found[0])
        for p in root.iter(A + "p") if root is not None else ():
            text = "".join(t.text or "" for t in p.iter(A + "t"))
            if text.strip():
                self.before.append(_plain(text, self.walk))


def note_mark(kind: str, number: int) -> str:
    """How a note's reference reads in the text."""
    return f"[{number}]" if kind == "footnote" else f"[c{number}]"


def _plain(text: str, walk: "Walk") -> Paragraph:
    return Paragraph(walk.runs([(text, NOTHING, "")]), boxed=True)


def _in_toc(fields: list[Field]) -> bool:
    return any(f.shown and f.code.strip().upper().startswith("TOC") for f in fields)


def _form_field(data: Element) -> str:
    box = data.find(W + "checkBox")
    if box is not None:
        state = box.find(W + "checked")
        return "☒" if on(state if state is not None else box.find(W + "default")) else "☐"
    choices = data.find(W + "ddList")
    if choices is not None:
        entries = [x.get(W + "val") or "" for x in choices.findall(W + "listEntry")]
        chosen = number(choices.find(W + "result"), 0)
        return entries[chosen] if chosen < len(entries) else ""
    return ""


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
