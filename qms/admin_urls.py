"""URLs of Wagtail's admin that are closed: one list for all apps. It comes after our own URLs
(`qms.urls`), so an app may serve one below a closed prefix, and before Wagtail's.

Accounts, groups and sites have screens of ours, or none. Wagtail's page views show pages of other
agencies, publish, or use a search that does not handle Vietnamese (docs/architecture.md)."""

from typing import Any

from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import display_custom_404
from wagtail.utils.urlpatterns import decorate_urlpatterns

from qms.views import not_here

CLOSED = (
    "api",
    "block-preview",
    "bulk",
    "choose-page",
    "collections",
    "editing-sessions/ping",
    "failwhale",
    "groups",
    "pages",
    "password_reset",
    "redirects",
    "reports",
    "sites",
    "snippets",
    "tag-autocomplete",
    "test404",
    "users",
    "workflows",
)

urlpatterns: list[Any] = [
    path("account/", RedirectView.as_view(pattern_name="my_account")),
    re_path(rf"^(?:{'|'.join(CLOSED)})(?:/.*)?$", not_here),
]
for decorator in (require_admin_access, display_custom_404, never_cache):
    urlpatterns = decorate_urlpatterns(urlpatterns, decorator)
