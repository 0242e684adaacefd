"""Sanitises HTML fragments: only the tags and attributes listed here are kept."""

import re
from collections.abc import Callable
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

TEXT_TAGS = {"p", "strong", "em", "u", "sup", "sub", "ul", "ol", "li", "a", "br", "b", "i"}
TABLE_TAGS = TEXT_TAGS | {"table", "thead", "tbody", "tr", "th", "td", "img"}
ATTRIBUTES = {
    "a": {"href"},
    "td": {"rowspan", "colspan"},
    "th": {"rowspan", "colspan"},
    "img": {"src", "alt"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_PICTURE = re.compile(r"sha256:([0-9a-f]{64})\Z")
_SPAN = re.compile(r"[1-9]\d{0,2}\Z")
_TEXT = re.compile(r"[^<>]+(?=<|$)")
_TOP_TABLE = re.compile(r"</?table>")

FileUrl = Callable[[str], str]  # SHA-256 -> URL, "" if there is none
_BLANK = re.compile(r"(?:[.…_]|\. ){6,}|…{3,}")
_NOT_SHOWN = re.compile(r"<img(?![^<>]*\ssrc=)[^<>]*>")


class Cleaner:
    """Sanitises fragments. Pictures get the URL that `shown` returns for their SHA-256; if a
    browser can't show one, `saved` gives its download URL."""

    def __init__(self, shown: FileUrl, saved: FileUrl | None = None) -> None:
        self.shown = shown
        self.saved = saved or (lambda sha256: "")
        self._text = self._cleaner(TEXT_TAGS)
        self._table = self._cleaner(TABLE_TAGS)

    def _cleaner(self, tags: set[str]) -> nh3.Cleaner:
        return nh3.Cleaner(
            tags=tags,
            attributes=ATTRIBUTES,
            link_rel="noopener nofollow",
            attribute_filter=self._attribute,
            url_schemes=SCHEMES | {"sha256"},
        )

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """The sanitised value, None to drop it. Values never contain angle brackets, so that tags
        can be told from text afterwards."""
        if name == "src":
            found = _PICTURE.match(value)
            return (self.shown(found[1]) or None) if found else None
        if name == "href":
            return (
                None
                if value.lower().startswith("sha256:")
                else value.replace("<", "%3C").replace(">", "%3E")
            )
        if name in {"rowspan", "colspan"}:
            return value if _SPAN.match(value) else None
        return value.replace("<", "‹").replace(">", "›")

    def text(self, fragment: str) -> SafeString:
        """Paragraphs and inline text."""
        if "<" not in fragment and "&" not in fragment:
            return mark_safe(escape(fragment, quote=False))  # noqa: S308 - escaped
        return mark_safe(_with_blanks(self._text.clean(fragment)))  # noqa: S308 - cleaned

    def table(self, fragment: str) -> SafeString:
        """Tables, each outermost one in a scrollable frame."""
        missing = f'<span class="placeholder">{escape(_("Hình không hiển thị được"))}</span>'
        return mark_safe(  # noqa: S308 - cleaned
            _framed(_with_blanks(_NOT_SHOWN.sub(missing, self._table.clean(fragment))))
        )  # noqa: S308 - cleaned


def _with_blanks(html: str) -> str:
    """Lets dotted lines for handwriting break across lines, as on paper."""
    return _TEXT.sub(lambda text: _BLANK.sub(r'<span class="blank">\g<0></span>', text[0]), html)


def _framed(html: str) -> str:
    """Each outermost table in a scrollable frame that is reachable by keyboard."""
    opening = f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(_("Bảng, cuộn ngang để xem hết"))}">'
    depth = 0

    def frame(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[0] == "<table>":
            depth += 1
            return opening + tag[0] if depth == 1 else tag[0]
        depth -= 1
        return tag[0] + "</div>" if depth == 0 else tag[0]

    return _TOP_TABLE.sub(frame, html)
