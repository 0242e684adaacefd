"""From blocks and titles to the neutral content: sections with text, headings, tables, grids
and pictures."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from procedures.content import schema as content
from procedures.content.forms import FORM_CODE
from procedures.content.schema import GridBlock, Section
from procedures.content.wording import words
from procedures.word.grids import continues, grid_of, more_rows
from procedures.word.heading import Title
from procedures.word.html import paragraphs_html, table_html
from procedures.word.labels import labelled
from procedures.word.layout import tabbed
from procedures.word.model import Block, Image, Paragraph, Table, paragraphs_of, tables_of
from procedures.word.outline import Outline, is_front_title
from procedures.word.rules import Rule
from procedures.word.signers import signers_in
from procedures.word.subjects import Context

CAPTION = re.compile(
    r"^\s*+(hình|sơ đồ|ảnh|biểu đồ|lưu đồ|hình vẽ|minh họa|figure|bản đồ)\b\s*+\S", re.I
)


# A grid, its table's width, its index in the output
OpenGrid: TypeAlias = tuple[GridBlock, int, int]


class Assembly:
    """Builds content and collects the pictures without a description."""

    def __init__(self, kind: str = "", rules: tuple[Rule, ...] = ()):
        self.kind = kind
        self.rules = rules
        self.undescribed: list[str] = []

    # sections

    def body(self, blocks: list[Block], outline: Outline) -> list[Section]:
        """Front and body sections, in order."""
        sections: list[Section] = []
        start = outline.start
        if not any(t.level == 1 for t in outline.titles.values()):
            start = self.front_end(blocks)
        front = self.blocks(
            blocks[:start],
            Context(kind=self.kind, place="front", rules=self.rules),
            "ở phần đầu văn bản",
            outline,
            0,
        )
        if front:
            sections.append(
                {"kind": "other", "place": "front", "number": "", "title": "", "blocks": front}
            )
        order = [i for i, t in sorted(outline.titles.items()) if t.level == 1]
        if not order:
            rest = self.blocks(
                blocks[start:],
                Context("content", kind=self.kind, rules=self.rules),
                "trong nội dung",
                outline,
                start,
            )
            if rest:
                whole = "content" if self.kind not in ("", "other") else "other"
                sections.append(
                    {"kind": whole, "place": "body", "number": "", "title": "", "blocks": rest}
                )
            return sections
        for i, following in zip(order, [*order[1:], len(blocks)], strict=True):
            sections.append(self._titled_section(blocks, outline, i, following))
        own = [s for s in sections if s["place"] == "body"]
        if self.kind == "form" and all(s["kind"] == "other" for s in own):
            own[0]["kind"] = "content"  # the form under its own title, whatever that is
        return sections

    def _titled_section(
        self, blocks: list[Block], outline: Outline, start: int, end: int
    ) -> Section:
        """The section whose title is the block at `start`; `end` is where the next one begins."""
        title = outline.titles[start]
        kind = title.kind or self._kind_in_place(title, blocks[start:end])
        first = start + title.uses
        place = " ".join(x for x in (title.number, title.title) if x)
        inner: list[content.Block] = []
        for p in blocks[start:first]:
            self.pictures(p, inner, f"ở mục {place}", [])
        if title.rest:
            inner.append(_text([Paragraph(title.rest)]))
        inner += self.blocks(
            blocks[first:end],
            Context(
                kind if kind != "other" or title.style == "annex" else "other",
                kind=self.kind,
                rules=self.rules,
            ),
            f"trong mục {place}",
            outline,
            first,
            words(place),
        )
        return {
            "kind": kind,
            "place": "body",
            "number": title.number,
            "title": title.title,
            "blocks": _joined(inner),
        }

    def _kind_in_place(self, title: Title, blocks: list[Block]) -> str:
        """The kind of a section whose title names none: numbered chapters of a manual or form
        are "content"."""
        if title.style != "annex" and (
            title.number
            and self.kind in ("form", "manual", "instruction", "regulation")
            or self.kind in ("policy", "objectives")
        ):
            return "content"
        lists_forms = any(FORM_CODE.match(p.text.lstrip(" -–+•*")) for p in paragraphs_of(blocks))
        return (
            "forms"
            if lists_forms and words(title.title) in ("phu luc", "cac phu luc", "phu luc kem theo")
            else "other"
        )

    @staticmethod
    def front_end(blocks: list[Block]) -> int:
        """The index where the front ends if there are no sections: after the control block; the
        rest is the body."""
        end = 0
        for i, b in enumerate(blocks[:14]):
            lines = [p.text for p in paragraphs_of([b])]
            if isinstance(b, Table) and any(labelled(x) for x in lines):
                end = i + 1
        return end

    def part(
        self, blocks: list[Block], place: str, where: str, kind: str = "other"
    ) -> Section | None:
        """A section for a header, a footer, the notes or the comments; None if it is empty."""
        inner = self.blocks(
            blocks, Context(kind=self.kind, place=place, rules=self.rules), where, None, 0
        )
        return (
            {"kind": kind, "place": place, "number": "", "title": "", "blocks": inner}
            if inner
            else None
        )

    # blocks

    def blocks(
        self,
        blocks: list[Block],
        context: Context,
        where: str,
        outline: Outline | None,
        offset: int,
        above: str = "",
    ) -> list[content.Block]:
        """The neutral blocks of a stretch of the document."""
        stretch = _Stretch(self, blocks, context, where, above)
        titles = outline.titles if outline else {}
        return stretch.made({i - offset: t for i, t in titles.items() if t.level > 1})

    def table(
        self,
        table: Table,
        context: Context,
        place: str,
        out: list[content.Block],
        last_grid: OpenGrid | None,
    ) -> OpenGrid | None:
        if not table.rows:
            return last_grid
        found = grid_of(table, context)
        if (
            found is None
            and last_grid is not None
            and not any(isinstance(b, dict) and b is not last_grid[0] for b in out[last_grid[2] :])
            and continues(table, last_grid[0], last_grid[1])
            and not signers_in([table])
        ):
            last_grid[0]["rows"] += more_rows(table, last_grid[0])
            self._grid_pictures(table, out, place)
            return last_grid
        if found is None:
            self._describe_in(table, place)
            if any(c.text or any(p.images for p in c.paragraphs) for c in table.cells):
                out.append({"type": "table", "html": table_html(table)})
            return None
        grid, before = found
        if before:
            out += self.blocks(before, Context(kind=self.kind, place=context.place), place, None, 0)
        out.append(grid)
        self._grid_pictures(table, out, place)
        return grid, table.width, len(out)

    def _grid_pictures(self, table: Table, out: list[content.Block], place: str) -> None:
        for p in paragraphs_of([table]):
            self.pictures(p, out, f"{place} (trong bảng)", [])

    # pictures

    def pictures(
        self,
        paragraph: Block,
        out: list[content.Block],
        place: str,
        after: Sequence[Block],
        before: Sequence[Block] = (),
    ) -> None:
        if not isinstance(paragraph, Paragraph):
            return
        for image in paragraph.images:
            caption = _caption(after) or _caption(reversed(list(before)))
            by = "author" if image.description else "caption" if caption else "place"
            description = image.description or caption or f"Hình {place}"
            if by != "author":
                self.undescribed.append(description)
            out.append(
                {
                    "type": "picture",
                    "sha256": image.sha256,
                    "name": image.name,
                    "description": description,
                    "caption": caption,
                    "described_by": by,
                }
            )

    def _describe_in(self, table: Table, place: str) -> None:
        """Describes pictures in a table of text by the row they are in."""
        for t in tables_of([table]):
            for r, row in enumerate(t.rows):
                label = words(t.rows[r][0].text) if row else ""
                for cell in row:
                    for p in (b for b in cell.blocks if isinstance(b, Paragraph)):
                        for n, image in enumerate(p.images):
                            if not image.description:
                                made = (
                                    "Ảnh chữ ký"
                                    if re.match(r"(chu ky|ky)\b", label)
                                    else f"Hình trong bảng {place}"
                                )
                                p.images[n] = Image(image.sha256, image.name, made)
                                self.undescribed.append(made)


class _Stretch:
    """Converts a range of the document to neutral blocks, one by one."""

    def __init__(
        self, assembly: Assembly, blocks: list[Block], context: Context, where: str, above: str
    ) -> None:
        self.assembly, self.blocks, self.context = assembly, blocks, context
        self.out: list[content.Block] = []
        self.text: list[Paragraph] = []  # collected, not yet emitted
        self.last_grid: OpenGrid | None = None
        self.place, self.above = where, above

    def made(self, titles: dict[int, Title]) -> list[content.Block]:
        """The blocks. `titles` are those of sub-sections, by index in the range."""
        taken = -1
        for n, block in enumerate(self.blocks):
            if n <= taken:
                continue
            self.context.above = self.above
            if lines := self._set_by_tabs(n):
                taken = n + lines - 1
            elif isinstance(block, Table):
                self._flush()
                self.last_grid = self.assembly.table(
                    block, self.context, self.place, self.out, self.last_grid
                )
            elif n in titles:
                self._heading(n, titles[n])
            else:
                self._paragraph(n, block)
        self._flush()
        return _joined(self.out)

    def _flush(self) -> None:
        if any(not p.empty for p in self.text):
            self.out.append(_text(self.text))
        self.text.clear()

    def _set_by_tabs(self, n: int) -> int:
        """The number of lines of a table laid out with tabs; 0 if none begins here."""
        found = tabbed(self.blocks, n, lambda t: grid_of(t, self.context) is not None)
        if found is None:
            return 0
        self._flush()
        table, lines = found
        self.assembly.table(table, self.context, self.place, self.out, None)
        self.last_grid = None
        return lines

    def _heading(self, n: int, title: Title) -> None:
        self._flush()
        self.out.append(
            {
                "type": "heading",
                "number": title.number,
                "title": title.title,
                "level": title.level,
            }
        )
        self.above = words(f"{title.number} {title.title}")
        self.place = f"trong mục {title.number} {title.title.rstrip(':')}".replace("  ", " ")
        after = self.blocks[n + 1 : n + 4]
        self.assembly.pictures(self.blocks[n], self.out, self.place, after)
        if title.rest:
            self.text.append(Paragraph(title.rest))
        self.last_grid = None

    def _paragraph(self, n: int, p: Paragraph) -> None:
        if not p.empty:
            self.last_grid = None
            if _announces(p):
                self.above = words(p.text)
        self.text.append(p)
        if p.images:
            self._flush()
            before, after = self.blocks[max(0, n - 2) : n + 1], self.blocks[n + 1 : n + 4]
            self.assembly.pictures(p, self.out, self.place, after, before)


def _announces(p: Paragraph) -> bool:
    """Whether a line may announce the subject of the table below it."""
    plain = words(p.text)
    return len(plain) < 120 and (
        p.bold or is_front_title(p.text) or p.text.rstrip().endswith(":") or len(plain) < 60
    )


def _caption(blocks: Iterable[Block]) -> str:
    """The first words near a picture that read like a caption."""
    for b in blocks:
        if isinstance(b, Table):
            return ""
        if b.empty:
            continue
        return (
            " ".join(b.shown.split()) if len(b.text) < 200 and CAPTION.match(b.text.strip()) else ""
        )
    return ""


def _text(paragraphs: Iterable[Paragraph]) -> content.TextBlock:
    return {"type": "text", "html": paragraphs_html(paragraphs)}


def _joined(blocks: Iterable[content.Block]) -> list[content.Block]:
    """The blocks, with adjacent text blocks merged."""
    out: list[content.Block] = []
    for b in blocks:
        if b["type"] == "text" and not b["html"]:
            continue
        if b["type"] == "text" and out and out[-1]["type"] == "text":
            out[-1] = {"type": "text", "html": out[-1]["html"] + b["html"]}
        else:
            out.append(b)
    return out
