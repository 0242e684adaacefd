"""Word formulas (OMML) as one line of text that keeps its meaning: fractions, roots, sums,
brackets, super- and subscripts."""

from collections.abc import Iterable
from typing import TypeAlias

from procedures.word.container import Element, M, W
from procedures.word.xml import DELETED

Part: TypeAlias = tuple[str, str]  # a text and "", "sup" or "sub"


def line(e: Element) -> list[Part]:
    """The parts of a formula in reading order."""
    return [part for part in _parts(e) if part[0]]


def deleted(e: Element) -> Iterable[Element]:
    """The parts of a formula that a tracked change deleted."""
    return e.iter(*DELETED)


def _parts(e: Element) -> list[Part]:
    tag = e.tag
    if not isinstance(tag, str) or tag in DELETED or tag.endswith("Pr"):
        return []
    if tag in (M + "t", W + "t"):
        return [(e.text or "", "")]
    if tag == M + "r":
        own = e.find(W + "rPr")
        return [] if own is not None and own.find(W + "del") is not None else _all(e)
    build = _BUILDERS.get(tag.rsplit("}", 1)[-1]) if tag.startswith(M) else None
    return build(e) if build else _all(e)


def _all(e: Element) -> list[Part]:
    return [part for child in e for part in _parts(child)]


def _inner(e: Element, name: str) -> list[Part]:
    found = e.find(M + name)
    return _all(found) if found is not None else []


def _set(parts: list[Part], position: str) -> list[Part]:
    return [(text, position) for text, _ in parts]


def _wrapped(parts: list[Part]) -> list[Part]:
    """In brackets if it is more than one number or word."""
    said = "".join(text for text, _ in parts).strip()
    return parts if said.isalnum() or not said else [("(", ""), *parts, (")", "")]


def _sign(e: Element, properties: str, name: str, usual: str) -> str:
    found = e.find(f"{M}{properties}/{M}{name}")
    return usual if found is None else found.get(M + "val") or ""


def _fraction(e: Element) -> list[Part]:
    return [*_wrapped(_inner(e, "num")), ("/", ""), *_wrapped(_inner(e, "den"))]


def _scripts(e: Element) -> list[Part]:
    return [*_inner(e, "e"), *_set(_inner(e, "sub"), "sub"), *_set(_inner(e, "sup"), "sup")]


def _before(e: Element) -> list[Part]:
    return [*_set(_inner(e, "sub"), "sub"), *_set(_inner(e, "sup"), "sup"), *_inner(e, "e")]


def _sum(e: Element) -> list[Part]:
    limits = [*_set(_inner(e, "sub"), "sub"), *_set(_inner(e, "sup"), "sup")]
    return [(_sign(e, "naryPr", "chr", "∫"), ""), *limits, (" ", ""), *_inner(e, "e")]


def _root(e: Element) -> list[Part]:
    return [*_set(_inner(e, "deg"), "sup"), ("√", ""), *_wrapped(_inner(e, "e"))]


def _brackets(e: Element) -> list[Part]:
    between = _sign(e, "dPr", "sepChr", "|")
    out: list[Part] = [(_sign(e, "dPr", "begChr", "("), "")]
    for n, part in enumerate(e.findall(M + "e")):
        out += [(between, "")] * bool(n) + _all(part)
    return [*out, (_sign(e, "dPr", "endChr", ")"), "")]


def _function(e: Element) -> list[Part]:
    return [*_inner(e, "fName"), (" ", ""), *_inner(e, "e")]


def _limit(e: Element) -> list[Part]:
    return [*_inner(e, "e"), *_set(_inner(e, "lim"), "sub")]


def _accent(e: Element) -> list[Part]:
    return [*_inner(e, "e"), (_sign(e, "accPr", "chr", "\u0302"), "")]


def _matrix(e: Element) -> list[Part]:
    out: list[Part] = [("[", "")]
    for r, row in enumerate(e.findall(M + "mr")):
        out += [("; ", "")] * bool(r)
        for c, cell in enumerate(row.findall(M + "e")):
            out += [(", ", "")] * bool(c) + _all(cell)
    return [*out, ("]", "")]


def _equations(e: Element) -> list[Part]:
    out: list[Part] = []
    for n, part in enumerate(e.findall(M + "e")):
        out += [("; ", "")] * bool(n) + _all(part)
    return out


_BUILDERS = {
    "f": _fraction, "sSup": _scripts, "sSub": _scripts, "sSubSup": _scripts, "sPre": _before, "nary": _sum, "rad": _root,
    "d": _brackets, "func": _function, "limLow": _limit, "limUpp": _limit, "acc": _accent, "m": _matrix, "eqArr": _equations,
}  # fmt: skip
