"""Accounts, agencies, units and appointments. Plain models, shown through scoped view
sets (`qms.screens`)."""

import datetime
import re

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords
from wagtail.models import Page

from qms.clock import today
from qms.roles import CITY_ROLES, UNIT_ROLES, Capacity, Role


class User(AbstractUser):
    """An account. Its rights derive only from appointments; nobody is a superuser in normal use."""

    # The whole name, in Vietnamese order
    first_name = models.CharField(_("họ và tên"), max_length=150, blank=True)
    # Left empty; Wagtail requires the field
    last_name = models.CharField(_("phần tên khác"), max_length=150, blank=True)
    # The address confirmed by its owner (`qms.accounts.addresses`); differs from `email` once that
    # is changed
    confirmed_email = models.EmailField(
        _("thư điện tử đã xác nhận"), blank=True, default="", editable=False
    )
    # Who made the one-time link by which the password was set, and may know it; null once its owner
    # changed it
    password_link_by = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("người dùng")  # type: ignore[assignment]  # its stubs know Django's texts only
        verbose_name_plural = pgettext_lazy("plural", "người dùng")  # type: ignore[assignment]  # likewise
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_whatever_its_case",
                violation_error_message=_("Tên đăng nhập này đã có người dùng."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def reachable_at(self) -> str:
        """The e-mail address if its owner confirmed it, else empty: where the person's mails go."""
        return self.email if self.email == self.confirmed_email else ""


def current(day: datetime.date | None = None, start: str = "starts_on", end: str = "ends_on") -> Q:
    """Rows whose first day has come and whose last day (inclusive) has not passed."""
    day = day or today()
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    )


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active(self, day: datetime.date | None = None) -> "AgencyQuerySet":
        return self.filter(current(day, "active_from", "active_to"))


class Agency(models.Model):
    """A body that runs a quality management system. Agencies merge and are renamed: a closed one
    names its successor."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Sở, ban, ngành")
        WARD = "ward", _("UBND phường")
        COMMUNE = "commune", _("UBND xã")
        SERVICE_UNIT = "service_unit", _("Đơn vị sự nghiệp công lập")
        OTHER = "other", _("Cơ quan khác")

    code = models.CharField(
        _("mã cơ quan"),
        max_length=30,
        unique=True,
        help_text=_("Viết tắt không dấu, ví dụ STP hoặc UBND-PX."),
    )
    name = models.CharField(_("tên cơ quan"), max_length=250)
    short_name = models.CharField(_("tên gọi tắt"), max_length=100, blank=True)
    kind = models.CharField(_("loại cơ quan"), max_length=20, choices=Kind, default=Kind.DEPARTMENT)
    governing_body = models.CharField(_("cơ quan chủ quản"), max_length=250, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("trực thuộc"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("cơ quan kế thừa"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    # By kind of document: "QT-{seq:02}/{unit}"
    code_templates = models.JSONField(_("mẫu mã hiệu"), default=dict, blank=True)
    active_from = models.DateField(_("hoạt động từ ngày"), null=True, blank=True)
    active_to = models.DateField(_("hoạt động đến hết ngày"), null=True, blank=True)
    history = HistoricalRecords()

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("cơ quan")
        verbose_name_plural = pgettext_lazy("plural", "cơ quan")
        constraints = [
            models.CheckConstraint(
                name="agency_closes_after_it_opens",
                condition=Q(active_from__isnull=True)
                | Q(active_to__isnull=True)
                | Q(active_to__gte=F("active_from")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
            models.CheckConstraint(
                name="agency_succeeds_another",
                condition=~Q(successor=F("id")),
                violation_error_message=_("Cơ quan không thể kế thừa chính mình."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        return reverse("agency", args=[self.pk])


class AgencyPage(Page):
    """The folder of an agency's drafts in the page tree. Created with the agency, never by hand."""

    agency = models.OneToOneField(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="page"
    )

    is_creatable = False
    search_fields: list = []
    search_auto_update = False
    wagtail_reference_index_ignore = True
    parent_page_types = ["wagtailcore.Page"]
    settings_panels: list = []
    promote_panels: list = []

    class Meta:
        verbose_name = _("thư mục tài liệu của cơ quan")

    def get_admin_display_title(self) -> str:
        return self.title


def fit_for_codes(value: str) -> None:
    """Validator of unit codes, which become parts of documents' codes."""
    if not re.fullmatch(r"[\w.&/-]+(?: [\w.&/-]+)*", value):
        raise ValidationError(_("Mã đơn vị chỉ gồm chữ, số và các dấu - . / &, ví dụ TC-HC."))


class Unit(models.Model):
    """A department inside an agency."""

    agency = models.ForeignKey(
        Agency, verbose_name=_("cơ quan"), on_delete=models.PROTECT, related_name="units"
    )
    code = models.CharField(_("mã đơn vị"), max_length=30, blank=True, validators=[fit_for_codes])
    name = models.CharField(_("tên đơn vị"), max_length=250)
    active_from = models.DateField(_("hoạt động từ ngày"), null=True, blank=True)
    active_to = models.DateField(_("hoạt động đến hết ngày"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["agency_id", "name", "pk"]
        verbose_name = _("đơn vị")
        verbose_name_plural = pgettext_lazy("plural", "đơn vị")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                name="unit_name_once_in_agency",
                violation_error_message=_("Cơ quan đã có đơn vị tên này."),
            ),
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(active_from__isnull=True)
                | Q(active_to__isnull=True)
                | Q(active_to__gte=F("active_from")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, day: datetime.date | None = None) -> "AppointmentQuerySet":
        """Appointments valid on `day` (default: today), in agencies that are active that day."""
        return self.filter(current(day)).filter(
            Q(agency__isnull=True) | current(day, "agency__active_from", "agency__active_to")
        )

    def during(self, first: datetime.date, last: datetime.date | None) -> "AppointmentQuerySet":
        """Appointments valid on any day from `first` to `last`, both inclusive (None: no end)."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
        return found.filter(starts_on__lte=last) if last else found


class Appointment(models.Model):
    """A person holds a role in an agency (or over the city) from one day to another,
    both inclusive."""

    person = models.ForeignKey(
        User,
        verbose_name=_("người được giao"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    role = models.CharField(_("vai trò"), max_length=20, choices=Role)
    agency = models.ForeignKey(
        Agency,
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("đơn vị"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    post = models.CharField(_("chức vụ"), max_length=150, blank=True)
    capacity = models.CharField(
        _("tư cách ký"),
        max_length=5,
        choices=Capacity,
        blank=True,
        help_text=_("Ghi trước chức vụ khi ký; để trống nếu ký với tư cách của chính chức vụ."),
    )
    starts_on = models.DateField(_("từ ngày"), default=today)
    ends_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    history = HistoricalRecords()

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["agency_id", "person__first_name", "role", "pk"]
        verbose_name = _("phân công vai trò")
        verbose_name_plural = pgettext_lazy("plural", "phân công vai trò")
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
            models.CheckConstraint(
                name="appointment_has_an_agency_unless_city_wide",
                condition=Q(role__in=sorted(CITY_ROLES), agency__isnull=True)
                | (~Q(role__in=sorted(CITY_ROLES)) & Q(agency__isnull=False)),
                violation_error_message=_(
                    "Vai trò trong cơ quan cần chọn cơ quan; vai trò cấp thành phố thì không."
                ),
            ),
            models.CheckConstraint(
                name="appointment_as_head_names_the_unit",
                condition=~Q(role__in=sorted(UNIT_ROLES)) | Q(unit__isnull=False),
                violation_error_message=_("Vai trò trưởng đơn vị cần chọn đơn vị."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_role_display()}"
