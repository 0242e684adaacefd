"""Embedded documents (altChunk), read at the position where Word shows their text."""

from typing import TYPE_CHECKING

from procedures.word import web
from procedures.word.container import Package, W
from procedures.word.errors import UnreadableFile
from procedures.word.model import Block
from procedures.word.styles import Styles

if TYPE_CHECKING:
    from procedures.word.walk import Walk

DEEPEST = 2  # levels of nested documents


def blocks_of(walk: "Walk", id_: str) -> list[Block] | None:
    """The blocks of an embedded document; None if it can't be read, which becomes a warning to
    the officer."""
    found = walk.package.relationships(walk.current).get(id_)
    if found is None or found[2] or not walk.package.has(found[0]) or walk.inner >= DEEPEST:
        return None
    data, name = walk.package.bytes(found[0]), found[0].lower()
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"PK"):
        return _of_word(walk, data)
    if head.startswith(b"{\\rtf"):
        return web.from_text(web.rtf_text(data))
    if head.startswith(b"mime-version") or name.endswith((".mht", ".mhtml")):
        return web.from_html(web.html_of_mht(data))
    if b"<html" in head or b"<body" in head or name.endswith((".html", ".htm", ".xhtml")):
        return web.from_html(web.html_text(data))
    return web.from_text(web.html_text(data)) if name.endswith(".txt") else None


def _of_word(walk: "Walk", data: bytes) -> list[Block] | None:
    try:
        package = Package(data, walk.package.name)
        styles = package.related(package.main, "styles")
        root = package.xml(package.main)
        if root is None:
            return None
        inner = type(walk)(package, Styles(package.xml(styles) if styles else None), walk.decoding.truly, walk.deadline)  # fmt: skip
        inner.inner = walk.inner + 1
        body = root.find(W + "body")
        blocks = inner.part(package.main, body if body is not None else root)
    except (UnreadableFile, KeyError):
        return None
    walk.pictures |= inner.pictures
    walk.external += inner.external
    walk.embedded += inner.embedded
    for change in inner.changes:
        walk.changes.append(change)
    for kind, said in inner.left_out.items():
        walk.left_out[kind] += said
    return blocks
