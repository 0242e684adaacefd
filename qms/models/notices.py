"""Notices, mail settings and bookmarks of people."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.models.people import Agency, User


class Way(models.TextChoices):
    """How a notice is mailed; every notice is shown in the product."""

    NOW = "now", _("Gửi ngay")
    DAILY = "daily", _("Gộp mỗi ngày, lúc 7 giờ")
    WEEKLY = "weekly", _("Gộp mỗi tuần, sáng thứ Hai")
    NONE = "none", _("Không gửi thư")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def to_mail(self) -> "NoticeQuerySet":
        """Notices to be mailed for which no mail has been written yet."""
        return self.filter(settled_at__isnull=True).exclude(mail=Way.NONE)


class Notice(models.Model):
    """A notice to one person. It is worded when shown, from the kind and the facts
    (`qms.notices.kinds`).

    Facts name what happened; personal data beyond the name of an official never enters them."""

    # Meaningless without its recipient
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    # Identifies the act, so that nobody is notified of it twice
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=500)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Way)
    # When a mail about it was written, or turned out not to be needed
    settled_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("thông báo")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="person_told_once_of_an_act")
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_of_person_by_time"),
            models.Index(
                fields=["person"], name="notice_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(
                fields=["mail", "person"],
                name="notice_to_mail",
                condition=Q(settled_at__isnull=True) & ~Q(mail="none"),
            ),
            models.Index(fields=["at"], name="notice_by_time"),
        ]

    def __str__(self) -> str:
        return self.key


class MailSettings(models.Model):
    """One person's mail settings: the language, and the chosen way for groups of notices."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mail_settings")
    language = models.CharField(max_length=10, blank=True)  # empty: the product's own
    ways = models.JSONField(default=dict, blank=True)  # {group: way}

    class Meta:
        verbose_name = _("cài đặt thư")

    def __str__(self) -> str:
        return str(self.person)


class Bookmark(models.Model):
    """A subject that one person follows, pinned or recently saw: "document:7",
    "agency:3" (`qms.desk.subjects`)."""

    class Kind(models.TextChoices):
        FOLLOWED = "followed", _("Đang theo dõi")
        FAVOURITE = "favourite", _("Hay dùng")
        SEEN = "seen", _("Xem gần đây")

    # Meaningless without its person
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks")
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("mục đánh dấu")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject"], name="subject_bookmarked_once"
            )
        ]
        indexes = [models.Index(fields=["kind", "subject"], name="bookmark_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
