"""Forms of lending: the request to another agency, and its answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audits.auditors.finding import Lendable
from audits.forms import DayField, LongText, people_of
from audits.models import Audit, Loan
from qms.choices import offer, offer_values
from qms.models import Agency, Role, User


class AskLoanForm(forms.Form):
    """The auditor to request: one offered by an agency, or one that an agency will name."""

    whom = forms.ChoiceField(label=_("Mượn ai, của cơ quan nào"))
    starts_on = DayField(label=_("Từ ngày"))
    ends_on = DayField(label=_("Đến hết ngày"))
    in_return = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Người cử sang để đổi"),
        required=False,
        empty_label="–",
        help_text=_("Khi đổi chéo: đánh giá viên của cơ quan mình có thể sang đánh giá bên đó."),
    )
    reason = LongText(label=_("Lý do"), rows=2, max_length=2000)

    def __init__(
        self,
        *args: Any,
        audit: Audit,
        lendable: list[Lendable],
        agencies: list[Agency],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "starts_on": audit.starts_on,
            "ends_on": audit.ends_on,
            "reason": _("Không còn đánh giá viên độc lập tại cơ quan."),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.people = {f"p{one.person.pk}-{one.agency.pk}": one for one in lendable}
        self.agencies = {f"a{one.pk}": one for one in agencies}
        named = [(key, f"{one.person} ({one.agency.name})") for key, one in self.people.items()]
        whole = [(key, one.name) for key, one in self.agencies.items()]
        groups = [
            (_("Người được giới thiệu"), named),
            (_("Đề nghị cơ quan cử người (đổi chéo)"), whole),
        ]
        offered: list[tuple[str, Any]] = [("", "–")]
        offered += [(str(label), rows) for label, rows in groups if rows]
        offer_values(self, "whom", offered)
        offer(self, "in_return", people_of(audit.body or audit.agency, Role.AUDITOR))

    @property
    def facts(self) -> dict[str, Any]:
        """Keyword arguments of the step."""
        data = dict(self.cleaned_data)
        whom = data.pop("whom")
        named = self.people.get(whom)
        if named is not None:
            return {**data, "lender": named.agency, "person": named.person}
        return {**data, "lender": self.agencies[whom]}


class AnswerLoanForm(forms.Form):
    """The lender's answer; it names an auditor if none was requested by name."""

    person = forms.ModelChoiceField(
        User.objects.none(), label=_("Đánh giá viên được cử"), required=False, empty_label="–"
    )
    answer = LongText(
        label=_("Ý kiến"), rows=2, max_length=2000, required=False, help_text=_("Bắt buộc khi không cho mượn.")
    )  # fmt: skip

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if loan.person_id is not None:
            del self.fields["person"]
            return
        people: QuerySet[User] = people_of(loan.lender, Role.AUDITOR)
        offer(self, "person", people)
