"""All hooks of qms into Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from qms import absent_libraries, frame
from qms.approvals import rules as approval_rules
from qms.screens import work
from qms.screens.agencies import Agencies, Units
from qms.screens.appointments import Appointments
from qms.screens.people import People

# Wagtail's own menu items that nobody needs here.
HIDDEN_MENU = {"explorer", "reports", "help", "images", "documents", "snippets"}

hooks.register("construct_admin_api", absent_libraries.register)


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [Agencies(), Units(), People(), Appointments(), work.Mails()]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return work.urls()


@hooks.register("insert_global_admin_css", order=10)
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("qms/admin.css"))


@hooks.register("construct_homepage_panels", order=1000)
def homepage(request: HttpRequest, panels: list[Any]) -> None:
    """Replaces Wagtail's lists of pages by the panels that apps registered."""
    panels[:] = frame.admin_panels(request)


@hooks.register("construct_homepage_summary_items", order=1000)
def without_summary(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("construct_main_menu", order=1000)
def without_wagtails_own(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN_MENU]


@hooks.register("construct_search", order=1000)
def without_wagtails_search(request: HttpRequest, areas: list[SearchArea]) -> None:
    areas[:] = [area for area in areas if area.name != "pages"]


class RulesItem(MenuItem):
    """Links to the approval rules, which are on the site, for users who maintain some."""

    def is_shown(self, request: HttpRequest) -> bool:
        return approval_rules.may_see_rules(request.user)


@hooks.register("register_admin_menu_item")
def rules_menu() -> RulesItem:
    address = reverse("approval_rules")
    return RulesItem(_("Quy tắc phê duyệt"), address, name="rules", icon_name="tasks", order=440)


@hooks.register("register_admin_menu_item")
def jobs_menu() -> work.JobsItem:
    return work.JobsItem(_("Việc nền"), reverse("jobs"), name="jobs", icon_name="cogs", order=450)
