"""Forms of the pages of corrections. They validate the input; the steps decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits import grades, sources
from audits.forms import DayField, LongText, Was, people_of, units_of
from audits.lifecycle.keeping_rules import LONGEST_GRADE
from audits.models import Cause, CorrectionRule, Grade, Nonconformity
from procedures.models import DocumentPage, Version
from qms.choices import offer, offer_values
from qms.clock import today
from qms.fields import RowsField
from qms.models import Agency, Unit, User


class CorrectionForm(Was, forms.ModelForm):
    """The immediate correction and, if citizens are affected, the correction of the
    result itself."""

    class Meta:
        model = Nonconformity
        fields = ["correction", "result_corrected", "informed", "accepted_by"]
        help_texts = {
            "correction": _("Đã sửa ngay điều gì, với hồ sơ nào, khi nào."),
            "accepted_by": _(
                "Chức danh của người chấp nhận; người dân thì chỉ ghi “người nộp hồ sơ”."
            ),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("correction", "result_corrected", "informed")}  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["correction"].required = True
        for name in ("result_corrected", "informed", "accepted_by"):
            if self.instance.about_citizens:
                self.fields[name].required = True
            else:
                del self.fields[name]


class CauseForm(Was):
    """Five whys, the causes of the list, and the root cause in a sentence."""

    why_1 = forms.CharField(label=_("Vì sao xảy ra?"), required=False, max_length=500)
    why_2 = forms.CharField(label=_("Vì sao lại thế? (2)"), required=False, max_length=500)
    why_3 = forms.CharField(label=_("Vì sao lại thế? (3)"), required=False, max_length=500)
    why_4 = forms.CharField(label=_("Vì sao lại thế? (4)"), required=False, max_length=500)
    why_5 = forms.CharField(label=_("Vì sao lại thế? (5)"), required=False, max_length=500)
    causes = RowsField(
        Cause.objects.none(),
        label=_("Thuộc nguyên nhân nào của danh mục"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cause = LongText(
        label=_("Nguyên nhân gốc rễ"),
        rows=3,
        help_text=_("Nêu nguyên nhân của hệ thống, không nêu lỗi của một người."),
    )

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "cause": case.cause,
            "causes": [one.pk for one in case.causes.all()],
            **{f"why_{number}": said for number, said in enumerate(case.whys, start=1)},
        }
        super().__init__(*args, **kwargs)
        offered = Cause.objects.offered_to(case.agency_id).select_related("parent")
        offer(self, "causes", offered, called=lambda one: f"{one.parent}: {one}")

    @property
    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        whys = [data[f"why_{number}"] for number in range(1, 6)]
        return {
            "cause": data["cause"],
            "causes": list(data["causes"]),
            "whys": whys,
            "was": data["was"],
        }


class ExtentForm(Was):
    extent = LongText(
        label=_("Kết luận về phạm vi"),
        rows=3,
        help_text=_("Có xảy ra ở hồ sơ, đơn vị khác không; đã xem những đâu."),
    )


class AskExtentForm(forms.Form):
    """The unit of the agency or the other agency to ask."""

    whom = forms.ChoiceField(label=_("Hỏi đơn vị hoặc cơ quan"))
    question = LongText(
        label=_("Câu hỏi"),
        rows=3,
        max_length=5000,
        help_text=_("Nơi được hỏi chỉ đọc câu hỏi này, không đọc hồ sơ sự không phù hợp."),
    )

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {(row.agency_id, row.unit_id) for row in case.extent_questions.all()}
        units = [
            (f"unit:{one.pk}", one.name)
            for one in units_of(case.agency)
            if one.pk != case.unit_id and (case.agency_id, one.pk) not in asked
        ]
        agencies = [
            (f"agency:{one.pk}", one.name)
            for one in Agency.objects.active().exclude(pk=case.agency_id).order_by("name")
            if (one.pk, None) not in asked
        ]
        offer_values(
            self,
            "whom",
            [("", "–"), (str(_("Đơn vị của cơ quan")), units), (str(_("Cơ quan khác")), agencies)],
        )

    @property
    def facts(self) -> dict[str, Any]:
        kind, _colon, pk = self.cleaned_data["whom"].partition(":")
        row = (Unit if kind == "unit" else Agency).objects.get(pk=int(pk))
        return {kind: row, "question": self.cleaned_data["question"]}


class AnswerExtentForm(forms.Form):
    exists = forms.ChoiceField(
        label=_("Ở nơi mình có xảy ra không?"),
        choices=[("no", _("Không")), ("yes", _("Có"))],
        widget=forms.RadioSelect,
    )
    answer = LongText(label=_("Đã xem những gì, thấy gì"), rows=4, max_length=5000)


class SystemForm(Was):
    risks = LongText(
        label=_("Rủi ro, cơ hội có phải xem lại không"),
        rows=2,
        help_text=_("Ghi “Không” nếu không phải đổi gì."),
    )
    objectives = LongText(label=_("Mục tiêu chất lượng có phải xem lại không"), rows=2)


class ActionForm(forms.Form):
    what = LongText(label=_("Việc phải làm"), rows=2, max_length=2000)
    person = forms.ModelChoiceField(
        User.objects.none(), empty_label="–", label=_("Người thực hiện")
    )
    due = DayField(label=_("Hạn hoàn thành"))
    document = forms.ModelChoiceField(
        DocumentPage.objects.none(),
        empty_label="–",
        label=_("Tài liệu phải sửa"),
        required=False,
        help_text=_(
            "Yêu cầu sửa đổi được gửi khi kế hoạch đã ký; việc chỉ xong khi phiên bản mới có hiệu lực."
        ),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_of(agency))
        in_force = (
            Version.objects.in_force().filter(agency=agency).defer("content", "files", "flags")
        )
        named = {one.document_id: one for one in in_force}
        offer(
            self,
            "document",
            DocumentPage.objects.filter(pk__in=named),
            called=lambda page: f"{named[page.pk].code} {named[page.pk].title}".strip(),
        )


class SendPlanForm(forms.Form):
    measure = LongText(
        label=_("Thước đo hiệu lực"),
        rows=2,
        max_length=2000,
        help_text=_("Nhìn vào đâu để biết là có hiệu lực, ví dụ: 20 hồ sơ liên tiếp đủ giấy."),
    )
    judge_on = DayField(label=_("Ngày đánh giá hiệu lực"), initial=today)


class LongerForm(forms.Form):
    due = DayField(label=_("Hạn đề nghị"))
    reason = LongText(label=_("Lý do"), rows=2, max_length=2000)


class HandOverForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), empty_label="–", label=_("Giao cho"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people_of(agency))


class NewCauseForm(forms.Form):
    parent = forms.ModelChoiceField(
        Cause.objects.filter(parent=None), empty_label="–", label=_("Nhóm")
    )
    name = forms.CharField(label=_("Nguyên nhân"), max_length=120)


class CorrectionRuleForm(forms.ModelForm):
    class Meta:
        model = CorrectionRule
        fields = ["skips_extent", "skips_plan"]


class GradesForm(forms.Form):
    """A name and whether a file is needed, for each grade."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for grade in Grade:
            label = {"grade": grade.label}
            self.fields[f"name_{grade.value}"] = forms.CharField(
                label=_("Tên của mức “%(grade)s”") % label, max_length=LONGEST_GRADE, required=False
            )
            self.fields[f"file_{grade.value}"] = forms.BooleanField(
                label=_("“%(grade)s” phải có ảnh hoặc tệp làm bằng chứng") % label, required=False
            )

    @staticmethod
    def initial_of(agency: int) -> dict[str, object]:
        rows = grades.of(agency).items()
        return {f"name_{grade}": row["name"] for grade, row in rows} | {
            f"file_{grade}": row["needs_file"] for grade, row in rows
        }

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "names": {grade: given[f"name_{grade}"] for grade in Grade.values},
            "needing_file": {grade for grade in Grade.values if given[f"file_{grade}"]},
        }


class CityDaysForm(forms.Form):
    days = forms.CharField(
        label=_("Báo người giám sát khi quá hạn"),
        required=False,
        max_length=60,
        help_text=_("Số ngày, cách nhau bằng dấu phẩy, ví dụ: 30, 60. Để trống thì không báo."),
    )

    def clean_days(self) -> list[int]:
        asked = [one.strip() for one in self.cleaned_data["days"].split(",") if one.strip()]
        if not all(one.isdecimal() and 1 <= int(one) <= 365 for one in asked) or len(asked) > 5:
            raise ValidationError(_("Hãy ghi tối đa năm số từ 1 đến 365, cách nhau bằng dấu phẩy."))
        return sorted({int(one) for one in asked})


class JudgeForm(forms.Form):
    effective = forms.ChoiceField(
        label=_("Kết quả"),
        choices=[("yes", _("Có hiệu lực")), ("no", _("Chưa hiệu lực"))],
        widget=forms.RadioSelect,
    )
    why = LongText(label=_("Căn cứ"), rows=3, max_length=5000)


class ReportForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.none(), empty_label="–", label=_("Đơn vị"))
    source = forms.ChoiceField(label=_("Nguồn"), choices=sources.choices, initial="daily_work")
    minor = forms.TypedChoiceField(
        label=_("Mức"),
        choices=[("minor", _("Nhẹ")), ("major", _("Nặng"))],
        coerce=lambda value: value == "minor",
        initial="minor",
    )
    description = LongText(label=_("Mô tả"), rows=5)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units_of(agency))
