"""The forms that a document uses, wherever it lists them."""

import re
from collections.abc import Iterator

from procedures.content.candidates.choice import Candidate, best, filled
from procedures.content.candidates.steps import steps
from procedures.content.candidates.tables import Place, rows_of
from procedures.content.forms import (
    FORM_CODE,
    FORM_NAME,
    forms_in,
    grid_forms,
    own_forms,
    record_forms,
)
from procedures.content.grids import columns, grids, rows
from procedures.content.schema import (
    Block,
    Content,
    FormEntry,
    Section,
    is_grid,
    is_heading,
    is_table,
    is_text,
)
from procedures.content.text import block_text, blocks, paragraphs
from procedures.content.wording import fold, words


def forms(content: Content) -> list[FormEntry]:
    """[{"code", "name"}] of the forms a document uses, in listed order."""
    return best_forms(content).rows


def best_forms(content: Content) -> Candidate[FormEntry]:
    """The forms and how they were found."""
    return best(_candidates(content))


def _candidates(content: Content) -> Iterator[Candidate[FormEntry]]:
    codes = _codes_listed(content)
    table = grid_forms(content)
    yield Candidate("table", fit(table, codes), table)
    cells = list(_cells(content))
    yield Candidate("cells", fit(cells, codes) - 0.02, cells)
    listed = list(_listed(content))
    yield Candidate("lines", fit(listed, codes) - 0.03, listed)
    kept = record_forms(content)
    yield Candidate("records", 0.5 * bool(kept), kept)
    annexes = list(_annexes(content))
    yield Candidate("annexes", 0.48 if len(annexes) > 1 else 0.0, annexes)
    in_steps = list(_in_steps(content))
    yield Candidate("steps", 0.45 * bool(in_steps), in_steps)
    told = list(_told(content))
    yield Candidate("prose", 0.42 if len(told) > 1 else 0.0, told)
    own = own_forms(content)
    yield Candidate("own pages", 0.35 * bool(own), own)


def fit(found: list[FormEntry], codes: set[str]) -> float:
    """Plausibility of the forms: names and codes filled, no code of the section left over."""
    if not found:
        return 0.0
    listed = {words(f["code"]) for f in found}
    covered = len(codes & listed) / len(codes) if codes else 1.0
    named = filled(found, "name")
    return 0.3 + 0.3 * named + 0.1 * filled(found, "code") + 0.28 * covered


def _codes_listed(content: Content) -> set[str]:
    text = "\n".join(block_text(block) for _, block in _own_blocks(content))
    return {words(m.group(1)) for m in FORM_CODE.finditer(text)}


def _own_blocks(content: Content) -> Iterator[tuple[Section, Block]]:
    for section, block in blocks(content, ("forms",)):
        if section.get("place", "body") == "body" and not _is_control(block):
            yield section, block


_CODE_LABEL = re.compile(r"\b(?:ma hieu|ma so|ky hieu|so hieu)\b")
_ISSUE_LABEL = re.compile(r"\b(?:lan|ngay) (?:ban hanh|bh|sua doi|hieu luc)\b")


def _is_control(block: Block) -> bool:
    """Whether it is the control block of a document that is itself a list of forms."""
    if not is_table(block):
        return False
    text = block_text(block)
    return (
        len(FORM_CODE.findall(text)) < 2
        and _CODE_LABEL.search(fold(text)) is not None
        and _ISSUE_LABEL.search(fold(text)) is not None
    )


def _unique(found: Iterator[FormEntry]) -> Iterator[FormEntry]:
    """Forms with distinct codes, in order of first mention."""
    seen: set[str] = set()
    for entry in found:
        key = words(entry["code"]) or words(entry["name"])
        if key not in seen:
            seen.add(key)
            yield entry


def _listed(content: Content) -> Iterator[FormEntry]:
    for _, block in _own_blocks(content):
        if is_text(block) or is_heading(block):
            html = block.get("html") if is_text(block) else ""
            lines = paragraphs(html) if html else [block_text(block)]
            yield from _with_names_below(lines)


def _with_names_below(lines: list[str]) -> Iterator[FormEntry]:
    """The forms of these lines; a code alone on its line has its name on the next."""
    waiting: FormEntry | None = None
    for line in lines:
        found = forms_in(line)
        if waiting and not FORM_CODE.search(line):
            yield {"code": waiting["code"], "name": line.strip(" .;:–-")}
            waiting = None
            continue
        if waiting:
            yield waiting
        waiting = None
        if len(found) == 1 and found[0]["code"] and not found[0]["name"]:
            waiting = found[0]
        else:
            yield from found
    if waiting:
        yield waiting


def _cells(content: Content) -> Iterator[FormEntry]:
    """Forms from tables with several forms per row, or one per cell."""
    for _, block in _own_blocks(content):
        if is_table(block) or is_grid(block) and block.get("subject") == "forms":
            for row in rows_of(block):
                yield from _in_row([c for c in row if c.text])


def _in_row(cells: list[Place]) -> Iterator[FormEntry]:
    waiting = ""  # a code with its name in the next cell, or the reverse
    named = True
    for cell in cells:
        found = forms_in(cell.text) if FORM_CODE.search(cell.text) else []
        alone = bool(found) and not found[0]["name"]
        if len(found) > 1 or found and not alone:
            yield from found
            waiting = ""
        elif alone and waiting and named:
            yield {"code": found[0]["code"], "name": waiting}
            waiting = ""
        elif alone:
            waiting, named = found[0]["code"], False
        elif waiting and not named and re.search(r"[^\W\d_]{2}", cell.text):
            yield {"code": waiting, "name": cell.text}
            waiting = ""
        elif re.search(r"[^\W\d_]{2}", cell.text):
            waiting, named = cell.text, True


def _annexes(content: Content) -> Iterator[FormEntry]:
    """ "Phụ lục 1: Tờ khai (BM-01)" as titles of annexes or as lines at the end."""
    lines: list[str] = []
    for section in content.get("sections", ()):
        if section.get("place", "body") != "body":
            continue
        lines.append(f"{section.get('number', '')} {section.get('title', '')}")
        for block in section.get("blocks", ()):
            if is_text(block):
                lines += paragraphs(block.get("html", ""))
            elif is_heading(block):
                lines.append(block_text(block))
    told = (line for line in lines if re.match(r"\W*(phu luc|mau|bieu mau)\b", fold(line)))
    return _unique(entry for line in told for entry in forms_in(line) if entry["code"])


def _in_steps(content: Content) -> Iterator[FormEntry]:
    """Codes in the steps' form column, in order of first mention."""
    lines: list[str] = []
    for grid in grids(content, "steps"):
        own = columns(grid, "form", "result")
        lines += [
            line
            for row in rows(grid)
            for i in own
            if i < len(row.get("cells", ()))
            for line in paragraphs(row["cells"][i])
        ]
    if not any(FORM_CODE.search(line) for line in lines):
        lines = [step["form"] for step in steps(content)]
    return _unique(
        entry
        for line in lines
        if FORM_CODE.search(line)
        for entry in forms_in(line)
        if entry["code"]
    )


def _told(content: Content) -> Iterator[FormEntry]:
    """Forms mentioned with their code in running text."""
    found = (
        entry
        for section, block in blocks(content, ("content", "other", "records", "forms"))
        if section.get("place", "body") == "body" and is_text(block)
        for line in paragraphs(block.get("html", ""))
        if FORM_CODE.search(line)
        for entry in forms_in(line)
        if entry["code"] and FORM_NAME.match(fold(entry["name"])) and len(entry["name"]) < 120
    )
    return _unique(found)
