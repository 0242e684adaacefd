"""All integration of documents with Wagtail's admin."""

from typing import Any

import wagtail.admin.rich_text.editors.draftail.features as draftail
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, SaveDraftMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.rich_text.converters.html_to_contentstate import InlineStyleElementHandler
from wagtail.admin.search import SearchArea

from procedures import lifecycle, rules
from procedures.officer import taking_in
from procedures.officer.register import drafting_agencies
from qms.approvals import queries


class DraftersItem(MenuItem):
    """Shown to users who draft in some agency today."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(drafting_agencies(request.user))


class ImportersItem(MenuItem):
    """Shown to users who may import."""

    def is_shown(self, request: HttpRequest) -> bool:
        return any(
            rules.may_import(request.user, agency) for agency in drafting_agencies(request.user)
        )


class CodesItem(MenuItem):
    """Shown to users who may set code templates."""

    def is_shown(self, request: HttpRequest) -> bool:
        return any(
            rules.may_set_codes(request.user, agency) for agency in drafting_agencies(request.user)
        )


@hooks.register("register_admin_menu_item")
def documents_menu() -> MenuItem:
    return DraftersItem(
        _("Tài liệu"),
        reverse("procedures_admin:documents"),
        name="documents-register",
        icon_name="folder-open-inverse",
        order=100,
    )


@hooks.register("register_admin_menu_item")
def codes_menu() -> MenuItem:
    return CodesItem(
        _("Kiểu mã hiệu"),
        reverse("procedures_admin:code_templates"),
        name="code-templates",
        icon_name="tag",
        order=300,
    )


@hooks.register("register_admin_menu_item")
def reader_menu() -> MenuItem:
    return MenuItem(
        _("Trang người đọc"),
        reverse("home") + "#noi-dung",
        name="reader-site",
        icon_name="view",
        order=900,
    )


@hooks.register("register_admin_menu_item")
def import_menu() -> MenuItem:
    return ImportersItem(
        _("Nhập từ Word"), reverse("imports:batches"), name="imports", icon_name="upload", order=200
    )


@hooks.register("register_admin_menu_item")
def import_rules_menu() -> MenuItem:
    return ImportersItem(
        _("Quy tắc đọc tệp"),
        reverse("imports:rules"),
        name="import-rules",
        icon_name="glasses",
        order=205,
    )


class CityTemplatesItem(MenuItem):
    """Shown to maintainers of the city's templates; drafters see the templates when they create a
    document."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rules.may_keep_city_templates(request.user)


@hooks.register("register_admin_menu_item")
def city_templates_menu() -> MenuItem:
    return CityTemplatesItem(
        _("Bản mẫu của thành phố"),
        reverse("city_templates"),
        name="city-templates",
        icon_name="copy",
        order=310,
    )


class TakingInItem(MenuItem):
    """Shown to officers, and to users who may reopen it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return taking_in.opens(request.user)


@hooks.register("register_admin_menu_item")
def taking_in_menu() -> MenuItem:
    return TakingInItem(
        _("Tiếp nhận bản giấy"),
        reverse("procedures_admin:taking_in"),
        name="taking-in",
        icon_name="lock-open",
        order=210,
    )


class RegisterSearch(SearchArea):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(drafting_agencies(request.user))


@hooks.register("register_admin_search_area")
def search_area() -> SearchArea:
    return RegisterSearch(
        _("Tài liệu"),
        reverse("procedures_admin:documents"),
        name="documents-register",
        icon_name="folder-open-inverse",
        order=1,
    )


class SendMenuItem(ActionMenuItem):
    """Saves, then opens the page that shows what would be sent."""

    name = "action-send"
    label = _("Lưu và trình duyệt…")
    icon_name = "upload"
    order = 20

    def is_shown(self, context: dict[str, Any]) -> bool:
        return (
            context["view"] == "edit"
            and not context["locked_for_user"]
            and rules.may_send(context["request"].user, context["page"])
        )


@hooks.register("construct_page_action_menu", order=1000)
def save_and_send(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Only saving and sending, and nothing while the draft is in an approval: none of Wagtail's
    publishing, unpublishing or workflows."""
    page = context.get("page")
    if page is not None and page.pk and queries.open_for(lifecycle.subject(page.pk)) is not None:
        items[:] = []
        return
    send = SendMenuItem()
    items[:] = [item for item in items if isinstance(item, SaveDraftMenuItem)] + (
        [send] if send.is_shown(context) else []
    )


@hooks.register("register_rich_text_features")
def underline(features: Any) -> None:
    """Word files underline text; without the feature the editor would drop it."""
    style = {"type": "UNDERLINE", "icon": "underline", "description": _("Gạch chân"), "label": "U"}
    style.pop("icon")
    features.register_editor_plugin("draftail", "underline", draftail.InlineStyleFeature(style))
    features.register_converter_rule(
        "contentstate",
        "underline",
        {
            "from_database_format": {"u": InlineStyleElementHandler("UNDERLINE")},
            "to_database_format": {"style_map": {"UNDERLINE": "u"}},
        },
    )


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("procedures/admin.css"))


@hooks.register("insert_global_admin_js")
def admin_js() -> SafeString:
    return format_html('<script src="{}" defer></script>', static("procedures/register.js"))
