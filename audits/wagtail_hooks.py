"""All hooks of audits into Wagtail's admin."""

from typing import Any

from wagtail import hooks

from audits.auditors import screens
from audits.bank.screens import Questions


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [Questions(), *screens.viewsets()]
