"""The flow chart of a procedure, drawn from its steps as SVG on the server. Pure functions, no
Django.

One column, so that it reads on a phone and on paper. A step's negative case becomes a decision with
two branches: one continues, the other ends in a box of its own, from which a line leads back to the
step it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from procedures.content.wording import fold
from procedures.reader.canvas import (
    BOX_LEFT,
    LINE,
    MARGIN,
    PAD,
    SIZE,
    SMALL,
    SMALL_LINE,
    WIDTH,
    Canvas,
    measure,
    wrap,
)
from procedures.reader.steps import LONGEST, Step, bare, printed, shorten

__all__ = ["Words", "draw", "measure", "wrap"]
LONGEST_NAME = 12  # words by which an earlier step is recognised
LONGEST_SHEET = 90  # a sheet holds about one step: columns and pages of paper break between sheets
DECISION_AXIS = 128  # x of the main line, next to the boxes of negative cases
HALF_HEIGHT = 26  # of a decision
LANE, LANES = 9, 4  # spacing and number of the return lines at the right


@dataclass(frozen=True)
class Words:
    """The chart's own texts, in the reader's language."""

    title: str
    description: str
    start: str
    end: str
    yes: str = ""
    no: str = ""
    legend: tuple[tuple[str, str], ...] = ()  # (short name of a case in the boxes, full name)


@dataclass(frozen=True)
class Place:
    """A point of the chart: the index of its sheet and its y there."""

    sheet: int
    y: float


def draw(steps: Sequence[Step], words: Words, *, ident: str = "luu-do") -> str:
    """The chart as SVG with title and description; "" if there are no steps. A long one consists of
    several elements stacked without a gap, so that page breaks fall between steps."""
    if not any(step.kind == "step" for step in steps):
        return ""
    targets = _targets(steps)
    lanes = _lanes(targets)
    right = float(WIDTH - MARGIN)
    if lanes:
        right -= 6 + LANE * (1 + max(lanes.values()))
    decides = any(step.turns_back for step in steps)
    axis = DECISION_AXIS if decides else (BOX_LEFT + right) / 2
    sheets = [Canvas(right=right, axis=axis)]
    stands: dict[int, Place] = {}
    leaves: dict[int, Place] = {}
    for name, case in words.legend:
        _legend(sheets[-1], name, case)
    sheets[-1].y += PAD if words.legend else 0
    _terminal(sheets[-1], words.start)
    after_phase = False
    for at, step in enumerate(steps):
        if step.kind == "total":
            continue
        sheet = sheets[-1] if after_phase else _sheet(sheets)
        after_phase = step.kind == "phase"
        sheet.arrow()
        stands[at] = Place(len(sheets) - 1, sheet.y + 21)
        (_phase if step.kind == "phase" else _step)(sheet, step)
        if step.kind == "step" and step.turns_back:
            height = _decision(sheet, step, words)
            leaves[at] = Place(len(sheets) - 1, height)
    sheets[-1].arrow()
    _terminal(sheets[-1], words.end)
    for step in steps:
        if step.kind == "total":
            sheets[-1].y += 14
            _total(sheets[-1], step)
    sheets[-1].y += MARGIN
    for at, target in targets.items():
        _way_back(sheets, leaves[at], stands[target], right + LANE * (1 + lanes[at]))
    return "".join(
        _svg(sheet, words, ident, first=number == 0) for number, sheet in enumerate(sheets)
    )


def _sheet(sheets: list[Canvas]) -> Canvas:
    """The sheet on which the chart continues: a new one if the last is long enough."""
    last = sheets[-1]
    if last.y > LONGEST_SHEET:
        sheets.append(Canvas(0, right=last.right, axis=last.axis))
    return sheets[-1]


def _targets(steps: Sequence[Step]) -> dict[int, int]:
    """The step that each decision returns to, by index; only if it names an existing one."""
    numbered: list[tuple[str, int]] = []
    for at, step in enumerate(steps):
        if step.kind == "step":
            number = bare(step.number).lstrip("0") or str(len(numbered) + 1)
            numbered.append((number, at))
    found: dict[int, int] = {}
    whos = [fold(step.who) for step in steps]
    for _number, at in numbered:
        step = steps[at]
        back_to = step.back_to
        named = [place for number, place in numbered if number == back_to and place != at]
        if not back_to:
            named = _theirs(step.back_to_whom, whos[:at])
        earlier = [place for place in named if place < at]
        if named:
            found[at] = earlier[-1] if earlier else named[0]
    return found


def _theirs(whom: str, whos: Sequence[str]) -> list[int]:
    """Index of the earlier step done by the person named: the last one with the most words in
    common, at least two ("công chức thụ lý" is the "Công chức Tư pháp - Hộ tịch" of an earlier
    step). `whos`: who does each earlier step, folded."""
    words = whom.split(maxsplit=LONGEST_NAME)[:LONGEST_NAME]
    for count in range(len(words), 1, -1):
        called = " ".join(words[:count])
        if found := [place for place, who in enumerate(whos) if called in who]:
            return found
    return []


def _lanes(targets: dict[int, int]) -> dict[int, int]:
    """A lane for each return line, short ones nearest to the boxes; overlapping lines get different
    lanes."""
    lanes: dict[int, int] = {}
    taken: list[list[tuple[int, int]]] = [[] for _lane in range(LANES)]
    for at, target in sorted(targets.items(), key=lambda way: abs(way[0] - way[1])):
        first, last = min(at, target), max(at, target)
        free = (
            lane
            for lane, ways in enumerate(taken)
            if all(last < one or first > other for one, other in ways)
        )
        lanes[at] = next(free, LANES - 1)
        taken[lanes[at]].append((first, last))
    return lanes


def _way_back(sheets: Sequence[Canvas], start: Place, end: Place, x: float) -> None:
    """The line from a box at the right to the right side of a step, across sheet boundaries."""
    upwards = (end.sheet, end.y) < (start.sheet, start.y)
    for number in range(min(start.sheet, end.sheet), max(start.sheet, end.sheet) + 1):
        sheet = sheets[number]
        near, far = (sheet.y, 0.0) if upwards else (0.0, sheet.y)
        first = start.y if number == start.sheet else near
        last = end.y if number == end.sheet else far
        path = f"M{sheet.right:g} {first:g}H{x:g}" if number == start.sheet else f"M{x:g} {first:g}"
        path += f"V{last:g}"
        if number == end.sheet:
            tip = sheet.right + 1
            path += f"H{tip:g}M{tip + 7:g} {last - 5:g}L{tip:g} {last:g}L{tip + 7:g} {last + 5:g}"
        sheet.line(path, cls="flow-arrow flow-way-back")


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
    lines = wrap(shorten(f"{name}: {case}", LONGEST), SMALL, canvas.right - MARGIN - PAD)
    canvas.small(MARGIN + PAD, canvas.y + SMALL_LINE, lines, cls="flow-time", fill="#57524b")
    canvas.y += len(lines) * SMALL_LINE + PAD


def _terminal(canvas: Canvas, text: str) -> None:
    half = measure(text, SIZE, bold=True) / 2 + 22
    left, right = canvas.axis - half, canvas.axis + half
    canvas.box(canvas.y, 36, cls="flow-end", left=left, right=right, fill="#0b4f5c", radius=18)
    canvas.text(
        canvas.axis,
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
    _band(canvas, shorten(step.text, LONGEST), cls="flow-phase", fill="#e3eef0", stroke="#e3eef0")


def _total(canvas: Canvas, step: Step) -> None:
    times = "; ".join(f"{case}: {time}" if case else time for case, time in step.times)
    text = f"{step.text.rstrip(' :')}: {times}" if times else step.text
    _band(canvas, shorten(text, LONGEST), cls="flow-total", fill="#f4f2ee", stroke="#57524b")


def _band(canvas: Canvas, text: str, *, cls: str, fill: str, stroke: str) -> None:
    lines = wrap(text, SIZE, canvas.right - MARGIN - 2 * PAD, bold=True)
    height = len(lines) * LINE + 15
    canvas.box(canvas.y, height, cls=cls, left=MARGIN, fill=fill, stroke=stroke, radius=4)
    canvas.text(
        MARGIN + PAD, canvas.y + 22, lines, size=SIZE, line=LINE, cls="flow-text", weight="600"
    )
    canvas.y += height


def _step(canvas: Canvas, step: Step) -> None:
    inner = canvas.right - BOX_LEFT - 2 * PAD
    lines = wrap(step.action or step.text, SIZE, inner)
    who = wrap(shorten(step.who, 140), SMALL, inner, bold=True)
    times = [
        line
        for case, time in step.times
        for line in wrap(shorten(f"{case}: {time}" if case else time, 120), SMALL, inner - 22)
    ]
    small = sum(6 + len(part) * SMALL_LINE for part in (who, times) if part)
    height = 2 * 10 + len(lines) * LINE + small
    top = canvas.y
    canvas.box(top, height, cls="flow-box")
    _number(canvas, step.number, top)
    x, y = BOX_LEFT + PAD, top + 26
    canvas.text(x, y, lines, size=SIZE, line=LINE, cls="flow-text")
    y += (len(lines) - 1) * LINE
    if who:
        y += SMALL_LINE + 6
        canvas.small(x, y, who, cls="flow-who", weight="600", fill="#0b4f5c")
        y += (len(who) - 1) * SMALL_LINE
    if times:
        y += SMALL_LINE + 6
        _clock(canvas, x + 6.5, y - 4.5)
        canvas.small(x + 20, y, times, cls="flow-time", fill="#57524b")
    canvas.y = top + height


def _clock(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(
        f"M{x - 6:g} {y:g}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0M{x:g} {y - 3.5:g}V{y:g}L{x + 2.5:g} {y + 1.5:g}",
        cls="flow-clock",
        width=1.3,
    )


def _number(canvas: Canvas, number: str, top: float) -> None:
    """The number as the table prints it; a long one in smaller type, so that its last part is never
    cut."""
    number = printed(number)
    if not number:
        return
    wide = measure(number, SMALL, bold=True)
    size = SMALL if wide <= 26 else max(7, int(SMALL * 27 / wide))
    canvas.out.append(
        f'<circle class="flow-number" cx="26" cy="{top + 21:g}" r="16" fill="#0b4f5c"/>'
    )
    canvas.text(
        26,
        top + 21 + size * 0.36,
        [number],
        size=size,
        line=LINE,
        cls="flow-end-text",
        anchor="middle",
        weight="600",
        fill="#ffffff",
    )


def _decision(canvas: Canvas, step: Step, words: Words) -> float:
    """The question below a step, and the box of its negative case; returns the y at which a return
    line leaves that box."""
    canvas.arrow()
    x, middle = canvas.axis, canvas.y + HALF_HEIGHT
    half = max(46.0, (measure(step.asks, SMALL, bold=True) / 2 + 4) / 0.7)
    canvas.out.append(
        f'<path class="flow-decision" d="M{x - half:g} {middle:g}L{x:g} {canvas.y:g}L{x + half:g} {middle:g}L{x:g} {middle + HALF_HEIGHT:g}Z" '
        'fill="#ffffff" stroke="#7a4b00" stroke-width="1.5"/>'
    )
    canvas.small(x, middle + 4.5, [step.asks], cls="flow-text", anchor="middle", weight="600")
    below = middle + HALF_HEIGHT
    canvas.small(x - 7, below + 15, [words.yes], cls="flow-time", anchor="end", fill="#57524b")
    canvas.small(x + half + 5, middle - 6, [words.no], cls="flow-time", fill="#57524b")
    left, top = x + 24, below + 14
    text = step.turns_back[:1].upper() + step.turns_back[1:].rstrip(" ;,:")
    lines = wrap(shorten(text, 170), SMALL, canvas.right - left - 20)
    height = len(lines) * SMALL_LINE + 14
    turn = max(x + half + 18, (left + canvas.right) / 2)
    canvas.line(
        f"M{x + half:g} {middle:g}H{turn:g}V{top - 2:g}M{turn - 5:g} {top - 9:g}L{turn:g} {top - 2:g}L{turn + 5:g} {top - 9:g}"
    )
    canvas.box(
        top, height, cls="flow-back", left=left, fill="#fdf3dc", stroke="#7a4b00", dash="5 3"
    )
    canvas.small(left + 10, top + 20, lines, cls="flow-text")
    canvas.y = top + height + 4
    canvas.line(f"M{x:g} {below:g}V{canvas.y:g}")
    return top + height / 2
