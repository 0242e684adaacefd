"""Addresses of Wagtail's admin that nobody reaches here: accounts, groups and sites have screens of ours, or none."""

from django.urls import path, re_path
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access

from qms.views import not_here

CLOSED = (
    "users",
    "groups",
    "sites",
    "snippets",
    "redirects",
    "collections",
    "workflows",
    "reports",
    "password_reset",
    "failwhale",
    "test404",
)

urlpatterns = [
    path("account/", require_admin_access(RedirectView.as_view(pattern_name="my_account"))),
    re_path(rf"^(?:{'|'.join(CLOSED)})(?:/.*)?$", require_admin_access(not_here)),
]
