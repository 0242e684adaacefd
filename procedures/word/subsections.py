"""Finds titles of sub-sections and their levels."""

from procedures.word.heading import LONG, Title, bold_head, set_by_tabs, split_title
from procedures.word.loose_titles import used_blocks
from procedures.word.model import Paragraph
from procedures.word.scheme import Scheme
from procedures.word.title_lines import TitleLines, title_of
from procedures.word.titles import Mark, could_be_title


def add_subsections(lines: TitleLines, titles: dict[int, Title], scheme: Scheme) -> None:
    """Adds to `titles` those inside the sections."""
    section: Title | None = None
    sections = {i for i, t in titles.items() if t.level == 1}
    used = used_blocks(titles)
    for i in lines.order:
        if i in sections:
            section = titles[i]
            continue
        if section is None or i in lines.toc or i in used or set_by_tabs(lines.at[i]):
            continue
        p, mark = lines.at[i], lines.mark(i)
        if level := _level(p, mark, section, scheme):
            title = title_of(p, mark, level)
            if title.title or title.number:
                titles[i] = title


def _level(p: Paragraph, mark: Mark | None, section: Title, scheme: Scheme) -> int:
    """2 to 4 for a title, 0 for text."""
    if p.boxed or p.bullet:
        return 0
    short = len(p.text.strip()) <= LONG
    if p.outline is not None and short:
        base = scheme.top if scheme.top is not None else 0
        return max(2, min(4, 1 + p.outline - base)) if p.outline > base else 2
    if mark is None:
        return 2 if short and p.bold and p.capitals and could_be_title(p) else 0
    if mark.style == "multi":
        return _level_of_multiple(p, mark, section)
    return _level_by_style(p, mark, scheme)


def _level_by_style(p: Paragraph, mark: Mark, scheme: Scheme) -> int:
    """The level of "Bước 1", "Điều 2", "Nhóm 3", "a)" where the line looks like a title."""
    text, bold = p.text.strip(), p.bold or bold_head(p)
    short = len(text) <= LONG
    if mark.style == "article":
        return 2 if bold or scheme.style == "chapter" else 0
    if not bold:
        return 0
    if mark.style == "step":
        whole = short and not text.endswith((".", ";"))
        return 3 if whole or mark.rest and p.number else 0
    if mark.style == "group":
        return 2 if short else 0
    if mark.style in ("lower", "arabic", "roman", "upper"):
        head, rest = split_title(p.runs)
        return 2 if len(head.strip()) <= LONG and (rest or short) else 0
    return 0


def _level_of_multiple(p: Paragraph, mark: Mark, section: Title) -> int:
    """The level of "5.2" or "5.2.1": in bold, or in light type if it is short and continues the
    number of its section."""
    text = p.text.strip()
    light = (
        len(text) <= LONG
        and not text.endswith((".", ";", ","))
        and len(mark.rest.split(":")[0]) <= 80
        and mark.rest[:1].isupper()
    )
    own = section.number.strip(" .):").split()[-1:] == [mark.number.split(".")[0]]
    if p.bold or bold_head(p) or light and (own or ":" not in mark.rest) and mark.rest:
        return max(2, min(4, mark.depth))
    return 0
