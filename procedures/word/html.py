"""Converts paragraphs and tables to the small subset of HTML that documents are stored in."""

import re
from collections.abc import Iterable
from html import escape

from procedures.word.model import Cell, Image, Paragraph, Run, Table

TAGS = (("bold", "strong"), ("italic", "em"), ("underline", "u"))


def runs_html(runs: Iterable[Run], *, bold: bool = True) -> str:
    """Inline HTML of runs; line breaks become <br>, tabs a space. `bold=False` leaves bold out,
    for headings."""
    out = []
    for run in runs:
        text = re.sub(r"\t+ *", " ", run.text)
        text = escape(text, quote=False).replace("\n", "<br>")
        if text.strip():
            for attribute, tag in TAGS:
                if (
                    getattr(run, attribute)
                    and (bold or tag != "strong")
                    and not (tag == "u" and run.href)
                ):
                    text = f"<{tag}>{text}</{tag}>"
            if run.position:
                text = f"<{run.position}>{text}</{run.position}>"
            if run.href and re.match(r"(?i)(https?://|mailto:)\S+$", run.href.strip()):
                text = f'<a href="{escape(run.href.strip())}">{text}</a>'
        out.append(text)
    html = "".join(out)
    for _, tag in TAGS:
        html = re.sub(rf"</{tag}>(\s*)<{tag}>", r"\1", html)
    return _trimmed(html)


def _trimmed(html: str) -> str:
    """The HTML without white space and line breaks at both ends."""
    html = html.strip()
    while html.startswith("<br>"):
        html = html[4:].lstrip()
    while html.endswith("<br>"):
        html = html[:-4].rstrip()
    return html


def paragraph_inner(p: Paragraph) -> str:
    """The inner HTML of a paragraph's <p>, with the number that Word generates."""
    inner = runs_html(p.runs)
    return f"{escape(p.number, quote=False)} {inner}".strip() if p.number else inner


def paragraphs_html(paragraphs: Iterable[Paragraph]) -> str:
    """<p> and <ul> for paragraphs in their order; empty ones are left out, bullets by level."""
    out: list[str] = []
    open_levels: list[int] = []

    def close(to: int = -1) -> None:
        while open_levels and open_levels[-1] > to:
            open_levels.pop()
            out.append("</li></ul>")

    for p in paragraphs:
        inner = paragraph_inner(p)
        if p.empty:
            continue
        if not p.bullet:
            close()
            out.append(f"<p>{inner}</p>")
            continue
        close(p.level)
        if open_levels and open_levels[-1] == p.level:
            out.append("</li><li>")
        else:
            out.append("<ul><li>")
            open_levels.append(p.level)
        out.append(inner)
    close()
    return "".join(out)


def image_html(image: Image) -> str:
    """An <img> that names its picture by content."""
    return f'<img src="sha256:{image.sha256}" alt="{escape(image.description)}">'


def cell_html(cell: Cell, *, images: bool = True) -> str:
    """A cell's content: bare text for one plain paragraph, otherwise paragraphs; nested tables
    as tables."""
    out: list[str] = []
    group: list[Paragraph] = []

    def flush() -> None:
        if group:
            out.append(paragraphs_html(group))
            group.clear()

    for block in cell.blocks:
        if isinstance(block, Table):
            flush()
            out.append(table_html(block, images=images))
            continue
        group.append(block)
        if block.empty and block.number:  # Word shows the number of an empty line in a table
            group.pop()
            flush()
            out.append(f"<p>{escape(block.number, quote=False)}</p>")
        if images and block.images:
            flush()
            out.extend(f"<p>{image_html(i)}</p>" for i in block.images)
    flush()
    return _bare("".join(out))


def _bare(html: str) -> str:
    if (
        html.startswith("<p>")
        and html.endswith("</p>")
        and html.count("<p>") == 1
        and "<ul>" not in html
        and "<table>" not in html
    ):
        return html[3:-4]
    return html


def cell_text_html(cell: Cell) -> str:
    """HTML of a grid's cell: text tags only, texts of nested tables in order."""
    return _bare(
        "".join(
            f"<p>{paragraph_inner(p)}</p>"
            if not p.bullet or p.empty and p.number
            else f"<ul><li>{paragraph_inner(p)}</li></ul>"
            for p in cell.paragraphs
            if not p.empty or p.number
        ).replace("</ul><ul>", "")
    )


def table_html(table: Table, *, images: bool = True) -> str:
    """A table with its merged cells; rows that Word repeats on each page are its head."""
    out = ["<table>"]
    heads = table.heads if table.heads < len(table.rows) else 0
    for i, row in enumerate(table.rows):
        if i == 0:
            out.append("<thead>" if heads else "<tbody>")
        elif i == heads and heads:
            out.append("</thead><tbody>")
        tag = "th" if i < heads else "td"
        out.append("<tr>")
        for cell in row:
            span = (f' rowspan="{cell.rows}"' if cell.rows > 1 else "") + (
                f' colspan="{cell.span}"' if cell.span > 1 else ""
            )
            out.append(f"<{tag}{span}>{cell_html(cell, images=images)}</{tag}>")
        out.append("</tr>")
    if table.rows:
        out.append("</tbody>")
    out.append("</table>")
    return "".join(out)
