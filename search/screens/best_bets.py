"""Best bets: the table, its forms with a search for the target, and the state of each target."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from qms import access
from qms.clock import today
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, Step, require
from qms.screens.rows import HistoryView
from qms.text.codes import code_key
from qms.text.numbers import whole_number
from search import api
from search.entries import Results
from search.models import BestBet
from search.screens.tables import OwnedRowForm, OwnedRowList, OwnerColumn, OwnerFilter
from search.tables import best_bets, lifecycle, rules
from search.words.vietnamese import clean

OFFERED = 8  # results to choose from


@dataclass(frozen=True)
class Choice:
    """Something that a best bet may name."""

    origin: str
    title: str
    code: str
    agency_name: str


@dataclass(frozen=True)
class Offer:
    """The choices; `notice`: user-facing message if the search failed."""

    choices: list[Choice]
    notice: str = ""


def find_choices(text: str, agency: int | None, chosen: str = "") -> Offer:
    """What the audience of the best bet finds with these words today, preceded by the
    current choice."""
    tokens = best_bets.audience(agency)
    results = (
        api.find(text, tokens=tokens, day=today(), agency=agency, size=OFFERED)
        if text
        else Results()
    )
    found = {
        hit.origin: Choice(hit.origin, hit.title, hit.code, hit.agency_name) for hit in results.hits
    }
    if chosen and chosen not in found:
        target = best_bets.targets([chosen], tokens)[chosen]
        if target.shown:
            found = {chosen: Choice(chosen, target.title, target.code, target.agency_name), **found}
    return Offer(list(found.values()), results.notice if results.failed else "")


class BestBetForm(OwnedRowForm):
    find = forms.CharField(
        label=gettext_lazy("Tài liệu đứng đầu"), required=False, max_length=200,
        help_text=gettext_lazy("Gõ mã hiệu hoặc vài từ trong tên, bấm “Tìm tài liệu”, rồi chọn một kết quả. Chỉ có tài liệu đang có hiệu lực mà người tìm được xem."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    origin = forms.CharField(required=False, max_length=120)
    place = forms.IntegerField(
        label=gettext_lazy("Thứ tự"), required=False, min_value=1, max_value=best_bets.MOST,
        help_text=gettext_lazy("Trong các kết quả ưu tiên của cùng câu hỏi; 1 đứng đầu. Để trống thì đứng cuối."),
    )  # fmt: skip
    field_order = ["agency", "text", "find", "origin", "place"]

    class Meta:
        model = BestBet
        fields = ["agency", "text", "place"]
        help_texts = {
            "text": gettext_lazy(
                "Cả câu như người ta gõ. Không phân biệt chữ hoa, dấu tiếng Việt và dấu câu; cách hỏi khác thì thêm dòng khác."
            )
        }
        widgets = {"text": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("origin", self.instance.origin)

    @cached_property
    def agency_id(self) -> int | None:
        """The agency that the row will belong to, as far as the form tells; None for everybody."""
        if "agency" not in self.fields:
            return self.instance.agency_id
        field: Any = self.fields["agency"]
        wanted = whole_number(str(self["agency"].value() or ""))
        own = list(field.queryset.values_list("pk", flat=True))
        return wanted if wanted in own else own[0] if field.required else None

    @cached_property
    def offer(self) -> Offer:
        return find_choices(
            clean(str(self["find"].value() or ""))[:200].strip(),
            self.agency_id,
            str(self["origin"].value() or "")[:120],
        )

    def clean(self) -> dict[str, Any]:
        """Without a choice, selects the result whose code was typed."""
        data = super().clean() or {}
        if not data.get("origin") and (key := code_key(data.get("find", ""))):
            same = [c.origin for c in self.offer.choices if code_key(c.code) == key]
            data["origin"] = same[0] if len(same) == 1 else ""
        if not data.get("origin") and "origin" not in self.errors:
            self.add_error(
                "origin",
                _("Hãy chọn một tài liệu.")
                if self.offer.choices
                else self.offer.notice
                or _("Hãy gõ mã hiệu hoặc tên tài liệu rồi bấm “Tìm tài liệu”."),
            )
        return data


class SaveBestBetMixin:
    """Mixin of form views: finds choices, or saves the row and links to a form for a further one of
    the same question. (Type checkers don't see the form view, hence the ignores.)"""

    request: Any
    object: Any
    form: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "look" not in request.POST:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        self.object = self.get_object() if kwargs else None  # type: ignore[attr-defined]
        asked = {
            name: request.POST.get(name, "")[:300]
            for name in ("agency", "text", "find", "origin", "place")
        }
        keywords = {**self.get_form_kwargs(), "data": None, "files": None, "initial": asked}  # type: ignore[attr-defined]
        self.form = BestBetForm(**keywords)
        return self.render_to_response(self.get_context_data())  # type: ignore[attr-defined]

    def save_instance(self) -> BestBet:
        row: BestBet = self.form.instance
        row.origin, row.place = (
            self.form.cleaned_data["origin"],
            self.form.cleaned_data["place"] or 0,
        )
        return lifecycle.save_best_bet(row, by=access.current_user(self.request))

    def get_success_message(self, instance: BestBet | None = None) -> str:
        return _("Câu hỏi “%(text)s” nay có kết quả ưu tiên ở vị trí %(place)s.") % {
            "text": self.object.text,
            "place": self.object.place,
        }

    def get_success_buttons(self) -> list[Any]:
        row = self.object
        more = {"text": row.text, **({"agency": row.agency_id} if row.agency_id else {})}
        return [
            messages.button(f"{reverse('search')}?{urlencode({'q': row.text})}", _("Tìm thử")),
            messages.button(
                f"{reverse('best_bets:add')}?{urlencode(more)}", _("Thêm tài liệu cho câu hỏi này")
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return context | {
            "choices": self.form.offer.choices,
            "notice": self.form.offer.notice,
            "chosen": str(self.form["origin"].value() or ""),
        }


class NewBestBet(SaveBestBetMixin, ScopedCreate):
    def get_initial(self) -> dict[str, Any]:
        asked = self.request.GET
        text, find = (
            " ".join(clean(asked.get(name, "")[:300]).split())[:200] for name in ("text", "find")
        )
        return super().get_initial() | {
            "text": text,
            "find": find or text,
            "agency": whole_number(asked.get("agency", "")),
            "place": None,
        }


class EditBestBet(SaveBestBetMixin, ScopedEdit):
    @property
    def header_more_buttons(self) -> list[Button]:
        key = [self.object.pk]
        return [
            Button(
                _("Tìm thử"),
                url=f"{reverse('search')}?{urlencode({'q': self.object.text})}",
                icon_name="search",
                priority=10,
            ),
            Button(
                _("Lịch sử"),
                url=reverse("best_bets:acts", args=key),
                icon_name="history",
                priority=20,
            ),
            Button(
                _("Xóa"), url=reverse("best_bets:remove", args=key), icon_name="bin", priority=30
            ),
        ]

    def get_page_subtitle(self) -> str:
        return self.object.text


class RemoveBestBet(Step):
    scope = staticmethod(rules.own_best_bets)
    page_title = gettext_lazy("Xóa kết quả ưu tiên")
    explanation = gettext_lazy(
        "Câu hỏi vẫn tìm được tài liệu này theo cách thường; chỉ không còn đưa lên đầu. Việc xóa được ghi trong lịch sử."
    )
    button, serious, back = gettext_lazy("Xóa"), True, "best_bets:index"
    success = gettext_lazy("Đã xóa.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        lifecycle.delete_best_bet(self.object, by=self.current_user)
        return None

    def get_page_subtitle(self) -> str:
        return self.object.text


class BestBetHistory(HistoryView):
    fields, back = ("text", "origin", "place", "agency"), "best_bets:index"
    allowed = staticmethod(rules.edits_some_table)

    @staticmethod
    def scope(user: Any) -> "QuerySet[Any]":
        return rules.history_of(BestBet, user)

    def title_of(self, act: Any, names: Any) -> str:
        return act.text

    def names(self, acts: Any) -> dict[tuple[str, Any], str]:
        """Titles of what the user may still see; numbers for the rest."""
        known = best_bets.targets(
            [act.origin for act in acts], access.tokens_for(self.request.user)
        )
        return {
            ("origin", origin): target.label or named(origin) for origin, target in known.items()
        }


def named(origin: str) -> str:
    return _("mục số %(number)s") % {"number": origin.rpartition(":")[2]}


class BestBetFilter(OwnerFilter):
    class Meta:
        model = BestBet
        fields: list[str] = []


class BestBetList(OwnedRowList):
    order = ("words", "place", "pk")

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """Adds the state of their targets to the rows of the page."""
        found = super().paginate_queryset(queryset, page_size)
        rows = list(found[2])
        known = best_bets.targets_of(rows)
        for row in rows:
            row.target = known[row.pk]
        found[1].object_list = rows
        return found[0], found[1], rows, found[3]

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(
                _("Lịch sử"), url=reverse("best_bets:history"), icon_name="history", priority=20
            ),
        ]

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        found = super().get_list_more_buttons(instance)
        found.append(
            Button(
                _("Tìm thử"),
                url=f"{reverse('search')}?{urlencode({'q': instance.text})}",
                icon_name="search",
                priority=15,
            )
        )
        if self.may_change(instance):
            found.append(
                Button(
                    _("Xóa"),
                    url=reverse("best_bets:remove", args=[instance.pk]),
                    icon_name="bin",
                    priority=30,
                )
            )
        return found


class TargetColumn(Column):
    """The document on top, and its state if it is not shown."""

    cell_template_name = "search/admin/_target.html"

    def get_value(self, instance: Any) -> Any:
        target = instance.target
        return {
            "target": target,
            "label": target.label or named(instance.origin),
            "state": best_bets.STATES[target.state],
        }


@require_safe
def offer(request: HttpRequest) -> HttpResponse:
    """The results to choose from while typing, as a fragment of the form."""
    require(rules.edits_some_table(request.user))
    wanted = whole_number(request.GET.get("agency", ""))
    own = list(rules.table_agencies(request.user).values_list("pk", flat=True))
    agency = (
        wanted if wanted in own else None if rules.may_edit_tables(request.user, None) else own[0]
    )
    chosen = request.GET.get("origin", "")[:120]
    found = find_choices(clean(request.GET.get("find", "")[:200]).strip(), agency, chosen)
    return render(
        request,
        "search/admin/_choices.html",
        {
            "choices": found.choices,
            "notice": found.notice,
            "chosen": chosen,
            "asked": bool(request.GET.get("find")),
        },
    )


class BestBets(AgencyViewSet):
    model, name, icon = BestBet, "best_bets", "thumbtack"
    url_prefix = "tim-kiem/ket-qua-uu-tien"
    scope, own, allowed = (
        staticmethod(rules.best_bets_of),
        staticmethod(rules.own_best_bets),
        staticmethod(rules.edits_some_table),
    )
    form = BestBetForm
    # It is in search's own menu
    menu_label, add_to_admin_menu = (
        pgettext_lazy("plural", "Kết quả ưu tiên"),
        False,
    )
    index_view_class, add_view_class, edit_view_class = BestBetList, NewBestBet, EditBestBet
    index_template_name, index_results_template_name = (
        "search/admin/table.html",
        "search/admin/best_bets_results.html",
    )
    create_template_name = edit_template_name = "search/admin/best_bet_form.html"
    list_display = [
        "text", TargetColumn("target", label=gettext_lazy("Tài liệu đứng đầu")),
        Column("place", label=gettext_lazy("Thứ tự"), accessor=lambda row: _("thứ %(place)s") % {"place": row.place}, classname="qms-meta"), OwnerColumn(),
    ]  # fmt: skip
    filters = BestBetFilter
    names: ClassVar[dict[str, str]] = {"text": "text"}
    searched = ("text",)
    steps = [("remove", RemoveBestBet, "remove")]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("chon/", offer, name="offer"),
            path("lich-su/", BestBetHistory.as_view(), name="history"),
            path("lich-su/<int:pk>/", BestBetHistory.as_view(), name="acts"),
        ]
