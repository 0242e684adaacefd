"""The steps, phases and totals of a procedure, as its flow chart and its facts show them. Pure functions, no Django."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from procedures import content as reading
from procedures.content.case_names import short_cases, with_unit
from procedures.content.schema import Content, GridBlock
from procedures.content.steps import drawn_lines, duration
from procedures.content.wording import fold

LONGEST = 220  # letters of an action shown; the table beside has it whole

_TURNS_BACK = re.compile(
    r"^[-–+•*]?\s*(?:nếu\s+|trường hợp\s+|hồ sơ\s+|khi\s+)*(?:thiếu|không|chưa)\s*(?:giấy tờ|phù hợp|hợp lệ|đạt|đủ|đầy đủ|đồng ý|bảo đảm|đúng|thống nhất)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"(?<=[;.:,])\s+(?=(?:[-–+•*]\s*)?(?:nếu\s+|trường hợp\s+|hồ sơ\s+)*(?:thiếu|không|chưa)\s)|\n",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Step:
    """A node of the chart: `kind` is step, phase or total."""

    kind: str
    number: str
    text: str
    who: str = ""
    times: tuple[tuple[str, str], ...] = ()  # (case, time); the case is "" where there is one only
    until: str = ""  # number of the last step where the times are meant for several steps together (a merged cell)

    @property
    def turns_back(self) -> str:
        """What the step says of the case that does not go on ("Chưa phù hợp thì …"), in its own words; "" where it says nothing."""
        return next(
            (c.strip(" -–+•*") for c in _CLAUSE.split(self.text) if _TURNS_BACK.match(c.strip())),
            "",
        )

    @property
    def action(self) -> str:
        """The text without that case, shortened at a word."""
        text = self.text
        if back := self.turns_back:
            text = text.replace(back, " ")
        return shorten(
            re.sub(r"[\s\-–+•*:;,]+$", "", re.sub(r"\s*\n\s*[-–+•*]?\s*", " ", text)), LONGEST
        )


def shorten(text: str, longest: int) -> str:
    """At most `longest` letters, cut at a word, with an ellipsis."""
    text = " ".join(text.split())
    return (
        text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + "…"
    )


def steps_of(content: Content) -> list[Step]:
    """Steps, phases and totals of the content's grids in their order; from "Bước 1. …" headings where there is no grid."""
    found: list[Step] = []
    for grid in reading.grids(content, "steps"):
        found += _steps_of_grid(grid)
    if any(s.kind == "step" for s in found):
        return found
    return [
        Step(
            "step",
            s["number"],
            s["action"],
            s["responsible"],
            tuple(("", d) for d in s["durations"] if d),
        )
        for s in reading.steps(content)
    ]


def _steps_of_grid(grid: GridBlock) -> Iterable[Step]:
    columns = grid.get("columns", ())
    roles = [c.get("role") for c in columns]
    durations = [i for i, role in enumerate(roles) if role == "duration"]
    headings = [reading.one_line(columns[i].get("label", "")) for i in durations]
    labels = dict(
        zip(
            durations, short_cases(headings) if len(durations) > 1 else [""], strict=bool(durations)
        )
    )
    headed = dict(zip(durations, headings, strict=True))
    action = next((roles.index(r) for r in ("action", "name", "other") if r in roles), 0)
    out: list[Step] = []
    above: list[str] = []
    timed = -1  # the step whose times the rows below may share
    for row in grid.get("rows", ()):
        html = [*row.get("cells", ()), *[""] * len(columns)][: len(columns)]
        own = [reading.plain(c) for c in html]
        own[action] = "\n".join(drawn_lines(html[action]))
        merged = set(row.get("merged", ())) - {action}
        cells = above = [
            above[i] if i in merged and i < len(above) else cell for i, cell in enumerate(own)
        ]
        kind = {"phase": "phase", "total": "total"}.get(row.get("kind", "row"), "step")
        told = {
            i: " ".join(duration(html[i], fold(headed[i])).split())
            for i in durations
            if i not in merged
        }
        times = tuple((labels[i], with_unit(time, headed[i])) for i, time in told.items() if time)
        if row.get("kind") == "note" or not any(cells):
            continue
        who = "; ".join(
            " ".join(cells[i].split())
            for i, role in enumerate(roles)
            if role == "responsible" and cells[i]
        )
        if kind == "step" and not cells[action].strip():
            _go_on(out, who, times)
            continue
        if kind == "step":
            out.append(
                Step(
                    kind,
                    " ".join(cells[roles.index("number")].split()) if "number" in roles else "",
                    cells[action],
                    who,
                    times,
                )
            )
            if times or not merged.intersection(durations):
                timed = len(out) - 1
            elif timed >= 0 and out[timed].times:
                out[timed] = replace(
                    out[timed],
                    until=bare(out[-1].number) or str(sum(s.kind == "step" for s in out)),
                )
        else:
            words = [
                " ".join(c.split())
                for i, c in enumerate(cells)
                if c.strip() and i not in (durations if kind == "total" else ())
            ]
            out.append(Step(kind, "", " ".join(words), "", times if kind == "total" else ()))
            timed = -1
    return out


def bare(number: str) -> str:
    """The number of a step without the word and the signs around it: "Bước 3." is "3"."""
    return re.sub(r"^(?:bước|b)\s*", "", number, flags=re.IGNORECASE).strip(" .:)-–")


def _go_on(out: list[Step], who: str, times: tuple[tuple[str, str], ...]) -> None:
    """A row without an action of its own belongs to the step above: more people, more time."""
    if out and out[-1].kind == "step":
        last = out[-1]
        people = "; ".join(dict.fromkeys(x for x in (last.who, who) if x))
        out[-1] = replace(last, who=people, times=tuple(dict.fromkeys(last.times + times)))
