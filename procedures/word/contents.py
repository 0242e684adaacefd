"""Finds the lines of a table of contents, which repeats all titles before they occur."""

from collections.abc import Callable, Mapping

from procedures.content.wording import words
from procedures.word.heading import LONG
from procedures.word.model import Block, Paragraph, Table

_DIGITS = "0123456789"
Lines = Mapping[int, Paragraph]  # the non-empty paragraphs, by the index of their block
Words = Callable[[int], str]  # the text of a paragraph without its number


def contents_of(blocks: list[Block], lines: Lines, words_of: Words) -> set[int]:
    """Indexes of its lines: by field or style, or the lines after "MỤC LỤC" until a title
    occurs again."""
    paragraphs = list(lines)
    toc = {i for i in paragraphs if lines[i].toc} | _untitled(lines, words_of)
    at = next(
        (
            n
            for n, i in enumerate(paragraphs)
            if words(lines[i].text) in ("muc luc", "noi dung muc luc", "muc luc noi dung")
        ),
        None,
    )
    if at is None:
        return toc
    toc.add(paragraphs[at])
    seen: set[str] = set()
    last = paragraphs[at]
    for j in paragraphs[at + 1 :]:
        title = words(words_of(j).rstrip().rstrip(_DIGITS))
        if (
            title in seen
            or len(lines[j].text) > LONG
            or any(isinstance(b, Table) for b in blocks[last + 1 : j])
        ):
            return toc
        seen.add(title)
        toc.add(j)
        last = j
    # no title occurred twice: only lines that look like a table of contents belong to it
    return toc - {j for j in paragraphs[at + 1 :] if not _looks_like_it(lines[j])}


def _untitled(lines: Lines, words_of: Words) -> set[int]:
    """At least three consecutive lines that end with a page number and whose titles occur
    again later."""
    paragraphs = list(lines)
    found: set[int] = set()
    run: list[int] = []
    for i in [*paragraphs[:80], -1]:
        if i >= 0 and _looks_like_it(lines[i]):
            run.append(i)
            continue
        if len(run) >= 3:
            later = {words(words_of(j)) for j in paragraphs if j > run[-1]}
            again = [words(words_of(j).rstrip().rstrip(_DIGITS)) in later for j in run]
            found |= set(run) if sum(again) * 2 > len(run) else set()
        run = []
    return found


def _looks_like_it(p: Paragraph) -> bool:
    line = p.text.rstrip()
    title = line.rstrip(_DIGITS)
    gap = title[len(title.rstrip()) :]
    return p.toc or title != line and ("\t" in gap or title.rstrip()[-1:] in set(".…"))
