"""All URLs. Apps are named as strings, so that qms imports none of them."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from qms.views import admin_sign_in

urlpatterns = [
    path("", include("procedures.reader.urls")),
    path("", include("procedures.readership.urls")),
    path("", include("procedures.changes.urls")),
    path("", include("procedures.approval.urls")),
    path("", include("audits.urls")),
    path("", include("qms.approvals.urls")),
    path("", include("search.urls")),
    path("", include("qms.setup.urls")),
    path("viec/", include("qms.desk.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", admin_sign_in, name="admin_sign_in"),
    path("admin/", include("procedures.officer.urls")),
    path("admin/", include("qms.admin_urls")),
    path("admin/", include(wagtailadmin_urls)),
]

handler500 = "qms.views.server_error"
