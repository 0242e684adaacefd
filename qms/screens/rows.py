"""The changes of a table with history (django-simple-history), including deleted rows: who, when,
old and new values."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from qms.clock import written
from qms.models import Agency
from qms.screens.base import require
from qms.text.numbers import page_of

PER_PAGE = 50
ACTS = {"+": _("Thêm"), "~": _("Sửa"), "-": _("Xóa")}


class HistoryView(WagtailAdminTemplateMixin, TemplateView):
    """The changes of a table, newest first; with ``pk`` in the URL, those of one row. A constant
    number of queries, and those of `names`."""

    template_name = "qms/admin/history.html"
    page_title = _("Lịch sử")
    header_icon = "history"
    allowed: ClassVar[Any]  # user -> bool
    scope: ClassVar[Any]  # user -> the historical rows that they may see
    fields: ClassVar[tuple[str, ...]]
    back = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(type(self).allowed(request.user))
        self.acts: QuerySet[Any] = type(self).scope(request.user).order_by("-history_id")
        if "pk" in kwargs:
            self.acts = self.acts.filter(id=kwargs["pk"])
            if not self.acts.exists():
                raise Http404
        return super().get(request, *args, **kwargs)

    def names(self, acts: Sequence[Any]) -> Mapping[tuple[str, Any], str]:
        """Display values of fields that differ from the stored ones: (field, value) -> text."""
        return {}

    def title_of(self, act: Any, names: Mapping[tuple[str, Any], str]) -> str:
        """The name of the changed row."""
        return str(act.instance)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label = self.acts.model.instance_type._meta.verbose_name_plural
        return [
            {"url": reverse(self.back), "label": capfirst(label)},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = page_of(
            self.acts.select_related("history_user"), self.request.GET.get("p"), PER_PAGE
        )
        acts = list(page.object_list)
        before = self._before(acts)
        agencies = (
            Agency.objects.in_bulk({a.agency_id for a in (*acts, *before.values()) if a.agency_id})
            if any(a.agency_id for a in acts)
            else {}
        )
        names = {
            **self.names([*acts, *before.values()]),
            **{("agency", pk): one.label for pk, one in agencies.items()},
        }
        rows = [
            {
                "at": act.history_date, "by": str(act.history_user or _("hệ thống")), "what": f"{ACTS[act.history_type]}: {self.title_of(act, names)}",
                "facts": list(self._facts(act, before.get(act.history_id), names)),
            }
            for act in acts
        ]  # fmt: skip
        return super().get_context_data(**kwargs) | {"rows": rows, "page": page}

    def _before(self, acts: Sequence[Any]) -> dict[int, Any]:
        """The preceding act on the same row for each act. One query."""
        changed = [act for act in acts if act.history_type == "~"]
        found: dict[int, Any] = {}
        last: dict[int, Any] = {}
        if changed:
            model = self.acts.model
            for act in model.objects.filter(
                id__in={a.id for a in changed}, history_id__lte=max(a.history_id for a in changed)
            ).order_by("history_id"):
                if act.id in last:
                    found[act.history_id] = last[act.id]
                last[act.id] = act
        return {act.history_id: found[act.history_id] for act in changed if act.history_id in found}

    def _facts(self, act: Any, before: Any, names: Mapping[tuple[str, Any], str]) -> Iterable[str]:
        """The fields of a row, one line each: the value, or its change."""
        for name in self.fields:
            field = act.instance_type._meta.get_field(name)
            label = capfirst(field.verbose_name)
            now, was = (
                self._shown(name, getattr(one, field.attname), names) if one is not None else ""
                for one in (act, before)
            )
            if before is not None and now != was:
                yield f"{label}: {was} → {now}"
            elif before is None:
                yield f"{label}: {now}"

    def _shown(self, name: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
        if name == "agency":
            return names.get((name, value), "–") if value else str(_("dùng chung"))
        if isinstance(value, bool):
            return str(_("có")) if value else str(_("không"))
        if value is None:
            return "–"
        if isinstance(value, datetime.date):
            return written(value)
        if isinstance(value, list):
            return ", ".join(map(str, value)) or "–"
        return names.get((name, value), str(value))
