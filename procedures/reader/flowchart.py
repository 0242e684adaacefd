"""The flow chart of a procedure, drawn from its steps as SVG on the server. Pure functions, no Django.

One column, so that it reads on a phone and on paper. Letters are measured with the widths of Noto Sans, the widest of
the fonts in the site's list, so that lines never run out of their boxes. Colours come from the site's style sheet by
class; the attributes are for where there is none."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from procedures.reader.steps import LONGEST, Step, bare, shorten
from qms.text.marks import composed, decomposed

WIDTH = 372  # a phone shows it nearly as it is drawn
MARGIN = 8
BOX_LEFT, BOX_RIGHT = 48, WIDTH - MARGIN
PAD = 14
SIZE, SMALL = 15, 13
LINE, SMALL_LINE = 22, 19
GAP = 30
LONGEST_SHEET = 780  # a sheet of paper holds about 1,100 at a size that reads well

WIDTHS = {
    "'": 22, "ijl": 26, "J.,;:! ": 27, "()": 30, "-": 32, "[]fI": 34, "t“”": 36, "/": 37, 'r"': 41, "?": 43, "z": 47, "cs": 48, "–": 50, "vy": 51,
    "FL": 52, "kx": 53, "S*": 55, "aeET": 56, "YZ0123456789+<>=": 57, "X": 59, "oPVơ": 61, "bdghnpquKRđ": 62, "C": 63, "A": 64, "B": 65, "ư": 67,
    "DGU&Đ": 73, "H": 74, "N": 76, "OQƠƯ": 78, "w…": 79, "%": 83, "M": 91, "W": 93, "m": 94,
}  # fmt: skip
_WIDTH = {letter: width / 100 for letters, width in WIDTHS.items() for letter in letters}


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line in pixels; marks have none."""
    width = 0.0
    for letter in decomposed(composed(text).replace("đ", "d").replace("Đ", "D")):
        if not unicodedata.combining(letter):
            width += _WIDTH.get(letter, 0.62 if letter.islower() else 0.75)
    return width * size * (1.07 if bold else 1)


def wrap(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Lines no wider than `width`; a word wider than that is cut."""
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


@dataclass(frozen=True)
class Words:
    """What the chart says besides the steps, in the reader's language."""

    title: str
    description: str
    start: str
    end: str
    legend: tuple[
        tuple[str, str], ...
    ] = ()  # (brief name of a case in the boxes, the case in full)


class Canvas:
    """Collects SVG from top to bottom; `y` is where the next thing begins."""

    def __init__(self, top: float = MARGIN) -> None:
        self.out: list[str] = []
        self.y = top

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

    def box(
        self,
        y: float,
        height: float,
        *,
        cls: str,
        left: float = BOX_LEFT,
        right: float = BOX_RIGHT,
        fill: str = "#ffffff",
        stroke: str = "#0b4f5c",
        radius: int = 6,
        dash: str = "",
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.out.append(
            f'<rect class="{cls}" x="{left:g}" y="{y:g}" width="{right - left:g}" height="{height:g}" rx="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dashes}/>'
        )

    def arrow(self) -> None:
        x, top = (BOX_LEFT + BOX_RIGHT) / 2, self.y
        tip = top + GAP - 2
        self.out.append(
            f'<path class="flow-arrow" d="M{x:g} {top:g}V{tip - 7:g}M{x - 5:g} {tip - 8:g}L{x:g} {tip:g}L{x + 5:g} {tip - 8:g}" fill="none" stroke="#57524b" stroke-width="1.5"/>'
        )
        self.y += GAP


def draw(steps: Sequence[Step], words: Words, *, ident: str = "luu-do") -> str:
    """The chart as SVG with title and description; "" where there are no steps. A long one is several elements, one below
    the other without a gap, so that paper breaks between steps and not through them."""
    if not any(step.kind == "step" for step in steps):
        return ""
    sheets = [Canvas()]
    for name, case in words.legend:
        _legend(sheets[-1], name, case)
    sheets[-1].y += PAD if words.legend else 0
    _terminal(sheets[-1], words.start)
    for step in steps:
        if step.kind == "total":
            continue
        if sheets[-1].y > LONGEST_SHEET:
            sheets.append(Canvas(0))
        sheets[-1].arrow()
        (_phase if step.kind == "phase" else _step)(sheets[-1], step)
    sheets[-1].arrow()
    _terminal(sheets[-1], words.end)
    for step in steps:
        if step.kind == "total":
            sheets[-1].y += 14
            _total(sheets[-1], step)
    sheets[-1].y += MARGIN
    return "".join(
        _svg(sheet, words, ident, first=number == 0) for number, sheet in enumerate(sheets)
    )


def _svg(sheet: Canvas, words: Words, ident: str, *, first: bool) -> str:
    said = (
        f'<title id="{ident}-t">{escape(words.title)}</title><desc id="{ident}-d">{escape(words.description)}</desc>'
        if first
        else ""
    )
    role = f'role="img" aria-labelledby="{ident}-t {ident}-d"' if first else 'aria-hidden="true"'
    return (
        f'<svg class="flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {sheet.y:g}" width="{WIDTH}" height="{sheet.y:g}" {role} '
        f"font-family=\"system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif\">{said}{''.join(sheet.out)}</svg>"
    )


def _legend(canvas: Canvas, name: str, case: str) -> None:
    lines = wrap(shorten(f"{name}: {case}", LONGEST), SMALL, BOX_RIGHT - MARGIN - PAD)
    canvas.text(
        MARGIN + PAD,
        canvas.y + SMALL_LINE,
        lines,
        size=SMALL,
        line=SMALL_LINE,
        cls="flow-time",
        fill="#57524b",
    )
    canvas.y += len(lines) * SMALL_LINE + PAD


def _terminal(canvas: Canvas, text: str) -> None:
    width = measure(text, SIZE, bold=True) + 44
    middle = (BOX_LEFT + BOX_RIGHT) / 2
    canvas.box(
        canvas.y,
        36,
        cls="flow-end",
        left=middle - width / 2,
        right=middle + width / 2,
        fill="#0b4f5c",
        radius=18,
    )
    canvas.text(
        middle,
        canvas.y + 23,
        [text],
        size=SIZE,
        line=LINE,
        cls="flow-end-text",
        anchor="middle",
        weight="600",
        fill="#ffffff",
    )
    canvas.y += 36


def _phase(canvas: Canvas, step: Step) -> None:
    lines = wrap(shorten(step.text, LONGEST), SIZE, BOX_RIGHT - MARGIN - 2 * PAD, bold=True)
    height = len(lines) * LINE + 14
    canvas.box(
        canvas.y, height, cls="flow-phase", left=MARGIN, fill="#e3eef0", stroke="#e3eef0", radius=4
    )
    canvas.text(
        MARGIN + PAD, canvas.y + 22, lines, size=SIZE, line=LINE, cls="flow-text", weight="600"
    )
    canvas.y += height


def _total(canvas: Canvas, step: Step) -> None:
    times = "; ".join(f"{case}: {time}" if case else time for case, time in step.times)
    text = f"{step.text.rstrip(' :')}: {times}" if times else step.text
    lines = wrap(shorten(text, LONGEST), SIZE, BOX_RIGHT - MARGIN - 2 * PAD, bold=True)
    height = len(lines) * LINE + 16
    canvas.box(
        canvas.y, height, cls="flow-total", left=MARGIN, fill="#f4f2ee", stroke="#57524b", radius=4
    )
    canvas.text(
        MARGIN + PAD, canvas.y + 23, lines, size=SIZE, line=LINE, cls="flow-text", weight="600"
    )
    canvas.y += height


def _step(canvas: Canvas, step: Step) -> None:
    inner = BOX_RIGHT - BOX_LEFT - 2 * PAD
    lines = wrap(step.action or step.text, SIZE, inner)
    who = wrap(shorten(step.who, 140), SMALL, inner, bold=True)
    times = [
        line
        for case, time in step.times
        for line in wrap(shorten(f"{case}: {time}" if case else time, 120), SMALL, inner - 22)
    ]
    height = (
        2 * 10
        + len(lines) * LINE
        + (6 + len(who) * SMALL_LINE if who else 0)
        + (6 + len(times) * SMALL_LINE if times else 0)
    )
    top = canvas.y
    canvas.box(top, height, cls="flow-box")
    _number(canvas, step.number, top)
    y = top + 26
    canvas.text(BOX_LEFT + PAD, y, lines, size=SIZE, line=LINE, cls="flow-text")
    y += (len(lines) - 1) * LINE
    if who:
        y += SMALL_LINE + 6
        canvas.text(
            BOX_LEFT + PAD,
            y,
            who,
            size=SMALL,
            line=SMALL_LINE,
            cls="flow-who",
            weight="600",
            fill="#0b4f5c",
        )
        y += (len(who) - 1) * SMALL_LINE
    if times:
        y += SMALL_LINE + 6
        cx, cy = BOX_LEFT + PAD + 6.5, y - 4.5
        canvas.out.append(
            f'<path class="flow-clock" d="M{cx - 6:g} {cy:g}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M{cx:g} {cy - 3.5:g}V{cy:g}L{cx + 2.5:g} {cy + 1.5:g}" fill="none" stroke="#57524b" stroke-width="1.3"/>'
        )
        canvas.text(
            BOX_LEFT + PAD + 20,
            y,
            times,
            size=SMALL,
            line=SMALL_LINE,
            cls="flow-time",
            fill="#57524b",
        )
    canvas.y = top + height
    if step.turns_back:
        _back(canvas, step.turns_back)


def _number(canvas: Canvas, number: str, top: float) -> None:
    number = bare(number)
    if not number:
        return
    size = SMALL if len(number) <= 3 else 10
    canvas.out.append(
        f'<circle class="flow-number" cx="26" cy="{top + 21:g}" r="16" fill="#0b4f5c"/>'
    )
    canvas.text(
        26,
        top + 21 + size * 0.36,
        [number[:6]],
        size=size,
        line=LINE,
        cls="flow-end-text",
        anchor="middle",
        weight="600",
        fill="#ffffff",
    )


def _back(canvas: Canvas, text: str) -> None:
    """The case that does not go on: a dashed box that belongs to the step."""
    left = BOX_LEFT + 28
    lines = wrap(shorten(text[:1].upper() + text[1:], 170), SMALL, BOX_RIGHT - left - 2 * PAD)
    height = len(lines) * SMALL_LINE + 14
    y = canvas.y + 12
    middle = y + height / 2
    canvas.out.append(
        f'<path class="flow-arrow" d="M{BOX_LEFT + 12:g} {canvas.y:g}V{middle:g}H{left - 2:g}M{left - 9:g} {middle - 5:g}L{left - 2:g} {middle:g}L{left - 9:g} {middle + 5:g}" fill="none" stroke="#57524b" stroke-width="1.5"/>'
    )
    canvas.box(y, height, cls="flow-back", left=left, fill="#fdf3dc", stroke="#7a4b00", dash="5 3")
    canvas.text(left + PAD, y + 20, lines, size=SMALL, line=SMALL_LINE, cls="flow-text")
    canvas.y = y + height
