"""The form of a verdict. It validates the input; the step decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.models import Review, Version
from procedures.readership.reviews.lifecycle import latest_day


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Kết luận"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Đã xem những gì: căn cứ pháp lý, cách làm thực tế, phát hiện đánh giá, góp ý."
        ),
    )
    next_on = forms.DateField(
        label=_("Soát xét lần tới trước ngày"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, about: Version, last: Review | None) -> None:
        begins = {
            "version": about.pk,
            "after": last.pk if last else None,
            "next_on": latest_day(about),
        }
        super().__init__(data, initial=begins)
