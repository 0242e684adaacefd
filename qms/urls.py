"""All addresses. Apps are named as strings, so that qms imports none of them."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("procedures.urls")),
    path("", include("search.urls")),
    path("", include("qms.own_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include("qms.admin_urls")),
    path("admin/", include("procedures.admin_urls")),
    path("admin/", include(wagtailadmin_urls)),
]
