"""Template tags of the site: icons, dates in official format, URLs of files."""

import datetime
import html
import re
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from procedures.files import anchor_of, file_url
from procedures.models import SignerRole, Version
from procedures.standing import STATE_LABELS
from qms import frame
from qms.approvals import capacity
from qms.clock import today, written
from qms.models import Signature

register = template.Library()
_MARK = re.compile(r"(</?mark>)")
_MARKS = frozenset({"<mark>", "</mark>"})


@register.simple_tag
@lru_cache(maxsize=1_000, typed=True)  # a list renders the same few on each row
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite; decorative without a label."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            static("icons.svg"),
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@lru_cache(maxsize=1_000)
def chip(meaning: str, drawn: str, label: str) -> SafeString:
    """A chip with one of four meanings (good, wait, bad, draft), with an icon and a word."""
    return format_html('<span class="chip chip-{}">{} {}</span>', meaning, icon(drawn), label)


@register.filter
def day(value: datetime.date | None) -> str:
    """05/03/2026; empty for None."""
    return written(value) if value else ""


@register.filter
def near_day(value: datetime.date | None) -> str:
    """The date, preceded by "hôm nay", "hôm qua" or "ngày mai" if applicable."""
    words = {0: _("hôm nay"), -1: _("hôm qua"), 1: _("ngày mai")}
    if not value:
        return ""
    word = words.get((value - today()).days)
    return f"{word}, {day(value)}" if word else day(value)


@register.filter
def two_digits(number: int | None) -> str:
    """01, 02, …, as issue numbers are printed."""
    return "" if number is None else f"{number:02}"


@register.filter
def size(count: int | None) -> str:
    """A file's size as text: 312 KB, 1,4 MB."""
    if not count:
        return ""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} KB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")


@register.filter
def thousands(number: int) -> str:
    """5.000, in Vietnamese format."""
    return f"{number:,}".replace(",", ".")


FILE_TYPES = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (DOCX)",
    "application/vnd.ms-word.document.macroenabled.12": "Word (DOCM)",
    "application/msword": "Word (DOC)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel (XLSX)",
    "application/vnd.ms-excel": "Excel (XLS)",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/rtf": "RTF",
}


@register.filter
def file_type(file: dict[str, Any]) -> str:
    """Word, PDF, Excel, or the file name's extension."""
    found = FILE_TYPES.get(str(file.get("mime", "")).lower())
    return found or str(file.get("name", "")).rpartition(".")[2].upper()[:5]


@register.filter
def sheet_type(kind: str) -> str:
    """The type of an exported list: CSV, Excel (XLSX)."""
    return {"xlsx": "Excel (XLSX)"}.get(kind, kind.upper())


@register.filter
def state_label(life: Any) -> str:
    """The name of the state of a version, or of another object with a state."""
    return str(STATE_LABELS.get(getattr(life, "state", life), STATE_LABELS["replaced"]))


@register.simple_tag
def version_file(version: Any, file: dict[str, Any]) -> str:
    """The URL of a file of a version."""
    return file_url(version.pk, file)


@register.filter
def file_anchor(file: dict[str, Any]) -> str:
    """The anchor of a file on its page, which search hits in its text link to."""
    return anchor_of(file)


@register.filter
def signer_role(role: str) -> str:
    return str(SignerRole(role).label) if role in SignerRole.values else role


@register.filter
def signature_post(one: Signature) -> str:
    """KT. Giám đốc, Phó Giám đốc."""
    return capacity.line_of(one)


@register.filter
def signer_post(signer: dict[str, str], version: Version) -> str:
    """The same for a signer whom a version names."""
    held, post = signer.get("capacity", ""), signer.get("post", "")
    if not held:
        return post
    instead_post = signer.get("instead_post", "") if signer.get("instead_of") else None
    return capacity.line(version.agency, post, held, signer.get("role", ""), instead_post)


@register.simple_tag(takes_context=True)
def bands(context: dict[str, Any]) -> list[str]:
    """The templates that apps place below the header of every page."""
    return frame.bands(context["request"]) if "request" in context else []


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some values changed; an empty value removes a parameter, and the
    page number is always dropped."""
    values = context["request"].GET.copy()
    values.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            values.pop(name, None)
        else:
            values[name] = value
    return f"?{values.urlencode()}" if values else "?"


@register.filter
@lru_cache(maxsize=10_000, typed=True)  # safe strings compare unequal to plain ones
def code(value: str) -> SafeString:
    """A document code that may break only after a slash, unless a part is too long for a phone."""
    parts = (
        (format_html('<span class="part-of-code">{}</span>', part) if len(part) < 24 else part,)
        for part in value.split("/")
    )
    joined = format_html_join(mark_safe("/<wbr>"), "{}", parts)  # our own constant
    return format_html('<span class="code">{}</span>', joined)


@register.filter
def marked(fragment: str) -> SafeString:
    """Text from the index: only <mark> is kept as a tag."""
    parts = _MARK.split(fragment or "")
    return format_html_join(
        "",
        "{}",
        ((mark_safe(p) if p in _MARKS else html.unescape(p),) for p in parts),  # noqa: S308 - the two tags alone
    )
