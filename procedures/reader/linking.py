"""Turns codes and cited laws in a text into links: a code to the document in force with that code,
a law to its entry in the legal basis.

The codes are found once and cached with the rendered version; their targets are looked up for each
reader, and inserted when the page is shown."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from procedures.content import legal, outline
from procedures.content.schema import Content
from procedures.content.text import block_text
from procedures.models import Version
from qms.text.codes import code_key

MOST = 200  # codes looked up per document
_CODE = re.compile(
    r"(?<![\w/.\-])(?=[\w.\-/&]*\d)[A-ZĐ]{2,8}(?:[.\-/][A-ZĐa-zđ0-9&]{1,8}){1,5}(?![\w/\-])(?!\.\w)"
)
_TAGS = re.compile(r"(<[^>]*>)")
_UNLINKED = ("<a ", "<svg ")


def codes_in(html: Iterable[str]) -> list[str]:
    """The keys of possible codes in the texts, without duplicates."""
    found = (code_key(m[0]) for one in html for text in _texts(one) for m in _CODE.finditer(text))
    return list(dict.fromkeys(found))[:MOST]


def _texts(html: str) -> list[str]:
    return _TAGS.split(html)[::2]


def linked(
    html: SafeString, codes: Mapping[str, tuple[str, str]], laws: Mapping[str, str]
) -> SafeString:
    """The safe HTML with links. `codes`: (URL, title) by key; `laws`: anchors by `law_key`.
    Existing links are unchanged; charts get none, since they are images to screen readers and
    repeat the table of steps."""
    if not codes and not laws:
        return html
    inside = 0
    out = []
    for place, piece in enumerate(_TAGS.split(html)):
        if place % 2:
            inside += piece.startswith(_UNLINKED) - piece.startswith(("</a>", "</svg>"))
            out.append(piece)
        elif inside:
            out.append(piece)
        else:
            out.append(_laws(_codes(piece, codes), laws))
    return mark_safe("".join(out))  # noqa: S308 - safe before; what was added is escaped


def _codes(text: str, codes: Mapping[str, tuple[str, str]]) -> str:
    def link(found: re.Match[str]) -> str:
        to = codes.get(code_key(found[0]))
        if to is None:
            return found[0]
        return f'<a class="ref" href="{escape(to[0])}" title="{escape(to[1])}">{found[0]}</a>'

    return _CODE.sub(link, text) if codes else text


_LAW = re.compile(r"(?<![\w/.\-])\d{1,5}(?:/\d{4})?[/-][A-ZĐa-zđ][\w\-./]*[\wĐđ]")


def _laws(text: str, laws: Mapping[str, str]) -> str:
    def link(found: re.Match[str]) -> str:
        anchor = laws.get(law_key(found[0]))
        return f'<a class="ref" href="#{escape(anchor)}">{found[0]}</a>' if anchor else found[0]

    return _LAW.sub(link, text) if laws else text


@lru_cache(maxsize=4096)
def law_key(number: str) -> str:
    """The normalised form for comparing numbers of laws: no leading zeros, case folded."""
    return number.strip().lstrip("0").casefold()


def cited_where(content: Content) -> dict[str, list[dict[str, str]]]:
    """Where a document cites each law: [{"anchor", "label"}] by `law_key`, in document order."""
    found: dict[str, list[dict[str, str]]] = {}
    for part in outline.parts(content):
        if not part.in_body:
            continue
        for number in legal.cited("\n".join(block_text(block) for block in part.blocks)):
            place = {"anchor": part.anchor, "label": part.number.rstrip(". )") or part.title}
            found.setdefault(law_key(number), []).append(place)
    return found


def with_links(
    sections: Iterable[Mapping[str, Any]],
    found: Mapping[str, Version],
    laws: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The sections with links to the documents found by code, and to the entries of the legal
    basis."""
    codes = {
        key: (reverse("document", args=[row.document_id]), row.title) for key, row in found.items()
    }
    anchors = {law_key(law["number"]): law["anchor"] for law in laws}
    return [
        {**section, "html": linked(section["html"], codes, anchors)}
        if section["place"] == outline.BODY
        else dict(section)
        for section in sections
    ]


def basis(laws: Iterable[str], where: Mapping[str, list[dict[str, str]]]) -> list[dict[str, Any]]:
    """The legal basis for the page: [{"number", "anchor", "where"}]."""
    return [
        {"number": number, "anchor": f"van-ban-{place}", "where": where.get(law_key(number), [])}
        for place, number in enumerate(laws, 1)
    ]
