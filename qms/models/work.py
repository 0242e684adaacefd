"""Scheduled work, submitted forms, mails, one-time links, failed sign-ins."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.models.people import Agency, User


class DueWork(models.Model):
    """Scheduled work: what to do, when, at most once per key. Processed in the
    background (`qms.work.due`)."""

    # Identifies the work, so that it is never scheduled twice
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    due_at = models.DateTimeField(db_index=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("việc đến hạn")

    def __str__(self) -> str:
        return self.key


class SentForm(models.Model):
    """A form that was carried out, by its fingerprint, so that a second submission finds the
    first (`qms.work.once`)."""

    key = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=500, blank=True)  # URL of its result
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("biểu mẫu đã gửi")

    def __str__(self) -> str:
        return self.key


class Mail(models.Model):
    """A mail written by the product: stored first, then sent in the background. One that could not
    be sent stays readable."""

    to = models.CharField(_("người nhận"), max_length=300)
    subject = models.CharField(_("tiêu đề"), max_length=300)
    body = models.TextField(_("nội dung"))
    html = models.TextField(blank=True)
    files = models.JSONField(default=list, blank=True)  # [{"name", "mime", "base64"}]
    # Identifies the act that wrote it, so that nothing is written twice
    key = models.CharField(max_length=300, blank=True)
    # The same at each attempt: recipients' mail programs drop a second copy
    message_id = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        User,
        verbose_name=_("gửi cho"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mails",
    )
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Only for its recipient: no administrator may read it
    private = models.BooleanField(default=False)
    made_at = models.DateTimeField(_("lúc"), default=timezone.now)
    sent_at = models.DateTimeField(_("đã gửi lúc"), null=True)
    error = models.TextField(_("lý do chưa gửi được"), blank=True)
    tries = models.PositiveIntegerField(default=0)
    try_after = models.DateTimeField(null=True)  # when to try again; null: not to be tried

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("thư")
        verbose_name_plural = _("thư")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="mail_written_once", condition=~models.Q(key="")
            )
        ]
        indexes = [
            models.Index(
                fields=["try_after"],
                name="mail_to_send",
                condition=models.Q(sent_at__isnull=True, try_after__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.subject


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    def usable(self) -> "OneTimeLinkQuerySet":
        return self.filter(used_at__isnull=True, expires_at__gt=timezone.now())

    def end(self) -> None:
        """Ends the links, even if the clock is set back."""
        self.filter(used_at__isnull=True).update(used_at=timezone.now())


class OneTimeLink(models.Model):
    """A link with which somebody sets a password or confirms an e-mail address, once. Only the
    SHA-256 of its token is kept, so no reader of the table can use it."""

    class Purpose(models.TextChoices):
        FIRST = "first", _("Quản trị hệ thống đầu tiên")
        PASSWORD = "password", _("Đặt mật khẩu")
        ADDRESS = "address", _("Xác nhận thư điện tử")

    purpose = models.CharField(max_length=20, choices=Purpose)
    # Meaningless without its person
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, default="")  # the address that it confirms
    drops_second_factor = models.BooleanField(default=False)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # or ended before it was used

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("liên kết dùng một lần")
        constraints = [
            models.CheckConstraint(
                name="one_time_link_has_a_person_unless_it_is_the_first",
                condition=models.Q(purpose="first", person__isnull=True)
                | models.Q(purpose__in=["password", "address"], person__isnull=False),
            ),
            models.CheckConstraint(
                name="one_time_link_has_an_address_where_it_confirms_one",
                condition=models.Q(purpose="password")  # an invitation was mailed to one
                | (models.Q(purpose="address") ^ models.Q(email="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {timezone.localtime(self.made_at):%d/%m/%Y}"


class FailedSignIn(models.Model):
    """A wrong password, counted against the account whatever the IP address
    (`qms.accounts.guessing`).

    On a device from which the account signed in before, it counts for that device alone."""

    account = models.CharField(max_length=255)  # as typed, in lower case; it need not exist
    device = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("lần đăng nhập sai")
        indexes = [models.Index(fields=["account", "at"], name="failed_sign_in_account_at")]

    def __str__(self) -> str:
        return f"{self.account} {timezone.localtime(self.at):%d/%m/%Y %H:%M}"
