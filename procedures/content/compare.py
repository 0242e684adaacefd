"""What changed between two states of a document, for Vietnamese readers: words, not letters, compared in their order.

Wagtail's own comparison takes short words for noise, which nearly every Vietnamese syllable is. Blocks are first paired by how
alike they are, then compared word by word with rapidfuzz's Indel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from procedures.content import block_text, one_line, paragraphs

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
ALIKE = 55  # two lines are versions of one another from this ratio on (0 to 100)
JUDGED = 1_000  # letters of a line by which its likeness is judged
MOST_PAIRS = 30_000_000  # words, or lines, of one side times those of the other: beyond it the whole is shown as changed
LONGEST = 6_000  # lines beyond which pairing would take too long; the rest is compared in order


@dataclass
class Change:
    """One line of a comparison: `kind` is same, changed, added, removed."""

    kind: str
    html: SafeString
    label: str = ""


@dataclass
class SectionChange:
    """A section of the document with its lines."""

    label: str
    lines: list[Change] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return any(line.kind != "same" for line in self.lines)


def words_html(old: str, new: str) -> SafeString:
    """`new` with what was added in <ins> and what went in <del>, word by word; what went comes first."""
    a, b = _TOKEN.findall(old or ""), _TOKEN.findall(new or "")
    if _pairs(a, b) > MOST_PAIRS:
        return _changed(old, new)
    parts: list[str] = []
    gone = come = ""
    ops = list(Indel.opcodes(a, b))
    for at, op in enumerate(ops):
        before, after = (
            "".join(a[op.src_start : op.src_end]),
            "".join(b[op.dest_start : op.dest_end]),
        )
        if op.tag != "equal":
            gone, come = gone + before, come + after
        elif before.isspace() and gone and come and at + 1 < len(ops):
            gone, come = (
                gone + before,
                come + after,
            )  # a blank between two changes: they read as one
        else:
            parts += [_changed(gone, come), escape(before)]
            gone = come = ""
    return format_html_join("", "{}", ((part,) for part in [*parts, _changed(gone, come)]))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How much there is to compare: what both begin and end with is left out."""
    shorter = min(len(old), len(new))
    begin = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - begin
    end = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return (len(old) - begin - end) * (len(new) - begin - end)


def _changed(gone: str, come: str) -> SafeString:
    return format_html_join(
        "", "{}", ((_wrapped(tag, text),) for tag, text in (("del", gone), ("ins", come)) if text)
    )


def _wrapped(tag: str, text: str) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, text)


def lines(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The lines of both in the order of `new`, each same, changed, added or removed."""
    if _pairs(old, new) > MOST_PAIRS:
        return _match(list(old), list(new))
    changes: list[Change | tuple[str, str]] = []
    for op in Indel.opcodes(list(old), list(new)):
        a, b = old[op.src_start : op.src_end], new[op.dest_start : op.dest_end]
        if op.tag == "equal":
            changes += [Change("same", escape(line)) for line in a]
        else:
            changes += [*(("-", line) for line in a), *(("+", line) for line in b)]
    return _paired(changes)


def _paired(raw: list[Change | tuple[str, str]]) -> list[Change]:
    """Runs of removed and added lines, with those that are alike joined into one changed line."""
    out: list[Change] = []
    gone: list[str] = []
    come: list[str] = []

    def settle() -> None:
        out.extend(_match(gone, come))
        gone.clear()
        come.clear()

    for entry in raw:
        if isinstance(entry, Change):
            settle()
            out.append(entry)
        elif entry[0] == "-":
            gone.append(entry[1])
        else:
            come.append(entry[1])
    settle()
    return out


def _match(gone: list[str], come: list[str]) -> list[Change]:
    out: list[Change] = []
    start = 0
    for line in come:
        best, at = 0.0, -1
        if len(gone) * len(come) <= LONGEST:
            for i in range(start, len(gone)):
                ratio = fuzz.ratio(gone[i][:JUDGED], line[:JUDGED], score_cutoff=ALIKE)
                if ratio > best:
                    best, at = ratio, i
        elif start < len(gone):
            at = start
        if at < 0:
            out.append(Change("added", _wrapped("ins", line)))
            continue
        out += [Change("removed", _wrapped("del", old)) for old in gone[start:at]]
        out.append(Change("changed", words_html(gone[at], line)))
        start = at + 1
    return out + [Change("removed", _wrapped("del", old)) for old in gone[start:]]


def section_lines(section: dict[str, Any]) -> list[str]:
    """A section's text, a line a paragraph, item or row of a table; pictures by their description and digest."""
    found: list[str] = []
    for block in section["blocks"]:
        if block["type"] == "text":
            found += paragraphs(block["html"])
        elif block["type"] == "grid":
            found.append(" | ".join(one_line(c.get("label", "")) for c in block["columns"]))
            found += [" | ".join(one_line(c) for c in row["cells"]) for row in block["rows"]]
        elif block["type"] == "picture":
            found.append(
                f"[{block.get('description') or block.get('caption') or block.get('name') or '…'} · {block['sha256'][:8]}]"
            )
        else:
            found += [line.replace("\t", " | ") for line in block_text(block).split("\n")]
    return [line for line in found if line.strip()]


def _label(section: dict[str, Any]) -> str:
    return " ".join(x for x in (section.get("number"), section.get("title")) if x) or "…"


def contents(old: dict[str, Any], new: dict[str, Any]) -> list[SectionChange]:
    """Both contents section by section, in the order of the new one; sections are paired by kind and title."""
    left = list(old["sections"])
    found: list[SectionChange] = []
    for section in new["sections"]:
        at = _partner(section, left)
        passed = left[: at + 1] if at is not None else []
        for dropped in passed[:-1]:
            found.append(_removed(dropped))
        before = passed[-1] if passed else None
        left = left[at + 1 :] if at is not None else left
        found.append(_section(before, section))
    return found + [_removed(section) for section in left]


def _partner(section: dict[str, Any], left: list[dict[str, Any]]) -> int | None:
    """The place of the section among those left that this one was."""
    best, at = 0.0, None
    for i, other in enumerate(left):
        ratio = fuzz.ratio(_label(section).lower(), _label(other).lower()) + (
            25 if section["kind"] == other["kind"] != "other" else 0
        )
        if ratio > best and ratio >= 60:
            best, at = ratio, i
    return at


def _section(old: dict[str, Any] | None, new: dict[str, Any]) -> SectionChange:
    if old is None:
        heading = [Change("added", _wrapped("ins", _label(new)))]
        return SectionChange(
            _label(new),
            heading + [Change("added", _wrapped("ins", line)) for line in section_lines(new)],
        )
    renamed = (
        [Change("changed", words_html(_label(old), _label(new)))]
        if _label(old) != _label(new)
        else []
    )
    return SectionChange(_label(new), renamed + lines(section_lines(old), section_lines(new)))


def _removed(section: dict[str, Any]) -> SectionChange:
    shown = [_label(section), *section_lines(section)]
    return SectionChange(
        _label(section), [Change("removed", _wrapped("del", line)) for line in shown]
    )


def facts(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> list[tuple[str, SafeString]]:
    """[(label, html)] of the facts that differ; both lists have the same labels in the same order."""
    return [
        (label, words_html(before, after))
        for (label, before), (_label, after) in zip(old, new, strict=True)
        if before != after
    ]
