"""Layout of a cause and effect diagram: a spine to the problem, a bone for each group of
causes. Only coordinates; the template `audits/_fishbone.html` draws them with classes of
the style sheet."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field

from audits.models import Cause, Nonconformity

WIDTH, HEAD, BONE, LEAN = 880, 190, 200, 60
LINE, GAP, TOP = 17, 12, 34
LETTERS = 21  # characters of a cause per line
MOST_LINES = 4


@dataclass
class Words:
    """A text in lines, each with its position."""

    x: int
    lines: list[tuple[int, str]]  # (y, text)


@dataclass
class Bone:
    group: Words
    line: tuple[int, int, int, int]
    causes: list[Words] = field(default_factory=list)


@dataclass
class Drawing:
    width: int
    height: int
    spine: tuple[int, int, int, int]
    head: tuple[int, int, int, int]
    effect: Words
    bones: list[Bone]


def drawing_of(case: Nonconformity, causes: Iterable[Cause] | None = None) -> Drawing | None:
    """The drawing of a case; None while no cause of the list was chosen. No queries if `causes` are
    given with their groups."""
    chosen = case.causes.select_related("parent") if causes is None else causes
    groups: dict[str, list[str]] = {}
    for one in chosen:
        groups.setdefault(str(one.parent or one), []).append(one.name)
    return draw(_title(case.description), groups) if groups else None


def draw(effect: str, groups: dict[str, list[str]]) -> Drawing:
    """Groups alternate above and below the spine, from left to right."""
    names = list(groups)
    wrapped = {name: [_lines(cause) for cause in groups[name]] for name in names}
    above, below = (
        max((_height(wrapped[name]) for name in names[start::2]), default=0) for start in (0, 1)
    )
    columns = (len(names) + 1) // 2
    width = max(WIDTH, columns * BONE + HEAD + 2 * LEAN)
    spine = TOP + above + GAP
    bones = []
    for number, name in enumerate(names):
        foot = LEAN + BONE * (number // 2 + 1) - 20
        up = number % 2 == 0
        tip = TOP if up else spine + below + GAP
        label = Words(foot - LEAN, [(tip - 10 if up else tip + 22, name)])
        bone = Bone(label, (foot - LEAN, tip, foot, spine))
        at = tip + LINE if up else spine + GAP + LINE
        for lines in wrapped[name]:
            bone.causes.append(
                Words(foot - LEAN - 10, [(at + LINE * n, line) for n, line in enumerate(lines)])
            )
            at += LINE * len(lines) + GAP
        bones.append(bone)
    height = spine + max(below + 2 * GAP + TOP, 70)
    box = (width - HEAD - 4, spine - 52, HEAD, 104)
    said = _lines(effect, letters=22, most=5)
    first = spine + 5 - LINE * (len(said) - 1) // 2
    words = Words(box[0] + 12, [(first + LINE * n, line) for n, line in enumerate(said)])
    return Drawing(width, height, (8, spine, box[0], spine), box, words, bones)


def _title(description: str) -> str:
    """The problem in a few words: the first sentence of its description."""
    first = description.strip().split("\n", 1)[0]
    return first.split(". ", 1)[0].rstrip(".")


def _lines(text: str, letters: int = LETTERS, most: int = MOST_LINES) -> list[str]:
    return textwrap.wrap(text, letters, max_lines=most, placeholder="…") or [""]


def _height(causes: list[list[str]]) -> int:
    return max(sum(LINE * len(lines) + GAP for lines in causes), 60)
