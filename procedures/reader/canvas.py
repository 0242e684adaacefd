"""Drawing tools of the flow chart: text widths, line breaking, a canvas that grows downwards. Pure
functions.

Text is measured with the widths of Noto Sans, the widest of the site's fonts, so that lines never
overflow their boxes. Colours come from the site's style sheet by class; the attributes apply
without one."""

import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Any

from qms.text.marks import composed, decomposed

WIDTH = 372  # on a phone it is shown nearly at this size
MARGIN = 8
BOX_LEFT = 48
PAD = 14
SIZE, SMALL = 15, 13
LINE, SMALL_LINE = 22, 19
GAP = 30

WIDTHS = {
    "'": 22, "ijl": 26, "J.,;:! ": 27, "()": 30, "-": 32, "[]fI": 34, "t“”": 36, "/": 37, 'r"': 41, "?": 43, "z": 47, "cs": 48, "–": 50, "vy": 51,
    "FL": 52, "kx": 53, "S*": 55, "aeET": 56, "YZ0123456789+<>=": 57, "X": 59, "oPVơ": 61, "bdghnpquKRđ": 62, "C": 63, "A": 64, "B": 65, "ư": 67,
    "DGU&Đ": 73, "H": 74, "N": 76, "OQƠƯ": 78, "w…": 79, "%": 83, "M": 91, "W": 93, "m": 94,
}  # fmt: skip
_WIDTH = {letter: width / 100 for letters, width in WIDTHS.items() for letter in letters}


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in pixels; combining marks have none."""
    width = 0.0
    for letter in decomposed(composed(text).replace("đ", "d").replace("Đ", "D")):
        if not unicodedata.combining(letter):
            width += _WIDTH.get(letter, 0.62 if letter.islower() else 0.75)
    return width * size * (1.07 if bold else 1)


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width`; a wider word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        while measure(word, size, bold=bold) > width and len(word) > 1:
            cut = next(
                (
                    n
                    for n in range(len(word) - 1, 0, -1)
                    if measure(word[:n], size, bold=bold) <= width
                ),
                1,
            )
            if line:
                lines.append(line)
                line = ""
            lines.append(word[:cut])
            word = word[cut:]
        joined = f"{line} {word}".strip()
        if line and measure(joined, size, bold=bold) > width:
            lines.append(line)
            line = word
        else:
            line = joined
    return [*lines, line] if line else lines


class Canvas:
    """Collects SVG from top to bottom; `y` is the top of the next element, `right` the right edge
    of boxes, `axis` the main line."""

    def __init__(self, top: float = MARGIN, *, right: float, axis: float) -> None:
        self.out: list[str] = []
        self.y = top
        self.right = right
        self.axis = axis

    def text(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: int,
        line: int,
        cls: str,
        anchor: str = "start",
        weight: str = "",
        fill: str = "#1f1d1a",
    ) -> None:
        spans = "".join(
            f'<tspan x="{x:g}" y="{y + n * line:g}">{escape(t)}</tspan>'
            for n, t in enumerate(lines)
        )
        bold = f' font-weight="{weight}"' if weight else ""
        self.out.append(
            f'<text class="{cls}" font-size="{size}" text-anchor="{anchor}"{bold} fill="{fill}">{spans}</text>'
        )

    def small(self, x: float, y: float, lines: Sequence[str], **look: Any) -> None:
        """Text in the small font size."""
        self.text(x, y, lines, size=SMALL, line=SMALL_LINE, **look)

    def box(
        self,
        y: float,
        height: float,
        *,
        cls: str,
        left: float = BOX_LEFT,
        right: float | None = None,
        fill: str = "#ffffff",
        stroke: str = "#0b4f5c",
        radius: int = 6,
        dash: str = "",
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        width = (self.right if right is None else right) - left
        self.out.append(
            f'<rect class="{cls}" x="{left:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dashes}/>'
        )

    def line(self, path: str, *, cls: str = "flow-arrow", width: float = 1.5) -> None:
        self.out.append(
            f'<path class="{cls}" d="{path}" fill="none" stroke="#57524b" stroke-width="{width:g}"/>'
        )

    def arrow(self) -> None:
        """The connecting arrow, one gap long."""
        x, tip = self.axis, self.y + GAP - 2
        self.line(
            f"M{x:g} {self.y:g}V{tip - 1:g}M{x - 5:g} {tip - 8:g}L{x:g} {tip:g}L{x + 5:g} {tip - 8:g}"
        )
        self.y += GAP
