"""Wagtail's page views, limited to documents; they publish nothing."""

import logging
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel, CommentsSidePanel, PreviewSidePanel
from wagtail.admin.views.pages import edit, preview, revisions
from wagtail.admin.widgets.button import Button

from procedures import lifecycle, rules
from procedures.officer import sending
from procedures.officer.common import document_or_404
from procedures.reader import queries
from qms.errors import Refused

log = logging.getLogger(__name__)

# Exceptions of Wagtail's form code for data that our forms never send.
MALFORMED = (
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    DataError,
)

# Actions that the editor's form may request; Wagtail's others publish or start a workflow of its
# own.
CLOSED_ACTIONS = (
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
    "action-cancel-workflow",
    "action-unpublish",
)


class StateSidePanel(BaseSidePanel):
    """The document's state, in place of Wagtail's live/draft status."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Tình trạng tài liệu")
        icon_name = "info-circle"
        has_counter = False

    name = "status"
    title = gettext_lazy("Tình trạng")
    template_name = "procedures/admin/panels/state.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        lives = queries.statuses(self.object.pk, frozenset({"issued"}))
        taken = lifecycle.clashes(self.object)[:1] if self.object.has_open_draft else []
        return {
            **context,
            "document": self.object,
            "lives": lives[:5],
            "taken": taken,
            "may_send": rules.may_send(self.request.user, self.object),
            "may_record": rules.may_record(self.request.user, self.object),
            "closed": sending.closed(self.object, self.request),
        }


class EditView(edit.EditView):
    """Wagtail's edit view, limited to documents; it never publishes."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        document_or_404(request, page_id)
        if any(name in request.POST for name in CLOSED_ACTIONS):
            raise Http404
        return super().dispatch(request, page_id, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuses data that our forms never send, instead of failing.

        The form is read and checked outside any transaction, since SQLite allows one writer at a
        time: Wagtail opens one around the saving alone."""
        if (lock := self.page.get_lock()) is not None:
            return self._refuse(lock.get_message(request.user))
        try:
            return super().post(request, *args, **kwargs)
        except Refused as refusal:  # sent by somebody else since this form was opened
            return self._refuse(str(refusal))
        except MALFORMED:
            log.error("a malformed form for document %s", self.page.pk, exc_info=True)
            return HttpResponseBadRequest(
                _("Không đọc được dữ liệu gửi lên. Hãy tải lại trang rồi thử lại."),
                content_type="text/plain; charset=utf-8",
            )

    def _refuse(self, sentence: str) -> HttpResponse:
        """Nothing was saved: reports why, to the page or to the autosave."""
        if self.expects_json_response:
            return self.json_error_response("locked", sentence)
        messages.error(self.request, sentence)
        return redirect("procedures_admin:document", self.page.pk)

    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    def get_side_panels(self) -> MediaContainer:
        panels: list[BaseSidePanel] = [StateSidePanel(self.page, self.request)]
        if not self.expects_json_response:
            panels.append(
                PreviewSidePanel(self.page, self.request, preview_url=self.get_preview_url())
            )
            if self.form.show_comments_toggle:
                panels.append(CommentsSidePanel(self.page, self.request))
        return MediaContainer(panels)

    def send_commenting_notifications(self, changes: Any) -> None:
        """Sends no mail: Wagtail's recipients may include people who no longer work here."""

    def get_history_url(self) -> str:
        return reverse("procedures_admin:document", args=[self.page.pk])

    def save_action(self) -> HttpResponse:
        response = super().save_action()
        if self.request.POST.get("action-send") and response.status_code == 302:
            return redirect("procedures_admin:send", self.page.pk)
        return response

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Our buttons only, without Wagtail's move, copy and unpublish."""
        links = [
            (_("Tình trạng, phiên bản, lịch sử"), "document", "history"),
            (_("So sánh với phiên bản có hiệu lực"), "compare", "resubmit"),
        ]
        if rules.may_delete_draft(self.request.user, self.page) and not self.page.versions.exists():
            links.append((_("Xóa tài liệu"), "delete", "bin"))
        return [
            Button(
                label, url=reverse(f"procedures_admin:{name}", args=[self.page.pk]), icon_name=icon
            )
            for label, name, icon in links
        ]

    def get_edit_message_button(self) -> Any:
        return None

    def add_save_confirmation_message(self) -> None:
        if not self.request.POST.get("action-send"):
            button = messages.button(
                reverse("wagtailadmin_pages:view_draft", args=[self.page.pk]),
                _("Xem thử như người đọc"),
                new_window=True,
            )
            messages.success(self.request, _("Đã lưu bản thảo."), buttons=[button])


class RevertView(EditView, revisions.RevisionsRevertView):
    def get_warning_message(self) -> str:
        values = {
            "when": date_format(timezone.localtime(self.previous_revision.created_at), "H:i d/m/Y")
        }
        return (
            _(
                "Bạn đang xem bản thảo lúc %(when)s. Bấm lưu để dùng lại nội dung này làm bản thảo hiện nay."
            )
            % values
        )


class PreviewOnEdit(preview.PreviewOnEdit):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        document_or_404(request, kwargs["page_id"])
        super().setup(request, *args, **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except MALFORMED:
            log.error("a malformed preview of document %s", self.object.pk, exc_info=True)
            return HttpResponseBadRequest(
                _("Không đọc được dữ liệu gửi lên. Hãy tải lại trang rồi thử lại."),
                content_type="text/plain; charset=utf-8",
            )


def view_draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """The draft as readers will see it, on a separate page."""
    return (
        document_or_404(request, page_id).get_latest_revision_as_object().serve_preview(request, "")
    )


def view_revision(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """An earlier draft as readers would have seen it."""
    page = document_or_404(request, page_id)
    revision = page.revisions.filter(pk=revision_id).first()
    if revision is None:
        raise Http404
    return revision.as_object().serve_preview(request, "")
