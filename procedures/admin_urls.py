"""Addresses of ours inside /admin/ that stand before Wagtail's, and those of Wagtail's that we close."""

from django.urls import path  # noqa: F401

urlpatterns: list = []
