"""Titles without a number: bold capitals before the first and after the last numbered section,
annexes, the amendment log."""

from procedures.content.wording import words
from procedures.word.heading import LONG, Title, clean_title
from procedures.word.title_lines import TitleLines
from procedures.word.titles import FRONT_TITLES, MOTTO, could_be_title, kind_of


def add_loose_titles(lines: TitleLines, titles: dict[int, Title], scheme: str) -> None:
    """Adds the unnumbered titles to `titles`."""
    numbered = [i for i, t in titles.items() if t.number or scheme in ("plain", "outline")]
    first, last = (min(numbered), max(numbered)) if numbered else (None, -1)
    found_any = bool(titles)
    used = used_blocks(titles)
    previous: int | None = None
    for i in lines.order:
        p, mark = lines.at[i], lines.mark(i)
        if i in titles or i in lines.toc or mark and mark.style != "annex" or i in used:
            previous = None
            continue
        if i > last > -1 and _heads_a_log(lines, i):
            titles[i] = Title(1, "", clean_title(p.text), "other", style="log")
            previous = None
            continue
        annex = _heads_an_annex(lines, i)
        if not (annex or could_be_title(p)) or FRONT_TITLES.search(words(p.text)):
            previous = None
            continue
        if first is not None:
            in_place = i > last or annex and i > first
        else:
            in_place = found_any or annex or _has_text_below(lines, i)
        if not in_place:
            continue
        if previous is not None and not annex:
            above = titles[previous]
            if lines.is_blank(previous + above.uses, i):
                above.title = f"{above.title} {p.text.strip()}".strip()
                above.uses = i - previous + 1
                continue
        titles[i] = _annex(lines, i) if annex else _plain(lines, i)
        previous = i


def used_blocks(titles: dict[int, Title]) -> set[int]:
    """Indexes of the blocks of titles other than their first."""
    return {k for i, t in titles.items() for k in range(i + 1, i + t.uses)}


def _heads_an_annex(lines: TitleLines, i: int) -> bool:
    p = lines.at[i]
    return (
        lines.mark(i) is not None and (p.bold or p.capitals or p.centered) and len(p.text) <= LONG
    )


def _annex(lines: TitleLines, i: int) -> Title:
    mark = lines.mark(i)
    text = mark.rest if mark else lines.at[i].text
    return Title(1, mark.number if mark else "", clean_title(text), "other", style="annex")


def _plain(lines: TitleLines, i: int) -> Title:
    text = lines.at[i].text
    return Title(1, "", clean_title(text), kind_of(text))


def _heads_a_log(lines: TitleLines, i: int) -> bool:
    """Whether a line after the last section announces the amendment log, which belongs to
    no section."""
    p = lines.at[i]
    plain = words(p.text)
    return (
        len(plain) <= 80
        and (p.bold or p.capitals or p.centered)
        and FRONT_TITLES.search(plain) is not None
        and not plain.startswith("muc luc")
    )


def _has_text_below(lines: TitleLines, i: int) -> bool:
    following = next((lines.at[j].text for j in lines.order if j > i), "")
    return not MOTTO.search(words(following)) and len(following) > 60
