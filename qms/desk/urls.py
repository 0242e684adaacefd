"""URLs of a person's desk."""

from django.urls import path

from qms.desk import mailing, views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("da-gui/", views.my_sent, name="my_sent"),
    path("theo-doi/", views.my_bookmarks, name="my_bookmarks"),
    path("danh-dau/", views.bookmark, name="bookmark"),
    path("thong-bao/", views.my_notices, name="my_notices"),
    path("thong-bao/da-doc/", views.read_notices, name="read_notices"),
    path("thong-bao/<int:pk>/", views.read_notice, name="read_notice"),
    path("thu/", mailing.mail_settings, name="mail_settings"),
]
