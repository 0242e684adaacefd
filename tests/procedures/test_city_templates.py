"""The city's templates: maintained by overseers, used by drafters, never more than everybody may
read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import lifecycle
from procedures.content.stream import to_content
from procedures.lifecycle import city_templates
from procedures.models import CityTemplate, DocumentPage
from procedures.reader.city_templates import offered
from qms.clock import today
from qms.errors import Refused
from qms.models import Event
from tests.issuing import issue
from tests.procedures.sent_forms import signed_in

pytestmark = pytest.mark.django_db
TEXT = {"type": "text", "html": "<p>Lời mẫu CANARYMAU.</p>"}
BODY = {
    "sections": [
        {"kind": "purpose", "place": "body", "number": "1", "title": "Mục đích", "blocks": [TEXT]}
    ]
}


@pytest.fixture
def overseer(appoint):
    return appoint("giamsat", "overseer", None)


@pytest.fixture
def make(agency, officer):
    """make("QT-01", "Quy trình mẫu", visibility=…) -> a version in force."""

    def call(code, title, *, visibility="city", agency=agency):
        page = lifecycle.create_draft(
            agency, kind="procedure", title=title, content=BODY, by=None, code=code,
            visibility=visibility,
        )  # fmt: skip
        return issue(page, issued_on=today(), by=None)

    return call


LIST = "/mau-thanh-pho/"


def test_the_overseer_names_a_document_and_any_officer_begins_from_it(
    at, overseer, make, appoint, other_agency
):
    version = make("QT-01", "Kiểm soát tài liệu")
    begun = at(appoint("mới", "officer", other_agency)).get("/admin/tai-lieu/moi/")
    assert "Chưa có bản mẫu của thành phố" in begun.content.decode()
    page = at(overseer)
    assert reverse("city_templates") == LIST
    answer = page.post(LIST, {"document": " qt-01 ", "note": "Mọi cơ quan đều cần"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    shown = page.get(LIST).content.decode()
    assert "Kiểm soát tài liệu" in shown and "Mọi cơ quan đều cần" in shown
    assert "Bắt đầu từ bản mẫu này" not in shown  # users who draft nowhere start nothing
    event = Event.objects.get(kind="city_template_kept")
    assert (event.agency, event.by, event.subject) == (
        None,
        overseer,
        f"document:{version.document_id}",
    )
    elsewhere = at(appoint("khac", "officer", other_agency))
    beside = elsewhere.get("/admin/tai-lieu/moi/").content.decode()
    assert f"?tu=v{version.pk}" in beside and "Mọi cơ quan đều cần" in beside
    assert f"?tu=v{version.pk}" in elsewhere.get(LIST).content.decode()
    made = {"agency": other_agency.pk, "kind": "procedure", "title": "Bản của mình", "unit": ""}
    assert elsewhere.post(f"/admin/tai-lieu/moi/?tu=v{version.pk}", made).status_code == 302
    assert "CANARYMAU" in str(to_content(DocumentPage.objects.get(title="Bản của mình").body))


@pytest.mark.parametrize("address", ["/d/%(document)s/", "https://iso.example/v/%(version)s/?q=a"])
def test_an_address_names_a_document_too(at, overseer, make, address):
    version = make("QT-01", "Kiểm soát tài liệu")
    typed = address % {"document": version.document_id, "version": version.pk}
    assert at(overseer).post(LIST, {"document": typed, "note": ""}).status_code == 302
    assert CityTemplate.objects.get().document_id == version.document_id


def test_naming_a_template_again_changes_its_note_and_dropping_keeps_the_history(
    at, overseer, make
):
    make("QT-01", "Kiểm soát tài liệu")
    page = at(overseer)
    page.post(LIST, {"document": "QT-01", "note": "một"})
    for _press in range(2):  # the second changes nothing
        page.post(LIST, {"document": "QT-01", "note": "hai"})
    kept = CityTemplate.objects.get()
    assert kept.note == "hai"
    assert page.post(reverse("city_template_drop", args=[kept.pk])).status_code == 302
    assert page.post(reverse("city_template_drop", args=[kept.pk])).status_code == 302
    assert not CityTemplate.objects.exists()
    types = CityTemplate.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(types) == ["+", "~", "-"]
    assert Event.objects.filter(kind="city_template_kept").count() == 2
    assert Event.objects.filter(kind="city_template_dropped").count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Hãy ghi mã hiệu hoặc địa chỉ"),
        ("QT-99", "Không có tài liệu nào đang có hiệu lực"),
        ("/d/999999999999999999/", "Không có tài liệu nào đang có hiệu lực"),
        ("///", "Không có tài liệu nào đang có hiệu lực"),
        ("QT-02", "mọi cơ quan đều xem được"),
        ("QT-03", "Nhiều tài liệu mang mã hiệu này"),
        ("x" * 400, "300"),
    ],
    ids=["nothing", "unknown", "no-number", "no-code", "of-one-agency", "twice", "long"],
)
def test_an_unsuitable_document_is_refused_with_the_reason(
    at, overseer, make, other_agency, typed, said
):
    make("QT-02", "Việc riêng của cơ quan", visibility="agency")
    make("QT-03", "Của cơ quan này")
    make("QT-03", "Của cơ quan kia", agency=other_agency)
    answer = at(overseer).post(LIST, {"document": typed, "note": "x"})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not CityTemplate.objects.exists()


def test_drafters_read_the_list_and_change_nothing(at, officer, make, overseer):
    version = make("QT-01", "Kiểm soát tài liệu")
    kept = city_templates.keep(version.document_id, "", by=overseer)
    page = at(officer)
    assert page.get(LIST).status_code == 200
    assert page.post(LIST, {"document": "QT-01"}).status_code == 404
    assert page.post(reverse("city_template_drop", args=[kept.pk])).status_code == 404
    for step in (
        lambda: city_templates.keep(version.document_id, "mình", by=officer),
        lambda: city_templates.drop(kept.pk, by=officer),
    ):
        with pytest.raises(Refused):
            step()
    assert CityTemplate.objects.get().note == ""


def test_readers_and_strangers_have_no_list(at, client, appoint, agency):
    assert client.get(LIST).status_code == 302
    assert at(appoint("doc", "reader", agency)).get(LIST).status_code == 404


def test_a_template_that_is_withdrawn_or_narrowed_is_offered_to_nobody(
    make, overseer, officer, appoint, other_agency
):
    elsewhere = appoint("khac", "officer", other_agency)
    gone, narrowed = make("QT-01", "Sẽ thu hồi"), make("QT-02", "Sẽ thu hẹp")
    for version in (gone, narrowed):
        city_templates.keep(version.document_id, "", by=overseer)
    assert {one.version for one in offered(elsewhere)} == {gone, narrowed}
    lifecycle.withdraw(gone, reason="Hết dùng", on_day=today(), by=None)
    lifecycle.narrow(narrowed, "agency", reason="Có dữ liệu cá nhân", by=officer)
    assert offered(elsewhere) == []
    assert len(offered(overseer, whole=True)) == 2


def test_an_agencys_own_documents_are_no_templates_to_its_drafters(
    at, overseer, officer, make, other_agency, appoint
):
    own, others = make("QT-01", "Của mình"), make("QT-02", "Của cơ quan kia", agency=other_agency)
    for version in (own, others):
        city_templates.keep(version.document_id, "", by=overseer)
    page = at(officer)
    shown = {url: page.get(url).content.decode() for url in ("/admin/tai-lieu/moi/", LIST)}
    begins = {
        url: [v.title for v in (own, others) if f"?tu=v{v.pk}" in html]
        for url, html in shown.items()
    }
    assert begins == {"/admin/tai-lieu/moi/": ["Của cơ quan kia"], LIST: ["Của cơ quan kia"]}
    assert "Tài liệu của cơ quan bạn" in shown[LIST]
    appoint(officer.username, "author", other_agency)  # who drafts in both may take either across
    both = at(officer).get("/admin/tai-lieu/moi/").content.decode()
    assert [v.title for v in (own, others) if f"?tu=v{v.pk}" in both] == [own.title, others.title]


def test_the_list_asks_the_same_number_of_queries(at, overseer, make):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert page.get(LIST).status_code == 200
        return len(captured)

    page = at(overseer)
    city_templates.keep(make("QT-01", "Một").document_id, "", by=overseer)
    asked()
    few = asked()
    for number in range(2, 8):
        city_templates.keep(make(f"QT-0{number}", "Nữa").document_id, "", by=overseer)
    assert asked() == few


def test_pressing_twice_keeps_it_once(overseer, make):
    make("QT-01", "Kiểm soát tài liệu")
    (browser,) = signed_in(overseer)
    page = browser.get(LIST).content.decode()
    token = page.split('csrfmiddlewaretoken" value="')[-1].split('"')[0]
    sent = {"csrfmiddlewaretoken": token, "document": "QT-01", "note": "một"}
    assert [browser.post(LIST, sent).status_code for _ in range(2)] == [302, 302]
    assert Event.objects.filter(kind="city_template_kept").count() == 1
