"""Cleans the HTML of a document's text with nh3 to the tags of the neutral content
(docs/architecture.md)."""

import re

import nh3

TEXT_TAGS = {"p", "strong", "em", "u", "sup", "sub", "ul", "ol", "li", "a", "br"}
TABLE_TAGS = TEXT_TAGS | {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "img"}
SCHEMES = {"http", "https", "mailto", "tel", "sha256"}
PICTURE = re.compile(r"sha256:[0-9a-f]{64}")
SPAN = re.compile(r"[1-9][0-9]{0,2}")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses them inside JSON
_SYNONYMS = re.compile(r"<(/?)(b|i|div|strike)(?=[\s>/])", re.I)
_NAMES = {"b": "strong", "i": "em", "div": "p", "strike": "em"}
# Anything but a bare text tag
_FOREIGN = re.compile(r"<(?!/?(?:p|strong|em|u|sup|sub|ul|ol|li|br)>)")
_BLANK = re.compile(r"(?:\s|&nbsp;|<br>)*")
_NESTING = re.compile(r"<(/?)(?!(?:br|img|col|hr|wbr)\b)[a-z]", re.I)
DEEPEST = 100  # levels of nested tags; parsing gets slower with depth


def storable(text: str) -> str:
    """The text without what databases can't store: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def clean_text(html: str) -> str:
    """An HTML fragment with only the text tags; other tags are removed, their text kept."""
    html = storable(html or "")
    if not _FOREIGN.search(html) and "<" not in html:
        return html if "&" not in html and ">" not in html else nh3.clean(html, tags=TEXT_TAGS)
    html = _SYNONYMS.sub(lambda m: f"<{m[1]}{_NAMES[m[2].lower()]}", html)
    if not _FOREIGN.search(html):
        return html
    return nh3.clean(
        html,
        tags=TEXT_TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES - {"sha256"},
        link_rel=None,
    )


def clean_cell(html: str) -> str:
    """The HTML of a grid's cell: as `clean_text`, without the empty paragraphs that editors leave
    at the end."""
    cleaned = clean_text(html).rstrip()
    end = len(cleaned)  # moved instead of copying the text for each paragraph
    while cleaned.endswith("</p>", 0, end):
        start = cleaned.rfind("<p>", 0, end - 4)
        if start < 0 or not _BLANK.fullmatch(cleaned, start + 3, end - 4):
            break
        end = start
        while end and cleaned[end - 1].isspace():
            end -= 1
    return cleaned[:end].strip()


def too_deep(html: str) -> bool:
    """Whether tags are nested deeper than in any text written by a person."""
    depth = 0
    for tag in _NESTING.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > DEEPEST:
            return True
    return False


def clean_table(html: str) -> str:
    """A table with its merged cells, nested tables and pictures of the store; nothing else."""
    html = _SYNONYMS.sub(lambda m: f"<{m[1]}{_NAMES[m[2].lower()]}", storable(html or ""))
    return nh3.clean(
        html,
        tags=TABLE_TAGS,
        attributes={
            "a": {"href"},
            "td": {"rowspan", "colspan"},
            "th": {"rowspan", "colspan"},
            "img": {"src", "alt"},
        },
        attribute_filter=_attribute,
        url_schemes=SCHEMES,
        link_rel=None,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"rowspan", "colspan"}:
        return value if SPAN.fullmatch(value) and value != "1" else None
    if tag == "img" and name == "src":
        return value if PICTURE.fullmatch(value) else None
    if tag == "a" and value.startswith("sha256:"):
        return None
    return value


def words_of(html: str) -> str:
    """All text of a fragment without tags and white space: what conversions must never lose."""
    return "".join(nh3.clean(html or "", tags=set()).replace("&nbsp;", " ").split())
