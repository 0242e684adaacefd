"""People and what they are appointed to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button, HeaderButton

from qms import access, links, manage_views, people, rules
from qms.accounts import clean_username
from qms.clock import today
from qms.models import Agency, Appointment, Unit, User
from qms.roles import CITY_ROLES, Role
from qms.screens.agencies import day_field
from qms.screens.base import OurViewSet, ScopedCreate, ScopedEdit, ScopedList, Step
from qms.screens.history import History

MOST_CHOICES = 500  # above it a person is named by user name rather than chosen from a list


def state(person: User) -> str:
    if not person.is_active:
        return str(_("Đã ngừng hoạt động"))
    return f"{_('Đăng nhập gần nhất')} {person.last_login:%d/%m/%Y}" if person.last_login else str(_("Chưa đăng nhập lần nào"))


def posts(person: User) -> str:
    """What the person does in the agencies that the asker manages; posts elsewhere are not theirs to see."""
    held = person.__dict__.get("seen_posts", [])
    return "; ".join(f"{a.get_role_display()}{f' ({a.unit.name})' if a.unit else ''}" for a in held)


def roles_for(asker: User) -> list[tuple[str, Any]]:
    return [(value, label) for value, label in Role.choices if value not in CITY_ROLES or rules.may_manage_accounts(asker)]


class PersonForm(forms.ModelForm):
    """Name, user name, address."""

    class Meta:
        model = User
        fields = ["first_name", "username", "email"]

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asker = asker
        self.fields["first_name"].required = True
        self.fields["username"].help_text = _("Chữ không dấu, chữ số, dấu chấm hoặc gạch ngang.")
        self.fields["email"].help_text = _("Dùng để gửi liên kết và thông báo; có thể để trống.")

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        return name if name == self.initial.get("username") else clean_username(name)


class NewPersonForm(PersonForm):
    """A new person with the first role in one form."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Cơ quan"), required=False)
    role = forms.ChoiceField(label=_("Vai trò"), initial=Role.READER)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị"), required=False)
    post = forms.CharField(label=_("Chức vụ"), max_length=150, required=False)
    starts_on = day_field(_("Từ ngày"), initial=today)
    ends_on = day_field(_("Đến hết ngày"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Để trống thì hệ thống tự đặt theo họ tên.")
        scope_choices(self, self.asker)

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        return clean_username(name) if name else people.propose_username(self.cleaned_data.get("first_name", ""))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_place(self, data)
        return data


def scope_choices(form: forms.BaseForm, asker: User) -> None:
    """The asker's agencies, units and roles are what can be chosen."""
    own = rules.agencies_of(asker)
    form.fields["agency"].queryset = own  # type: ignore[attr-defined]
    form.fields["role"].choices = roles_for(asker)  # type: ignore[attr-defined]
    units = rules.units_of(asker)
    form.fields["unit"].queryset = units  # type: ignore[attr-defined]
    only = list(own[:2])
    if len(only) == 1:
        form.fields["agency"].initial = only[0]
        form.fields["agency"].required = not rules.may_manage_accounts(asker)
    else:
        form.fields["unit"].label_from_instance = lambda unit: f"{unit.agency.label} – {unit.name}"  # type: ignore[attr-defined]


def check_place(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """City-wide roles are held in no agency, the others in one; the unit is one of it."""
    role, agency, unit = data.get("role"), data.get("agency"), data.get("unit")
    if role in CITY_ROLES and agency:
        form.add_error("agency", _("Vai trò cấp thành phố không gắn với cơ quan; hãy để trống."))
    if role and role not in CITY_ROLES and not agency:
        form.add_error("agency", _("Hãy chọn cơ quan."))
    if unit and agency and unit.agency_id != agency.pk:
        form.add_error("unit", _("Đơn vị này không thuộc cơ quan đã chọn."))


class NewPerson(ScopedCreate):
    """Adds the person with the first role; the slip with the way in comes at once."""

    def save_instance(self) -> User:
        data = self.form.cleaned_data
        with transaction.atomic():
            person = people.create(
                username=data["username"], name=data["first_name"], email=data["email"], by=access.asker(self.request), agency=data["agency"]
            )
            days = {"starts_on": data["starts_on"], "ends_on": data["ends_on"]}
            people.appoint(person, data["role"], data["agency"], by=access.asker(self.request), unit=data["unit"], post=data["post"], **days)
            self.token = links.make(person, by=access.asker(self.request))
        return person

    def save_action(self) -> HttpResponse:
        messages.success(self.request, _("Đã thêm %(name)s.") % {"name": self.object})
        return manage_views.slips(self.request, [(self.object, self.token)], agency=self.form.cleaned_data["agency"])


class EditPerson(ScopedEdit):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = self.get_queryset().filter(pk=kwargs["pk"]).first() if request.user.is_authenticated else None
        if person is not None and (reason := rules.why_not_account(request.user, person)):
            messages.error(request, reason)
            return redirect("people:index")
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self) -> User:
        fields = self.form.cleaned_data
        return people.change(User.objects.get(pk=self.form.instance.pk), by=access.asker(self.request), **fields)

    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        found = [
            Button(_("Giao thêm vai trò"), url=f"{reverse('appointments:add')}?person={self.object.pk}", icon_name="plus", priority=10),
            Button(_("Lịch sử"), url=reverse("people:acts", args=key), icon_name="history", priority=40),
        ]
        if not self.object.is_active:
            return [*found, Button(_("Cho hoạt động lại"), url=reverse("people:reactivate", args=key), icon_name="lock-open", priority=30)]
        found.append(Button(_("Tạo liên kết đặt mật khẩu"), url=reverse("people:link", args=key), icon_name="key", priority=20))
        return [*found, Button(_("Ngừng hoạt động"), url=reverse("people:deactivate", args=key), icon_name="lock", priority=30)]


class LinkForm(forms.Form):
    drops_second_factor = forms.BooleanField(
        label=_("Gỡ cả xác thực hai lớp"), required=False, help_text=_("Chỉ chọn khi người này mất điện thoại và hết mã khôi phục; hãy chắc chắn đúng là họ.")
    )


class PersonStep(Step):
    """A step on an account: refused, with who can, where the asker has no power over it."""

    scope = staticmethod(rules.people_of)
    back = "people:index"

    def why_not(self) -> str:
        return rules.why_not_account(self.asker, self.object)


class MakeLink(PersonStep):
    form_class = LinkForm
    page_title = _("Tạo liên kết đặt mật khẩu")
    explanation = _("Liên kết dùng một lần, trong 7 ngày; liên kết cũ của người này hết dùng được. Bạn in phiếu và trao tận tay, hoặc hệ thống gửi thư.")
    button = _("Tạo liên kết")

    def do(self, form: forms.Form) -> HttpResponse | None:
        token = links.make(self.object, by=self.asker, drops_second_factor=form.cleaned_data["drops_second_factor"])
        return manage_views.slips(self.request, [(self.object, token)], agency=people.home_of(self.object))


class Deactivate(PersonStep):
    page_title = _("Ngừng hoạt động tài khoản")
    explanation = _("Người này mất quyền truy cập ngay, kể cả phiên đang mở. Lịch sử và chữ ký của họ vẫn giữ nguyên.")
    button, serious = _("Ngừng hoạt động"), True
    success = _("Tài khoản đã ngừng hoạt động.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        people.deactivate(self.object, by=self.asker)
        return None


class Reactivate(PersonStep):
    page_title = _("Cho tài khoản hoạt động lại")
    explanation = _("Người này đăng nhập lại được, với các vai trò còn hạn.")
    button = _("Cho hoạt động lại")
    success = _("Tài khoản đã hoạt động trở lại.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        people.reactivate(self.object, by=self.asker)
        return None


class PersonHistory(History):
    scope = staticmethod(rules.people_of)
    subject = "person"


class PeopleList(ScopedList):
    def get_base_queryset(self) -> "QuerySet[User]":
        seen = rules.appointments_of(self.request.user).current().order_by("role")
        return super().get_base_queryset().order_by("first_name", "username").prefetch_related(Prefetch("appointments", queryset=seen, to_attr="seen_posts"))

    @property
    def header_buttons(self) -> list[Button]:
        found = list(super().header_buttons)
        own = list(rules.agencies_of(self.request.user)[:2])
        if len(own) == 1:
            found.append(HeaderButton(_("Thêm nhiều người"), url=reverse("manage_people", args=[own[0].pk]), icon_name="group"))
        return found


class People(OurViewSet):
    model, name, icon = User, "people", "group"
    scope, allowed = staticmethod(rules.people_of), staticmethod(rules.manages_some_agency)
    form = PersonForm
    menu_label, menu_order = _("Người dùng"), 420
    index_view_class, add_view_class, edit_view_class = PeopleList, NewPerson, EditPerson
    list_display = [
        "first_name", "username", Column("posts", label=_("Vai trò hiện nay"), accessor=posts), Column("state", label=_("Tình trạng"), accessor=state)
    ]  # fmt: skip
    searched = ("first_name", "username", "email")
    steps = [
        ("link", MakeLink, "link"), ("deactivate", Deactivate, "deactivate"), ("reactivate", Reactivate, "reactivate"), ("acts", PersonHistory, "acts")
    ]  # fmt: skip

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonForm if for_update else NewPersonForm


class PersonByName(forms.CharField):
    """A person named by user name, where a list to choose from would be too long."""

    def __init__(self, people: "QuerySet[User]", **kwargs: Any) -> None:
        super().__init__(max_length=150, help_text=_("Gõ tên đăng nhập của người được giao."), **kwargs)
        self.people = people

    def prepare_value(self, value: Any) -> Any:
        return self.people.filter(pk=value).values_list("username", flat=True).first() if isinstance(value, int) else value

    def clean(self, value: Any) -> User:
        found = self.people.filter(username__iexact=super().clean(value)).first()
        if found is None:
            raise ValidationError(_("Không có người dùng nào có tên đăng nhập này."))
        return found


class AppointmentForm(forms.ModelForm):
    class Meta:
        model = Appointment
        fields = ["person", "role", "agency", "unit", "post", "starts_on", "ends_on"]
        widgets = {"starts_on": AdminDateInput(), "ends_on": AdminDateInput()}

    fixed = ("person", "role", "agency")  # to change these one ends the appointment and makes another

    def __init__(self, *args: Any, asker: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope_choices(self, asker)
        if self.instance.pk:
            for name in self.fixed:
                self.fields[name].disabled = True
            self.fields["person"].queryset = User.objects.filter(pk=self.instance.person_id)  # type: ignore[attr-defined]
            self.fields["unit"].queryset = Unit.objects.filter(agency=self.instance.agency_id)  # type: ignore[attr-defined]
            return
        own = rules.people_of(asker).filter(is_active=True).order_by("first_name", "username")
        if own.count() > MOST_CHOICES:
            self.fields["person"] = PersonByName(own, label=_("Người được giao"))
        else:
            self.fields["person"].queryset = own  # type: ignore[attr-defined]
            self.fields["person"].label_from_instance = lambda person: f"{person} ({person.username})"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_place(self, data)
        return data


class NewAppointment(ScopedCreate):
    def get_initial(self) -> dict[str, Any]:
        named = self.request.GET.get("person", "")
        return super().get_initial() | ({"person": int(named)} if named.isascii() and named.isdigit() and len(named) < 19 else {})

    def save_instance(self) -> Appointment:
        data = dict(self.form.cleaned_data)
        return people.appoint(data.pop("person"), data.pop("role"), data.pop("agency"), by=access.asker(self.request), **data)


class EditAppointment(ScopedEdit):
    def save_instance(self) -> Appointment:
        data = {name: self.form.cleaned_data[name] for name in ("unit", "post", "starts_on", "ends_on")}
        return people.change_appointment(Appointment.objects.get(pk=self.form.instance.pk), by=access.asker(self.request), **data)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Kết thúc vai trò"), url=reverse("appointments:end", args=[self.object.pk]), icon_name="lock", priority=10)]


class EndForm(forms.Form):
    when = forms.ChoiceField(
        label=_("Kết thúc"), widget=forms.RadioSelect, initial="now", choices=[("now", _("Ngay bây giờ")), ("day", _("Sau ngày ghi dưới đây"))]
    )
    on_day = day_field(_("Ngày cuối giữ vai trò"), required=False, initial=today)

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
        people.end_appointment(self.object, by=self.asker, on_day=day)
        return None


def lasts(given: Appointment) -> str:
    return f"{given.starts_on:%d/%m/%Y} – {given.ends_on:%d/%m/%Y}" if given.ends_on else f"{_('từ')} {given.starts_on:%d/%m/%Y}"


def where(given: Appointment) -> str:
    return ", ".join(part for part in [given.unit.name if given.unit else "", given.agency.label if given.agency else str(_("Toàn thành phố"))] if part)


class AppointmentList(ScopedList):
    def get_base_queryset(self) -> "QuerySet[Appointment]":
        return super().get_base_queryset().order_by("person__first_name", "role", "pk")


class Appointments(OurViewSet):
    model, name, icon = Appointment, "appointments", "key"
    scope, allowed = staticmethod(rules.appointments_of), staticmethod(rules.manages_some_agency)
    form = AppointmentForm
    menu_label, menu_order = _("Phân công vai trò"), 430
    index_view_class, add_view_class, edit_view_class = AppointmentList, NewAppointment, EditAppointment
    list_display = [
        "person", "role", Column("where", label=_("Nơi giữ vai trò"), accessor=where), "post", Column("lasts", label=_("Thời gian"), accessor=lasts)
    ]  # fmt: skip
    list_filter = ["role"]
    searched = ("person__first_name", "person__username", "post", "unit__name", "agency__name")
    steps = [("end", EndAppointment, "end")]
