"""People and their appointments."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, HeaderButton

from qms import access, rules
from qms.accounts import addresses, links
from qms.accounts.adapter import clean_username
from qms.clock import today
from qms.fields import DayField, DayInput
from qms.lifecycle import people
from qms.models import Agency, Unit, User
from qms.proof import journal
from qms.roles import Role
from qms.screens.appointments import period, place_label, status_label
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, ScopedList, Step
from qms.screens.filters import PeopleFilters
from qms.screens.history import History
from qms.screens.places import check_place, scope_choices
from qms.setup import views


def state(person: User) -> str:
    if not person.is_active:
        return str(_("Đã ngừng hoạt động"))
    return (
        f"{_('Đăng nhập gần nhất')} {timezone.localtime(person.last_login):%d/%m/%Y}"
        if person.last_login
        else str(_("Chưa đăng nhập lần nào"))
    )


def posts(person: User) -> str:
    """The person's appointments in the agencies that the user manages; others are hidden."""
    held = person.__dict__.get("seen_posts", [])
    return "; ".join(f"{a.get_role_display()}{f' ({a.unit.name})' if a.unit else ''}" for a in held)


def posts_with_agencies(person: User) -> str:
    """The same for users who manage several agencies."""
    held = person.__dict__.get("seen_posts", [])
    return "; ".join(f"{a.get_role_display()} ({place_label(a)})" for a in held)


class PersonForm(forms.ModelForm):
    """Name, user name, address."""

    class Meta:
        model = User
        fields = ["first_name", "username", "email"]

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current_user = current_user
        self.fields["first_name"].required = True
        self.fields["username"].help_text = _("Chữ không dấu, chữ số, dấu chấm hoặc gạch ngang.")
        self.fields["email"].help_text = _(
            "Nhận liên kết và thông báo khi chính người này đã xác nhận; có thể để trống."
        )

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        return name if name == self.initial.get("username") else clean_username(name)


class NewPersonForm(PersonForm):
    """A new person and the first role in one form."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Cơ quan"), required=False)
    role = forms.ChoiceField(label=_("Vai trò"), initial=Role.READER)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị"), required=False)
    post = forms.CharField(label=_("Chức vụ"), max_length=150, required=False)
    starts_on = DayField(label=_("Từ ngày"), widget=DayInput(), initial=today)
    ends_on = DayField(label=_("Đến hết ngày"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("Để trống thì hệ thống tự đặt theo họ tên.")
        scope_choices(self, self.current_user)

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        return (
            clean_username(name)
            if name
            else people.propose_username(self.cleaned_data.get("first_name", ""))
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_place(self, data)
        agency, typed = data.get("agency"), self.data.get(self.add_prefix("username"), "").strip()
        if agency and not typed and (found := people.namesakes(agency, data.get("first_name", ""))):
            # A form sent twice creates one person
            self.add_error("username", people.namesakes_message(found))
        return data


class NewPerson(ScopedCreate):
    """Adds the person with the first role; then shows the slip with the sign-in link."""

    def save_instance(self) -> User:
        data = self.form.cleaned_data
        with journal.acts():
            person = people.create(
                username=data["username"],
                name=data["first_name"],
                email=data["email"],
                by=access.current_user(self.request),
                agency=data["agency"],
            )
            days = {"starts_on": data["starts_on"], "ends_on": data["ends_on"]}
            people.appoint(
                person,
                data["role"],
                data["agency"],
                by=access.current_user(self.request),
                unit=data["unit"],
                post=data["post"],
                **days,
            )
            self.token = links.make(person, by=access.current_user(self.request))
        return person

    def save_action(self) -> HttpResponse:
        messages.success(self.request, _("Đã thêm %(name)s.") % {"name": self.object})
        return views.slips(
            self.request,
            [(self.object, self.token)],
            agency=self.form.cleaned_data["agency"],
            in_admin=True,
        )


class EditPerson(ScopedEdit):
    """The person's name and address, below their appointments and the most common actions."""

    template_name = "qms/admin/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = (
            rules.appointments_of(self.request.user)
            .filter(person=self.object)
            .order_by("-starts_on", "role")
        )
        posts = [
            {"given": a, "where": place_label(a), "lasts": period(a), "state": status_label(a)}
            for a in held
        ]
        return super().get_context_data(**kwargs) | {
            "posts": posts,
            "state": state(self.object),
        }

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = (
            self.get_queryset().filter(pk=kwargs["pk"]).first()
            if request.user.is_authenticated
            else None
        )
        if person is not None and (reason := rules.why_not_account(request.user, person)):
            messages.error(request, reason)
            return redirect("people:index")
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self) -> User:
        fields = self.form.cleaned_data
        by = access.current_user(self.request)
        with journal.acts():
            person = people.change(User.objects.get(pk=self.form.instance.pk), by=by, **fields)
            if "email" in self.form.changed_data and person.email:
                self.ask_owner(person, by)
        return person

    def ask_owner(self, person: User, by: User) -> None:
        """Mails a confirmation to a proposed address; reports if none was sent."""
        if reason := addresses.why_not_asked(person):
            messages.warning(self.request, reason)
        else:
            addresses.ask(person, by=by)

    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        acts = Button(
            _("Lịch sử"), url=reverse("people:acts", args=key), icon_name="history", priority=40
        )
        if not self.object.is_active:
            return [acts]
        return [
            Button(
                _("Ngừng hoạt động"),
                url=reverse("people:deactivate", args=key),
                icon_name="lock",
                priority=30,
            ),
            acts,
        ]


class LinkForm(forms.Form):
    drops_second_factor = forms.BooleanField(
        label=_("Gỡ cả xác thực hai lớp"),
        required=False,
        help_text=_(
            "Chỉ chọn khi người này mất điện thoại và hết mã khôi phục; hãy chắc chắn đúng là họ."
        ),
    )


class PersonStep(Step):
    """A step on an account: refused, naming who may do it, if the user has no power over it."""

    scope = staticmethod(rules.people_of)
    back = "people:index"

    def why_not(self) -> str:
        return rules.why_not_account(self.current_user, self.object)


class MakeLink(PersonStep):
    form_class = LinkForm
    page_title = _("Tạo liên kết đặt mật khẩu")
    explanation = _(
        "Liên kết dùng một lần, trong 7 ngày; liên kết cũ của người này hết dùng được. Bạn in phiếu và trao tận tay."
    )
    button = _("Tạo liên kết")

    def do(self, form: forms.Form) -> HttpResponse | None:
        token = links.make(
            self.object,
            by=self.current_user,
            drops_second_factor=form.cleaned_data["drops_second_factor"],
        )
        return views.slips(
            self.request,
            [(self.object, token)],
            agency=people.home_of(self.object),
            in_admin=True,
        )


class AskOwner(PersonStep):
    page_title = _("Gửi thư xác nhận địa chỉ")
    explanation = _(
        "Chủ tài khoản đăng nhập rồi mở liên kết trong thư để xác nhận. Trước đó không thư nào khác gửi tới địa chỉ này."
    )
    button = _("Gửi thư xác nhận")
    success = _("Đã gửi thư xác nhận.")

    def get_page_subtitle(self) -> str:
        return f"{self.object} · {self.object.email}"

    def do(self, form: forms.Form) -> HttpResponse | None:
        addresses.ask(self.object, by=self.current_user)
        return None


class Deactivate(PersonStep):
    page_title = _("Ngừng hoạt động tài khoản")
    explanation = _(
        "Người này mất quyền truy cập ngay, kể cả phiên đang mở. Lịch sử và chữ ký của họ vẫn giữ nguyên."
    )
    button, serious = _("Ngừng hoạt động"), True
    success = _("Tài khoản đã ngừng hoạt động.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        people.deactivate(self.object, by=self.current_user)
        return None


class Reactivate(PersonStep):
    page_title = _("Cho tài khoản hoạt động lại")
    explanation = _("Người này đăng nhập lại được, với các vai trò còn hạn.")
    button = _("Cho hoạt động lại")
    success = _("Tài khoản đã hoạt động trở lại.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        people.reactivate(self.object, by=self.current_user)
        return None


class PersonHistory(History):
    scope = staticmethod(rules.people_of)
    subject, back = "person", "people:index"


class PeopleList(ScopedList):
    def get_base_queryset(self) -> "QuerySet[User]":
        seen = rules.appointments_of(self.request.user).current().order_by("role")
        return (
            super()
            .get_base_queryset()
            .prefetch_related(Prefetch("appointments", queryset=seen, to_attr="seen_posts"))
        )

    @cached_property
    def columns(self) -> list[Any]:
        wide = Column("posts", label=_("Vai trò hiện nay"), accessor=posts_with_agencies)
        return [
            wide if c.name == "posts" and self.has_many_agencies() else c for c in super().columns
        ]

    @property
    def header_buttons(self) -> list[Button]:
        found = list(super().header_buttons)
        own = list(rules.agencies_of(self.request.user)[:2])
        if len(own) == 1:
            found.append(
                HeaderButton(
                    _("Thêm nhiều người"),
                    url=reverse("manage_people", args=[own[0].pk]),
                    icon_name="group",
                )
            )
        return found


class People(AgencyViewSet):
    model, name, icon = User, "people", "group"
    scope, allowed = staticmethod(rules.people_of), staticmethod(rules.manages_some_agency)
    form = PersonForm
    menu_label, menu_order = pgettext_lazy("plural", "Người dùng"), 420
    index_view_class, add_view_class, edit_view_class = PeopleList, NewPerson, EditPerson
    list_display = [
        "first_name", "username", Column("posts", label=_("Vai trò hiện nay"), accessor=posts), Column("state", label=_("Tình trạng"), accessor=state)
    ]  # fmt: skip
    filters = PeopleFilters
    searched, names = ("first_name", "username", "email"), {"first_name": "first_name"}
    steps = [
        ("link", MakeLink, "link"), ("address", AskOwner, "address"), ("deactivate", Deactivate, "deactivate"), ("reactivate", Reactivate, "reactivate"), ("acts", PersonHistory, "acts")
    ]  # fmt: skip

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonForm if for_update else NewPersonForm
