"""The search models."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords


class Pending(models.Model):
    """An object whose index entries are out of date; written in the transaction that changed it."""

    source = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    next_try = models.DateTimeField(null=True, blank=True)
    set_aside = models.BooleanField(_("gác lại"), default=False)
    # Done in the index in use, to be repeated in the one being built
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("mục chờ lập chỉ mục")
        verbose_name_plural = pgettext_lazy("plural", "mục chờ lập chỉ mục")
        indexes = [models.Index(fields=["done", "set_aside", "id"], name="search_pending_queue")]

    def __str__(self) -> str:
        return f"{self.source}:{self.object_id}"


class Listing(models.Model):
    """The searchable names of an entry, for searching the database while the index
    is unavailable."""

    key = models.CharField(max_length=120, unique=True)
    origin = models.CharField(max_length=120, db_index=True)
    group = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    readers = models.TextField()  # " public agency:5 ": each token between spaces
    agency = models.BigIntegerField(null=True)
    unit = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    sort_date = models.DateField(null=True)
    words = models.TextField()  # folded, between spaces: title, code, titles of passages
    facets = models.TextField(default="")  # "\nyear=2026\nclause=7.5\n": each between line ends
    card = models.TextField()  # as engines store it
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key


class Synonym(models.Model):
    """Two expressions for one thing: an abbreviation and its full form, an everyday word and the
    official one."""

    agency = models.ForeignKey(
        "qms.Agency",
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    short = models.CharField(_("từ viết tắt hoặc từ thường dùng"), max_length=60)
    long = models.CharField(_("từ đầy đủ"), max_length=150)
    both_ways = models.BooleanField(_("tra cứu cả hai chiều"), default=True)
    changed_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["short", "pk"]
        verbose_name = _("từ đồng nghĩa")
        verbose_name_plural = pgettext_lazy("plural", "từ đồng nghĩa")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "short", "long"],
                name="synonym_once_in_agency",
                violation_error_message=_("Bảng đã có dòng này."),
            ),
            models.UniqueConstraint(
                fields=["short", "long"],
                condition=models.Q(agency=None),
                name="synonym_once_for_all",
                violation_error_message=_("Bảng đã có dòng này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.short} = {self.long}"


class BestBet(models.Model):
    """An entry that an agency puts on top for a question, for users who may see it."""

    agency = models.ForeignKey(
        "qms.Agency",
        verbose_name=_("cơ quan"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    text = models.CharField(_("câu hỏi"), max_length=200)
    # Folded, for comparisons
    words = models.CharField(max_length=200, db_index=True, editable=False)
    # "document:7": unchanged when a new version is issued
    origin = models.CharField(_("kết quả"), max_length=120)
    # Among those for the same question
    place = models.PositiveSmallIntegerField(_("thứ tự"), default=1)
    changed_at = models.DateTimeField(auto_now=True)
    history = HistoricalRecords()

    class Meta:
        ordering = ["words", "place", "pk"]
        verbose_name = _("kết quả ưu tiên")
        verbose_name_plural = pgettext_lazy("plural", "kết quả ưu tiên")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "words", "origin"],
                name="best_bet_once_in_agency",
                violation_error_message=_("Bảng đã có dòng này."),
            ),
            models.UniqueConstraint(
                fields=["words", "origin"],
                condition=models.Q(agency=None),
                name="best_bet_once_for_all",
                violation_error_message=_("Bảng đã có dòng này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.origin}"


class QueryLog(models.Model):
    """A question that was asked, without the user; kept for 90 days."""

    agency = models.ForeignKey(
        "qms.Agency", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    text = models.CharField(max_length=200)
    # Folded, for counting variants together
    words = models.CharField(max_length=200, db_index=True)
    total = models.PositiveIntegerField()
    opened = models.PositiveSmallIntegerField(null=True, blank=True)  # rank of the opened result
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [  # the report of failed questions reads only these
            models.Index(fields=["words", "made_at", "total", "opened"], name="search_asked"),
            models.Index(
                fields=["agency", "words", "made_at", "total", "opened"],
                name="search_asked_in_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SavedSearch(models.Model):
    """A question saved by a user, optionally with mails about new results. Private: not even
    administrators see it."""

    # Meaningless without its user
    person = models.ForeignKey("qms.User", on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("tên"), max_length=100)
    query = models.CharField(max_length=2000)  # query string: "q=khai+sinh&kind=form"
    mails = models.BooleanField(_("gửi thư khi có kết quả mới"), default=False)
    language = models.CharField(max_length=10, default="vi")  # language of its mails
    # Digests of results already found, so that they are never reported again
    seen = models.TextField(blank=True)
    # Last scheduled run; null: none since mails were switched on
    looked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(excluded_fields=["seen", "looked_at"])

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("tìm kiếm đã lưu")
        verbose_name_plural = pgettext_lazy("plural", "tìm kiếm đã lưu")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                name="saved_search_name_once",
                violation_error_message=_("Bạn đã có tìm kiếm tên này."),
            )
        ]

    def __str__(self) -> str:
        return self.name
