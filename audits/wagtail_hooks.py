"""The whole answer to "where do audits touch Wagtail's admin"."""

from typing import Any

from wagtail import hooks

from audits.auditors import screens


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return list(screens.viewsets())
