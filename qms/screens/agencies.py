"""Agencies and units."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button, HeaderButton

from qms import access, frame, rules
from qms.choices import offer
from qms.clock import today
from qms.fields import DayField, DayInput
from qms.lifecycle import agencies
from qms.models import Agency, Unit, User
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, ScopedList, Step
from qms.screens.filters import AgencyFilters, UnitFilters
from qms.screens.history import History
from qms.text.ordering import Alphabetical


def date_range(row: Any) -> str:
    """The validity period in words; empty if unbounded."""
    start = f"{row.active_from:%d/%m/%Y}" if row.active_from else ""
    end = f"{row.active_to:%d/%m/%Y}" if row.active_to else ""
    return f"{start} – {end}" if end else (f"{_('từ')} {start}" if start else "")


def agency_date_range(row: Agency) -> str:
    """The same for an agency, with its successor."""
    heir = row.successor
    return f"{date_range(row)}; {_('kế thừa:')} {heir.label}" if heir else date_range(row)


class AgencyForm(forms.ModelForm):
    class Meta:
        model = Agency
        fields = ["name", "code", "kind", "short_name", "governing_body", "parent", "active_from"]
        widgets = {"active_from": DayInput()}

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "parent",
            Agency.objects.exclude(pk=self.instance.pk).order_by(Alphabetical("name")),
        )


class NewAgency(ScopedCreate):
    def save_instance(self) -> Agency:
        return agencies.create_agency(
            **self.form.cleaned_data, by=access.current_user(self.request)
        )


class EditAgency(ScopedEdit):
    def save_instance(self) -> Agency:
        return agencies.change_agency(
            self.form.instance, **self.form.cleaned_data, by=access.current_user(self.request)
        )

    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        found = [
            Button(
                _("Thêm nhiều đơn vị"),
                url=reverse("manage_units", args=key),
                icon_name="list-ul",
                priority=10,
            ),
            Button(
                _("Thêm nhiều người"),
                url=reverse("manage_people", args=key),
                icon_name="group",
                priority=20,
            ),
            Button(
                _("Lịch sử"),
                url=reverse("agencies:acts", args=key),
                icon_name="history",
                priority=30,
            ),
        ]
        if self.object.active_to is None:
            return [
                *found,
                Button(
                    _("Đóng cơ quan"),
                    url=reverse("agencies:close", args=key),
                    icon_name="lock",
                    priority=40,
                ),
            ]
        return [
            *found,
            Button(
                _("Mở lại cơ quan"),
                url=reverse("agencies:reopen", args=key),
                icon_name="lock-open",
                priority=40,
            ),
        ]


class CloseForm(forms.Form):
    on_day = DayField(label=_("Ngày hoạt động cuối cùng"), widget=DayInput(), initial=today)
    successor = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Cơ quan kế thừa"), required=False
    )


class CloseAgency(Step):
    scope = staticmethod(rules.agencies_of)
    form_class: type[forms.Form] = CloseForm
    page_title = _("Đóng cơ quan")
    explanation = _(
        "Từ ngày hôm sau, mọi vai trò trong cơ quan này hết hiệu lực. Tài liệu đã ban hành vẫn đọc được và được ghi là của cơ quan đã kết thúc hoạt động."
    )
    button, serious, back = _("Đóng cơ quan"), True, "agencies:index"
    success = _("Đã ghi ngày kết thúc hoạt động của cơ quan.")

    def why_not(self) -> str:
        return (
            ""
            if rules.may_manage_agencies(self.current_user)
            else str(_("Chỉ quản trị hệ thống được đóng cơ quan."))
        )

    def unfinished(self) -> list[tuple[str, int]]:
        """What the agency would leave open."""
        return frame.unfinished(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"unfinished": self.unfinished()}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form = super().get_form(form_class)
        if self.unfinished():
            form.fields["leaves_open"] = forms.BooleanField(
                label=_("Đóng cơ quan khi còn các việc trên"),
                help_text=_("Sự không phù hợp còn mở được chuyển cho quản trị hệ thống, giao cho cơ quan kế thừa hoặc kết thúc kèm lý do."),
            )  # fmt: skip
        others = Agency.objects.exclude(pk=self.object.pk).order_by(Alphabetical("name"))
        offer(
            form,
            "successor",
            others,
            called=lambda row: f"{row.name} ({date_range(row)})" if row.active_to else row.name,
        )
        return form

    def do(self, form: forms.Form) -> HttpResponse | None:
        day: datetime.date = form.cleaned_data["on_day"]
        agencies.close_agency(
            self.object, on_day=day, successor=form.cleaned_data["successor"], by=self.current_user
        )
        return None


class ReopenAgency(CloseAgency):
    form_class = forms.Form
    page_title = _("Mở lại cơ quan")
    explanation = _("Các vai trò còn hạn trong cơ quan này có hiệu lực trở lại.")
    button, serious = _("Mở lại cơ quan"), False
    success = _("Cơ quan đã hoạt động trở lại.")

    def unfinished(self) -> list[tuple[str, int]]:
        return []

    def get_form(self, form_class: Any = None) -> forms.Form:
        return Step.get_form(self, form_class)

    def do(self, form: forms.Form) -> HttpResponse | None:
        agencies.reopen_agency(self.object, by=self.current_user)
        return None


class AgencyHistory(History):
    scope = staticmethod(rules.agencies_of)
    subject, back = "agency", "agencies:index"


class AgencyList(ScopedList):
    def get_base_queryset(self) -> "QuerySet[Agency]":
        return super().get_base_queryset().select_related("successor")


class Agencies(AgencyViewSet):
    model, name, icon = Agency, "agencies", "site"
    scope, allowed = staticmethod(rules.agencies_of), staticmethod(rules.may_manage_agencies)
    form = AgencyForm
    menu_label, menu_order = pgettext_lazy("plural", "Cơ quan"), 400
    index_view_class, add_view_class, edit_view_class = AgencyList, NewAgency, EditAgency
    list_display = [
        "name",
        "code",
        "kind",
        Column("date_range", label=_("Hoạt động"), accessor=agency_date_range),
    ]
    filters = AgencyFilters
    searched, names = ("name", "short_name", "code"), {"name": "name"}
    steps = [
        ("close", CloseAgency, "close"),
        ("reopen", ReopenAgency, "reopen"),
        ("acts", AgencyHistory, "acts"),
    ]


class UnitForm(forms.ModelForm):
    class Meta:
        model = Unit
        fields = ["agency", "name", "code", "active_from", "active_to"]
        widgets = {"active_from": DayInput(), "active_to": DayInput()}

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = rules.agencies_of(current_user)
        offer(self, "agency", own.order_by(Alphabetical("name")))
        if self.instance.pk:
            self.fields[
                "agency"
            ].disabled = True  # a unit does not move: it is closed here and created there
        elif not kwargs.get("data") and len(only := list(own[:2])) == 1:
            self.fields["agency"].initial = only[0]


class NewUnit(ScopedCreate):
    def save_instance(self) -> Unit:
        return agencies.save_unit(self.form.instance, by=access.current_user(self.request))


class EditUnit(ScopedEdit):
    def save_instance(self) -> Unit:
        return agencies.save_unit(self.form.instance, by=access.current_user(self.request))

    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        return [
            Button(
                _("Lịch sử"), url=reverse("units:acts", args=key), icon_name="history", priority=10
            ),
            Button(
                _("Xóa đơn vị"), url=reverse("units:remove", args=key), icon_name="bin", priority=20
            ),
        ]


class RemoveUnit(Step):
    scope = staticmethod(rules.units_of)
    page_title = _("Xóa đơn vị")
    explanation = _(
        "Chỉ xóa đơn vị ghi nhầm. Đơn vị đã có người hoặc tài liệu thì ghi ngày kết thúc hoạt động."
    )
    button, serious, back = _("Xóa đơn vị"), True, "units:index"
    success = _("Đã xóa đơn vị.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        agencies.delete_unit(self.object, by=self.current_user)
        return None


class UnitHistory(History):
    scope = staticmethod(rules.units_of)
    subject, back = "unit", "units:index"


class UnitList(ScopedList):
    @cached_property
    def columns(self) -> list[Any]:
        return [
            c
            for c in super().columns
            if self.has_many_agencies() or getattr(c, "name", "") != "agency"
        ]

    @property
    def header_buttons(self) -> list[Button]:
        found = list(super().header_buttons)
        own = list(rules.agencies_of(self.request.user)[:2])
        if len(own) == 1:
            found.append(
                HeaderButton(
                    _("Thêm nhiều đơn vị"),
                    url=reverse("manage_units", args=[own[0].pk]),
                    icon_name="list-ul",
                )
            )
        return found


class Units(AgencyViewSet):
    model, name, icon = Unit, "units", "folder-inverse"
    scope, allowed = staticmethod(rules.units_of), staticmethod(rules.manages_some_agency)
    form = UnitForm
    menu_label, menu_order = pgettext_lazy("plural", "Đơn vị"), 410
    index_view_class, add_view_class, edit_view_class = UnitList, NewUnit, EditUnit
    list_display = [
        "name",
        "code",
        "agency",
        Column("date_range", label=_("Hoạt động"), accessor=date_range),
    ]
    filters = UnitFilters
    searched, names = ("name", "code"), {"name": "name", "agency": "agency__name"}
    steps = [("remove", RemoveUnit, "remove"), ("acts", UnitHistory, "acts")]
