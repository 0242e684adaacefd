"""Generates paragraph numbers the way Word does."""

import re
from typing import TypeAlias, TypeVar

from procedures.word.container import Element, W
from procedures.word.styles import Styles, level, number_of

MAX_LEVEL = 8


class Level:
    __slots__ = ("start", "format", "text", "restart", "legal", "style")

    def __init__(self, e: Element) -> None:
        def value(tag: str, default: str | None = None) -> str | None:
            child = e.find(W + tag)
            return default if child is None else child.get(W + "val", default)

        self.start = _integer(value("start"), 1)
        self.format = value("numFmt", "decimal") or "decimal"
        choice = e.find(f".//{W}numFmt")
        if choice is not None and e.find(W + "numFmt") is None:
            self.format = choice.get(W + "val") or "decimal"
        self.text = value("lvlText", "") or ""
        self.restart = _integer(value("lvlRestart"), None)
        self.legal = e.find(W + "isLgl") is not None
        self.style = value("pStyle", "")

    def starts_again_below(self, lvl: int) -> bool:
        """Whether a paragraph of a higher level restarts this one."""
        return self.restart is None or self.restart != 0 and lvl < self.restart


Override: TypeAlias = tuple[int | None, Level | None]  # a start of its own, a level of its own


class Numbering:
    """numbering.xml: `next(numId, level)` gives the text of the number and whether it
    is a bullet."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self.styles = styles
        self.abstract: dict[str, dict[int, Level]] = {}
        self.links: dict[str, str] = {}
        self.nums: dict[str, tuple[str, dict[int, Override]]] = {}
        self.by_style: dict[str, tuple[str, int]] = {}
        self.counters: dict[str, dict[int, int]] = {}
        self.started: set[str] = set()
        self._levels: dict[str, dict[int, Level]] = {}
        self._style_links: dict[str, str] = {}  # of list styles: the list that each defines
        for e in root if root is not None else ():
            if e.tag == W + "abstractNum":
                self._add_list(e)
            elif e.tag == W + "num":
                self._add_num(e)
        self._join()

    def _add_list(self, e: Element) -> None:
        id_ = e.get(W + "abstractNumId") or ""
        self.abstract[id_] = {
            i: Level(x)
            for x in e.findall(W + "lvl")
            if (i := _integer(x.get(W + "ilvl"), 0)) <= MAX_LEVEL
        }
        link, named = e.find(W + "numStyleLink"), e.find(W + "styleLink")
        if link is not None:
            self.links[id_] = link.get(W + "val") or ""
        if named is not None:
            self._style_links[named.get(W + "val") or ""] = id_

    def _add_num(self, e: Element) -> None:
        target = e.find(W + "abstractNumId")
        overrides: dict[int, Override] = {}
        for o in e.findall(W + "lvlOverride"):
            start, lvl = o.find(W + "startOverride"), o.find(W + "lvl")
            overrides[_integer(o.get(W + "ilvl"), 0)] = (
                _integer(start.get(W + "val"), 1) if start is not None else None,
                Level(lvl) if lvl is not None else None,
            )
        abstract = (target.get(W + "val") or "") if target is not None else ""
        self.nums[e.get(W + "numId") or ""] = abstract, overrides

    def _join(self) -> None:
        """Resolves lists that only refer to a list style, and finds the styles of each level."""
        for abstract, style in self.links.items():
            if not self.abstract.get(abstract) and style in self._style_links:
                self.abstract[abstract] = self.abstract.get(self._style_links[style], {})
        for num, (abstract, _) in self.nums.items():
            for i, lvl in self.abstract.get(abstract, {}).items():
                if lvl.style:
                    self.by_style.setdefault(lvl.style, (num, i))

    def of(self, properties: Element | None, style: str) -> tuple[str, int] | None:
        """(numId, level) of a paragraph by its own properties or its style, or None."""
        own = number_of(properties) if properties is not None else None
        if own is not None and own[0] is not None:
            return (own[0], own[1] or 0) if own[0] != "0" else None
        for s in self.styles.chain(style):
            if s.number is not None and s.number[0] is not None:
                if s.number[0] == "0":
                    return None
                linked = self.by_style.get(s.id)
                lvl = own[1] if own and own[1] is not None else s.number[1]
                if lvl is None:
                    lvl = (
                        linked[1]
                        if linked and linked[0] == s.number[0]
                        else self._style_level(s.number[0], s.id)
                    )
                return s.number[0], lvl
        return None

    def _style_level(self, num: str, style: str) -> int:
        return next((i for i, lvl in self.levels(num).items() if lvl.style == style), 0)

    def levels(self, num: str) -> dict[int, Level]:
        """The levels of a list with its overrides."""
        if num not in self._levels:
            abstract, overrides = self.nums.get(num, ("", {}))
            found = dict(self.abstract.get(abstract, {}))
            found.update({i: lvl for i, (_, lvl) in overrides.items() if lvl is not None})
            self._levels[num] = found
        return self._levels[num]

    def next(self, num: str, lvl: int) -> tuple[str, bool]:
        """Counts one paragraph. Returns ("5.1.", False), ("", True) for a bullet, ("", False)
        without a number."""
        levels = self.levels(num)
        lvl = max(0, min(lvl, MAX_LEVEL))
        if lvl not in levels:
            return "", False
        counts = self._count(num, lvl, levels)
        here = levels[lvl]
        if here.format == "bullet":
            return "", True
        if here.format == "none":
            return re.sub(r"%[1-9]", "", here.text).strip(), False

        def put(match: re.Match[str]) -> str:
            i = int(match.group(1)) - 1
            other = levels.get(i)
            if other is None:
                return ""
            value = counts.get(i, other.start if i < lvl else other.start - 1)
            if i < lvl and i not in counts:
                counts[i] = value
            return in_format(value, "decimal" if here.legal else other.format)

        return " ".join(re.sub(r"%([1-9])", put, here.text).split()), False

    def _count(self, num: str, lvl: int, levels: dict[int, Level]) -> dict[int, int]:
        """Increments this level and restarts those below it. Returns {level: count} of the list."""
        abstract, overrides = self.nums.get(num, ("", {}))
        counts = self.counters.setdefault(abstract, {})
        if num not in self.started:  # an override of the start counts once, when its list begins
            self.started.add(num)
            for i, (start, _) in overrides.items():
                if start is not None:
                    counts[i] = start - 1
        counts[lvl] = counts.get(lvl, levels[lvl].start - 1) + 1
        for i in list(counts):
            if i > lvl and i in levels and levels[i].starts_again_below(lvl):
                del counts[i]
        return counts


Default = TypeVar("Default", int, None)


def _integer(value: str | None, default: Default) -> int | Default:
    try:
        return max(-32768, min(int(value or ""), 32767))
    except ValueError:
        return default


def _roman(n: int) -> str:
    out = []
    for value, sign in (
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        out.append(sign * (n // value))
        n %= value
    return "".join(out)


def _letters(n: int) -> str:
    return chr(97 + (n - 1) % 26) * min(1 + (n - 1) // 26, 20)


_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")


def in_format(n: int, format: str) -> str:
    """A count in one of Word's number formats; unknown formats count as decimal."""
    if format == "decimalZero":
        return f"{n:02}"
    if format in ("lowerRoman", "upperRoman") and 0 < n < 4000:
        return _roman(n) if format == "lowerRoman" else _roman(n).upper()
    if format in ("lowerLetter", "upperLetter") and n > 0:
        return _letters(n) if format == "lowerLetter" else _letters(n).upper()
    if format in ("vietnameseCounting", "cardinalText") and 0 <= n <= 10:
        return _WORDS[n]
    if format == "decimalEnclosedParen":
        return f"({n})"
    if format == "ordinal":
        return f"{n}"
    if format in ("none", "bullet"):
        return ""
    return str(n)


__all__ = ["Numbering", "in_format", "level"]
