"""Synonyms and abbreviations: the table, its forms, and a preview of how questions
are understood."""

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from qms import access
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, Step, require
from qms.screens.rows import HistoryView
from qms.text.numbers import whole_number
from qms.text.ordering import Alphabetical
from search import api
from search.models import Synonym
from search.screens.tables import OwnedRowForm, OwnedRowList, OwnerColumn, OwnerFilter
from search.tables import lifecycle, rules, synonyms
from search.words.question import parse_question, terms_of
from search.words.vietnamese import clean, words


class SynonymForm(OwnedRowForm):
    class Meta:
        model = Synonym
        fields = ["agency", "short", "long", "both_ways"]
        labels = {"both_ways": gettext_lazy("Tra cứu cả hai chiều")}
        help_texts = {
            "short": gettext_lazy(
                "Như người ta gõ vào ô tìm, ví dụ UBND, KH&CN, sổ đỏ. Không phân biệt chữ hoa, chữ thường."
            ),
            "long": gettext_lazy(
                "Như trong văn bản, ví dụ Ủy ban nhân dân, giấy chứng nhận quyền sử dụng đất."
            ),
            "both_ways": gettext_lazy(
                "Gõ từ nào cũng tìm được từ kia. Bỏ chọn khi từ ngắn chỉ là cách gõ vội, không có trong văn bản."
            ),
        }
        widgets = {
            "short": forms.TextInput(attrs={"autocomplete": "off"}),
            "long": forms.TextInput(attrs={"autocomplete": "off"}),
        }


class SaveSynonymMixin:
    """Mixin of form views: saves a row, then explains how an ambiguous abbreviation is resolved, and
    links to a page for trying it."""

    request: Any
    object: Synonym
    form: Any

    def save_instance(self) -> Synonym:
        row = lifecycle.save_synonym(self.form.instance, by=access.current_user(self.request))
        if said := synonyms.warning(row):
            messages.warning(self.request, said)
        return row

    def get_success_buttons(self) -> list[Any]:
        return [messages.button(try_url(self.object.short, self.object.agency_id), _("Thử tìm"))]


def try_url(text: str, agency: int | None) -> str:
    return f"{reverse('synonyms:try')}?{urlencode({'q': text, **({'agency': agency} if agency else {})})}"


class NewSynonym(SaveSynonymMixin, ScopedCreate):
    success_message = gettext_lazy("Đã thêm “%(object)s”.")

    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        short = " ".join(clean(asked.get("short", "")[:300]).split())
        return super().get_initial() | {
            "short": cut(short, 60),
            "long": clean(asked.get("long", ""))[:150],
            "agency": whole_number(asked.get("agency", "")),
        }


def cut(text: str, most: int) -> str:
    """The text, truncated at a word boundary to `most` characters."""
    return text if len(text) <= most else text[:most].rpartition(" ")[0] or text[:most]


class EditSynonym(SaveSynonymMixin, ScopedEdit):
    success_message = gettext_lazy("Đã lưu “%(object)s”.")

    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        return [
            Button(
                _("Thử tìm"),
                url=try_url(self.object.short, self.object.agency_id),
                icon_name="search",
                priority=10,
            ),
            Button(
                _("Lịch sử"),
                url=reverse("synonyms:acts", args=key),
                icon_name="history",
                priority=20,
            ),
            Button(
                _("Xóa"), url=reverse("synonyms:remove", args=key), icon_name="bin", priority=30
            ),
        ]


class RemoveSynonym(Step):
    scope = staticmethod(rules.own_synonyms)
    page_title = gettext_lazy("Xóa từ đồng nghĩa")
    explanation = gettext_lazy(
        "Từ câu hỏi tiếp theo, hai từ này không còn được tra thay nhau. Việc xóa được ghi trong lịch sử."
    )
    button, serious, back = gettext_lazy("Xóa"), True, "synonyms:index"
    success = gettext_lazy("Đã xóa.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        lifecycle.delete_synonym(self.object, by=self.current_user)
        return None


class SynonymHistory(HistoryView):
    fields, back = ("short", "long", "both_ways", "agency"), "synonyms:index"
    allowed = staticmethod(rules.edits_some_table)

    @staticmethod
    def scope(user: Any) -> "QuerySet[Any]":
        return rules.history_of(Synonym, user)


class SynonymFilter(OwnerFilter):
    class Meta:
        model = Synonym
        fields: list[str] = []


class SynonymList(OwnedRowList):
    order = (Alphabetical("short"), "pk")

    def search_queryset(self, queryset: "QuerySet[Synonym]") -> "QuerySet[Synonym]":
        """Filters as questions are read: without case and marks, KH&CN also as khcn. Reads the
        whole table of some hundred rows."""
        wanted = (
            [t.folded for t in terms_of(clean(self.search_query or ""))]
            if self.is_searching
            else []
        )
        if not wanted:
            return queryset
        lines = (
            (pk, " ".join(t.folded for t in terms_of(clean(f"{short} {long}"))))
            for pk, short, long in queryset.values_list("pk", "short", "long")
        )
        return queryset.filter(
            pk__in=[pk for pk, line in lines if all(word in line for word in wanted)]
        )

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(
                _("Thử một câu hỏi"), url=reverse("synonyms:try"), icon_name="search", priority=10
            ),
            Button(_("Lịch sử"), url=reverse("synonyms:history"), icon_name="history", priority=20),
        ]

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        found = super().get_list_more_buttons(instance)
        found.append(
            Button(
                _("Thử tìm"),
                url=try_url(instance.short, instance.agency_id),
                icon_name="search",
                priority=15,
            )
        )
        if self.may_change(instance):
            found.append(
                Button(
                    _("Xóa"),
                    url=reverse("synonyms:remove", args=[instance.pk]),
                    icon_name="bin",
                    priority=30,
                )
            )
        return found


def direction(row: Synonym) -> str:
    return _("hai chiều") if row.both_ways else _("một chiều")


def try_question(request: Any) -> HttpResponse:
    """Shows how a question is expanded with the table, with a link to the results."""
    require(rules.edits_some_table(request.user))
    text = " ".join(clean(request.GET.get("q", "")[:300]).split())
    agencies = list(rules.table_agencies(request.user))
    wanted = whole_number(request.GET.get("agency", ""))
    agency = next(
        (a for a in agencies if a.pk == wanted),
        agencies[0] if agencies and "agency" not in request.GET else None,
    )
    context = {
        "breadcrumbs_items": [{"url": reverse("synonyms:index"), "label": Synonyms.menu_label}, {"url": "", "label": _("Thử một câu hỏi")}],
        "page_title": _("Thử một câu hỏi"), "header_title": _("Thử một câu hỏi"), "header_icon": "search",
        "q": text, "agencies": agencies, "agency": agency, "lines": list(understood(text, agency.pk if agency else None)),
    }  # fmt: skip
    return render(request, "search/admin/try.html", context)


def understood(text: str, agency: int | None) -> Iterable[dict[str, Any]]:
    """For each run of words in the table: its expansions with full or low weight, and
    those ignored."""
    typed = {word.marked: text[word.start : word.end] for word in words(text)}
    for reading in api.synonyms(agency).readings(parse_question(text)):
        fully = [m.text for m, weight in reading.meanings if weight >= synonyms.FULLY]
        lightly = [m.text for m, weight in reading.meanings if 0 < weight < synonyms.FULLY]
        aside = [m.text for m, weight in reading.meanings if not weight]
        asked = " ".join(typed.get(t.marked, t.marked) for t in reading.terms)
        yield {
            "words": asked,
            "fully": fully,
            "lightly": lightly,
            "aside": aside,
            "by_context": reading.by_context,
        }


class Synonyms(AgencyViewSet):
    model, name, icon = Synonym, "synonyms", "openquote"
    url_prefix = "tim-kiem/tu-viet-tat"
    scope, own, allowed = (
        staticmethod(rules.synonyms_of),
        staticmethod(rules.own_synonyms),
        staticmethod(rules.edits_some_table),
    )
    form = SynonymForm
    # It is in search's own menu
    menu_label, add_to_admin_menu = (
        pgettext_lazy("plural", "Từ viết tắt và từ đồng nghĩa"),
        False,
    )
    index_view_class, add_view_class, edit_view_class = SynonymList, NewSynonym, EditSynonym
    index_template_name, index_results_template_name = (
        "search/admin/table.html",
        "search/admin/synonyms_results.html",
    )
    list_display = [
        "short",
        "long",
        Column(
            "direction", label=gettext_lazy("Tra cứu"), accessor=direction, classname="qms-meta"
        ),
        OwnerColumn(),
    ]
    filters = SynonymFilter
    names: ClassVar[dict[str, str]] = {"short": "short", "long": "long"}
    steps = [("remove", RemoveSynonym, "remove")]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("thu/", try_question, name="try"),
            path("lich-su/", SynonymHistory.as_view(), name="history"),
            path("lich-su/<int:pk>/", SynonymHistory.as_view(), name="acts"),
        ]
