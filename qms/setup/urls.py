"""URLs of qms itself: health, language, sign-in links, setting agencies up."""

from django.urls import path

from qms import views
from qms.accounts import views as entry
from qms.setup import views as manage_views

urlpatterns = [
    path("health", views.health, name="health"),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("first/<str:token>/", entry.first_administrator, name="first_administrator"),
    path("link/<str:token>/", entry.one_time_link, name="one_time_link"),
    path("confirm/<str:token>/", entry.confirm_address, name="confirm_address"),
    path("accounts/address/", entry.ask_address, name="ask_address"),
    path("accounts/me/", entry.my_account, name="my_account"),
    path("accounts/sessions/<int:pk>/end/", entry.end_session, name="end_session"),
    path("accounts/email/", views.not_here),
    path("accounts/password/set/", views.not_here),
    path("manage/", manage_views.manage, name="manage"),
    path("manage/agency/", manage_views.new_agency, name="manage_new_agency"),
    path("manage/<int:pk>/units/", manage_views.units, name="manage_units"),
    path("manage/<int:pk>/people/", manage_views.people, name="manage_people"),
    path(
        "manage/<int:pk>/people/template.xlsx", manage_views.template, name="manage_people_template"
    ),
    path("manage/<int:pk>/people/slips/", manage_views.waiting_slips, name="manage_waiting_slips"),
]
