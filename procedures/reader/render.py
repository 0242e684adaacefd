"""Neutral content as safe HTML. Whatever the content, the output has only the tags and attributes
named here.

A version never changes, so its HTML is cached under its digest; increase `EDITION` when the output
of this module, `cleaning` or `grids` changes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures import content as reading
from procedures.content import outline
from procedures.content.schema import (
    Block,
    Content,
    PictureBlock,
    is_grid,
    is_picture,
    is_table,
    is_text,
)
from procedures.files import Addresses
from procedures.reader import facts, flowchart, linking
from procedures.reader.cleaning import Cleaner, FileUrl
from procedures.reader.grids import grid
from procedures.reader.steps import Step, bare, steps_of
from qms.text.codes import code_key

EDITION = 15
KEPT_SECONDS = 24 * 3600

_COLON = re.compile(r"^(\s*<p>)\s*:\s*")


def block_of(block: Block, cleaner: Cleaner) -> dict[str, Any] | None:
    """One block in the form that the template `_blocks.html` takes; None if it has nothing
    to show."""
    if is_text(block):
        html = cleaner.text(block.get("html") or "")
        return {"type": "text", "html": html} if html.strip() else None
    if is_table(block):
        return {"type": "table", "html": cleaner.table(block.get("html") or "")}
    if is_grid(block):
        return grid(block, cleaner)
    if is_picture(block):
        return picture(block, cleaner)
    return None


def picture(block: PictureBlock, cleaner: Cleaner) -> dict[str, Any]:
    """A picture, or a placeholder with the download if the browser can't show it."""
    sha256 = block.get("sha256") or ""
    shown, caption = cleaner.shown(sha256), block.get("caption") or ""
    description = block.get("description") or caption or _("Hình trong tài liệu")
    return {
        "type": "picture",
        "url": shown,
        "saved": "" if shown else cleaner.saved(sha256),
        "description": description,
        "caption": caption,
    }


def document(content: Content, shown: FileUrl, saved: FileUrl | None = None) -> dict[str, Any]:
    """The sections of the body, the rest of the original file, the table of contents, the facts,
    the flow chart.

    {"sections": [{"anchor", "kind", "label", "html"}], "rest": [likewise], "toc": [{"anchor",
    "label", "level"}], "facts", "flow", "forms", "steps", "codes": keys of the codes named,
    "where": where laws are cited, "differs": where steps and limit differ}"""
    cleaner = Cleaner(shown, saved)
    found = outline.parts(content)
    steps = steps_of(content)
    count = sum(step.kind == "step" for step in steps)
    flow = _flow(steps, count)
    sections = _sections([p for p in found if p.in_body], cleaner, {"flow": flow, "steps": count})
    return {
        "sections": sections,
        "has_forms_section": any(section["kind"] == "forms" for section in sections),
        "rest": _sections([p for p in found if not p.in_body], cleaner),
        "toc": [
            {"anchor": p.anchor, "label": p.label.rstrip(" :"), "level": p.level}
            for p in found
            if p.in_body and p.title and p.level <= 2
        ],
        "facts": facts.of(content, found, steps),
        "flow": flow,
        "forms": keyed_forms(content),
        "codes": linking.codes_in(section["html"] for section in sections),
        "where": linking.cited_where(content),
        "differs": facts.time_differs(content, found),
        "steps": count,
    }


def _sections(
    found: Iterable[outline.Part], cleaner: Cleaner, chart: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    sections: list[dict[str, Any]] = []
    for part in found:
        shown = {
            "anchor": part.anchor,
            "number": part.number,
            "title": part.title.rstrip(" :"),
            "heading": f"h{part.level + 1}",
            "blocks": [
                b for block in _without_colon(part.blocks) if (b := block_of(block, cleaner))
            ],
        }
        if not sections or sections[-1]["index"] != part.section:
            sections.append(
                {
                    "index": part.section,
                    "anchor": part.anchor,
                    "kind": part.kind,
                    "place": part.place,
                    "label": part.label,
                    "parts": [],
                }
            )
        sections[-1]["parts"].append(shown)
    if chart and chart["flow"]:
        _place_chart(sections, chart)
    for section in sections:
        section["html"] = render_to_string(
            "procedures/_parts.html", {"parts": section.pop("parts"), "place": section["place"]}
        )
    return sections


def _without_colon(blocks: tuple[Block, ...]) -> Iterable[Block]:
    """The blocks of a part, without a colon that the original has between heading and text."""
    for number, block in enumerate(blocks):
        if number == 0 and is_text(block):
            yield {**block, "html": _COLON.sub(r"\1", block.get("html") or "", count=1)}
        else:
            yield block


def _place_chart(sections: list[dict[str, Any]], chart: dict[str, Any]) -> None:
    """Places the flow chart below the last table of steps; if the steps are headings, at the end of
    their section."""
    grids = [
        b
        for section in sections
        for part in section["parts"]
        for b in part["blocks"]
        if b["type"] == "grid" and b["subject"] == "steps"
    ]
    if grids:
        grids[-1]["chart"] = chart
        return
    contents = [section for section in sections if section["kind"] == "content"] or sections
    contents[-1]["parts"][-1]["blocks"].append({"type": "chart", "chart": chart})


def keyed_forms(content: Content) -> list[dict[str, str]]:
    """The forms that the document names, with the key for comparing codes."""
    return [
        {"code": form["code"], "name": form["name"], "key": code_key(form["code"])}
        for form in reading.forms(content)
        if form["code"]
    ]


LONGEST_CASE = 30  # letters of a case that fit in a box of the chart


def _flow(steps: list[Step], count: int) -> SafeString:
    cases = list(dict.fromkeys(case for step in steps for case, _time in step.times if case))
    long = any(len(case) > LONGEST_CASE for case in cases)
    brief = {
        case: _("Trường hợp %(number)s") % {"number": n} if long else case
        for n, case in enumerate(cases, 1)
    }
    steps = [replace(step, times=_briefly(step.times, brief)) for step in steps]
    words = flowchart.Words(
        title=_("Lưu đồ các bước thực hiện"),
        description=_("Lưu đồ gồm %(count)s bước, vẽ theo bảng các bước ở trên.")
        % {"count": count},
        start=_("Bắt đầu"),
        end=_("Kết thúc"),
        yes=_("Có"),
        no=_("Không"),
        legend=tuple((brief[case], case) for case in cases) if long else (),
    )
    return mark_safe(flowchart.draw([_with_shared_time(step) for step in steps], words))  # noqa: S308 - each text is escaped where it is drawn


def _briefly(
    times: tuple[tuple[str, str], ...], brief: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    """The times under short names; one that applies in every case is given once."""
    if len(brief) > 1 and len(times) == len(brief) and len({time for _case, time in times}) == 1:
        return (("", _("%(time)s (mọi trường hợp)") % {"time": times[0][1]}),)
    return tuple((brief.get(case, ""), time) for case, time in times)


def _with_shared_time(step: Step) -> Step:
    """Marks a time that several steps share; otherwise each would seem to take it."""
    if not step.until:
        return step
    first = bare(step.number)
    words = _("chung cho các bước %(first)s–%(last)s") if first else _("chung đến bước %(last)s")
    shared = words % {"first": first, "last": step.until}
    return replace(step, times=tuple((case, f"{time} ({shared})") for case, time in step.times))


def version(
    pk: int, digest: str, load: Callable[[], Content], addresses: Addresses
) -> dict[str, Any]:
    """The rendered content of a version, from the cache; `load` returns the content on a cache
    miss."""
    key = f"version:{pk}:{digest[:24]}:{len(addresses)}:{EDITION}:{get_language()}"
    cache = caches["memory"]
    kept = cache.get(key)
    if kept is None:
        kept = document(load(), addresses.shown, addresses.saved)
        cache.set(key, kept, KEPT_SECONDS)
    return kept
