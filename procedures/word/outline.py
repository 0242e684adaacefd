"""Which paragraphs are titles of sections and of sub-sections, by meaning first and by look second."""

import re
from collections import Counter
from typing import TypeAlias

from procedures.content.wording import words
from procedures.word.contents import contents_of
from procedures.word.heading import (
    LONG,
    Title,
    after,
    bold_head,
    clean_title,
    set_by_tabs,
    split_title,
)
from procedures.word.model import Block, Paragraph, Table
from procedures.word.titles import (
    FRONT_TITLES,
    MOTTO,
    Mark,
    could_be_title,
    kind_of,
    mark_of_paragraph,
)

# Without a number these words begin the title of a document, not of a section.
_DOCUMENT = re.compile(
    r"^(quy trinh|qui trinh|huong dan|chinh sach|muc tieu|quy dinh|thu tuc|so do to chuc)\b"
)


Known: TypeAlias = tuple[int, Mark | None, str, bool]  # index, mark, kind, whether it looks strong


class Outline:
    """Titles by the index of their block; `start` is where the first section begins."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.marks: dict[int, Mark | None] = {}
        self.lines = {
            i: b for i, b in enumerate(blocks) if isinstance(b, Paragraph) and not b.empty
        }
        self.paragraphs = list(self.lines)
        self.toc = contents_of(blocks, self.lines, self.words_of)
        self.titles: dict[int, Title] = {}
        self.scheme = ""
        self.top: int | None = None
        self._sections()
        self.start = min(self.titles, default=len(blocks))
        self._headings()

    def mark(self, i: int) -> Mark | None:
        if i not in self.marks:
            self.marks[i] = mark_of_paragraph(self.lines[i])
        return self.marks[i]

    def words_of(self, i: int) -> str:
        mark = self.mark(i)
        return mark.rest if mark else self.lines[i].text.strip()

    # sections

    def _known(self) -> list[Known]:
        """The paragraphs whose words announce a kind of section and that look like a title."""
        found: list[Known] = []
        weak: list[Known] = []
        for i in self.paragraphs:
            p = self.lines[i]
            if i in self.toc or p.boxed or len(p.text) > LONG:
                continue
            mark, text = self.mark(i), self.words_of(i)
            head = text.split(":")[0] if ":" in text else text
            kind = kind_of(head)
            if (
                not kind
                or (mark and mark.style in ("step", "annex"))
                or (mark is None and _DOCUMENT.match(words(head)))
            ):
                continue
            numbered = mark is not None and mark.style in (
                "arabic",
                "roman",
                "upper",
                "article",
                "part",
                "chapter",
            )
            strong = p.outline is not None or p.bold or p.capitals or bold_head(p)
            if strong or (
                numbered and len(words(head).split()) <= 6 and not text.endswith((";", ".", ","))
            ):
                found.append((i, mark, kind, strong))
            elif (
                numbered and ":" in text and len(words(head).split()) <= 6
            ):  # "1/ Mục đích: Bảo đảm …", all in light type
                weak.append((i, mark, kind, strong))
        for entry in reversed(weak):
            if (
                self._goes_on_strongly(entry)
                or not any(strong for _, _, _, strong in found)
                and len(weak) > 1
            ):
                found.append(entry)
        return sorted(found, key=lambda entry: entry[0])

    def _goes_on_strongly(self, entry: Known) -> bool:
        """Whether the next paragraph numbered in this way, one further, is a title by its look or by its own standing."""
        i, mark, _, _ = entry
        if mark is None:
            return False
        following, next_mark = next(
            (
                (j, m)
                for j in self.paragraphs
                if j > i and (m := self.mark(j)) and m.style == mark.style
            ),
            (None, None),
        )
        if following is None or next_mark is None or next_mark.value != mark.value + 1:
            return False
        p = self.lines[following]
        return (
            p.bold
            or p.capitals
            or ":" in p.text
            and self._goes_on_strongly((following, next_mark, "", False))
        )

    def _choose(self, known: list[Known]) -> str:
        """How this document numbers its sections."""
        styles = Counter(
            m.style
            for i in self.paragraphs
            if i not in self.toc and (m := self.mark(i)) and self._heads_a_part(self.lines[i], m)
        )
        if styles["chapter"] >= 2:
            return "chapter"
        kinds = {k for _, _, k, _ in known}
        outlined = Counter(
            level for i, _, _, _ in known if (level := self.lines[i].outline) is not None
        )
        if sum(outlined.values()) >= 2 and sum(outlined.values()) * 2 > len(known):
            self.top = min(outlined)
            return "outline"
        for style in ("part", "group"):
            if styles[style] >= 2 and len(kinds) < 4:
                return style
        numbered = Counter(
            m.style
            for _, m, _, _ in known
            if m and m.style in ("arabic", "roman", "upper", "part", "group")
        )
        if styles["article"] >= 2 and styles["article"] >= sum(numbered.values()):
            return "article"
        if numbered and (len(kinds) >= 2 or sum(numbered.values()) >= 2):
            order = {"part": 5, "group": 4, "roman": 3, "upper": 2, "arabic": 1}
            best = max(numbered.values())
            distinct = {s: len({k for _, m, k, _ in known if m and m.style == s}) for s in numbered}
            return max(numbered, key=lambda s: (distinct[s] * 2 + (numbered[s] == best), order[s]))
        headings = [
            i
            for i in self.paragraphs
            if i not in self.toc
            and self.lines[i].outline is not None
            and not FRONT_TITLES.search(words(self.lines[i].text))
        ]
        if len(headings) >= 2:
            levels = [level for i in headings if (level := self.lines[i].outline) is not None]
            self.top = min(levels)
            if levels.count(self.top) == 1 and len(set(levels)) > 1:
                self.top = sorted(set(levels))[1]
            return "outline"
        if kinds and len(kinds) >= 2:
            return "plain"
        strong = [
            self.lines[i]
            for i in self.paragraphs
            if i not in self.toc
            and (self.lines[i].bold or self.lines[i].capitals)
            and len(self.lines[i].text) <= LONG
        ]
        marks = Counter(m.style for p in strong if (m := mark_of_paragraph(p)))
        for style in ("part", "roman", "upper", "arabic"):
            if marks[style] >= 2:
                return style
        return "plain"

    @staticmethod
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

    def _sections(self) -> None:
        known = self._known()
        self.scheme = self._choose(known)
        sure = {i: (kind, strong) for i, _, kind, strong in known}
        capitals = self.scheme in ("arabic", "roman", "upper") and self._mostly_capitals(known)
        last, skip = None, -1
        for n, i in enumerate(self.paragraphs):
            if i <= skip or i in self.toc or set_by_tabs(self.lines[i]):
                continue
            p, mark = self.lines[i], self.mark(i)
            if (
                len(p.text) > 600
                or FRONT_TITLES.search(words(p.text))
                and not (mark and sure.get(i))
            ):
                continue
            title = self._section(p, mark, sure.get(i), capitals, last)
            if title is None:
                continue
            if (
                self.scheme in ("chapter", "part", "group")
                and mark
                and mark.style == self.scheme
                and not title.title
                and n + 1 < len(self.paragraphs)
            ):
                following = self.paragraphs[n + 1]
                q = self.lines[following]
                if (
                    (q.bold or q.capitals)
                    and len(q.text) <= LONG
                    and not self.mark(following)
                    and not self._table_between(i, following)
                ):
                    title.title, title.uses, skip = q.text.strip(), following - i + 1, following
            if mark and mark.style == self.scheme:
                last = mark.value
            title.kind = (
                title.kind
                or kind_of(title.title)
                or (
                    "content"
                    if mark and re.match(r"quy trinh\b|thu tuc\b", words(title.title))
                    else ""
                )
                or (
                    "content"
                    if self.scheme in ("chapter", "part", "group", "article")
                    and mark
                    and mark.style == self.scheme
                    else ""
                )
            )
            self.titles[i] = title
        self._drop_false_starts()
        self._loose_titles()

    def _table_between(self, a: int, b: int) -> bool:
        return any(isinstance(x, Table) for x in self.blocks[a:b])

    def _mostly_capitals(self, known: list[Known]) -> bool:
        same = [self.lines[i] for i, m, _, _ in known if m and m.style == self.scheme]
        return len(same) >= 3 and sum(p.capitals for p in same) >= 0.8 * len(same)

    def _section(
        self,
        p: Paragraph,
        mark: Mark | None,
        sure: tuple[str, bool] | None,
        capitals: bool,
        last: int | None,
    ) -> Title | None:
        if self.scheme == "outline":
            top = self.top if self.top is not None else 0
            if p.outline == self.top or (
                sure and p.bold and p.capitals and (p.outline is None or p.outline <= top)
            ):
                return self._title(p, mark, 1)
            return None
        style = self.scheme
        if (
            mark
            and style == "upper"
            and mark.style == "roman"
            and len(mark.number.strip(" .):/")) == 1
        ):
            mark.style = "upper"
            mark.value = "ABCDĐEFGHIKLMNOPQRSTUVXY".find(mark.number[0]) + 1
        if mark and mark.style == style:
            if style in ("chapter", "part", "group"):
                return (
                    self._title(p, mark, 1)
                    if len(p.text) <= LONG and (p.bold or p.capitals or p.centered or not mark.rest)
                    else None
                )
            if style == "article":
                return (
                    self._title(p, mark, 1)
                    if last is None or mark.value == last + 1 or p.bold
                    else None
                )
            if sure and (last is None or mark.value >= last or sure[1] and p.capitals):
                return self._title(p, mark, 1)
            strong = p.capitals if capitals else (p.bold or p.capitals)
            if (
                strong
                and last is not None
                and last <= mark.value <= last + 2
                and len(p.text) <= LONG
            ):
                return self._title(p, mark, 1)
            if (
                strong
                and last is None
                and mark.value <= 1
                and len(p.text) <= LONG
                and style != "plain"
            ):
                return self._title(p, mark, 1)
            return None
        if (
            sure
            and mark is None
            and (
                p.capitals
                and p.bold
                or p.outline is not None
                or style == "plain"
                and (p.bold or p.capitals or bold_head(p) and ":" in p.text[:90])
            )
        ):
            return self._title(p, None, 1)
        if (
            sure
            and mark
            and mark.style in ("arabic", "roman", "upper")
            and p.capitals
            and (p.bold or sure[1])
            and style in ("arabic", "roman", "upper", "plain")
            and not capitals
        ):
            return self._title(p, mark, 1)
        return None

    def _title(self, p: Paragraph, mark: Mark | None, level: int) -> Title:
        """A title with its number; what follows a colon in lighter type, or a whole sentence, stays text."""
        number = mark.number if mark else ""
        runs = (
            p.runs
            if p.number or not mark
            else after(p.runs, len(p.text) - len(p.text.lstrip()) + len(mark.number))
        )
        if (
            mark and mark.style == "step" and p.bold
        ):  # "Bước 2. Kiểm tra: đối chiếu bản chính", all of it what is done
            return Title(
                level, number, clean_title("".join(r.text for r in runs)), style=mark.style
            )
        head, rest = split_title(runs)
        return Title(level, number, clean_title(head), rest=rest, style=mark.style if mark else "")

    def _drop_false_starts(self) -> None:
        """A list of contents without a heading repeats all titles: what comes again later, with text below it, counts."""
        order = sorted(self.titles)
        names = {i: words(self.titles[i].title) for i in order}
        again = {names[i]: i for i in order}  # where a title stands last
        for i, j in zip(order, order[1:], strict=False):
            empty = (
                all(
                    isinstance(b, Paragraph) and b.empty
                    for b in self.blocks[i + self.titles[i].uses : j]
                )
                and not self.titles[i].rest
            )
            if empty and names[i] and again[names[i]] > i:
                self.titles.pop(i, None)
                self.toc.add(i)

    def _loose_titles(self) -> None:
        """Bold capitals without a number: sections of their own before the first and after the last numbered one."""
        numbered = [
            i for i, t in self.titles.items() if t.number or self.scheme in ("plain", "outline")
        ]
        first, last = (min(numbered), max(numbered)) if numbered else (None, -1)
        start = min(self.titles, default=None)
        previous, used = None, self._used()
        for i in self.paragraphs:
            p, mark = self.lines[i], self.mark(i)
            if i in self.titles or i in self.toc or mark and mark.style != "annex" or i in used:
                previous = None
                continue
            annex = (
                mark is not None and (p.bold or p.capitals or p.centered) and len(p.text) <= LONG
            )
            log = i > last > -1 and self._heads_a_log(i)
            if log:
                self.titles[i] = Title(1, "", clean_title(p.text), "other", style="log")
                previous = None
                continue
            if not (annex or could_be_title(p)) or FRONT_TITLES.search(words(p.text)):
                previous = None
                continue
            if first is not None and not (i > last or annex and i > first):
                continue
            if first is None and start is None and not annex and not self._has_text_below(i):
                continue
            if previous is not None and not any(
                not (isinstance(b, Paragraph) and b.empty)
                for b in self.blocks[previous + self.titles[previous].uses : i]
            ):
                title = self.titles[previous]
                if not annex:
                    title.title = f"{title.title} {p.text.strip()}".strip()
                    title.uses = i - previous + 1
                    continue
            mark = mark if annex else None
            self.titles[i] = Title(
                1,
                mark.number if mark else "",
                clean_title(mark.rest if mark else p.text),
                kind_of(p.text) if not annex else "other",
                style="annex" if annex else "",
            )
            previous = i

    def _heads_a_log(self, i: int) -> bool:
        """Whether a line after the last section announces the amendment log, which belongs to no section."""
        p = self.lines[i]
        plain = words(p.text)
        return (
            len(plain) <= 80
            and (p.bold or p.capitals or p.centered)
            and FRONT_TITLES.search(plain) is not None
            and not plain.startswith("muc luc")
        )

    def _used(self) -> set[int]:
        """The blocks after the first that a title takes."""
        return {k for i, t in self.titles.items() for k in range(i + 1, i + t.uses)}

    def _has_text_below(self, i: int) -> bool:
        following = self.paragraphs[self.paragraphs.index(i) + 1 :][:1]
        return (
            bool(following)
            and not MOTTO.search(words(self.lines[following[0]].text))
            and len(self.lines[following[0]].text) > 60
        )

    # sub-sections

    def _headings(self) -> None:
        current: Title | None = None
        sections, used = {i for i, t in self.titles.items() if t.level == 1}, self._used()
        for i in self.paragraphs:
            if i in sections:
                current = self.titles[i]
                continue
            if current is None or i in self.toc or i in used or set_by_tabs(self.lines[i]):
                continue
            p, mark = self.lines[i], self.mark(i)
            level = self._level(p, mark, current)
            if level:
                title = self._title(p, mark, level)
                if title.title or title.number:
                    self.titles[i] = title

    def _level(self, p: Paragraph, mark: Mark | None, section: Title) -> int:
        if p.boxed or p.bullet:
            return 0
        text = p.text.strip()
        short = len(text) <= LONG
        if p.outline is not None and short:
            base = self.top if self.top is not None else 0
            return max(2, min(4, 1 + p.outline - base)) if p.outline > base else 2
        if not mark:
            return 2 if short and p.bold and p.capitals and could_be_title(p) else 0
        bold = p.bold or bold_head(p)
        if mark.style == "step":
            return (
                3
                if bold and short and not text.endswith((".", ";"))
                else 3
                if mark.rest and bold and p.number
                else 0
            )
        if mark.style == "multi":
            light = (
                short
                and not text.endswith((".", ";", ","))
                and len(mark.rest.split(":")[0]) <= 80
                and mark.rest[:1].isupper()
            )
            own = section.number.strip(" .):").split()[-1:] == [mark.number.split(".")[0]]
            if bold or (light and (own or ":" not in mark.rest) and mark.rest):
                return max(2, min(4, mark.depth))
            return 0
        if mark.style == "article":
            return 2 if bold or self.scheme == "chapter" else 0
        if mark.style == "group":
            return 2 if bold and short else 0
        if mark.style in ("lower", "arabic", "roman", "upper") and bold:
            head, rest = split_title(p.runs)
            return 2 if len(head.strip()) <= LONG and (rest or short) else 0
        return 0


def is_front_title(text: str) -> bool:
    """Whether a line announces a part that stands before the first section: contents, amendment log, distribution."""
    return FRONT_TITLES.search(words(text)) is not None
