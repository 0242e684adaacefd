"""Styles and fonts: what a paragraph and a run inherit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from procedures.word.container import A, Element, W

THEME = {
    "majorAscii": "major",
    "majorHAnsi": "major",
    "majorEastAsia": "major",
    "majorBidi": "major",
}


def on(element: Element | None) -> bool | None:
    """The value of a switch such as <w:b/>; None where it is not there."""
    if element is None:
        return None
    return (element.get(W + "val") or "true").lower() not in ("0", "false", "off", "none")


@dataclass(slots=True)
class Look:
    """Properties of text that the reader needs; None: not set here."""

    font: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    caps: bool | None = None
    position: str | None = None
    hidden: bool | None = None
    struck: bool | None = None

    def over(self, base: "Look") -> "Look":
        """These properties where set, otherwise those of `base`."""
        if base is NOTHING or self is base:
            return self
        return Look(
            base.font if self.font is None else self.font,
            base.bold if self.bold is None else self.bold,
            base.italic if self.italic is None else self.italic,
            base.underline if self.underline is None else self.underline,
            base.caps if self.caps is None else self.caps,
            base.position if self.position is None else self.position,
            base.hidden if self.hidden is None else self.hidden,
            base.struck if self.struck is None else self.struck,
        )


NOTHING = Look()
_SWITCHES = {W + "b": "bold", W + "i": "italic", W + "caps": "caps", W + "vanish": "hidden"}
Numbered: TypeAlias = tuple[str | None, int | None]  # numId and level, if set


@dataclass(slots=True)
class Style:
    id: str
    name: str = ""
    based_on: str = ""
    look: Look = field(default_factory=Look)
    outline: int | None = None
    number: "Numbered | None" = None
    centered: bool | None = None


Said = TypeVar("Said")


class Styles:
    """styles.xml resolved. `look`, `outline`, `number` and `centered` answer with inheritance."""

    def __init__(self, root: Element | None = None, theme: Element | None = None) -> None:
        self.fonts = _theme_fonts(theme)
        self.by_id: dict[str, Style] = {}
        self.default, self.default_paragraph = NOTHING, ""
        self._looks: dict[str, Look] = {}
        for e in root if root is not None else ():
            if e.tag == W + "docDefaults":
                self.default = self.run_look(e.find(f"{W}rPrDefault/{W}rPr"))
            elif e.tag == W + "style":
                self._add(e)

    def _add(self, e: Element) -> None:
        id_ = e.get(W + "styleId") or ""
        name, based = e.find(W + "name"), e.find(W + "basedOn")
        style = Style(
            id_,
            (name.get(W + "val") or "") if name is not None else "",
            (based.get(W + "val") or "") if based is not None else "",
        )
        style.look = self.run_look(e.find(W + "rPr"))
        properties = e.find(W + "pPr")
        if properties is not None:
            style.outline = level(properties.find(W + "outlineLvl"))
            style.number = number_of(properties)
            style.centered = centered(properties)
        self.by_id[id_] = style
        if e.get(W + "type") == "paragraph" and on_attribute(e.get(W + "default")):
            self.default_paragraph = id_

    def run_look(self, properties: Element | None) -> Look:
        """The look set by one <w:rPr>, without inheritance."""
        if properties is None:
            return NOTHING
        look = Look()
        for e in properties:
            tag = e.tag
            if tag == W + "rFonts":
                look.font = self._font(e)
            elif (switch := _SWITCHES.get(tag)) is not None:
                setattr(look, switch, on(e))
            elif tag == W + "u":
                look.underline = (e.get(W + "val") or "single") != "none"
            elif tag in (W + "strike", W + "dstrike"):
                look.struck = look.struck or on(e)
            elif tag == W + "vertAlign":
                look.position = {"superscript": "sup", "subscript": "sub"}.get(
                    e.get(W + "val") or "", ""
                )
        return look

    def _font(self, e: Element) -> str | None:
        """The font that a <w:rFonts> names, itself or by the document's theme."""
        font = e.get(W + "ascii") or e.get(W + "hAnsi")
        theme = e.get(W + "asciiTheme") or e.get(W + "hAnsiTheme")
        if font is None and theme:
            return self.fonts.get(THEME.get(theme, "minor"), "")
        return font

    def chain(self, id_: str) -> Iterator[Style]:
        """The style and those it is based on, nearest first; loops end."""
        seen: set[str] = set()
        while id_ and id_ in self.by_id and id_ not in seen:
            seen.add(id_)
            yield self.by_id[id_]
            id_ = self.by_id[id_].based_on

    def look(self, id_: str) -> Look:
        """The look that a style gives, without the document's defaults."""
        if id_ not in self._looks:
            look = NOTHING
            for style in self.chain(id_):
                look = look.over(style.look)
            self._looks[id_] = look
        return self._looks[id_]

    def first(self, id_: str, said: Callable[[Style], Said | None]) -> Said | None:
        """The nearest value set by a style or one that it is based on, or None."""
        return next((v for s in self.chain(id_) if (v := said(s)) is not None), None)

    def name(self, id_: str) -> str:
        return self.by_id[id_].name if id_ in self.by_id else id_

    def outline(self, id_: str) -> int | None:
        """Heading level (0 for Heading 1) by outline level or by the built-in names, also
        Vietnamese ones."""
        found = self.first(id_, lambda style: style.outline)
        if found is not None:
            return found if found < 9 else None
        for style in self.chain(id_):
            words = style.name.lower().split()
            if len(words) == 2 and words[0] == "heading" and words[1].isdecimal():
                return min(int(words[1][:9]) - 1, 8)
        return None


def _theme_fonts(theme: Element | None) -> dict[str, str]:
    fonts: dict[str, str] = {}
    if theme is not None:
        for kind in ("major", "minor"):
            e = theme.find(f".//{A}{kind}Font/{A}latin")
            if e is not None:
                fonts[kind] = e.get("typeface") or ""
    return fonts


def on_attribute(value: str | None) -> bool:
    return (value or "").lower() in ("1", "true", "on")


def level(element: Element | None) -> int | None:
    value = element.get(W + "val") if element is not None else None
    return int(value) if value is not None and value.isdecimal() and len(value) < 4 else None


def number_of(properties: Element) -> Numbered | None:
    """(numId or None, level or None) of a <w:pPr>, or None."""
    e = properties.find(W + "numPr")
    if e is None:
        return None
    id_, lvl = e.find(W + "numId"), e.find(W + "ilvl")
    return (id_.get(W + "val") if id_ is not None else None, level(lvl))


def centered(properties: Element) -> bool | None:
    e = properties.find(W + "jc")
    return None if e is None else e.get(W + "val") == "center"
