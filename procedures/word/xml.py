"""Small helpers over the XML: which branch counts, what is looked through."""

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
    """The branch of an AlternateContent that counts: the first Choice, and only without one the Fallback."""
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
    """Why a row is not to be seen: "deleted" (a tracked change), "hidden", or "" where it is seen."""
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
    """All words below an element, those of deleted runs too."""
    return " ".join(t.text or "" for t in e.iter(W + "t", W + "delText"))


def number(e: Element | None, default: int) -> int:
    value = e.get(W + "val") if e is not None else None
    return (
        int(value)
        if value is not None and value.isascii() and value.isdigit() and len(value) < 9
        else default
    )
