"""From WordprocessingML to paragraphs, tables and pictures, in reading order, as the reader of the paper sees them.

Tracked changes count as accepted, a text box stands once before the paragraph that holds it, field results are kept and
field codes dropped, numbers are counted. Nothing is understood here; nothing is left out.
"""

import hashlib
import mimetypes
import posixpath
import re
import time
import unicodedata

from . import legacy
from .container import A, M, MC, R, V, W, WP, Package
from .errors import refuse
from .model import Cell, Image, Paragraph, Run, Table
from .numbering import Numbering
from .styles import NOTHING, Styles, centered, level, on

DELETED = {W + "del", W + "moveFrom"}
INSERTED = {W + "ins": "inserted", W + "moveTo": "moved"}
THROUGH = {W + t for t in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "dir", "bdo", "hyperlink", "fldSimple")}
MAX_SPAN, MAX_DEPTH, MAX_CHANGES = 63, 10, 1000
O_TITLE = "{urn:schemas-microsoft-com:office:office}title"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"

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
_SYMBOL = {0xB7: "•", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB1: "±", 0xA8: "♦", 0xDE: "⇒", 0xB0: "°"}


def symbol(code: int, font: str) -> str:
    """The Unicode sign for a code of a symbol font."""
    code &= 0xFF
    low = font.lower()
    if low.startswith("wingdings"):
        return _WINGDINGS.get(code, "▪")
    if low.startswith("symbol"):
        return _SYMBOL.get(code, chr(code) if 32 <= code < 127 else "▪")
    return _WINGDINGS.get(code) or _SYMBOL.get(code) or "▪"


class Walk:
    """One document's walk; holds what is found on the way: pictures, changes, notes, votes about legacy fonts."""

    def __init__(self, package: Package, styles: Styles, truly: set | None = None, deadline: float | None = None):
        self.package, self.styles, self.deadline = package, styles, deadline
        numbering = package.related(package.main, "numbering")
        self.numbering = Numbering(package.xml(numbering) if numbering else None, styles)
        self.truly = truly or set()
        self.votes: dict[str, list[int]] = {}
        self.decoded: dict[str, int] = {}
        self.pictures: dict[str, tuple[bytes, str, str]] = {}
        self.changes: list[dict] = []
        self.external: list[str] = []
        self.embedded: list[str] = []
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self._images: dict[str, str] = {}
        self._fonts: dict[str, str] = {}

    def part(self, part: str, root=None) -> list:
        """The blocks of a part (or of one element of it)."""
        self.current, self.fields, self.depth = part, [], 0
        element = self.package.xml(part) if root is None else root
        return self.blocks(element) if element is not None else []

    # blocks

    def blocks(self, parent) -> list:
        out: list = []
        self._pending: list | None = None
        self._blocks(parent, out)
        if self._pending:
            out.append(self._paragraph_of(self._pending, None, ""))
        self._pending = None
        return out

    def _blocks(self, parent, out):
        for e in parent:
            tag = e.tag
            if tag == W + "p":
                self._paragraph(e, out)
            elif tag == W + "tbl":
                if self.depth >= MAX_DEPTH:
                    for tr in _through(e, W + "tr"):
                        for cell in _through(tr, W + "tc"):
                            self._blocks(cell, out)
                else:
                    out.append(self.table(e))
            elif tag == MC + "AlternateContent":
                choice = _choice(e)
                if choice is not None:
                    self._blocks(choice, out)
            elif tag in THROUGH or tag in (W + "body", W + "docPartBody", W + "docPart"):
                self._blocks(e, out)
            elif tag == W + "altChunk":
                self.embedded.append(e.get(R + "id") or "")

    def _paragraph(self, e, out):
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise refuse("timeout", self.package.name, "quá thời hạn đọc")
        properties = e.find(W + "pPr")
        style, mark_deleted = self.styles.default_paragraph, False
        if properties is not None:
            named = properties.find(W + "pStyle")
            if named is not None:
                style = named.get(W + "val") or ""
            mark = properties.find(W + "rPr")
            mark_deleted = mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None)
        line = Line(self, style)
        line.inline(e, NOTHING, "")
        pieces = line.pieces
        out.extend(line.before)
        if mark_deleted and not line.images:  # accepted, this paragraph runs into the next
            self._pending = (self._pending or []) + pieces
            return
        if self._pending:
            pieces = self._pending + pieces
        self._pending = None
        paragraph = self._paragraph_of(pieces, properties, style)
        paragraph.toc = paragraph.toc or line.toc
        paragraph.images = line.images
        if properties is not None and properties.find(W + "sectPr") is not None:
            paragraph.breaks = "section"
        elif line.page_break:
            paragraph.breaks = "page"
        out.append(paragraph)

    def _paragraph_of(self, pieces, properties, style) -> Paragraph:
        paragraph = Paragraph(self.runs(pieces), style=self.styles.name(style))
        paragraph.outline = self.styles.outline(style)
        align = None
        if properties is not None:
            own = level(properties.find(W + "outlineLvl"))
            if own is not None:
                paragraph.outline = own if own < 9 else None
            align = centered(properties)
        paragraph.centered = bool(align if align is not None else self.styles.first(style, "centered"))
        low = paragraph.style.lower()
        paragraph.toc = low.startswith(("toc ", "toc")) and low[3:].strip().isdigit()
        number = self.numbering.of(properties, style)
        if number is not None:
            paragraph.number, paragraph.bullet = self.numbering.next(*number)
            paragraph.level = number[1]
        return paragraph

    # tables

    def table(self, e) -> Table:
        self.depth += 1
        table, above = Table(), {}
        for tr in _through(e, W + "tr"):
            properties = tr.find(W + "trPr")
            row, column = [], 0
            if properties is not None:
                column = min(_number(properties.find(W + "gridBefore"), 0), MAX_SPAN)
                if on(properties.find(W + "tblHeader")) and table.heads == len(table.rows):
                    table.heads += 1
            for tc in _through(tr, W + "tc"):
                cell, covers = self._cell(tc, column, above)
                if covers == "left" and row:
                    row[-1].span += cell.span
                    row[-1].blocks += [b for b in cell.blocks if not (isinstance(b, Paragraph) and b.empty and not b.images)]
                elif covers != "above":
                    row.append(cell)
                column += cell.span
            if properties is not None and properties.find(W + "del") is not None and not any(c.text for c in row):
                continue
            table.width = max(table.width, column)
            table.rows.append(row)
            for cell in row:
                for c in range(cell.column, cell.column + cell.span):
                    if c not in above or above[c][0] is not cell:
                        above[c] = (cell, len(table.rows))
        self.depth -= 1
        _unite(table)
        return table

    def _cell(self, tc, column, above):
        properties = tc.find(W + "tcPr")
        span, covers = 1, ""
        if properties is not None:
            span = max(1, min(_number(properties.find(W + "gridSpan"), 1), MAX_SPAN))
            vertical, sideways = properties.find(W + "vMerge"), properties.find(W + "hMerge")
            if vertical is not None and vertical.get(W + "val") != "restart" and column in above:
                covers = "above"
            elif sideways is not None and sideways.get(W + "val") != "restart":
                covers = "left"
        outer, self._pending = self._pending, None
        blocks: list = []
        self._blocks(tc, blocks)
        if self._pending:
            blocks.append(self._paragraph_of(self._pending, None, ""))
        self._pending = outer
        cell = Cell(column, span, 1, blocks)
        if covers == "above":
            top, _ = above[column]
            top.rows += 1
            top.blocks += [b for b in blocks if not (isinstance(b, Paragraph) and b.empty and not b.images)]
        return cell, covers

    # text

    def font(self, name: str) -> str:
        if name not in self._fonts:
            self._fonts[name] = legacy.encoding_of(name)
        return self._fonts[name]

    def runs(self, pieces) -> list[Run]:
        """Pieces (text, look, href) with legacy text decoded, marks joined to their letters, equal looks joined, NFC."""
        texts = self._decoded(pieces)
        merged: list[Run] = []
        for text, (_, look, href) in zip(texts, pieces, strict=True):
            text = _clean(text)
            if not text:
                continue
            run = Run(text, bool(look.bold), bool(look.italic), bool(look.underline), look.position or "", href, bool(look.caps))
            if merged and unicodedata.combining(text[0]):  # a mark whose letter stands in the run before
                cut = next((i for i, c in enumerate(text) if not unicodedata.combining(c)), len(text))
                merged[-1].text += text[:cut]
                run.text = text[cut:]
                if not run.text:
                    continue
            if merged and (merged[-1].look() == run.look()):
                merged[-1].text += run.text
            else:
                merged.append(run)
        for run in merged:
            run.text = unicodedata.normalize("NFC", run.text)
        return merged

    def _decoded(self, pieces) -> list[str]:
        texts = [t for t, _, _ in pieces]
        fonts = [(look.font or "") for _, look, _ in pieces]
        kinds = [self.font(f) for f in fonts]
        if not any(kinds):
            return texts
        i = 0
        while i < len(pieces):
            kind = kinds[i]
            if not kind:
                i += 1
                continue
            j = i
            while j < len(pieces) and kinds[j] == kind and legacy.really(texts[j], kind) is not False:
                j += 1
            if j == i:
                self._vote(kind, False)
                i += 1
                continue
            verdict = legacy.really("".join(texts[i:j]), kind)
            if verdict is not None:
                self._vote(kind, verdict)
            if verdict or (verdict is None and kind in self.truly):
                for n in range(i, j):
                    texts[n] = legacy.decode(texts[n], kind) if kind != "vni" else texts[n]
                if kind == "vni":
                    texts[i:j] = _decode_together(texts[i:j])
                for n in range(i, j):
                    if legacy.is_capital_face(fonts[n]):
                        texts[n] = texts[n].upper()
                self.decoded[kind] = self.decoded.get(kind, 0) + 1
            i = j
        return texts

    def _vote(self, kind, verdict):
        self.votes.setdefault(kind, [0, 0])[0 if verdict else 1] += 1

    # pictures

    def picture(self, id_: str, description: str) -> Image | None:
        """Takes a picture of the current part into the store. None where it stands elsewhere or is missing."""
        found = self.package.relationships(self.current).get(id_)
        if found is None:
            return None
        target, _, outside, _ = found
        if outside or not self.package.has(target):
            self.external.append(target)
            return None
        if target not in self._images:
            data = self.package.bytes(target)
            sha = hashlib.sha256(data).hexdigest()
            self._images[target] = sha
            if sha not in self.pictures:
                self.pictures[sha] = (data, posixpath.basename(target), mime_of(data, target, self.package.content_type(target)))
        return Image(self._images[target], posixpath.basename(target), meaningful(description))

    def change(self, kind, e, text):
        text = " ".join(unicodedata.normalize("NFC", text).split())
        if text and len(self.changes) < MAX_CHANGES:
            author, day = e.get(W + "author") or "", (e.get(W + "date") or "")[:10]
            last = self.changes[-1] if self.changes else None
            if last and (last["kind"], last["author"], last["date"]) == (kind, author, day) and last.pop("open", None) is e.getparent():
                last["text"] += text
            else:
                self.changes.append({"kind": kind, "author": author, "date": day, "text": text})


class Line:
    """The inline content of one paragraph."""

    def __init__(self, walk: Walk, style: str):
        self.walk = walk
        self.base = walk.styles.look(style).over(walk.styles.default)
        self.pieces: list = []  # (text, look, href)
        self.before: list = []  # blocks of text boxes
        self.images: list[Image] = []
        self.page_break = False
        self.toc = _in_toc(walk.fields)

    def add(self, text, look, href=""):
        if text:
            self.pieces.append((text, look, href or self._field_link()))
            self.toc = self.toc or _in_toc(self.walk.fields)

    def _field_link(self):
        for field in reversed(self.walk.fields):
            if field["shown"] and (m := re.match(r'\s*HYPERLINK\s+"([^"]+)"', field["code"])):
                return m.group(1)
        return ""

    def inline(self, parent, look, href):
        walk = self.walk
        for e in parent:
            tag = e.tag
            if tag == W + "r":
                self.run(e, href)
            elif tag in DELETED:
                walk.change("deleted" if tag == W + "del" else "moved away", e, "".join(x.text or "" for x in e.iter(W + "delText", W + "t")))
            elif tag in INSERTED:
                walk.change(INSERTED[tag], e, "".join(x.text or "" for x in e.iter(W + "t")))
                self.inline(e, look, href)
            elif tag == W + "hyperlink":
                self.inline(e, look, self._link(e) or href)
            elif tag == W + "fldSimple":
                walk.fields.append({"code": e.get(W + "instr") or "", "shown": True, "data": None})
                self.inline(e, look, href)
                walk.fields.pop()
            elif tag == MC + "AlternateContent":
                choice = _choice(e)
                if choice is not None:
                    self.inline(choice, look, href)
            elif tag in (M + "oMath", M + "oMathPara"):
                self.add("".join(x.text or "" for x in e.iter(M + "t")), self.base)
            elif tag in (W + "pPr", W + "sdtPr", W + "rPr"):
                continue
            elif tag in THROUGH or tag in (W + "ruby", W + "rt", W + "rubyBase"):
                self.inline(e, look, href)
            else:
                self.drawing(e) if tag in (W + "drawing", W + "pict", W + "object") else self.stray(e, look, href)

    def stray(self, e, look, href):
        """Elements no standard puts here may still hold text; nothing is lost for being misplaced."""
        if len(e) and isinstance(e.tag, str):
            self.inline(e, look, href)
        elif e.tag == W + "t":
            self.add(e.text, self.base.over(look), href)

    def _link(self, e):
        found = self.walk.package.relationships(self.walk.current).get(e.get(R + "id") or "")
        return found[0] if found and found[2] else ""

    def run(self, e, href):
        walk, styles = self.walk, self.walk.styles
        properties = e.find(W + "rPr")
        look = self.base
        if properties is not None:
            named = properties.find(W + "rStyle")
            if named is not None:
                look = styles.look(named.get(W + "val") or "").over(look)
            look = styles.run_look(properties).over(look)
        self.content(e, look, href)

    def content(self, e, look, href):
        for x in e:
            tag = x.tag
            if tag == W + "t":
                text = x.text or ""
                if any("\uf000" <= c <= "\uf0ff" for c in text):
                    text = "".join(symbol(ord(c), look.font or "") if "\uf000" <= c <= "\uf0ff" else c for c in text)
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
                    self.walk.fields[-1]["code"] += x.text or ""
            elif tag in (W + "drawing", W + "pict", W + "object"):
                self.drawing(x)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.note(x, look)
            elif tag == MC + "AlternateContent":
                choice = _choice(x)
                if choice is not None:
                    self.content(choice, look, href)
            elif tag in DELETED or tag in (W + "rPr", W + "delText", W + "delInstrText", W + "commentReference"):
                continue
            elif len(x) and isinstance(tag, str):
                self.content(x, look, href)

    def field(self, x, look):
        kind, fields = x.get(W + "fldCharType"), self.walk.fields
        if kind == "begin":
            fields.append({"code": "", "shown": False, "data": x.find(W + "ffData")})
        elif kind == "separate" and fields:
            fields[-1]["shown"] = True
        elif kind == "end" and fields:
            field = fields.pop()
            if field["data"] is not None:
                self.add(_form_field(field["data"]), look)

    def note(self, x, look):
        kind = "footnote" if x.tag == W + "footnoteReference" else "endnote"
        known = self.walk.notes[kind]
        id_ = x.get(W + "id") or ""
        if id_ not in known:
            known.append(id_)
        if x.get(W + "customMarkFollows") is None:
            self.add(note_mark(kind, known.index(id_) + 1), type(look)(look.font, False, False, False, False, "sup"))

    def drawing(self, e):
        """Text boxes (before the paragraph), pictures and drawn text of one drawing, once."""
        walk = self.walk
        names = [x for x in e.iter(WP + "docPr")]
        description = next((x.get("descr") or x.get("title") or "" for x in names), "")
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
                choice = _choice(x)
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
            elif tag == A + "p" and (text := "".join(t.text or "" for t in x.iter(A + "t"))).strip():
                self.before.append(_plain(text, walk))
                continue
            elif tag == DGM + "relIds":
                self._drawn_text(x.get(R + "dm"))
            elif tag == CHART + "chart" and x.get(R + "id"):
                self._drawn_text(x.get(R + "id"))
            stack.extend(reversed([c for c in x if isinstance(c.tag, str)]))

    def _image(self, id_, description):
        image = self.walk.picture(id_, description)
        if image is not None:
            self.images.append(image)

    def _drawn_text(self, id_):
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


def _plain(text, walk):
    return Paragraph(walk.runs([(text, NOTHING, "")]), boxed=True)


def _choice(e):
    """The branch of an AlternateContent that counts: the first Choice, and only without one the Fallback."""
    choice = e.find(MC + "Choice")
    return choice if choice is not None else e.find(MC + "Fallback")


def _through(parent, wanted):
    """Children of a tag, also inside content controls and the like."""
    for e in parent:
        if e.tag == wanted:
            yield e
        elif e.tag in THROUGH:
            yield from _through(e, wanted)
        elif e.tag == MC + "AlternateContent" and (choice := _choice(e)) is not None:
            yield from _through(choice, wanted)


def _number(e, default):
    value = e.get(W + "val") if e is not None else None
    return int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 9 else default


def _unite(table):
    """Rows may end short or reach too far; a merged cell never reaches below the table."""
    for i, row in enumerate(table.rows):
        for cell in row:
            cell.rows = max(1, min(cell.rows, len(table.rows) - i))


def _in_toc(fields) -> bool:
    return any(f["shown"] and f["code"].strip().upper().startswith("TOC") for f in fields)


def _form_field(data) -> str:
    box = data.find(W + "checkBox")
    if box is not None:
        state = box.find(W + "checked")
        return "☒" if on(state if state is not None else box.find(W + "default")) else "☐"
    choices = data.find(W + "ddList")
    if choices is not None:
        entries = [x.get(W + "val") or "" for x in choices.findall(W + "listEntry")]
        chosen = _number(choices.find(W + "result"), 0)
        return entries[chosen] if chosen < len(entries) else ""
    return ""


def _decode_together(texts):
    """VNI puts a letter and its mark apart; where a run ends between them, the mark goes to the letter's run."""
    joined = "".join(texts)
    whole = legacy.decode(joined, "vni")
    parts = [legacy.decode(t, "vni") for t in texts]
    return parts if "".join(parts) == whole else [whole] + [""] * (len(texts) - 1)


_DROPPED = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"}
_DROPPED |= {0xA0: " ", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0D: "\n"}


def _clean(text):
    """Marks that nobody sees go; look-alikes of Vietnamese letters are mended by search, not here."""
    return text.translate(_DROPPED)


def _own_description(blip):
    node = blip
    for _ in range(6):
        node = node.getparent()
        if node is None:
            return ""
        for e in node:
            if isinstance(e.tag, str) and e.tag.endswith("}nvPicPr"):
                return next((x.get("descr") or "" for x in e if isinstance(x.tag, str) and x.tag.endswith("}cNvPr")), "")
    return ""


def meaningful(description: str) -> str:
    """A picture's description where a person wrote one: programs' file names and stock phrases are none."""
    text = " ".join(unicodedata.normalize("NFC", description or "").split())
    if re.fullmatch(r"(?i)(picture|image|hình ảnh|hình|ảnh|untitled|img|dsc|screenshot|logo)?[\s_\-]*\d*(\.\w{3,4})?", text):
        return "" if text.lower() != "logo" else text
    if re.search(r"(?i)\.(png|jpe?g|gif|bmp|tiff?|wmf|emf)$|automatically generated|được tạo tự động|^[a-z]:\\|^https?://", text):
        return (
            re.sub(r"(?i)\s*(description automatically generated|mô tả được tạo tự động).*$", "", text)
            if re.search(r"(?i)automatically generated|được tạo tự động", text)
            else ""
        )
    return text


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
    return declared or mimetypes.guess_type(name)[0] or "application/octet-stream"
