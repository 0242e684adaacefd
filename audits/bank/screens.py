"""The question bank in the admin: table, forms, filters, history, and links to spreadsheets."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from audits.bank import lifecycle, rules, sheet_views, wording
from audits.models import Question
from qms import access
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit
from qms.screens.filters import one_of
from qms.screens.rows import HistoryView
from search.screens.tables import OwnedRowForm, OwnedRowList, OwnerColumn, OwnerFilter

CHAPTERS = [
    (str(number), format_lazy(gettext_lazy("Điều {number}"), number=number))
    for number in range(4, 11)
]


class QuestionForm(OwnedRowForm):
    clause = forms.CharField(
        label=gettext_lazy("Điều khoản"),
        max_length=40,
        help_text=gettext_lazy("Một số, ví dụ 7.5.3."),
    )

    class Meta:
        model = Question
        fields = ["agency", "clause", *wording.TEXTS, "is_active"]
        help_texts = {
            "look_at": gettext_lazy("Sổ, hồ sơ, màn hình mà đánh giá viên nên xem."),
            "fault": gettext_lazy("Dấu hiệu cho thấy chưa đạt, để đánh giá viên dễ nhận ra."),
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 2, "maxlength": wording.LONGEST})
            for name in wording.TEXTS
        }

    def clean_clause(self) -> str:
        return wording.clause_of(self.cleaned_data["clause"], wording.known_clauses())


class Saved:
    """Saves a question through its step."""

    request: Any
    form: Any

    def save_instance(self) -> Question:
        return lifecycle.save_question(self.form.instance, by=access.current_user(self.request))


class NewQuestion(Saved, ScopedCreate):
    success_message = gettext_lazy("Đã thêm câu hỏi.")


class EditQuestion(Saved, ScopedEdit):
    success_message = gettext_lazy("Đã lưu câu hỏi.")

    @property
    def header_more_buttons(self) -> list[Button]:
        url = reverse("questions:acts", args=[self.object.pk])
        return [Button(_("Lịch sử"), url=url, icon_name="history", priority=20)]


class QuestionHistory(HistoryView):
    fields, back = ("clause", *wording.TEXTS, "is_active"), "questions:index"
    allowed = staticmethod(rules.edits_some)
    scope = staticmethod(rules.history_of)


class QuestionFilter(OwnerFilter):
    chapter = django_filters.ChoiceFilter(
        label=gettext_lazy("Điều khoản"), choices=CHAPTERS, method="in_chapter", empty_label=gettext_lazy("Tất cả")
    )  # fmt: skip
    state = one_of(
        gettext_lazy("Tình trạng"),
        [("used", gettext_lazy("Đang dùng")), ("left", gettext_lazy("Ngừng dùng"))],
        "in_state",
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def in_chapter(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(Q(clause=value) | Q(clause__startswith=f"{value}."))

    def in_state(self, rows: "QuerySet[Any]", name: str, value: str) -> "QuerySet[Any]":
        return rows.filter(is_active=value == "used")


class QuestionList(OwnedRowList):
    order = ("order", "pk")

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            *super().header_more_buttons,
            Button(_("Nhập, xuất bảng tính"), url=reverse("questions:sheet"), icon_name="table", priority=10),
            Button(_("Lịch sử"), url=reverse("questions:history"), icon_name="history", priority=20),
        ]  # fmt: skip


def state(row: Question) -> str:
    return "" if row.is_active else _("ngừng dùng")


class Questions(AgencyViewSet):
    model, name, icon = Question, "questions", "help"
    url_prefix = "danh-gia/cau-hoi"
    scope, own, allowed = (
        staticmethod(rules.questions_of),
        staticmethod(rules.own_questions),
        staticmethod(rules.edits_some),
    )
    form = QuestionForm
    menu_label, menu_order = pgettext_lazy("plural", "Câu hỏi đánh giá"), 446
    index_view_class, add_view_class, edit_view_class = QuestionList, NewQuestion, EditQuestion
    index_results_template_name = "audits/admin/questions_results.html"
    index_template_name = "search/admin/table.html"
    list_display = [
        Column("clause", label=gettext_lazy("Điều khoản"), sort_key="order", classname="qms-meta"),
        "said",
        Column("state", label=gettext_lazy("Tình trạng"), accessor=state, classname="qms-meta"),
        OwnerColumn(),
    ]
    filters = QuestionFilter
    searched: ClassVar[tuple[str, ...]] = ("clause", "text", "text_en", "look_at")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("bang/", sheet_views.sheet, name="sheet"),
            path("bang/<slug:whose>.<slug:kind>", sheet_views.file, name="file"),
            path("lich-su/", QuestionHistory.as_view(), name="history"),
            path("lich-su/<int:pk>/", QuestionHistory.as_view(), name="acts"),
        ]
