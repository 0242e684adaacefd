"""Forms of the pages of approvals."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.approvals import capacity, queries, signing
from qms.approvals.lifecycle.common import LONGEST
from qms.approvals.subjects import Tick
from qms.choices import offer, offer_values
from qms.clock import today
from qms.fields import DayField, PlainDayInput, RowsField
from qms.models import Agency, Appointment, Approval, Remark, User
from qms.proof.upload_fields import UploadField
from qms.text.ordering import by_given_name

LONGEST_SECRET = signing.LONGEST + 1


def text_field(label: Any, **how: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea({"rows": 3}), **how
    )


class SecretForm(forms.Form):
    """Asks for the signer's password or code. The field is named so that its value is kept out of
    pages and error reports."""

    signing_password = forms.CharField(strip=False, max_length=LONGEST_SECRET)

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["signing_password"]
        if way == signing.Way.TOTP:
            field.label = _("Mã xác thực một lần")
            field.widget = forms.TextInput(
                {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20}
            )
        else:
            field.label = _("Mật khẩu của bạn")
            field.widget = forms.PasswordInput({"autocomplete": "current-password"})


def tick_field(name: str) -> str:
    """The form field of something that the signer confirms."""
    return f"confirm-{name}"


class SignForm(SecretForm):
    """The form for signing an approval."""

    appointment = forms.ChoiceField(label=_("Ký với chức vụ"))

    def __init__(
        self,
        *args: Any,
        held: list[tuple[Appointment, str]],
        way: str,
        ticks: Iterable[Tick] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, way=way, **kwargs)
        for one in ticks:
            self.fields[tick_field(one.name)] = forms.BooleanField(label=one.label)
        asked = [name for name in self.fields if name != "signing_password"]
        self.order_fields([*asked, "signing_password"])
        offer_values(self, "appointment", [(str(one.pk), named) for one, named in held])
        if len(held) == 1:
            self.fields["appointment"].widget = forms.HiddenInput()
            self.fields["appointment"].initial = str(held[0][0].pk)

    def refuse(self, why: str) -> None:
        """Shows the reason at the secret's field, and focuses that field."""
        self.full_clean()
        self.errors["signing_password"] = self.error_class([why])
        self.fields["signing_password"].widget.attrs["autofocus"] = True


def posts_of(
    held: list[Appointment], approval: Approval, meaning: str, instead_of: User | None
) -> list[tuple[Appointment, str]]:
    """The appointments, each as it will be written next to the signature: post with capacity,
    and unit."""
    absent = queries.post_of(instead_of, approval) if instead_of else None
    found = []
    for one in held:
        post = one.post or str(one.get_role_display())
        named = capacity.line(approval.agency, post, one.capacity, meaning, absent)
        found.append((one, f"{named}, {one.unit.name}" if one.unit else named))
    return found


class ReasonForm(forms.Form):
    reason = text_field(_("Lý do"))


class RemarkForm(forms.Form):
    anchor = forms.ChoiceField(label=_("Về phần"), required=False)
    weight = forms.ChoiceField(
        label=_("Mức"), choices=Remark.Weight.choices, initial=Remark.Weight.SUGGESTION
    )
    text = text_field(_("Ý kiến"))

    def __init__(self, *args: Any, sections: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_values(self, "anchor", [("", _("Toàn bộ nội dung")), *sections])


class AnswerForm(forms.Form):
    text = text_field(_("Trả lời"))


class ChooseForm(forms.Form):
    """The officer names other people for a step."""

    people = RowsField(
        User.objects.none(), label=_("Người ký mới"), widget=forms.CheckboxSelectMultiple
    )
    reason = text_field(_("Lý do"))

    def __init__(self, *args: Any, able: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self, "people", User.objects.filter(pk__in=able).order_by(*by_given_name("first_name"))
        )


class AbsenceForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Người vắng mặt"))
    starts_on = DayField(label=_("Từ ngày"), widget=PlainDayInput())
    ends_on = DayField(label=_("Đến hết ngày"), widget=PlainDayInput())
    substitute = forms.ModelChoiceField(User.objects.none(), label=_("Người ký thay"))
    reason = forms.CharField(label=_("Lý do"), max_length=300)
    paper = forms.CharField(
        label=_("Văn bản cho phép"),
        max_length=300,
        required=False,
        help_text=_(
            "Số, ngày của văn bản giao việc ký thay. Cần ghi hoặc đính kèm tệp khi người ký thay không giữ cùng vai trò."
        ),
    )
    file = UploadField(
        label=_("Tệp của văn bản"),
        required=False,
        help_text=_("Ảnh, PDF, Word hoặc Excel, tối đa 20 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,.pdf,.docx"}),
    )

    def __init__(self, *args: Any, agency: Agency, user: User, for_others: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        held = Appointment.objects.current().filter(agency=agency, person__is_active=True)
        people = User.objects.filter(pk__in=held.values("person"))
        people = people.order_by(*by_given_name("first_name"), "username")
        offer(self, "person", people if for_others else people.filter(pk=user.pk))
        offer(self, "substitute", people)
        self.fields["person"].initial = user.pk
        self.fields["starts_on"].initial = today()
