"""All hooks of search into Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from search.screens import missed
from search.screens.best_bets import BestBets
from search.screens.synonyms import Synonyms
from search.tables import rules


class TablesMenu(SubmenuMenuItem):
    """The menu for tuning the search."""

    def is_shown(self, request: HttpRequest) -> bool:
        return rules.edits_some_table(request.user)


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [Synonyms(), BestBets()]


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return missed.urls()


@hooks.register("register_admin_menu_item")
def menu() -> MenuItem:
    items = [
        MenuItem(
            _("Tìm mà không thấy"),
            reverse("search_missed"),
            name="search-missed",
            icon_name="no-view",
            order=10,
        ),
        MenuItem(
            Synonyms.menu_label,
            reverse("synonyms:index"),
            name="synonyms",
            icon_name=Synonyms.icon,
            order=20,
        ),
        MenuItem(
            BestBets.menu_label,
            reverse("best_bets:index"),
            name="best-bets",
            icon_name=BestBets.icon,
            order=30,
        ),
    ]
    return TablesMenu(
        _("Cải thiện tìm kiếm"),
        Menu(items=items),
        name="search-tables",
        icon_name="search",
        order=445,
    )
