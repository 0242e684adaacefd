"""Conversion of the editor's rich text in linear time.

Before appending an element, the exporter scans all children of the parent for it: a paragraph of
140,000 line breaks took minutes. Here each element knows its children by identity, with the same
result."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from draftjs_exporter.dom import DOM
from draftjs_exporter.engines.string import DOMString, Elt

LONGEST = 1_000_000  # characters of one text or table as sent
MOST_PIECES = 20_000  # paragraphs, line breaks, styled pieces and links of one text
OVERLAPS = 8  # a letter has one link and five styles at most; the editor produces no more


class _Element(Elt):
    __slots__ = ("known",)

    def __init__(self, type_: Any, attr: Any) -> None:
        super().__init__(type_, attr)
        self.known: set[int] = set()


class LinearDOM(DOMString):
    """The exporter's own engine with an `append_child` in constant time."""

    @staticmethod
    def create_tag(type_: Any, attr: Any = None) -> Elt:
        return _Element(type_, attr)

    @staticmethod
    def append_child(elt: Any, child: Any) -> None:
        if isinstance(child, Elt):
            if id(child) in elt.known:
                return
            elt.known.add(id(child))
        elt.children.append(child)


DOM.STRING = f"{__name__}.LinearDOM"  # the engine that Wagtail's converters request


def check(raw: str) -> None:
    """Raises ValidationError, with advice, for a text that is too long or has too many pieces."""
    too_long = ValidationError(
        _("Đoạn văn quá dài hoặc có quá nhiều chỗ ngắt dòng. Hãy chia thành nhiều khối “Đoạn văn”.")
    )
    if len(raw) > LONGEST:
        raise too_long
    try:
        blocks = json.loads(raw)["blocks"] if raw.strip() else []
        sizes = [_size(block) for block in blocks]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return  # invalid rich text is refused by the converter
    if sum(pieces for pieces, _crowded in sizes) > MOST_PIECES:
        raise too_long
    if any(crowded for _pieces, crowded in sizes):
        raise ValidationError(_("Không đọc được dữ liệu gửi lên. Hãy tải lại trang rồi thử lại."))


def _size(block: dict[str, Any]) -> tuple[int, bool]:
    """The number of pieces of a paragraph, and whether its styles and links overlap more than the
    editor allows."""
    text = block.get("text") or ""
    ranges = [*(block.get("inlineStyleRanges") or []), *(block.get("entityRanges") or [])]
    covered = sum(abs(int(one["length"])) for one in ranges)
    return 1 + text.count("\n") + len(ranges), covered > OVERLAPS * (len(text) + 1)
