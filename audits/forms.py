"""Forms of the pages of audits. They validate the input; the steps decide."""

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits import grades, independence
from audits.auditors import competence
from audits.evidence import MOST_AT_ONCE
from audits.lifecycle import meanwhile
from audits.lifecycle.clashes import AUDITING
from audits.models import Audit, Member, PlanRow, Programme, Report
from audits.report.unanswered import confirmation, unconfirmed
from procedures.models import Clause, DocumentPage, Version
from qms import fields
from qms.choices import offer, offer_values
from qms.clock import today
from qms.models import Agency, Appointment, Role, Unit, User, current
from qms.proof.upload_fields import UploadField
from qms.proof.uploads import too_many
from qms.text.ordering import by_given_name

MONTHS = [(number, str(number)) for number in range(1, 13)]
DAY = {"type": "date"}


class DayField(fields.DayField):
    """A day chosen in the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **kwargs)

    def clean(self, value: Any) -> Any:
        """Refuses days on which nothing could be reckoned, such as the last of the year 9999."""
        day = super().clean(value)
        if day is not None and not 2000 <= day.year <= 2100:
            raise ValidationError(_("Năm phải từ 2000 đến 2100."))
        return day


class LongText(forms.CharField):
    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class Files(forms.FileInput):
    allow_multiple_selected = True


class FilesField(UploadField):
    """Several files; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        accepted = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx"
        super().__init__(widget=Files(attrs={"multiple": True, "accept": accepted}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if len(data or ()) > MOST_AT_ONCE:
            raise ValidationError(too_many(MOST_AT_ONCE))
        return [super(FilesField, self).clean(file, initial) for file in data or ()]


def people_of(agency: Agency, *roles: str) -> "QuerySet[User]":
    """Active people who hold a post (one of these roles) in the agency today, by name."""
    held = Appointment.objects.current().filter(agency=agency)
    held = held.filter(role__in=roles) if roles else held
    return User.objects.filter(pk__in=held.values("person"), is_active=True).order_by(
        *by_given_name("first_name"), "pk"
    )


def units_of(agency: Agency) -> "QuerySet[Unit]":
    return Unit.objects.filter(current(None, "active_from", "active_to"), agency=agency)


BEFORE_SENDING = _("(phải có trước khi trình)")


class Was(forms.Form):
    """Holds what the form showed when it was opened (`audits.lifecycle.meanwhile`)."""

    was = forms.CharField(
        required=False, max_length=20, widget=forms.HiddenInput(attrs={"id": False})
    )

    def show(self, row: Model, names: tuple[str, ...]) -> None:
        """Sets it, for a new form and for one that was refused: saved again, it replaces what its
        refusal has told."""
        self.initial["was"] = meanwhile.shown(row, names)
        if self.is_bound:
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("was")] = self.initial["was"]
            self.data = data


def needs(form: forms.BaseForm, said: Any, *names: str) -> None:
    """Says above these fields, which may be left empty for now, when they must be filled in."""
    for name in names:
        form.fields[name].needed = said  # type: ignore[attr-defined]  # read by qms/_field.html


class ProgrammeForm(Was, forms.ModelForm):
    class Meta:
        model = Programme
        fields = ["year", "aims", "scope", "criteria", "left_out", "clauses_left_out"]
        widgets = {
            "aims": forms.Textarea(attrs={"rows": 3}),
            "scope": forms.Textarea(attrs={"rows": 3}),
            "left_out": forms.Textarea(attrs={"rows": 2}),
            "clauses_left_out": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs(self, _("(phải có nếu lịch còn thiếu)"), "left_out", "clauses_left_out")


def clauses_of(typed: str) -> list[str]:
    """Parses clauses such as "7.5, 8.5.1". Raises ValidationError for an unknown one."""
    asked = [one.strip() for one in typed.replace(";", ",").split(",") if one.strip()]
    known = set(Clause.objects.filter(number__in=asked).values_list("number", flat=True))
    for clause in asked:
        if clause not in known:
            raise ValidationError(
                _("Tiêu chuẩn không có điều khoản “%(clause)s”."), params={"clause": clause[:20]}
            )
    return list(dict.fromkeys(asked))


class ProgrammeRowForm(forms.Form):
    """One line: unit, month, lead, clauses. Empty lines are skipped."""

    unit = forms.ChoiceField(label=_("Đơn vị"), required=False)
    month = forms.TypedChoiceField(
        label=_("Tháng"), choices=[("", "–"), *MONTHS], coerce=int, required=False, empty_value=None
    )
    lead = forms.ChoiceField(label=_("Trưởng đoàn"), required=False)
    clauses = forms.CharField(
        label=_("Điều khoản (để trống là mọi điều khoản)"), required=False, max_length=300
    )

    def __init__(self, *args: Any, units: Any, leads: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_values(self, "unit", [("", "–"), *((u.pk, u.name) for u in units)])
        offer_values(self, "lead", [("", "–"), *((p.pk, str(p)) for p in leads)])

    def clean_clauses(self) -> list[str]:
        return clauses_of(self.cleaned_data["clauses"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("unit")) != bool(data.get("month")):
            raise ValidationError(_("Mỗi dòng cần cả đơn vị và tháng."))
        return data


class AuditForm(forms.Form):
    title = forms.CharField(label=_("Tên cuộc đánh giá"), max_length=250)
    way = forms.ChoiceField(label=_("Hình thức"), choices=Audit.Way.choices)
    starts_on = DayField(label=_("Từ ngày"))
    ends_on = DayField(label=_("Đến ngày"))
    scope = LongText(label=_("Phạm vi"), rows=3, required=False)


class NewAuditForm(AuditForm):
    programme = forms.ModelChoiceField(
        Programme.objects.none(), empty_label="–", label=_("Theo chương trình"), required=False
    )
    lead = forms.ModelChoiceField(User.objects.none(), empty_label="–", label=_("Trưởng đoàn"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = Programme.objects.filter(agency=agency, state=Programme.State.APPROVED)
        offer(self, "programme", approved)
        offer(self, "lead", people_of(agency, Role.AUDITOR))


class MemberForm(forms.Form):
    """Somebody new on the team, for these parts. An auditor or lead is chosen from those who hold
    the role and whose competence lasts to the end of the audit; the others from everybody."""

    person = forms.ModelChoiceField(User.objects.none(), empty_label="–", label=_("Người"))
    part = forms.ChoiceField(label=_("Vai trò trong đoàn"))

    def __init__(self, *args: Any, audit: Audit, auditing: bool, **kwargs: Any) -> None:
        kwargs["auto_id"] = "id_auditing_%s" if auditing else "id_other_%s"  # two on one page
        super().__init__(*args, **kwargs)
        parts = [one for one in Member.Part if (one in AUDITING) == auditing]
        offer_values(self, "part", [(one.value, one.label) for one in parts])
        if auditing:
            self.initial["part"] = Member.Part.AUDITOR
        people = people_of(audit.agency)
        if audit.body and audit.body_id != audit.agency_id:
            people = people | people_of(audit.body)
        offer(self, "person", able(people.distinct(), audit) if auditing else people.distinct())


def able(people: "QuerySet[User]", audit: Audit) -> "QuerySet[User]":
    """Those of them who may join the audit as auditors. Two queries."""
    held = Appointment.objects.current().filter(role=Role.AUDITOR)
    auditors = people.filter(pk__in=held.order_by().values("person"))
    register = competence.register_of(auditors.order_by().values_list("pk", flat=True))
    until = max(audit.ends_on, today())
    return auditors.exclude(
        pk__in=[pk for pk in register.records if register.why_not(pk, until=until)]
    )


class PlanRowForm(forms.Form):
    """A line of the plan. Each auditor who is not independent of the audited part is shown with
    the reason."""

    unit = forms.ModelChoiceField(Unit.objects.none(), empty_label="–", label=_("Đơn vị"))
    day = DayField(label=_("Ngày"))
    starts = forms.TimeField(
        label=_("Từ giờ"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Đến giờ"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Địa điểm"), max_length=200, required=False)
    topic = forms.CharField(label=_("Nội dung"), max_length=250, required=False)
    clauses = forms.CharField(
        label=_("Điều khoản"),
        required=False,
        max_length=300,
        help_text=_(
            "Cách nhau bằng dấu phẩy, ví dụ: 7.5, 8.5.1. Ghi 7.5 là gồm cả 7.5.1 đến 7.5.3."
        ),
    )
    documents = fields.RowsField(
        DocumentPage.objects.none(),
        label=_("Tài liệu được đánh giá"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    auditors = fields.RowsField(
        Member.objects.none(), label=_("Đánh giá viên"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, audit: Audit, row: PlanRow | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = initial_of(row)
        else:
            kwargs["initial"] = {"day": audit.starts_on}
        super().__init__(*args, **kwargs)
        offer(self, "unit", units_of(audit.agency))
        in_force = Version.objects.in_force().filter(agency=audit.agency).exclude(kind="form")
        named = {v.document_id: v for v in in_force.defer("content", "files", "flags")}
        offer(
            self,
            "documents",
            DocumentPage.objects.filter(pk__in=named),
            called=lambda page: f"{named[page.pk].code} {named[page.pk].title}".strip(),
        )
        team = audit.members.filter(part__in=("lead", "auditor"), ends_on=None)
        tied = self._tied(list(team.select_related("person")), row)
        offer(
            self,
            "auditors",
            team.select_related("person"),
            called=lambda m: (
                f"{m.person} ({', '.join(tied[m.person_id])})"
                if m.person_id in tied
                else str(m.person)
            ),
        )

    def _tied(self, team: list[Member], row: PlanRow | None) -> dict[int, list[str]]:
        """{person ID: reasons why they are not independent}, if it is already known what the
        line audits."""
        if row is None:
            return {}
        return independence.reasons(
            [m.person for m in team], units=[row.unit_id], documents=row.documents
        )

    def clean_clauses(self) -> list[str]:
        return clauses_of(self.cleaned_data["clauses"])

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the step."""
        data = self.cleaned_data

        def at(time: datetime.time) -> datetime.datetime:
            return timezone.make_aware(datetime.datetime.combine(data["day"], time))

        return {
            "unit": data["unit"],
            "starts_at": at(data["starts"]),
            "ends_at": at(data["ends"]),
            "place": data["place"],
            "topic": data["topic"],
            "clauses": data["clauses"],
            "documents": [page.pk for page in data["documents"]],
            "auditors": list(data["auditors"]),
        }


def initial_of(row: PlanRow) -> dict[str, Any]:
    starts, ends = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
    return {
        "unit": row.unit_id,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": row.place,
        "topic": row.topic,
        "clauses": ", ".join(row.clauses),
        "documents": row.documents,
        "auditors": list(row.auditors.values_list("pk", flat=True)),
    }


class FindingForm(Was):
    grade = forms.ChoiceField(label=_("Mức"), choices=[("", "–")])
    unit = forms.ModelChoiceField(Unit.objects.none(), empty_label="–", label=_("Đơn vị"))
    clause = forms.CharField(
        label=_("Điều khoản"),
        max_length=12,
        required=False,
        help_text=_("Ghi điều khoản hoặc chọn tài liệu làm căn cứ; cần ít nhất một."),
    )
    version = forms.TypedChoiceField(
        label=_("Tài liệu làm căn cứ"), coerce=int, required=False, empty_value=None
    )
    step = forms.CharField(label=_("Bước, mục của tài liệu"), max_length=60, required=False)
    seen = LongText(label=_("Điều đã thấy và bằng chứng"), rows=6)
    proof = FilesField(label=_("Ảnh, tệp làm bằng chứng"), required=False)

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", units_of(audit.agency))
        offer_values(self, "grade", [("", "–"), *grades.names(audit.agency_id).items()])
        fixed = [(v["version"], f"{v['code']} {v['title']}".strip()) for v in audit.versions]
        offer_values(self, "version", [("", "–"), *fixed])
        needs(self, _("(phải có một trong hai)"), "clause", "version")


class ConcludeForm(forms.Form):
    conclusion = LongText(label=_("Kết luận"), rows=6)
    strengths = LongText(label=_("Điểm mạnh"), rows=3, required=False)

    def __init__(self, *args: Any, unanswered: int = 0, **kwargs: Any) -> None:
        """`unanswered`: the number of questions without an answer, to be confirmed; a tick given to
        another number does not count."""
        super().__init__(*args, **kwargs)
        if unanswered:
            self.fields[f"over_unanswered_{unanswered}"] = forms.BooleanField(
                label=confirmation(unanswered),
                error_messages={"required": unconfirmed(unanswered)},
            )

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the step."""
        return {name: self.cleaned_data[name] for name in ("conclusion", "strengths")}


class AuditReportForm(Was, forms.ModelForm):
    class Meta:
        model = Report
        fields = ["summary", "strengths", "conclusion", "proposals"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 4, "maxlength": 10_000})
            for name in ("summary", "strengths", "conclusion", "proposals")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs(self, BEFORE_SENDING, "conclusion")


class ReasonForm(forms.Form):
    reason = LongText(label=_("Lý do"), rows=3, max_length=2000)
