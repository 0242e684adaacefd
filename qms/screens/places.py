"""Choices of an appointment form: the user's own agencies, units and roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms import rules
from qms.choices import offer, offer_values
from qms.clock import today
from qms.models import User
from qms.roles import CITY_ROLES, MEANINGS, UNIT_ROLES, Role
from qms.text.ordering import Alphabetical


def roles_for(current_user: User) -> list[tuple[str, Any]]:
    """The roles that the user may give, each with its purpose."""
    given = [
        role for role in Role if role not in CITY_ROLES or rules.may_manage_accounts(current_user)
    ]
    return [(role.value, f"{role.label} – {MEANINGS[role]}") for role in given]


def scope_choices(form: forms.BaseForm, current_user: User) -> None:
    """Limits the choices to the user's agencies, units and roles."""
    own = (
        rules.agencies_of(current_user)
        .exclude(active_to__lt=today())
        .order_by(Alphabetical("name"))
    )
    offer(form, "agency", own)
    offer_values(form, "role", roles_for(current_user))
    units = (
        rules.units_of(current_user)
        .exclude(active_to__lt=today())
        .exclude(agency__active_to__lt=today())
        .order_by(Alphabetical("agency__name"), Alphabetical("name"))
    )
    only = list(own[:2])
    offer(
        form,
        "unit",
        units,
        called=None if len(only) == 1 else lambda unit: f"{unit.agency.label} – {unit.name}",
    )
    if len(only) == 1:
        form.fields["agency"].initial = only[0]
        form.fields["agency"].required = not rules.may_manage_accounts(current_user)


def check_place(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Adds errors to the form unless a city-wide role has no agency, any other has one, and the
    unit belongs to it."""
    role, agency, unit = data.get("role"), data.get("agency"), data.get("unit")
    if role in CITY_ROLES and agency:
        form.add_error("agency", _("Vai trò cấp thành phố không gắn với cơ quan; hãy để trống."))
    if role and role not in CITY_ROLES and not agency:
        form.add_error("agency", _("Hãy chọn cơ quan."))
    if role in UNIT_ROLES and agency and not unit and "unit" not in form.errors:
        form.add_error("unit", _("Hãy chọn đơn vị mà người này phụ trách."))
    if unit and agency and unit.agency_id != agency.pk:
        form.add_error("unit", _("Đơn vị này không thuộc cơ quan đã chọn."))
