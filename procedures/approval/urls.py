"""URLs of sealed documents on the site."""

from django.urls import path

from procedures.approval import showing
from procedures.reader import urls as reader_urls  # noqa: F401 - registers the converters sha256 and id

urlpatterns = [
    path("duyet/tep/<id:pk>/<sha256:sha256>/<path:name>", showing.item_file, name="approval_file"),
]
