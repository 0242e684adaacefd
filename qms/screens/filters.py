"""Filters of the lists of people and agencies. Choices are the user's own; with one agency there is
no choice of agency."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from qms import rules
from qms.clock import today
from qms.models import Agency, Appointment, Mail, Unit, User, current
from qms.roles import Role
from qms.text.ordering import Alphabetical
from qms.work import mail


def own_agencies(request: HttpRequest) -> "QuerySet[Agency]":
    return rules.agencies_of(request.user).order_by(Alphabetical("name"))


def one_of(label: Any, choices: Any, method: str) -> django_filters.ChoiceFilter:
    """A choice between a few values, all of them shown."""
    return django_filters.ChoiceFilter(
        label=label,
        choices=choices,
        method=method,
        widget=forms.RadioSelect,
        empty_label=_("Tất cả"),
    )


class InAgencies(WagtailFilterSet):
    """Starts with the agency if the user has several."""

    agency = django_filters.ModelChoiceFilter(
        label=_("Cơ quan"), queryset=own_agencies, method="in_agency"
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        if len(own_agencies(request)[:2]) < 2:
            del self.filters["agency"]

    def in_agency(self, rows: "QuerySet[Any]", name: str, agency: Agency) -> "QuerySet[Any]":
        return rows.filter(agency=agency)


class AgencyFilters(WagtailFilterSet):
    state = one_of(
        _("Hoạt động"), [("active", _("Đang hoạt động")), ("closed", _("Đã kết thúc"))], "in_state"
    )
    lacks = one_of(
        _("Còn thiếu"),
        [
            (Role.OFFICER.value, _("Chưa có thư ký ISO")),
            (Role.AGENCY_ADMIN.value, _("Chưa có quản trị cơ quan")),
        ],
        "lacking",
    )

    class Meta:
        model = Agency
        fields = ["kind"]

    def in_state(self, rows: "QuerySet[Agency]", name: str, value: str) -> "QuerySet[Agency]":
        return (
            rows.filter(active_to__lt=today())
            if value == "closed"
            else rows.filter(current(None, "active_from", "active_to"))
        )

    def lacking(self, rows: "QuerySet[Agency]", name: str, role: str) -> "QuerySet[Agency]":
        return lacking(rows, role)


def lacking(agencies: "QuerySet[Agency]", role: str) -> "QuerySet[Agency]":
    """The active agencies where nobody holds the role today."""
    held = Appointment.objects.current().filter(role=role, person__is_active=True).values("agency")
    return agencies.filter(current(None, "active_from", "active_to")).exclude(pk__in=held)


class UnitFilters(InAgencies):
    class Meta:
        model = Unit
        fields: list[str] = []


class PeopleFilters(InAgencies):
    role = django_filters.ChoiceFilter(
        label=_("Vai trò hiện nay"),
        choices=Role.choices,
        method="with_role",
        empty_label=_("Tất cả"),
    )
    state = one_of(
        _("Tình trạng"),
        [
            ("never", _("Chưa đăng nhập lần nào")),
            ("in", _("Đã đăng nhập")),
            ("off", _("Đã ngừng hoạt động")),
        ],
        "in_state",
    )

    class Meta:
        model = User
        fields: list[str] = []

    def in_agency(self, rows: "QuerySet[Any]", name: str, agency: Agency) -> "QuerySet[Any]":
        return rows.filter(pk__in=Appointment.objects.filter(agency=agency).values("person"))

    def with_role(self, rows: "QuerySet[User]", name: str, role: str) -> "QuerySet[User]":
        return rows.filter(
            pk__in=rules.appointments_of(self.request.user)
            .current()
            .filter(role=role)
            .values("person")
        )

    def in_state(self, rows: "QuerySet[User]", name: str, value: str) -> "QuerySet[User]":
        return (
            rows.filter(is_active=False)
            if value == "off"
            else rows.filter(is_active=True, last_login__isnull=value == "never")
        )


class AppointmentFilters(InAgencies):
    role = django_filters.ChoiceFilter(
        label=_("Vai trò"), choices=Role.choices, empty_label=_("Tất cả")
    )
    state = one_of(
        _("Thời gian"),
        [
            ("now", _("Đang giữ")),
            ("ending", _("Sắp hết (30 ngày)")),
            ("later", _("Bắt đầu sau này")),
            ("past", _("Đã hết")),
        ],
        "in_state",
    )

    class Meta:
        model = Appointment
        fields: list[str] = []

    def in_state(
        self, rows: "QuerySet[Appointment]", name: str, value: str
    ) -> "QuerySet[Appointment]":
        return rows.filter(
            {
                "now": current(),
                "ending": ending(),
                "later": Q(starts_on__gt=today()),
                "past": Q(ends_on__lt=today()),
            }[value]
        )


def ending(days: int = 30) -> Q:
    """Condition on appointments valid today that end within `days` days."""
    return current() & Q(ends_on__lte=today() + datetime.timedelta(days=days))


class MailFilters(WagtailFilterSet):
    state = one_of(
        _("Tình trạng"), [("unsent", _("Chưa gửi được")), ("sent", _("Đã gửi"))], "in_state"
    )

    class Meta:
        model = Mail
        fields: list[str] = []

    def in_state(self, rows: "QuerySet[Mail]", name: str, value: str) -> "QuerySet[Mail]":
        return rows.filter(mail.unsent()) if value == "unsent" else rows.exclude(mail.unsent())
