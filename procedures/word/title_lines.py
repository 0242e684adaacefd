"""The paragraphs searched for titles, with the marks that they begin with."""

from procedures.word.contents import contents_of
from procedures.word.heading import Title, after, clean_title, split_title
from procedures.word.model import Block, Paragraph, Table
from procedures.word.titles import Mark, mark_of_paragraph


class TitleLines:
    """The non-empty paragraphs by the index of their block; `toc` are those of the
    table of contents."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.at = {i: b for i, b in enumerate(blocks) if isinstance(b, Paragraph) and not b.empty}
        self.order = list(self.at)
        self._marks: dict[int, Mark | None] = {}
        self.toc = contents_of(blocks, self.at, self.words_of)

    def mark(self, i: int) -> Mark | None:
        if i not in self._marks:
            self._marks[i] = mark_of_paragraph(self.at[i])
        return self._marks[i]

    def words_of(self, i: int) -> str:
        """The text without its mark."""
        mark = self.mark(i)
        return mark.rest if mark else self.at[i].text.strip()

    def has_table(self, start: int, stop: int) -> bool:
        return any(isinstance(b, Table) for b in self.blocks[start:stop])

    def is_blank(self, start: int, stop: int) -> bool:
        """Whether there are only empty paragraphs between two indexes."""
        return all(isinstance(b, Paragraph) and b.empty for b in self.blocks[start:stop])


def title_of(p: Paragraph, mark: Mark | None, level: int) -> Title:
    """A title with its number; what follows a colon in lighter type, or a whole sentence,
    remains text."""
    number = mark.number if mark else ""
    runs = (
        p.runs
        if p.number or not mark
        else after(p.runs, len(p.text) - len(p.text.lstrip()) + len(mark.number))
    )
    if mark and mark.style == "step" and p.bold:
        # "Bước 2. Kiểm tra: đối chiếu bản chính" is all action
        return Title(level, number, clean_title("".join(r.text for r in runs)), style=mark.style)
    head, rest = split_title(runs)
    return Title(level, number, clean_title(head), rest=rest, style=mark.style if mark else "")
