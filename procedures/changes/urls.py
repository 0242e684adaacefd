"""Addresses of comparisons and change requests on the site."""

from django.urls import path

from procedures.changes import compare_views, views

urlpatterns = [
    path("d/<id:pk>/so-sanh/", compare_views.comparison, name="document_comparison"),
    path("d/<id:pk>/so-sanh/word/", compare_views.tracked_file, name="document_redline"),
    path("d/<id:pk>/co-gi-sai/", views.ask, name="change_ask"),
    path("a/<id:pk>/sua-doi/", views.agency, name="agency_changes"),
    path("sua-doi/", views.mine, name="my_changes"),
    path("sua-doi/<id:pk>/", views.change_request, name="change_request"),
    path("sua-doi/<id:pk>/tep/", views.file, name="change_file"),
    path("sua-doi/<id:pk>/<slug:name>/", views.act, name="change_act"),
]
