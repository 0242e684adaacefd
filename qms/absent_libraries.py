"""Wagtail's image and document libraries are not installed (docs/architecture.md), yet each page of
its admin needs the URLs of their listings. These are placeholders that answer 404."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from wagtail.api.v2.router import WagtailAPIRouter


class NoModel:
    """A class that no model is a subclass of."""


class AbsentLibrary:
    model = NoModel

    @staticmethod
    def answer(request: HttpRequest) -> HttpResponse:
        raise Http404

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        return [path("", cls.answer, name="listing")]


def register(router: WagtailAPIRouter) -> None:
    """For Wagtail's hook `construct_admin_api`."""
    for name in ("images", "documents"):
        router.register_endpoint(name, AbsentLibrary)
