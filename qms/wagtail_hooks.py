"""The whole answer to "where does the ground touch Wagtail's admin"."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qms import absent_libraries, access, rules
from qms.screens import work
from qms.screens.agencies import Agencies, Units
from qms.screens.appointments import Appointments
from qms.screens.home import AdministrationPanel
from qms.screens.people import People

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


@hooks.register("construct_homepage_panels", order=1100)
def homepage(request: HttpRequest, panels: list[Any]) -> None:
    """After what documents put there, since it replaces Wagtail's own panels."""
    if rules.manages_some_agency(access.asker(request)):
        panels.append(AdministrationPanel(request))


@hooks.register("register_admin_menu_item")
def jobs_menu() -> work.JobsItem:
    return work.JobsItem(_("Việc nền"), reverse("jobs"), name="jobs", icon_name="cogs", order=450)
