"""URLs of readership: an agency's lists below its page, a version's below its own."""

from django.urls import path

from procedures.readership.reading import views as reading
from procedures.readership.reviews import views as reviews

urlpatterns = [
    path("can-doc/", reading.mine, name="my_reading"),
    path("v/<id:pk>/da-doc/", reading.confirm, name="confirm_reading"),
    path("v/<id:pk>/nguoi-doc/", reading.readers, name="version_readers"),
    path("a/<id:pk>/doc-hieu/", reading.agency, name="agency_reading"),
    path("a/<id:pk>/doc-hieu/nguoi/", reading.people, name="agency_reading_people"),
    path("a/<id:pk>/doc-hieu/quy-tac/", reading.agency_rules, name="agency_reading_rules"),
    path("a/<id:pk>/doc-hieu/quy-tac/moi/", reading.new_rule, name="reading_rule_new"),
    path("doc-hieu/quy-tac/<id:pk>/", reading.rule, name="reading_rule"),
    path("doc-hieu/quy-tac/<id:pk>/thoi/", reading.end_rule, name="reading_rule_end"),
    path("a/<id:pk>/soat-xet/", reviews.agency, name="agency_reviews"),
    path("d/<id:pk>/soat-xet/", reviews.document, name="document_review"),
]
