"""The screens of appointments."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from qms import access, rules
from qms.choices import offer
from qms.clock import today
from qms.fields import DayField, DayInput
from qms.lifecycle import people
from qms.models import Appointment, Unit, User
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, ScopedList, Step
from qms.screens.filters import AppointmentFilters
from qms.screens.places import check_place, scope_choices
from qms.text.numbers import whole_number
from qms.text.ordering import by_given_name

MOST_CHOICES = 500  # above this a person is entered by user name rather than chosen from a list


class PersonByName(forms.CharField):
    """A person entered by user name, where a list would be too long."""

    def __init__(self, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(
            max_length=150, help_text=_("Gõ tên đăng nhập của người được giao."), **kwargs
        )
        self.people = people

    def prepare_value(self, value: Any) -> Any:
        return (
            self.people.filter(pk=value).values_list("username", flat=True).first()
            if isinstance(value, int)
            else value
        )

    def clean(self, value: Any) -> User:
        found = self.people.filter(username__iexact=super().clean(value)).first()
        if found is None:
            raise ValidationError(_("Không có người dùng nào có tên đăng nhập này."))
        return found


class AppointmentForm(forms.ModelForm):
    class Meta:
        model = Appointment
        fields = ["person", "role", "agency", "unit", "post", "capacity", "starts_on", "ends_on"]
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    # To change these, end the appointment and create another
    fixed = (
        "person",
        "role",
        "agency",
    )

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope_choices(self, current_user)
        if self.instance.pk:
            for name in self.fixed:
                self.fields[name].disabled = True
            offer(self, "person", User.objects.filter(pk=self.instance.person_id))
            offer(self, "unit", Unit.objects.filter(agency=self.instance.agency_id))
            return
        own = (
            rules.people_of(current_user)
            .filter(is_active=True)
            .order_by(*by_given_name("first_name"), "username")
        )
        if own.count() > MOST_CHOICES:
            self.fields["person"] = PersonByName(own, label=_("Người được giao"))
        else:
            offer(self, "person", own, called=lambda person: f"{person} ({person.username})")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_place(self, data)
        return data


def warn_of_ended_password(request: HttpRequest, person: User, had_password: bool) -> None:
    """Tells whoever gave a role that it ended the person's password (`qms.lifecycle.gains`)."""
    if not had_password or person.has_usable_password():
        return
    messages.warning(
        request,
        gettext("Mật khẩu của %(name)s đã được đặt bằng liên kết của một người nay không còn quyền với tài khoản, nên mật khẩu ấy và xác thực hai lớp không còn dùng được. Hãy tạo liên kết đặt mật khẩu mới và trao tận tay.")
        % {"name": person},
    )  # fmt: skip


class NewAppointment(ScopedCreate):
    def get_initial(self) -> dict[str, Any]:
        named = whole_number(self.request.GET.get("person"))
        return super().get_initial() | ({} if named is None else {"person": named})

    def get_success_url(self) -> str:
        """Back to the person, if the user may open them."""
        person = self.object.person
        return (
            reverse("people:edit", args=[person.pk])
            if rules.may_manage_account(self.request.user, person)
            else super().get_success_url()
        )

    def save_instance(self) -> Appointment:
        data = dict(self.form.cleaned_data)
        person = data.pop("person")
        had_password = person.has_usable_password()
        given = people.appoint(
            person,
            data.pop("role"),
            data.pop("agency"),
            by=access.current_user(self.request),
            **data,
        )
        warn_of_ended_password(self.request, given.person, had_password)
        return given


class EditAppointment(ScopedEdit):
    def save_instance(self) -> Appointment:
        data = {
            name: self.form.cleaned_data[name]
            for name in ("unit", "post", "capacity", "starts_on", "ends_on")
        }
        given = Appointment.objects.get(pk=self.form.instance.pk)
        had_password = given.person.has_usable_password()
        given = people.change_appointment(given, by=access.current_user(self.request), **data)
        warn_of_ended_password(self.request, given.person, had_password)
        return given

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(
                _("Kết thúc vai trò"),
                url=reverse("appointments:end", args=[self.object.pk]),
                icon_name="lock",
                priority=10,
            )
        ]


class EndForm(forms.Form):
    when = forms.ChoiceField(
        label=_("Kết thúc"),
        widget=forms.RadioSelect,
        initial="now",
        choices=[("now", _("Ngay bây giờ")), ("day", _("Sau ngày ghi dưới đây"))],
    )
    on_day = DayField(
        label=_("Ngày cuối giữ vai trò"), widget=DayInput(), required=False, initial=today
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and not data.get("on_day") and "on_day" not in self.errors:
            self.add_error("on_day", _("Hãy ghi ngày cuối."))
        return data


class EndAppointment(Step):
    scope = staticmethod(rules.appointments_of)
    form_class = EndForm
    page_title = _("Kết thúc vai trò")
    explanation = _("Quyền của vai trò này hết ngay khi vai trò kết thúc, không cần làm gì thêm.")
    button, serious, back = _("Kết thúc vai trò"), True, "appointments:index"
    success = _("Đã ghi ngày kết thúc vai trò.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        day = form.cleaned_data["on_day"] if form.cleaned_data["when"] == "day" else None
        people.end_appointment(self.object, by=self.current_user, on_day=day)
        return None


def period(given: Appointment) -> str:
    return (
        f"{given.starts_on:%d/%m/%Y} – {given.ends_on:%d/%m/%Y}"
        if given.ends_on
        else f"{_('từ')} {given.starts_on:%d/%m/%Y}"
    )


def status_label(given: Appointment) -> str:
    """The label for whether it is valid today."""
    day = today()
    if given.starts_on > day:
        return str(_("Bắt đầu sau này"))
    if given.ends_on and given.ends_on < day:
        return str(_("Đã hết"))
    if given.agency and given.agency.active_to and given.agency.active_to < day:
        return str(_("Cơ quan đã kết thúc"))
    return str(_("Đang giữ")) if given.person.is_active else str(_("Tài khoản đã ngừng"))


def place_label(given: Appointment) -> str:
    return ", ".join(
        part
        for part in [
            given.unit.name if given.unit else "",
            given.agency.label if given.agency else str(_("Toàn thành phố")),
        ]
        if part
    )


def unit_name(given: Appointment) -> str:
    return given.unit.name if given.unit else ""


class AppointmentList(ScopedList):
    @cached_property
    def columns(self) -> list[Any]:
        unit = Column("where", label=_("Đơn vị"), accessor=unit_name)
        return [
            unit if c.name == "where" and not self.has_many_agencies() else c
            for c in super().columns
        ]


class Appointments(AgencyViewSet):
    model, name, icon = Appointment, "appointments", "key"
    scope, allowed = staticmethod(rules.appointments_of), staticmethod(rules.manages_some_agency)
    form = AppointmentForm
    menu_label, menu_order = pgettext_lazy("plural", "Phân công vai trò"), 430
    index_view_class, add_view_class, edit_view_class = (
        AppointmentList,
        NewAppointment,
        EditAppointment,
    )
    list_display = [
        "person", "role", Column("where", label=_("Nơi giữ vai trò"), accessor=place_label), "post", Column("lasts", label=_("Thời gian"), accessor=period)
    ]  # fmt: skip
    filters, names = AppointmentFilters, {"person": "person__first_name"}
    searched = ("person__first_name", "person__username", "post", "unit__name", "agency__name")
    steps = [("end", EndAppointment, "end")]
