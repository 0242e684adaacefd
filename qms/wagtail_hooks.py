"""The whole answer to "where does the ground touch Wagtail's admin"."""

from typing import Any

from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qms import absent_libraries
from qms.screens import work
from qms.screens.agencies import Agencies, Units
from qms.screens.appointments import Appointments
from qms.screens.people import People

hooks.register("construct_admin_api", absent_libraries.register)


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [Agencies(), Units(), People(), Appointments(), work.Mails()]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return work.urls()


@hooks.register("register_admin_menu_item")
def jobs_menu() -> work.JobsItem:
    return work.JobsItem(_("Việc nền"), reverse("jobs"), name="jobs", icon_name="cogs", order=450)
