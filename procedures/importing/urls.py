"""URLs of the import, below /admin/nhap-tep/."""

from django.urls import path, re_path

from procedures.importing import batch_views, page_views, teach_views, upload_views
from procedures.importing import item_views as one

app_name = "imports"
urlpatterns = [
    path("", upload_views.index, name="batches"),
    re_path(r"^(?P<pk>\d{1,18})/$", batch_views.batch, name="batch"),
    re_path(r"^(?P<pk>\d{1,18})/add/$", upload_views.add, name="add"),
    re_path(r"^(?P<pk>\d{1,18})/progress/$", batch_views.progress, name="progress"),
    re_path(r"^(?P<pk>\d{1,18})/act/$", batch_views.act, name="act"),
    re_path(r"^(?P<pk>\d{1,18})/take-back/$", batch_views.take_back, name="take_back"),
    path("quy-tac-doc/", teach_views.rules, name="rules"),
    re_path(r"^(?P<pk>\d{1,18})/doc-lai/$", teach_views.read_again, name="read_again"),
    re_path(r"^files/(?P<pk>\d{1,18})/day/$", teach_views.teach, name="teach"),
    re_path(r"^files/(?P<pk>\d{1,18})/so-sanh/$", one.compare, name="compare"),
    re_path(r"^files/(?P<pk>\d{1,18})/$", one.item, name="item"),
    re_path(r"^files/(?P<pk>\d{1,18})/preview/$", one.preview, name="preview"),
    re_path(r"^files/(?P<pk>\d{1,18})/original/$", one.original, name="original"),
    re_path(r"^files/(?P<pk>\d{1,18})/trang/$", page_views.pages, name="pages"),
    re_path(r"^files/(?P<pk>\d{1,18})/trang/(?P<number>\d{1,3})/$", page_views.page, name="page"),
    re_path(r"^files/(?P<pk>\d{1,18})/attach/$", one.attach, name="attach"),
    re_path(
        r"^files/(?P<pk>\d{1,18})/pictures/(?P<sha256>[0-9a-f]{64})/$", one.picture, name="picture"
    ),
]
