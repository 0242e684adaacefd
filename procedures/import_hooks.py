"""Where the import touches Wagtail's admin: its addresses and its place in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qms import access
from qms.roles import Role


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(access.agencies_with(request.user, Role.OFFICER))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    return [path("imports/", include("procedures.import_urls"))]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ImportMenuItem(_("Nhập tệp Word"), reverse("imports:index"), name="imports", icon_name="upload", order=150)
