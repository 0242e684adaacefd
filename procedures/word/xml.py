"""XML helpers: alternative branches, wrappers, deletions."""

from collections.abc import Iterator

from procedures.word.container import MC, Element, W

DELETED = {W + "del", W + "moveFrom"}
INSERTED = {W + "ins": "inserted", W + "moveTo": "moved"}
THROUGH = {
    W + t
    for t in (
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "dir",
        "bdo",
        "hyperlink",
        "fldSimple",
    )
}


def branch(e: Element) -> Element | None:
    """The branch of an AlternateContent that counts: the first Choice, and only without one
    the Fallback."""
    choice = e.find(MC + "Choice")
    return choice if choice is not None else e.find(MC + "Fallback")


def through(parent: Element, wanted: str) -> Iterator[Element]:
    """Children of a tag, also inside content controls and the like."""
    for e in parent:
        if e.tag == wanted:
            yield e
        elif e.tag in THROUGH:
            yield from through(e, wanted)
        elif e.tag == MC + "AlternateContent" and (choice := branch(e)) is not None:
            yield from through(choice, wanted)


def gone_row(tr: Element) -> str:
    """Why a row is not visible: "deleted" (a tracked change), "hidden", or "" if it is visible."""
    properties = tr.find(W + "trPr")
    if properties is None:
        return ""
    if properties.find(W + "del") is not None:
        return "deleted"
    hidden = properties.find(W + "hidden")
    off = hidden is None or (hidden.get(W + "val") or "").lower() in ("0", "false", "off")
    return "" if off else "hidden"


def gone_cell(tc: Element) -> bool:
    """Whether a tracked change deleted the cell."""
    return tc.find(f"{W}tcPr/{W}cellDel") is not None


def text_of(e: Element) -> str:
    """All text below an element, including deleted runs."""
    return " ".join(t.text or "" for t in e.iter(W + "t", W + "delText"))


def number(e: Element | None, default: int) -> int:
    value = e.get(W + "val") if e is not None else None
    return (
        int(value)
        if value is not None and value.isascii() and value.isdigit() and len(value) < 9
        else default
    )


def ends_section(properties: Element | None) -> bool:
    return properties is not None and properties.find(W + "sectPr") is not None


def is_contents(e: Element) -> bool:
    """Whether a content control is Word's own table of contents."""
    gallery = e.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and (gallery.get(W + "val") or "").lower() == "table of contents"


def may_hold_text(e: Element) -> bool:
    """Whether a misplaced element may hold text: properties and deletions don't."""
    return (
        isinstance(e.tag, str)
        and len(e) > 0
        and e.tag not in DELETED
        and not e.tag.endswith("Pr")
        and e.tag != W + "tblGrid"
    )
