"""Forms of the pages of a management review. They validate the input; the steps decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms import BEFORE_SENDING, DayField, LongText, Was, needs, people_of
from audits.models import Decision, ManagementReview
from qms.choices import offer
from qms.fields import RowsField
from qms.models import Agency, Role, User


class NewReviewForm(forms.Form):
    held_on = DayField(label=_("Ngày họp"))
    since = DayField(
        label=_("Xem xét từ ngày"),
        help_text=_("Số liệu được đếm từ ngày này đến lúc thu thập."),
    )
    place = forms.CharField(label=_("Địa điểm"), max_length=250, required=False)
    chair = forms.ModelChoiceField(User.objects.none(), empty_label="–", label=_("Người chủ trì"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "chair", people_of(agency, Role.APPROVER))


class ReviewForm(Was, NewReviewForm):
    people = RowsField(
        User.objects.none(),
        label=_("Người dự họp của cơ quan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guests = LongText(
        label=_("Khách mời"),
        rows=2,
        required=False,
        max_length=5000,
        help_text=_("Mỗi người một dòng: họ tên, chức vụ."),
    )
    minutes = LongText(label=_("Diễn biến cuộc họp"), rows=10, required=False, max_length=20_000)
    conclusion = LongText(
        label=_("Kết luận của người chủ trì"), rows=6, required=False, max_length=20_000
    )

    def __init__(self, *args: Any, review: ManagementReview, **kwargs: Any) -> None:
        super().__init__(*args, agency=review.agency, initial=initial_of(review), **kwargs)
        offer(self, "people", people_of(review.agency))
        needs(self, BEFORE_SENDING, "people", "minutes", "conclusion")


def initial_of(review: ManagementReview) -> dict[str, Any]:
    names = ("held_on", "since", "place", "minutes", "conclusion")
    guests = [
        ", ".join(filter(None, (one["name"], one["post"])))
        for one in review.present
        if one["person"] is None
    ]
    return {
        **{name: getattr(review, name) for name in names},
        "chair": review.chair_id,
        "people": [one["person"] for one in review.present if one["person"] is not None],
        "guests": "\n".join(guests),
    }


class InputForm(Was):
    said = LongText(
        label=_("Nội dung báo cáo"),
        rows=8,
        required=False,
        max_length=20_000,
        help_text=_("Số liệu giữ nguyên như lúc thu thập; nhận xét, giải thích ghi ở đây."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs(self, _("(phải có trước khi trình nếu không có số liệu)"), "said")


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Loại"), choices=[("", "–"), *Decision.Kind.choices])
    what = LongText(label=_("Việc phải làm"), rows=3, max_length=5000)
    person = forms.ModelChoiceField(
        User.objects.none(), empty_label="–", label=_("Người thực hiện")
    )
    due = DayField(label=_("Hạn hoàn thành"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_of(agency))


class DoneForm(forms.Form):
    note = LongText(label=_("Kết quả thực hiện"), rows=4, max_length=5000)


class HandOverForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), empty_label="–", label=_("Giao cho"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_of(agency))
