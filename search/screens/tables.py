"""Shared by the forms and lists of tables whose rows belong to an agency or to everybody."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from qms import access
from qms.models import User
from qms.screens.base import ScopedList
from qms.screens.filters import one_of
from qms.text.ordering import Alphabetical
from search.models import BestBet, Synonym
from search.tables import rules

SHARED = gettext_lazy("Dùng chung toàn thành phố")


def owner_label(row: Synonym | BestBet) -> str:
    return row.agency.label if row.agency else _("dùng chung")


class OwnedRowForm(forms.ModelForm):
    """The form of a row: of the agency where the user is officer, or of everybody's table for
    system administrators."""

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        agencies = rules.table_agencies(current_user)
        shared = rules.may_edit_tables(current_user, None)
        if self.instance.pk or agencies.count() + shared == 1:
            if not self.instance.pk:
                self.instance.agency = agencies.first()
            # Nothing to choose: rows don't move, or there is only one table
            del self.fields["agency"]
            return
        field.queryset, field.required, field.label = agencies, not shared, gettext_lazy("Dùng cho")
        field.empty_label = SHARED if shared else None


class OwnerFilter(WagtailFilterSet):
    """The agency's own rows, or everybody's."""

    whose = one_of(
        gettext_lazy("Bảng"),
        [("own", gettext_lazy("Của cơ quan")), ("shared", gettext_lazy("Dùng chung"))],
        "of",
    )

    def of(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(agency__isnull=value == "shared")


class OwnedRowList(ScopedList):
    """The user's own rows first, then everybody's, read-only."""

    order: ClassVar[tuple[Any, ...]] = ()

    def order_queryset(self, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        return queryset.order_by(Alphabetical("agency__name").asc(nulls_last=True), *self.order)

    def may_change(self, instance: Any) -> bool:
        return rules.may_edit_tables(access.current_user(self.request), instance.agency_id)


class OwnerColumn(Column):
    def __init__(self) -> None:
        super().__init__(
            "whose", label=gettext_lazy("Dùng cho"), accessor=owner_label, classname="qms-meta"
        )
