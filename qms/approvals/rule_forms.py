"""The form of a rule's steps."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qms.approvals.steps import MOST_DAYS, MOST_STEPS, ROLES_FOR, Step, Who, able_people
from qms.choices import offer
from qms.fields import RowsField
from qms.models import Agency, Meaning, User
from qms.roles import Role
from qms.text.ordering import by_given_name

BY_ROLE = "role:"


def who_choices(agency: Agency | None) -> list[tuple[str, Any]]:
    """Choices of who signs a step: holders of a role, the owner of the item, and people of the
    agency by name."""
    roles = [
        (f"{BY_ROLE}{role}", Role(role).label)
        for role in (Role.REVIEWER, Role.APPROVER, Role.UNIT_HEAD)
    ]
    owner = [(one.value, one.label) for one in (Who.UNIT_HEAD, Who.OWNER_POST)]
    people = [(Who.PEOPLE.value, Who.PEOPLE.label)] if agency is not None else []
    return [("", "—"), *roles, *owner, *people]


class StepForm(forms.Form):
    meaning = forms.ChoiceField(
        label=_("Ý nghĩa"),
        required=False,
        choices=[("", _("(không có bước này)")), *Meaning.choices],
    )
    who = forms.ChoiceField(label=_("Ai ký"), required=False)
    people = RowsField(
        User.objects.none(),
        label=_("Tên, khi nêu tên người"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quorum = forms.IntegerField(
        label=_("Số người phải ký"), min_value=0, max_value=50, help_text=_("0: tất cả."), initial=1
    )
    days = forms.IntegerField(label=_("Số ngày"), min_value=1, max_value=MOST_DAYS, initial=5)

    def __init__(self, *args: Any, agency: Agency | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = who_choices(agency)
        if agency is None:
            del self.fields["people"]
            return
        able = set[int]().union(*[able_people(agency, meaning) for meaning in ROLES_FOR])
        named = set(self.initial.get("people", ()))
        offer(
            self,
            "people",
            User.objects.filter(pk__in=able | named).order_by(*by_given_name("first_name")),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("meaning") and not data.get("who"):
            raise ValidationError(_("Hãy chọn ai ký bước này."))
        return data

    def step(self) -> Step | None:
        """The step; None if its row has no meaning selected."""
        data = self.cleaned_data
        if not data.get("meaning"):
            return None
        by_role = data["who"].startswith(BY_ROLE)
        return Step(
            meaning=data["meaning"],
            who=Who.ROLE if by_role else data["who"],
            role=data["who"].removeprefix(BY_ROLE) if by_role else "",
            people=tuple(sorted(one.pk for one in data.get("people", ())))
            if data["who"] == Who.PEOPLE
            else (),
            quorum=data["quorum"],
            days=data["days"],
        )


def initial_of(step: Step) -> dict[str, Any]:
    """Initial data of a step's form."""
    return {
        "meaning": step.meaning,
        "who": f"{BY_ROLE}{step.role}" if step.who == Who.ROLE else step.who,
        "people": list(step.people),
        "quorum": step.quorum,
        "days": step.days,
    }


StepForms = forms.formset_factory(
    StepForm, extra=2, max_num=MOST_STEPS, validate_max=True, absolute_max=MOST_STEPS + 5
)
