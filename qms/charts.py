"""Charts drawn on the server as SVG: bars, stacked bars, lines, heat grid. Only positions and
classes; the style sheet colours them (`qms/assets/audits.css`), the template `qms/_chart.html`
draws them, each with its title, description and table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format

WIDTH, LABELS, ROW, BAR, TOP = 760, 210, 34, 22, 12
SHADES = 5  # of a heat grid
LETTERS = 28


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    kind: str  # class of the style sheet
    said: str  # the tooltip


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    points: str
    kind: str


@dataclass
class Chart:
    """A chart with its table: the same numbers for people who can't see the drawing."""

    name: str
    title: str
    description: str
    heads: list[str]
    rows: list[list[Any]]
    height: float = 0
    width: float = WIDTH
    rects: list[Rect] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)  # (class, name)

    @property
    def is_empty(self) -> bool:
        return not any(value for row in self.rows for value in row[1:])


def bars(
    name: str,
    title: str,
    description: str,
    *,
    rows: Sequence[tuple[str, int]],
    head: str,
    unit: str,
) -> Chart:
    """A horizontal bar for each (label, number)."""
    chart = stacked(name, title, description, rows=[(label, [n]) for label, n in rows], head=head, series=[unit])  # fmt: skip
    chart.legend = []
    return chart


def stacked(
    name: str,
    title: str,
    description: str,
    *,
    rows: Sequence[tuple[str, Sequence[int]]],
    head: str,
    series: Sequence[str],
    kinds: Sequence[str] = (),
) -> Chart:
    """A horizontal bar for each (label, numbers), one part for each series. `kinds`: classes of
    the series."""
    kinds = kinds or [f"chart-{number}" for number in range(1, len(series) + 1)]
    table = [[label, *values] for label, values in rows]
    chart = Chart(name, title, description, [head, *series], table)
    most = max((sum(values) for _label, values in rows), default=0) or 1
    scale = (WIDTH - LABELS - 60) / most
    for number, (label, values) in enumerate(rows):
        y = TOP + number * ROW
        chart.labels.append(Label(LABELS - 10, y + BAR * 0.72, _short(label), "chart-end"))
        x = float(LABELS)
        for one, value, kind in zip(series, values, kinds, strict=True):
            if value:
                wide = round(value * scale, 1)
                chart.rects.append(Rect(x, y, wide, BAR, kind, f"{label}, {one}: {value}"))
                x = round(x + wide, 1)
        chart.labels.append(
            Label(
                x + 8,
                y + BAR * 0.72,
                number_format(sum(values), force_grouping=True),
                "chart-muted",
            )
        )
    chart.height = 2 * TOP + len(rows) * ROW
    chart.legend = list(zip(kinds, series, strict=True))
    return chart


def lines(
    name: str,
    title: str,
    description: str,
    *,
    steps: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    head: str,
) -> Chart:
    """A line for each (name, numbers), over the same steps."""
    table = [[step, *(values[n] for _one, values in series)] for n, step in enumerate(steps)]
    chart = Chart(name, title, description, [head, *(one for one, _values in series)], table)
    most = max((value for _one, values in series for value in values), default=0) or 1
    left, high = 50, 200
    step_wide = (WIDTH - left - 40) / max(len(steps) - 1, 1)

    def place(n: int, value: int) -> tuple[float, float]:
        return round(left + n * step_wide, 1), round(TOP + high * (1 - value / most), 1)

    for value in sorted({0, most // 2, most}):
        y = place(0, value)[1]
        chart.lines.append(Line(f"{left},{y} {WIDTH - 40},{y}", "chart-rule"))
        chart.labels.append(
            Label(
                left - 8, y + 4, number_format(value, force_grouping=True), "chart-end chart-muted"
            )
        )
    for n, step in enumerate(steps):
        chart.labels.append(
            Label(place(n, 0)[0], TOP + high + 24, step, "chart-middle chart-muted")
        )
    for number, (one, values) in enumerate(series, start=1):
        points = [place(n, value) for n, value in enumerate(values)]
        chart.lines.append(Line(" ".join(f"{x},{y}" for x, y in points), f"chart-line-{number}"))
        chart.rects += [
            Rect(x - 4, y - 4, 8, 8, f"chart-{number}", f"{one}, {steps[n]}: {values[n]}")
            for n, (x, y) in enumerate(points)
        ]
    chart.height = TOP + high + 40
    chart.legend = [(f"chart-{n}", one) for n, (one, _values) in enumerate(series, start=1)]
    return chart


def heat(
    name: str,
    title: str,
    description: str,
    *,
    rows: Sequence[tuple[str, Sequence[int]]],
    columns: Sequence[str],
    head: str,
) -> Chart:
    """A grid with a number in each cell; the greater the number, the darker the cell."""
    chart = Chart(name, title, description, [head, *columns], [[label, *v] for label, v in rows])
    most = max((value for _label, values in rows for value in values), default=0) or 1
    wide = min(90.0, (WIDTH - LABELS - 10) / max(len(columns), 1))
    for n, column in enumerate(columns):
        chart.labels.append(Label(LABELS + (n + 0.5) * wide, TOP + 10, column, "chart-middle chart-muted"))  # fmt: skip
    for number, (label, values) in enumerate(rows):
        y = TOP + 20 + number * ROW
        chart.labels.append(Label(LABELS - 10, y + ROW * 0.6, _short(label), "chart-end"))
        for n, (column, value) in enumerate(zip(columns, values, strict=True)):
            shade = -(-value * SHADES // most)  # 0 only for nothing
            x = round(LABELS + n * wide, 1)
            said = f"{label}, {column}: {value}"
            chart.rects.append(Rect(x + 1, y + 1, wide - 2, ROW - 2, f"chart-heat-{shade}", said))
            if value:
                kind = "chart-middle chart-on-dark" if shade > SHADES // 2 else "chart-middle"
                chart.labels.append(Label(x + wide / 2, y + ROW * 0.6, number_format(value, force_grouping=True), kind))  # fmt: skip
    chart.height = 2 * TOP + 20 + len(rows) * ROW
    return chart


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1].rstrip()}…"
