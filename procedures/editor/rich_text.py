"""Rich text on its way from the editor, in work that grows with its length and no faster.

The exporter asks before it appends an element whether the parent has it already, by going through all of its children: a
paragraph of 140,000 line breaks took minutes. Here each element knows its children by identity, with the same result."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from draftjs_exporter.dom import DOM
from draftjs_exporter.engines.string import DOMString, Elt

LONGEST = 1_000_000  # characters of one text or table as sent
MOST_PIECES = 20_000  # paragraphs, line breaks, styled pieces and links of one text
OVERLAPS = 8  # a letter is in one link and five styles at most; more is no text of the editor's


class _Element(Elt):
    __slots__ = ("known",)

    def __init__(self, type_: Any, attr: Any) -> None:
        super().__init__(type_, attr)
        self.known: set[int] = set()


class LinearDOM(DOMString):
    """The exporter's own engine with an `append_child` that takes the same time for every child."""

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


DOM.STRING = f"{__name__}.LinearDOM"  # the engine that Wagtail's converters ask for


def check(raw: str) -> None:
    """Raises ValidationError, saying what to do, for a text longer than any document's, or made of more pieces."""
    too_long = ValidationError(
        _("Đoạn văn quá dài hoặc có quá nhiều chỗ ngắt dòng. Hãy chia thành nhiều khối “Đoạn văn”.")
    )
    if len(raw) > LONGEST:
        raise too_long
    try:
        blocks = json.loads(raw)["blocks"] if raw.strip() else []
        sizes = [_size(block) for block in blocks]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return  # what is no rich text is refused by who reads it
    if sum(pieces for pieces, _crowded in sizes) > MOST_PIECES:
        raise too_long
    if any(crowded for _pieces, crowded in sizes):
        raise ValidationError(_("Không đọc được dữ liệu gửi lên. Hãy tải lại trang rồi thử lại."))


def _size(block: dict[str, Any]) -> tuple[int, bool]:
    """How many pieces a paragraph has, and whether its styles and links overlap more than any editor lets them."""
    text = block.get("text") or ""
    ranges = [*(block.get("inlineStyleRanges") or []), *(block.get("entityRanges") or [])]
    covered = sum(abs(int(one["length"])) for one in ranges)
    return 1 + text.count("\n") + len(ranges), covered > OVERLAPS * (len(text) + 1)
