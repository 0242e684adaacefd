"""Which paragraphs are titles of sections, given how the document numbers them."""

import re

from procedures.content.wording import words
from procedures.word.heading import LONG, Title, bold_head, set_by_tabs
from procedures.word.model import Paragraph
from procedures.word.scheme import Known, Scheme
from procedures.word.title_lines import TitleLines, title_of
from procedures.word.titles import FRONT_TITLES, Mark, kind_of

_LETTERS = "ABCDĐEFGHIKLMNOPQRSTUVXY"
_HIGH = ("chapter", "part", "group")
_USUAL = ("arabic", "roman", "upper")


class SectionTitles:
    """Finds titles in one pass over the lines; `titles` has them by the index of their block."""

    def __init__(self, lines: TitleLines, scheme: Scheme, known: list[Known]) -> None:
        self.lines, self.scheme = lines, scheme
        self.known = {k.at: k for k in known}
        self.capitals = scheme.style in _USUAL and self._mostly_capitals(known)
        self.titles: dict[int, Title] = {}
        self._find()
        self._drop_false_starts()

    def _mostly_capitals(self, known: list[Known]) -> bool:
        same = [self.lines.at[k.at] for k in known if k.mark and k.mark.style == self.scheme.style]
        return len(same) >= 3 and sum(p.capitals for p in same) >= 0.8 * len(same)

    def _find(self) -> None:
        last: int | None = None  # the number of the previous section
        skip = -1
        for i in self.lines.order:
            if i <= skip or i in self.lines.toc or set_by_tabs(self.lines.at[i]):
                continue
            p, mark, sure = self.lines.at[i], self.lines.mark(i), self.known.get(i)
            if len(p.text) > 600 or FRONT_TITLES.search(words(p.text)) and not (mark and sure):
                continue
            if not self._begins_section(p, mark, sure, last):
                continue
            title = title_of(p, mark, 1)
            own = mark is not None and mark.style == self.scheme.style
            if own and self.scheme.style in _HIGH and not title.title:
                skip = max(skip, self._take_next(i, title))
            if own and mark:
                last = mark.value
            title.kind = self._kind(title, mark, own)
            self.titles[i] = title

    def _kind(self, title: Title, mark: Mark | None, own: bool) -> str:
        if kind := title.kind or kind_of(title.title):
            return kind
        procedure = mark and re.match(r"quy trinh\b|thu tuc\b", words(title.title))
        whole = own and self.scheme.style in (*_HIGH, "article")
        return "content" if procedure or whole else ""

    def _take_next(self, i: int, title: Title) -> int:
        """Takes the strong line below a lone "CHƯƠNG I" as its title. Returns that line's
        index, or -1."""
        following = next((j for j in self.lines.order if j > i), None)
        if following is None:
            return -1
        q = self.lines.at[following]
        if (
            (q.bold or q.capitals)
            and len(q.text) <= LONG
            and not self.lines.mark(following)
            and not self.lines.has_table(i, following)
        ):
            title.title, title.uses = q.text.strip(), following - i + 1
            return following
        return -1

    # one line

    def _begins_section(
        self, p: Paragraph, mark: Mark | None, sure: Known | None, last: int | None
    ) -> bool:
        if self.scheme.style == "outline":
            top = self.scheme.top or 0
            return p.outline == self.scheme.top or bool(
                sure and p.bold and p.capitals and (p.outline is None or p.outline <= top)
            )
        if mark and self.scheme.style == "upper":
            _read_as_letter(mark)
        if mark and mark.style == self.scheme.style:
            return self._is_numbered_title(p, mark, sure, last)
        if sure is None:
            return False
        return self._stands_by_itself(p) if mark is None else self._is_numbered_otherwise(p, sure)

    def _is_numbered_title(
        self, p: Paragraph, mark: Mark, sure: Known | None, last: int | None
    ) -> bool:
        """Whether a line with the sections' own kind of number is a title and not an item
        of a list."""
        if self.scheme.style in _HIGH:
            plain = sure is None and mark.rest and not (p.bold or p.capitals or p.centered)
            return len(p.text) <= LONG and not plain
        if self.scheme.style == "article":
            return last is None or mark.value == last + 1 or p.bold
        if sure and (last is None or mark.value >= last or sure.strong and p.capitals):
            return True
        strong = p.capitals if self.capitals else (p.bold or p.capitals)
        if not strong or len(p.text) > LONG:
            return False
        return mark.value <= 1 if last is None else last <= mark.value <= last + 2

    def _stands_by_itself(self, p: Paragraph) -> bool:
        """Whether an unnumbered line that names a kind of section is its title."""
        light = self.scheme.style == "plain" and (
            p.bold or p.capitals or bold_head(p) and ":" in p.text[:90]
        )
        return p.capitals and p.bold or p.outline is not None or light

    def _is_numbered_otherwise(self, p: Paragraph, sure: Known) -> bool:
        """Whether a line numbered in another style is still a title: in capitals, where others
        are not."""
        return (
            sure.mark is not None
            and sure.mark.style in _USUAL
            and p.capitals
            and (p.bold or sure.strong)
            and self.scheme.style in (*_USUAL, "plain")
            and not self.capitals
        )

    def _drop_false_starts(self) -> None:
        """Drops titles from a table of contents without a heading: the later occurrence, with text
        below it, counts."""
        order = sorted(self.titles)
        names = {i: words(self.titles[i].title) for i in order}
        again = {names[i]: i for i in order}  # last index of each title
        for i, j in zip(order, order[1:], strict=False):
            title = self.titles[i]
            empty = self.lines.is_blank(i + title.uses, j) and not title.rest
            if empty and names[i] and again[names[i]] > i:
                self.titles.pop(i, None)
                self.lines.toc.add(i)


def _read_as_letter(mark: Mark) -> None:
    """Reinterprets a single Roman digit as a letter, for sections numbered by letters."""
    if mark.style == "roman" and len(mark.number.strip(" .):/")) == 1:
        mark.style = "upper"
        mark.value = _LETTERS.find(mark.number[0]) + 1
