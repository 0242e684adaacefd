"""URLs of the reader's site. Documents and versions by ID, so that a URL outlives titles, codes and
names."""

from django.urls import path, register_converter

from procedures.reader import city_templates, register_views, views


class Sha256:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Id:
    """An integer within the range of every database."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(Sha256, "sha256")
register_converter(Id, "id")

urlpatterns = [
    path("", views.home, name="home"),
    path("a/", views.agencies, name="agencies"),
    path("a/<id:pk>/", views.agency, name="agency"),
    path("a/<id:pk>/can-bo/", views.agency_people, name="agency_people"),
    path("a/<id:pk>/danh-muc/", register_views.agency_register, name="agency_register"),
    path("cac-co-quan/", register_views.agencies_overseen, name="oversight"),
    path("mau-thanh-pho/", city_templates.templates, name="city_templates"),
    path("mau-thanh-pho/<id:pk>/bo/", city_templates.drop, name="city_template_drop"),
    path("d/<id:pk>/", views.document, name="document"),
    path("v/<id:pk>/", views.version, name="version"),
    path(
        "v/<id:pk>/trang-phe-duyet.<slug:kind>", views.approval_page, name="version_approval_page"
    ),
    path("v/<id:pk>/files/<sha256:sha256>/<path:name>", views.version_file, name="version_file"),
]
