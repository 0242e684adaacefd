"""The editor's panels, in the order in which an officer fills in a document."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
)

from procedures.content import stream
from procedures.content.forms import FORM_CODE
from procedures.editor import places, widgets
from procedures.enums import REMARKS
from procedures.flag_words import to_look_at
from qms.approvals import pages, queries, rules
from qms.models import Approval


class FlagsPanel(Panel):
    """Doubts of the import, until somebody has checked them."""

    def clean_name(self) -> str:
        return "flags"

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/panels/flags.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            count = to_look_at(self.instance.flags)
            said = ngettext(
                "%(count)d điều cần xem lại sau khi nhập tệp",
                "%(count)d điều cần xem lại sau khi nhập tệp",
                count,
            )
            self.heading = said % {"count": count} if count else _("Ghi chú khi nhập tệp")

        def is_shown(self) -> bool:
            return bool(self.instance.flags) and bool(self.instance.pk)

        @cached_property
        def flags(self) -> list[dict[str, Any]]:
            """[{"flag", "remark", "sections": [{"id", "label"}]}]: each warning with the sections it
            concerns."""
            names = _sections(self.instance.body)
            content = stream.to_content(self.instance.body)
            return [
                {
                    "flag": flag,
                    "remark": flag.get("code") in REMARKS,
                    "sections": [names[at] for at in places.sections_of(flag, content)],
                }
                for flag in self.instance.flags
            ]


def _sections(body: Any) -> list[dict[str, str]]:
    """ID and name of each section; the ID is its anchor on the page."""
    raw = [item for item in body.get_prep_value() if item["type"] == "section"]
    return [
        {
            "id": item["id"],
            "label": " ".join(filter(None, (item["value"].get(k) for k in ("number", "title")))),
        }
        for item in raw
    ]


class CameBackPanel(Panel):
    """Why the last round came back, and its remarks, while the draft is worked on for the next one."""

    def clean_name(self) -> str:
        return "came-back"

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/panels/came_back.html"

        @cached_property
        def approval(self) -> Approval | None:
            page = self.instance
            open_draft = bool(page.pk) and page.has_open_draft
            return queries.came_back(f"document:{page.pk}") if open_draft else None

        @cached_property
        def threads(self) -> list[pages.Thread]:
            if self.approval is None:
                return []
            item = self.approval.items.filter(subject=f"document:{self.instance.pk}").first()
            return pages.threads(self.approval, item)

        @cached_property
        def may_open(self) -> bool:
            return self.approval is not None and rules.may_see(self.request.user, self.approval)

        def is_shown(self) -> bool:
            return self.approval is not None and bool(self.approval.reason or self.threads)


class RequestsPanel(Panel):
    """The requests that were accepted and wait to be written into the draft."""

    def clean_name(self) -> str:
        return "requests"

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/panels/requests.html"

        @cached_property
        def requests(self) -> list[Any]:
            if not self.instance.pk:
                return []
            return list(self.instance.change_requests.filter(state="accepted").order_by("pk"))

        def is_shown(self) -> bool:
            return bool(self.requests)


class CoverPanel(Panel):
    """The Word file's cover and margins, as facts; their tables are ordinary sections, folded."""

    def clean_name(self) -> str:
        return "cover"

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/panels/cover.html"

        @cached_property
        def facts(self) -> list[tuple[str, str]]:
            return places.cover(stream.to_content(self.instance.body))

        def is_shown(self) -> bool:
            return bool(self.instance.pk) and bool(self.facts)


class LegalBasisPanel(Panel):
    """The cited documents, recognised by number and symbol."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "procedures/admin/panels/legal_basis.html"


class Panels(ObjectList):
    """All panels one below the other, in the frame that Wagtail's comments require."""

    class BoundPanel(ObjectList.BoundPanel):
        template_name = "procedures/admin/panels/all.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "form_code": FORM_CODE.pattern}


def identity(*own: Any) -> MultiFieldPanel:
    return MultiFieldPanel([*own], heading=_("Nhận diện"), icon="tag", classname="qms-panel")


def handler(*own: Any) -> Panels:
    """All panels of a kind; `own` are its identity fields."""
    return Panels(
        [
            CameBackPanel(
                heading=_("Ý kiến ở lần trình trước"), icon="comment", classname="qms-panel"
            ),
            RequestsPanel(
                heading=_("Yêu cầu sửa đổi đã nhận"), icon="list-ul", classname="qms-panel"
            ),
            FlagsPanel(),
            identity(*own),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("issue_number"), FieldPanel("revision_number")]),
                    FieldRowPanel([FieldPanel("issued_on"), FieldPanel("effective_on")]),
                    FieldPanel("change_summary"),
                    FieldRowPanel([FieldPanel("visibility"), FieldPanel("review_months")]),
                ],
                heading=_("Hiệu lực, sửa đổi và phạm vi"),
                icon="calendar-alt",
                classname="qms-panel",
            ),
            FieldPanel(
                "signers", heading=_("Người ký"), icon="user", classname="qms-panel collapsed"
            ),
            FieldPanel(
                "clauses",
                heading=_("Điều khoản ISO 9001 liên quan"),
                icon="list-ul",
                classname="qms-panel collapsed",
                widget=widgets.ClausesWidget,
            ),
            CoverPanel(
                heading=_("Trang bìa và khối kiểm soát"),
                icon="doc-empty",
                classname="qms-panel collapsed",
            ),
            FieldPanel("body", heading=_("Nội dung"), icon="doc-full"),
            LegalBasisPanel(
                heading=_("Căn cứ pháp lý nhận ra trong nội dung"),
                icon="link",
                classname="qms-panel collapsed",
            ),
            CommentPanel(),
        ]
    )


def procedure() -> Panels:
    return handler(
        FieldPanel("title", classname="title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("unit")]),
        FieldRowPanel([FieldPanel("procedure_type"), FieldPanel("field")]),
        FieldRowPanel([FieldPanel("national_code"), FieldPanel("local_tail")]),
        FieldPanel("owner_post"),
    )


def form() -> Panels:
    return handler(
        FieldPanel("title", classname="title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("unit")]),
        FieldPanel(
            "procedure", widget=forms.Select
        ),  # the agency's own only; Wagtail's chooser would offer the whole tree
        FieldPanel("file"),
        FieldPanel("file_name", classname="qms-hidden-field"),
        FieldPanel("owner_post"),
    )


def general() -> Panels:
    return handler(
        FieldPanel("kind"),
        FieldPanel("title", classname="title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("unit")]),
        FieldPanel("owner_post"),
    )
