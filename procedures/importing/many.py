"""Handles many files of a batch at once: filtering them, and setting values for all
selected ones."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.enums import Visibility
from procedures.importing.known import Facts
from procedures.importing.reviewing import Review
from procedures.models import Kind
from qms.choices import offer
from qms.models import Agency, Unit
from qms.text.folding import fold

UNSURE, FAIR = 0.6, 0.85  # lowest confidence among the lists of a file
CONFIDENCE = {
    "thap": gettext_lazy("Thấp"),
    "vua": gettext_lazy("Vừa"),
    "cao": gettext_lazy("Cao"),
}
WARNINGS = {
    "missing_code": gettext_lazy("Thiếu mã hiệu"),
    "missing_title": gettext_lazy("Thiếu tên"),
    "missing_date": gettext_lazy("Thiếu ngày ban hành"),
    "missing_facts": gettext_lazy("Thiếu số lần hoặc người ký"),
    "duplicate_code": gettext_lazy("Trùng mã hiệu"),
    "same_title": gettext_lazy("Trùng tên"),
    "title_taken": gettext_lazy("Trùng tên tài liệu đang có hiệu lực"),
    "title_shared": gettext_lazy("Trùng tên với tài liệu khác"),
    "title_twice": gettext_lazy("Trùng tên trong đợt này"),
    "waiting_elsewhere": gettext_lazy("Đang chờ ở đợt khác"),
    "other_agency": gettext_lazy("Của cơ quan khác"),
    "near_duplicate": gettext_lazy("Gần giống tài liệu đã có"),
    "several_documents": gettext_lazy("Nhiều tài liệu trong một tệp"),
    "issue_number_conflict": gettext_lazy("Lần ban hành không khớp"),
    "date_conflict": gettext_lazy("Ngày không khớp"),
    "older_issue": gettext_lazy("Bản cũ hơn bản đã có"),
    "steps_exceed_time_limit": gettext_lazy("Thời gian các bước vượt thời hạn"),
    "legacy_encoding": gettext_lazy("Phông chữ cũ"),
    "garbled_text": gettext_lazy("Mất chữ"),
    "hidden_text": gettext_lazy("Có chữ ẩn"),
    "struck_text": gettext_lazy("Có chữ gạch bỏ"),
    "tracked_changes": gettext_lazy("Có theo dõi thay đổi"),
    "low_confidence": gettext_lazy("Bảng đọc chưa chắc"),
    "unknown_section": gettext_lazy("Mục chưa rõ loại"),
    "picture_without_description": gettext_lazy("Hình chưa có mô tả"),
    "external_picture": gettext_lazy("Hình nằm ngoài tệp"),
    "embedded_part": gettext_lazy("Có tệp nhúng"),
    "converted": gettext_lazy("Đã chuyển định dạng"),
    "macros_dropped": gettext_lazy("Đã bỏ macro"),
    "taking_in_closed": gettext_lazy("Đã đóng tiếp nhận bản giấy"),
}


def confidence_of(facts: Facts) -> float | None:
    """The lowest confidence among the lists of a file, 0 to 1; None if it has no list."""
    found = [c["confidence"] for c in (facts.get("confidence") or {}).values()]
    return min(found) if found else None


def percent(sure: float | None) -> str:
    return "" if sure is None else f"{round(100 * min(sure, 1.0))} %"


def band_of(facts: Facts) -> str:
    sure = confidence_of(facts)
    if sure is None:
        return ""
    return "thap" if sure < UNSURE else "vua" if sure <= FAIR else "cao"


@dataclass
class Narrowed:
    """Filter of the files that await review: by warning, by confidence, by words in code, title
    or name."""

    warning: str = ""
    confidence: str = ""
    words: str = ""

    @classmethod
    def asked(cls, query: QueryDict) -> "Narrowed":
        warning, confidence = query.get("canh_bao", ""), query.get("do_chac", "")
        return cls(
            warning if warning in WARNINGS or warning == "none" else "",
            confidence if confidence in CONFIDENCE else "",
            " ".join(query.get("tim", "")[:200].replace("\x00", " ").split()),
        )

    def __bool__(self) -> bool:
        return bool(self.warning or self.confidence or self.words)

    @property
    def asks(self) -> dict[str, str]:
        """The query string parameters of this filter."""
        return {"canh_bao": self.warning, "do_chac": self.confidence, "tim": self.words}

    @property
    def address(self) -> str:
        return urlencode(self.asks)

    def keys(self, review: Review) -> list[int]:
        """Primary keys of the matching files."""
        return [one.item.pk for one in review.all if self._fits(one)]

    def _fits(self, one: Any) -> bool:
        if self.warning == "none" and not one.is_clean:
            return False
        if self.warning not in ("", "none") and self.warning not in {
            w["code"] for w in one.warnings
        }:
            return False
        if self.confidence and band_of(one.facts) != self.confidence:
            return False
        text = fold(f"{one.facts['code']} {one.facts['title']} {one.item.name}")
        return all(word in text for word in fold(self.words).split())


def choices_of(review: Review) -> dict[str, list[tuple[str, str, int]]]:
    """{"warnings": [(code, label, number of files)], "confidence": …}: the filters that the files
    awaiting review offer."""
    every = review.all
    warned = Counter(code for one in every for code in {w["code"] for w in one.warnings})
    sure = Counter(band_of(one.facts) for one in every)
    clean = sum(one.is_clean for one in every)
    warnings = [
        (code, str(label), warned[code]) for code, label in WARNINGS.items() if warned[code]
    ]
    if clean:
        warnings.insert(0, ("none", _("Không có cảnh báo"), clean))
    return {
        "warnings": warnings,
        "confidence": [(b, str(label), sure[b]) for b, label in CONFIDENCE.items() if sure[b]],
    }


class ManyForm(forms.Form):
    """Values to set for all selected files; an empty field changes nothing."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Đơn vị chủ trì"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Giữ nguyên"),
    )
    owner_post = forms.CharField(
        label=gettext_lazy("Người chịu trách nhiệm quá trình"), max_length=150, required=False
    )
    field = forms.CharField(label=gettext_lazy("Lĩnh vực"), max_length=150, required=False)
    visibility = forms.ChoiceField(label=gettext_lazy("Phạm vi xem"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại tài liệu"), required=False)

    def __init__(self, data: Any = None, *, agency: Agency) -> None:
        super().__init__(data, prefix="many")
        offer(self, "unit", Unit.objects.filter(agency=agency))
        for name, choices in (("visibility", Visibility.choices), ("kind", Kind.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Giữ nguyên")), *choices]

    def values(self) -> dict[str, Any]:
        """The fields that were filled in, as corrections."""
        given = self.cleaned_data
        found = {n: given[n] for n in ("owner_post", "field", "visibility", "kind") if given[n]}
        return {**found, "unit": given["unit"].pk} if given["unit"] else found
