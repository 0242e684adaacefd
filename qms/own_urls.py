"""Addresses of the ground: health, language, first use."""

from django.urls import include, path

from qms import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
]
