"""Converts web pages, plain text and RTF to paragraphs and tables: other programs embed them in
Word files or name them so."""

import email
import email.policy
import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from procedures.word.model import Block, Cell, Paragraph, Run, Table

Element: TypeAlias = etree._Element

_SILENT = {"script", "style", "head", "title", "meta", "link", "noscript", "template"}
_BREAKING = {
    "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "section", "article", "header", "footer", "blockquote", "pre", "center", "body", "html", "hr", "dt", "dd",
}  # fmt: skip
_BOLD = {"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{2,30})", re.I)
MAX_DEPTH = 60


def html_text(data: bytes) -> str:
    """The text of an HTML file, decoded by its declared or detected encoding."""
    said = _CHARSET.search(data[:4096])
    for encoding in (said[1].decode("ascii", "replace") if said else "", "utf-8-sig", "utf-16"):
        if encoding and (encoding != "utf-16" or data[:2] in (b"\xff\xfe", b"\xfe\xff")):
            try:
                return data.decode(encoding)
            except (UnicodeError, LookupError):
                continue
    return data.decode("cp1258", "replace")


def html_of_mht(data: bytes) -> str:
    """The page in a web archive (MHT); empty if it has none."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            charset = part.get_content_charset("") or ""
            if not isinstance(body, bytes):
                return ""
            try:
                return body.decode(charset) if charset else html_text(body)
            except (UnicodeError, LookupError):
                return html_text(body)
    return ""


def from_html(text: str) -> list[Block]:
    """The paragraphs and tables of a page, without scripts and the like; nothing is fetched."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text) or "<p></p>", parser)
    return _Page().read(root) if root is not None else []


class _Page:
    def __init__(self) -> None:
        self.out: list[Block] = []
        self.line: list[Run] = []

    def read(self, root: Element) -> list[Block]:
        self._walk(root, False, 0)
        self._end()
        return self.out

    def _end(self) -> None:
        if any(run.text.strip() for run in self.line):
            self.out.append(Paragraph(self.line))
        self.line = []

    def _say(self, text: str | None, bold: bool) -> None:
        if text:
            self.line.append(Run(re.sub(r"[ \t\r\n]+", " ", text), bold=bold))

    def _walk(self, e: Element, bold: bool, depth: int) -> None:
        if not isinstance(e.tag, str) or e.tag in _SILENT:
            return
        if e.tag == "table" and depth < MAX_DEPTH:
            self._end()
            self.out.append(self._table(e, depth))
            return
        breaks, bold = e.tag in _BREAKING or e.tag == "br", bold or e.tag in _BOLD
        if breaks:
            self._end()
        self._say(e.text, bold)
        for child in e:
            if depth < MAX_DEPTH:
                self._walk(child, bold, depth + 1)
            else:
                self._say("".join(child.itertext()), bold)
            self._say(child.tail, bold)
        if breaks:
            self._end()

    def _table(self, e: Element, depth: int) -> Table:
        table = Table()
        for tr in _rows(e):
            row: list[Cell] = []
            column = 0
            for td in tr:
                if td.tag not in ("td", "th"):
                    continue
                inner = _Page()
                inner._walk(td, td.tag == "th", depth + 2)
                inner._end()
                span = int(s) if (s := td.get("colspan") or "1").isdecimal() and len(s) < 3 else 1
                row.append(Cell(column, max(1, span), 1, inner.out))
                column += max(1, span)
            if row:
                table.rows.append(row)
                table.width = max(table.width, column)
        return table


def _rows(table: Element) -> Iterator[Element]:
    for e in table:
        if e.tag == "tr":
            yield e
        elif e.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(e)


def from_text(text: str) -> list[Block]:
    """One paragraph per non-empty line."""
    return [Paragraph([Run(line.strip())]) for line in text.splitlines() if line.strip()]


_TOKEN = re.compile(
    rb"\\\*|\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,30})(-?\d{1,9})? ?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_UNSAID = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"themedata", b"listtable", b"generator"}  # fmt: skip
_RTF_SIGNS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–", b"bullet": "•"}  # fmt: skip


def rtf_text(data: bytes) -> str:
    """The plain text of RTF."""
    out: list[str] = []
    hidden = [False]  # for each open group, whether it has no visible text
    skip = 0  # fallback characters for programs without Unicode
    for m in _TOKEN.finditer(data):
        code, word, value, sign, brace, plain = m.groups()
        if brace:
            hidden = [*hidden, hidden[-1]] if brace == b"{" else hidden[:-1] or [False]
            hidden = hidden[:200]
        elif m[0] == b"\\*" or word in _UNSAID:
            hidden[-1] = True
        elif hidden[-1]:
            continue
        elif word == b"u" and value:
            out.append(chr(int(value) % 0x10000))
            skip = 1
        elif word:
            out.append(_RTF_SIGNS.get(word, ""))
        elif code:
            out.append("" if skip else bytes.fromhex(code.decode()).decode("cp1258", "replace"))
            skip = 0
        elif sign:
            out.append({b"~": " ", b"_": "-"}.get(sign, sign.decode("latin-1")))
        elif plain:
            out.append(plain.decode("latin-1")[skip:])
            skip = 0
    return "".join(c for c in "".join(out) if not "\ud800" <= c <= "\udfff")
