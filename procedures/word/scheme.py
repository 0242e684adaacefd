"""How a document numbers its sections, inferred from paragraphs whose words announce one."""

import re
from collections import Counter
from typing import NamedTuple

from procedures.content.wording import words
from procedures.word.heading import LONG, bold_head
from procedures.word.model import Paragraph
from procedures.word.title_lines import TitleLines
from procedures.word.titles import FRONT_TITLES, Mark, kind_of, mark_of_paragraph

# Without a number, these words start the title of a document rather than a section.
_DOCUMENT = re.compile(
    r"^(quy trinh|qui trinh|huong dan|chinh sach|muc tieu|quy dinh|thu tuc|so do to chuc|procedure|process|work instruction)\b"
)
_NUMBERED = ("arabic", "roman", "upper", "article", "part", "chapter", "group")


class Known(NamedTuple):
    """A paragraph whose words announce a kind of section; `strong` where it looks like a
    title too."""

    at: int
    mark: Mark | None
    kind: str
    strong: bool


class Scheme(NamedTuple):
    """The style of the sections' marks, "outline" for headings from the level `top` on, "plain"
    for neither."""

    style: str
    top: int | None = None


def known_sections(lines: TitleLines) -> list[Known]:
    """The paragraphs that announce a kind of section and look like a title, in order."""
    found: list[Known] = []
    weak: list[Known] = []
    for i in lines.order:
        p = lines.at[i]
        if i in lines.toc or p.boxed or len(p.text) > LONG:
            continue
        mark, text = lines.mark(i), lines.words_of(i)
        head = text.split(":")[0] if ":" in text else text
        kind = _announced(head, mark)
        if not kind:
            continue
        short = mark is not None and mark.style in _NUMBERED and len(words(head).split()) <= 6
        strong = p.outline is not None or p.bold or p.capitals or bold_head(p)
        if strong or short and not text.endswith((";", ".", ",")):
            found.append(Known(i, mark, kind, strong))
        elif short and ":" in text:  # "1/ Mục đích: Bảo đảm …", all in light type
            weak.append(Known(i, mark, kind, strong))
    for entry in reversed(weak):
        if (
            _goes_on_strongly(lines, entry.at, entry.mark)
            or not any(other.strong for other in found)
            and len(weak) > 1
        ):
            found.append(entry)
    return sorted(found, key=lambda entry: entry.at)


def _announced(head: str, mark: Mark | None) -> str:
    """The kind of section that these words name; empty for steps, annexes and
    titles of documents."""
    kind = kind_of(head)
    if mark is None:
        return "" if _DOCUMENT.match(words(head)) else kind
    return "" if mark.style in ("step", "annex") else kind


def _goes_on_strongly(lines: TitleLines, i: int, mark: Mark | None) -> bool:
    """Whether the paragraph with the next number in this style is a title by its look or
    its position."""
    if mark is None:
        return False
    following = next(
        ((j, m) for j in lines.order if j > i and (m := lines.mark(j)) and m.style == mark.style),
        None,
    )
    if following is None or following[1].value != mark.value + 1:
        return False
    p = lines.at[following[0]]
    return p.bold or p.capitals or ":" in p.text and _goes_on_strongly(lines, *following)


def scheme_of(lines: TitleLines, known: list[Known]) -> Scheme:
    """How this document numbers its sections."""
    styles = Counter(
        m.style
        for i in lines.order
        if i not in lines.toc and (m := lines.mark(i)) and _heads_a_part(lines.at[i], m)
    )
    if styles["chapter"] >= 2:
        return Scheme("chapter")
    outlined = [level for k in known if (level := lines.at[k.at].outline) is not None]
    if len(outlined) >= 2 and len(outlined) * 2 > len(known):
        return Scheme("outline", min(outlined))
    kinds = {k.kind for k in known}
    for style in ("part", "group"):
        if styles[style] >= 2 and len(kinds) < 4:
            return Scheme(style)
    numbered = Counter(
        k.mark.style
        for k in known
        if k.mark and k.mark.style in ("arabic", "roman", "upper", "part", "group", "chapter")
    )
    if styles["article"] >= 2 and styles["article"] >= numbered.total():
        return Scheme("article")
    if numbered and (len(kinds) >= 2 or numbered.total() >= 2):
        return Scheme(_most_telling(numbered, known))
    return _by_headings(lines) or Scheme("plain" if len(kinds) >= 2 else _by_look(lines))


def _heads_a_part(p: Paragraph, mark: Mark) -> bool:
    """Whether a chapter, part or article begins here rather than being cited."""
    strong = p.bold or p.capitals
    return len(p.text) <= LONG and (
        mark.style == "article"
        or mark.style == "chapter"
        and (not mark.rest or strong)
        or mark.style in ("part", "group")
        and strong
    )


def _most_telling(numbered: Counter[str], known: list[Known]) -> str:
    """The style that numbers the most kinds of sections; ties go to the most common, then the
    higher one."""
    order = {"chapter": 6, "part": 5, "group": 4, "roman": 3, "upper": 2, "arabic": 1}
    best = max(numbered.values())
    distinct = {
        style: len({k.kind for k in known if k.mark and k.mark.style == style})
        for style in numbered
    }
    return max(numbered, key=lambda s: (distinct[s] * 2 + (numbered[s] == best), order[s]))


def _by_headings(lines: TitleLines) -> Scheme | None:
    """The scheme by Word's own headings; a single one on the highest level is the
    document's title."""
    levels = [
        level
        for i in lines.order
        if i not in lines.toc
        and (level := lines.at[i].outline) is not None
        and not FRONT_TITLES.search(words(lines.at[i].text))
    ]
    if len(levels) < 2:
        return None
    top = min(levels)
    if levels.count(top) == 1 and len(set(levels)) > 1:
        top = sorted(set(levels))[1]
    return Scheme("outline", top)


def _by_look(lines: TitleLines) -> str:
    """The first style that at least two bold lines or lines in capitals begin with."""
    strong = [
        p
        for i in lines.order
        if i not in lines.toc and ((p := lines.at[i]).bold or p.capitals) and len(p.text) <= LONG
    ]
    marks = Counter(m.style for p in strong if (m := mark_of_paragraph(p)))
    return next((s for s in ("part", "roman", "upper", "arabic") if marks[s] >= 2), "plain")
