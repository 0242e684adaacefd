"""Mails that could not be sent, and background work that needs a person."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn

from qms import access, rules
from qms.errors import Refused
from qms.models import Mail
from qms.proof import journal
from qms.screens.base import AgencyViewSet, ScopedList, Step
from qms.screens.filters import MailFilters
from qms.work import background, failures, health, mail, process_locks


def mail_state(letter: Mail) -> str:
    if letter.sent_at:
        return _("Đã gửi %(at)s") % {"at": f"{timezone.localtime(letter.sent_at):%d/%m/%Y %H:%M}"}
    return (
        letter.error
        if letter.error and not letter.try_after
        else _("Đang chờ gửi")
        if not letter.error
        else _("Sẽ gửi lại: %(why)s") % {"why": letter.error}
    )


class MailList(ScopedList):
    any_permission_required = ["view"]

    def get_base_queryset(self) -> "QuerySet[Mail]":
        return super().get_base_queryset().order_by("-made_at", "-pk")

    def get_edit_url(self, instance: Any) -> str:
        return reverse("mails:read", args=[instance.pk])


class ReadMail(Step):
    """The mail. If it could not be sent, users who manage its recipient's account may reveal its
    links, to pass them on."""

    scope = staticmethod(rules.mails_of)
    template_name = "qms/admin/mail.html"
    page_title = gettext_lazy("Thư")
    back = "mails:index"
    success = gettext_lazy("Thư sẽ được gửi lại trong ít phút.")

    def do(self, form: forms.Form) -> HttpResponse | None:
        if self.request.POST.get("act") == "reveal":
            return self.render_to_response(
                self.get_context_data(
                    form=form, body=mail.reveal(self.object, by=self.current_user)
                )
            )
        if self.object.sent_at or not mail.is_set_up():
            raise Refused(_("Thư này đã gửi, hoặc chưa cấu hình máy chủ thư."))
        mail.send_again(self.object)
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unsent = not self.object.sent_at
        facts = {
            "body": mail.without_sign_in_links(self.object), "state": mail_state(self.object), "can_send": mail.is_set_up() and unsent,
            "can_reveal": unsent and "body" not in kwargs and mail.has_sign_in_link(self.object),
        }  # fmt: skip
        return super().get_context_data(**facts | kwargs)


class Mails(AgencyViewSet):
    model, name, icon = Mail, "mails", "mail"
    scope, allowed, actions = (
        staticmethod(rules.mails_of),
        staticmethod(rules.manages_some_agency),
        ("view",),
    )
    menu_label, menu_order = gettext_lazy("Thư"), 440
    index_view_class = MailList
    form = forms.modelform_factory(Mail, fields=["subject"])
    list_display = [
        TitleColumn("subject", label=gettext_lazy("Tiêu đề"), url_name="mails:read"), "to",
        Column("made", label=gettext_lazy("Lúc"), accessor=lambda m: f"{timezone.localtime(m.made_at):%d/%m/%Y %H:%M}"),
        Column("state", label=gettext_lazy("Tình trạng"), accessor=mail_state),
    ]  # fmt: skip
    filters = MailFilters
    searched = ("subject", "to", "person__first_name")
    steps = [("read", ReadMail, "read")]


QUEUES = {"default": gettext_lazy("Việc ngắn"), "imports": gettext_lazy("Đọc tệp nhập vào")}


def jobs(request: HttpRequest) -> HttpResponse:
    """The state of background work; stuck work, to retry or give up."""
    if not rules.may_see_jobs(request.user):
        raise PermissionDenied
    report = process_locks.last_report("background")
    loop_states = report.get("loops", {})
    counts = {
        (row["queue_name"], row["status"]): row["n"]
        for row in DBTaskResult.objects.order_by()
        .values("queue_name", "status")
        .annotate(n=Count("pk"))
    }
    queues = [
        {
            "label": QUEUES.get(name, name),
            **{
                status.lower(): counts.get((name, status), 0)
                for status in ("READY", "RUNNING", "FAILED")
            },
        }
        for name in sorted({q for q, _s in counts})
    ]
    page = {
        "alive": health.is_well(health.background),
        "loops": [
            {
                "label": loop.label,
                "ok_at": _moment(loop_states.get(loop.name, {}).get("last_ok")),
                "error": loop_states.get(loop.name, {}).get("error", ""),
            }
            for loop in background.loops()
        ],
        "queues": queues,
        "troubles": [
            {"trouble": t, "label": getattr(failures.source(t.source), "label", t.source)}
            for t in failures.everything()
        ],
        "many": [
            {"source": name, "label": source.label, "count": count}
            for name, source, count in failures.retryable_together()
        ],
    }
    return render(request, "qms/admin/jobs.html", page)


def _moment(seconds: float | None) -> datetime.datetime | None:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC) if seconds else None


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Retries or gives up one stuck piece of work."""
    if not rules.may_see_jobs(request.user):
        raise PermissionDenied
    name, key, act = (request.POST.get(field, "")[:200] for field in ("source", "key", "act"))
    if act == "retry_all":
        return settle_all(request, name)
    trouble = next((t for t in failures.everything() if (t.source, t.key) == (name, key)), None)
    where = failures.source(name)
    if trouble is None or where is None or act not in {"retry", "discard"}:
        raise Http404
    (where.retry if act == "retry" else where.discard)(key)
    journal.append(
        f"work_{act}",
        f"{name}:{key}"[:100],
        agency=None,
        by=access.current_user(request),
        title=trouble.title,
    )
    messages.success(
        request, _("Việc này sẽ được làm lại ngay.") if act == "retry" else _("Đã bỏ việc này.")
    )
    return redirect("jobs")


def settle_all(request: HttpRequest, name: str) -> HttpResponse:
    """Retries all stuck work of one kind."""
    where = failures.source(name)
    if where is None or where.retry_all is None:
        raise Http404
    where.retry_all()
    journal.append(
        "work_retry_all",
        name[:100],
        agency=None,
        by=access.current_user(request),
        title=str(where.label),
    )
    messages.success(request, _("Tất cả sẽ được làm lại ngay."))
    return redirect("jobs")


class JobsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_see_jobs(request.user)


def urls() -> list[URLPattern]:
    return [path("jobs/", jobs, name="jobs"), path("jobs/settle/", settle, name="jobs_settle")]
