"""URLs of the search pages."""

from django.urls import path

from search import views
from search.saved import views as saved

urlpatterns = [
    path("tim-kiem/", views.search, name="search"),
    path("tim-kiem/goi-y/", views.suggest, name="suggest"),
    path("tim-kiem/da-luu/", saved.saved_searches, name="saved_searches"),
    path("tim-kiem/da-luu/moi/", saved.save_search, name="save_search"),
    path("tim-kiem/da-luu/<int:pk>/", saved.change_search, name="change_search"),
    path("tim-kiem/da-luu/<int:pk>/thu/", saved.switch_mails, name="switch_search_mails"),
    path("tim-kiem/da-luu/<int:pk>/xoa/", saved.delete_search, name="delete_search"),
    path("tim-kiem/da-luu/dung-thu/<str:token>/", saved.stop_mails, name="saved_search_stop"),
]
