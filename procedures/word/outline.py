"""Finds titles of sections and sub-sections, by meaning first and by look second."""

from procedures.content.wording import words
from procedures.word.loose_titles import add_loose_titles
from procedures.word.model import Block
from procedures.word.scheme import known_sections, scheme_of
from procedures.word.section_titles import SectionTitles
from procedures.word.subsections import add_subsections
from procedures.word.title_lines import TitleLines
from procedures.word.titles import FRONT_TITLES


class Outline:
    """Titles by the index of their block; `start` is where the first section begins, `scheme` how
    they are numbered."""

    def __init__(self, blocks: list[Block]) -> None:
        lines = TitleLines(blocks)
        known = known_sections(lines)
        scheme = scheme_of(lines, known)
        self.titles = SectionTitles(lines, scheme, known).titles
        add_loose_titles(lines, self.titles, scheme.style)
        self.start = min(self.titles, default=len(blocks))
        add_subsections(lines, self.titles, scheme)
        self.toc, self.scheme = lines.toc, scheme.style


def is_front_title(text: str) -> bool:
    """Whether a line announces a part that is before the first section: contents, amendment
    log, distribution."""
    return FRONT_TITLES.search(words(text)) is not None
