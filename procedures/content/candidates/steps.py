"""Steps of a procedure in any layout: columns, pairs of rows, transposed tables, cards,
lines, prose."""

import re
from collections.abc import Iterator

from procedures.content.candidates.choice import Candidate, best, distinct, filled
from procedures.content.candidates.step_lines import line_steps
from procedures.content.candidates.step_parts import led_by_people
from procedures.content.candidates.step_tables import table_steps
from procedures.content.grids import grids
from procedures.content.schema import STEP_TEXTS, Content, Step, is_grid, is_table
from procedures.content.steps import card_steps, grid_steps, heading_steps
from procedures.content.text import blocks

_MARK = re.compile(r"(?<!\s)\s*\[\d{1,2}\](?=\W*$)")
_KINDS = ("content", "other")


def steps(content: Content, *, fill: bool = True) -> list[Step]:
    """[{"number", "action", "responsible", "durations": [one for each case], "form"}] as
    plain text.

    A cell merged over several steps applies to each; with `fill=False` only to the first, so that
    times add up.
    """
    return best_steps(content, fill=fill).rows


def best_steps(content: Content, *, fill: bool = True) -> Candidate[Step]:
    """The steps and how they were found."""
    chosen = best(_candidates(content, fill))
    rows = led_by_people([_without_marks(step) for step in chosen.rows])
    return Candidate(chosen.how, chosen.confidence, rows)


def _without_marks(step: Step) -> Step:
    """A step without the marks of its footnotes and the colon before its details."""
    bare = step.copy()
    for key in STEP_TEXTS:
        bare[key] = _MARK.sub("", step[key])
    bare["action"] = bare["action"].rstrip(" :")
    bare["durations"] = [_MARK.sub("", time) for time in step["durations"]]
    return bare


def _candidates(content: Content, fill: bool) -> Iterator[Candidate[Step]]:
    found = [step for grid in grids(content, "steps") for step in grid_steps(grid, fill)]
    yield Candidate("grid", max(0.4, 0.1 + fit(found)), found)
    headed = heading_steps(content)
    yield Candidate("headings", fit(headed) - 0.05, headed)
    cards = card_steps(content)
    yield Candidate("cards", fit(cards), cards)
    tables = [
        block
        for section, block in blocks(content, _KINDS)
        if section.get("place", "body") == "body"
        and (is_table(block) or is_grid(block) and block.get("subject") == "steps")
    ]
    for how, rows in table_steps(tables):
        yield Candidate(how, fit(rows) - 0.02, rows)
    for section in content.get("sections", ()):
        if section.get("place", "body") == "body" and section.get("kind") in _KINDS:
            for how, rows in line_steps(section.get("blocks", ())):
                timed = sum(any(step["durations"]) for step in rows) * 2 >= len(rows)
                yield Candidate(how, fit(rows) - 0.1 if timed else 0.0, rows)


def fit(rows: list[Step]) -> float:
    """Plausibility of rows as steps: actors and times, ascending numbers, distinct actions
    without labels."""
    if not rows or filled(rows, "action") < 0.9:
        return 0.0
    timed = sum(any(step["durations"]) for step in rows) / len(rows)
    sure = 0.35 + 0.25 * filled(rows, "responsible") + 0.25 * timed
    sure += 0.1 if in_order(rows) else 0.0
    mixed = sum(re.search(r"\w: \S", step["action"]) is not None for step in rows) / len(rows)
    sure -= 0.2 * mixed + 0.3 * (1 - distinct(rows, "action"))
    if len(rows) < 2 or sum(len(step["action"]) > 400 for step in rows) * 2 > len(rows):
        sure -= 0.3
    return max(0.0, sure)


def in_order(rows: list[Step]) -> bool:
    """Whether most steps have a number and the numbers ascend."""
    numbers = [
        int(m.group()[:9])
        for step in rows
        if (m := re.search(r"\d+(?=\D*$)", step["number"] or ""))
    ]
    if len(numbers) < 0.6 * len(rows) or len(numbers) < 2:
        return False
    pairs = list(zip(numbers, numbers[1:], strict=False))
    return sum(b >= a for a, b in pairs) >= 0.8 * len(pairs)
