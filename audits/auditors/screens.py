"""The register of auditors in Wagtail's admin, where officers edit their agency's."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from audits import lifecycle
from audits.auditors import rules
from audits.models import AuditorRecord, Member, Training
from qms import access
from qms.choices import offer
from qms.clock import today, written
from qms.fields import DayInput
from qms.models import Appointment, Role, User
from qms.screens.base import AgencyViewSet, ScopedCreate, ScopedEdit, ScopedList, Step
from qms.screens.filters import one_of
from qms.screens.rows import HistoryView
from qms.text.numbers import whole_number
from qms.text.ordering import Alphabetical, by_given_name

TAKEN_PART = ("under_way", "concluded", "closed")


class ClausesField(forms.CharField):
    """Clause numbers separated by commas; cleans to a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(value).replace(";", ",").split(",")
        return [one.strip() for one in typed if one.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class AuditorForm(forms.ModelForm):
    clauses = ClausesField(
        label=gettext_lazy("Điều khoản"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "Cách nhau bằng dấu phẩy, ví dụ: 7.5, 8. Để trống nếu đánh giá được mọi điều khoản."
        ),
    )

    class Meta:
        model = AuditorRecord
        fields = ["agency", "person", "fields", "clauses", "valid_until", "lendable"]
        widgets = {"valid_until": DayInput()}

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = rules.agencies_of(current_user)
        offer(self, "agency", own.order_by(Alphabetical("name")))
        if self.instance.pk:
            self.fields["agency"].disabled = self.fields["person"].disabled = True
            offer(self, "person", User.objects.filter(pk=self.instance.person_id))
            return
        held = Appointment.objects.current().filter(role=Role.AUDITOR, agency__in=own)
        people = User.objects.filter(pk__in=held.order_by().values("person"), is_active=True)
        offer(self, "person", people.order_by(*by_given_name("first_name"), "username"))
        if len(only := list(own[:2])) == 1:
            self.fields["agency"].initial = only[0]


class NewAuditor(ScopedCreate):
    def save_instance(self) -> AuditorRecord:
        return lifecycle.save_auditor(self.form.instance, by=access.current_user(self.request))


class EditAuditor(ScopedEdit):
    def save_instance(self) -> AuditorRecord:
        return lifecycle.save_auditor(self.form.instance, by=access.current_user(self.request))

    @property
    def header_more_buttons(self) -> list[Button]:
        key = self.object.pk
        return [
            Button(
                _("Khóa đào tạo"),
                url=f"{reverse('auditor_trainings:index')}?auditor={key}",
                icon_name="list-ul",
                priority=10,
            ),
            Button(
                _("Ghi khóa đào tạo"),
                url=f"{reverse('auditor_trainings:add')}?auditor={key}",
                icon_name="plus",
                priority=20,
            ),
            Button(
                _("Lịch sử"),
                url=reverse("auditors:acts", args=[key]),
                icon_name="history",
                priority=30,
            ),
        ]


class AuditorHistory(HistoryView):
    fields, back = ("agency", "fields", "clauses", "valid_until", "lendable"), "auditors:index"
    allowed = staticmethod(rules.tends_some_register)
    scope = staticmethod(rules.history_of)

    def names(self, acts: Sequence[Any]) -> Mapping[tuple[str, Any], str]:
        people = User.objects.in_bulk({act.person_id for act in acts})
        return {("person", pk): str(one) for pk, one in people.items()}

    def title_of(self, act: Any, names: Mapping[tuple[str, Any], str]) -> str:
        return names.get(("person", act.person_id), "–")


class AuditorFilters(WagtailFilterSet):
    state = one_of(
        gettext_lazy("Năng lực"),
        [
            ("valid", gettext_lazy("Còn giá trị")),
            ("ending", gettext_lazy("Hết trong 90 ngày")),
            ("ended", gettext_lazy("Đã hết")),
        ],
        "in_state",
    )

    class Meta:
        model = AuditorRecord
        fields: list[str] = []

    def in_state(
        self, rows: "QuerySet[AuditorRecord]", name: str, value: str
    ) -> "QuerySet[AuditorRecord]":
        return {
            "valid": rows.exclude(valid_until__lt=today()),
            "ending": rows.filter(valid_until__range=(today(), today() + rules.ENDING)),
            "ended": rows.filter(valid_until__lt=today()),
        }[value]


def valid_until(record: AuditorRecord) -> str:
    if record.valid_until is None:
        return _("không thời hạn")
    day = written(record.valid_until)
    return _("đã hết ngày %(day)s") % {"day": day} if record.valid_until < today() else day


def clauses_of(record: AuditorRecord) -> str:
    return ", ".join(record.clauses) or _("mọi điều khoản")


def trained(record: Any) -> str:
    """Number of courses and date of the last one."""
    if not record.trained:
        return _("chưa ghi")
    return f"{record.trained} ({written(record.trained_on)})"


class AuditorList(ScopedList):
    @property
    def header_more_buttons(self) -> list[Button]:
        history = Button(
            _("Lịch sử"), url=reverse("auditors:history"), icon_name="history", priority=20
        )
        return [*super().header_more_buttons, history]

    def get_base_queryset(self) -> "QuerySet[AuditorRecord]":
        parts = Member.objects.filter(
            person=OuterRef("person"),
            part__in=("lead", "auditor"),
            audit__state__in=TAKEN_PART,
        ).order_by()
        counted = parts.values("person").annotate(n=Count("audit", distinct=True)).values("n")
        return (
            super()
            .get_base_queryset()
            .annotate(
                trained=Count("trainings"),
                trained_on=Max("trainings__on_day"),
                taken_part=Coalesce(Subquery(counted), 0),
            )
        )


class Auditors(AgencyViewSet):
    model, name, icon = AuditorRecord, "auditors", "user"
    url_prefix = "danh-gia/danh-gia-vien"
    scope, allowed = staticmethod(rules.records_of), staticmethod(rules.tends_some_register)
    form = AuditorForm
    menu_label, menu_order = gettext_lazy("Sổ đánh giá viên"), 310
    index_view_class, add_view_class, edit_view_class = AuditorList, NewAuditor, EditAuditor
    list_display = [
        "person",
        "fields",
        Column("clauses", label=gettext_lazy("Điều khoản"), accessor=clauses_of),
        Column("valid_until", label=gettext_lazy("Năng lực đến"), accessor=valid_until),
        Column("trained", label=gettext_lazy("Khóa đào tạo"), accessor=trained),
        Column("taken_part", label=gettext_lazy("Đã tham gia (cuộc)"), accessor="taken_part"),
    ]
    filters, names = AuditorFilters, {"person": "person__first_name"}
    searched = ("person__first_name", "person__username", "fields")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("lich-su/", AuditorHistory.as_view(), name="history"),
            path("lich-su/<int:pk>/", AuditorHistory.as_view(), name="acts"),
        ]


class TrainingForm(forms.ModelForm):
    class Meta:
        model = Training
        fields = ["auditor", "course", "body", "on_day", "certificate"]
        widgets = {"on_day": DayInput()}

    def __init__(self, *args: Any, current_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = rules.records_of(current_user).order_by(*by_given_name("person__first_name"), "pk")
        offer(self, "auditor", own)
        if self.instance.pk:
            self.fields["auditor"].disabled = True

    def clean_on_day(self) -> Any:
        day = self.cleaned_data["on_day"]
        if day > today():
            raise ValidationError(_("Ngày hoàn thành khóa đào tạo chưa đến."))
        return day


class NewTraining(ScopedCreate):
    def get_initial(self) -> dict[str, Any]:
        named = whole_number(self.request.GET.get("auditor"))
        return super().get_initial() | ({} if named is None else {"auditor": named})

    def save_instance(self) -> Training:
        return lifecycle.save_training(self.form.instance, by=access.current_user(self.request))


class EditTraining(ScopedEdit):
    def save_instance(self) -> Training:
        return lifecycle.save_training(self.form.instance, by=access.current_user(self.request))

    @property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(
                _("Xóa"),
                url=reverse("auditor_trainings:remove", args=[self.object.pk]),
                icon_name="bin",
                priority=10,
            )
        ]


class RemoveTraining(Step):
    scope = staticmethod(rules.trainings_of)
    page_title = gettext_lazy("Xóa khóa đào tạo ghi nhầm")
    explanation = gettext_lazy("Chỉ xóa khóa đào tạo ghi nhầm. Việc xóa được ghi trong lịch sử.")
    button, serious, back = gettext_lazy("Xóa"), True, "auditor_trainings:index"
    success = gettext_lazy("Đã xóa.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        lifecycle.remove_training(self.object, by=self.current_user)
        return None


class TrainingList(ScopedList):
    """All courses of the user's agencies, or of the auditor given in the URL."""

    def get_base_queryset(self) -> "QuerySet[Training]":
        rows = super().get_base_queryset()
        named = whole_number(self.request.GET.get("auditor"))
        return rows if named is None else rows.filter(auditor=named)


class Trainings(AgencyViewSet):
    model, name, icon = Training, "auditor_trainings", "list-ul"
    url_prefix = "danh-gia/dao-tao"
    scope, allowed = staticmethod(rules.trainings_of), staticmethod(rules.tends_some_register)
    form = TrainingForm
    menu_label, add_to_admin_menu = pgettext_lazy("plural", "Đào tạo đánh giá viên"), False
    index_view_class, add_view_class, edit_view_class = TrainingList, NewTraining, EditTraining
    list_display = [
        "auditor",
        "course",
        "body",
        Column("on_day", label=gettext_lazy("Ngày"), accessor=lambda row: written(row.on_day)),
        "certificate",
    ]
    names = {"auditor": "auditor__person__first_name"}
    searched = ("auditor__person__first_name", "course", "body", "certificate")
    steps = [("remove", RemoveTraining, "remove")]


def viewsets() -> Iterable[AgencyViewSet]:
    return [Auditors(), Trainings()]
