"""Addresses of the reader's site. Documents and versions by id, so that an address outlives titles, codes and names."""

from django.urls import path

from procedures import views

urlpatterns = [
    path("", views.home, name="home"),
    path("a/<int:pk>/", views.agency, name="agency"),
    path("d/<int:pk>/", views.document, name="document"),
    path("v/<int:pk>/", views.version, name="version"),
    path("v/<int:pk>/files/<str:sha256>/<path:name>", views.version_file, name="version_file"),
]
