"""The exchange with devices over HTTP: who may, what is refused with which message, files in
pieces."""

import io
import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from audits import duties, lifecycle
from audits.models import Answer, Audit, CorrectionRule, Evidence, HalfFile, SetAside
from qms.clock import today
from qms.proof import store
from tests.audits.conftest import days, plan_row

pytestmark = pytest.mark.django_db


class Phone:
    """A signed-in device."""

    def __init__(self, person, audit):
        self.person, self.audit = person, audit
        self.client = Client()
        self.client.force_login(person)

    def get(self, path):
        return self.client.get(f"/danh-gia/{self.audit.pk}/tai-cho/{path}")

    def send(self, *entries, **facts):
        body = {"person": self.person.pk, "entries": list(entries), **facts}
        return self.client.post(
            f"/danh-gia/{self.audit.pk}/tai-cho/gui/",
            json.dumps(body),
            content_type="application/json",
        )

    def piece(self, entry, data, *, item, start=0, size=None, name="anh.jpg"):
        size = len(data) if size is None else size
        where = f"/danh-gia/{self.audit.pk}/tai-cho/tep/{entry}/"
        query = f"?person={self.person.pk}&item={item}&size={size}&start={start}&name={name}"
        return self.client.post(where + query, data, content_type="application/octet-stream")


@pytest.fixture
def phone(cast, under_way):
    return Phone(cast.auditor, under_way)


@pytest.fixture
def item(under_way):
    return under_way.items.filter(source="procedure").first()


def entry(item, result="conforms", **facts):
    return {"id": str(uuid.uuid4()), "item": item.pk, "base": "", "result": result, **facts}


def photo(width=400, height=300, **saved):
    out = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(out, "JPEG", **saved)
    return out.getvalue()


def test_the_package_holds_what_an_auditor_needs(cast, phone, item):
    got = phone.get("goi/").json()
    assert got["title"] == "Đánh giá nội bộ đợt 1"
    assert got["person"] == cast.auditor.pk and got["lead"] is False
    assert {one["id"] for one in got["items"]} == set(
        phone.audit.items.values_list("pk", flat=True)
    )
    (document,) = got["documents"]
    assert document["code"] == "QT-05" and "Tiếp nhận hồ sơ" in document["html"]


def test_the_package_holds_what_was_found_before(cast, case, under_way):
    following = lifecycle.create_audit(
        cast.agency, body=cast.agency, title="Đợt 2", starts_on=under_way.starts_on,
        ends_on=under_way.ends_on, lead=cast.lead, by=cast.officer,
    )  # fmt: skip
    plan_row(cast, following, auditors=[following.members.get(person=cast.lead)])
    got = Phone(cast.lead, following).get("goi/").json()
    assert [one["code"] for one in got["findings"]] == ["PH-2026-01"]
    assert [one["code"] for one in got["cases"]] == [case.code]


def test_the_package_takes_the_same_queries_whatever_its_length(phone, under_way, row):
    one = len(_queries(phone))
    for number in range(30):
        under_way.items.create(row=row, text=f"Câu thêm {number}", order=200 + number)
    assert len(_queries(phone)) == one


def _queries(phone):
    with CaptureQueriesContext(connection) as seen:
        assert phone.get("goi/").status_code == 200
    return seen.captured_queries


def test_two_phones_see_each_others_answers(cast, phone, item):
    other = Phone(cast.lead, phone.audit)
    before = other.get("moi/?since=0").json()["until"]
    phone.send(entry(item, "observation", note="Sổ ghi thiếu"))
    heard = other.get(f"moi/?since={before}").json()
    (answer,) = heard["answers"][str(item.pk)]
    assert (answer["result"], answer["note"]) == ("observation", "Sổ ghi thiếu")
    assert other.get(f"moi/?since={heard['until']}").json()["answers"] == {}


def test_each_entry_is_answered_by_itself(phone, item):
    said = phone.send(entry(item), {"id": "x"}, entry(item, "nonconformity")).json()
    assert [one["outcome"] for one in said["outcomes"]] == ["taken", "refused", "refused"]
    assert "Không phù hợp" in said["outcomes"][2]["why"]


def test_a_wrong_clock_is_told_of(phone, item):
    assert "Đồng hồ" in phone.send(entry(item), clock=1_500_000_000_000).json()["clock"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"entries": 7}', b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * 5_000_000]
)  # fmt: skip
def test_an_invalid_batch_is_refused_with_a_sentence(phone, body):
    where = f"/danh-gia/{phone.audit.pk}/tai-cho/gui/"
    answer = phone.client.post(where, body, content_type="application/json")
    assert answer.status_code == (413 if len(body) > 4 * 2**20 else 400)
    assert answer.json()["error"]


def test_a_multipart_form_is_neither_batch_nor_piece(phone, item):
    """It has been parsed as a form before the view asks for the bytes."""
    batch = phone.client.post(f"/danh-gia/{phone.audit.pk}/tai-cho/gui/", {"entries": "[]"})
    where = f"/danh-gia/{phone.audit.pk}/tai-cho/tep/{uuid.uuid4()}/"
    query = f"?person={phone.person.pk}&item={item.pk}&size=5&start=0"
    for answer in (batch, phone.client.post(where + query, {"x": "y"})):
        assert answer.status_code == 400 and answer.json()["error"]


def test_what_one_person_wrote_is_never_taken_as_anothers(cast, phone, item):
    answer = phone.send(entry(item), person=cast.lead.pk)
    assert answer.status_code == 409
    assert not Answer.objects.exists()


def test_after_the_session_ended_the_answers_wait(phone, item):
    phone.client.logout()
    answer = phone.send(entry(item))
    assert answer.status_code == 401 and "đăng nhập lại" in answer.json()["error"]


@pytest.mark.parametrize("who", ["officer", "head", "clerk", "idle", "stranger", "overseer"])
@pytest.mark.parametrize(
    "path", ["", "goi/", "moi/", "gui/", "tep/a2bd0a09-b5e8-4706-85a3-8fe93abef66d/"]
)
def test_nobody_else_opens_or_fetches_it(cast, under_way, who, path):
    assert Phone(getattr(cast, who), under_way).get(path).status_code == 404


def test_an_observer_and_an_auditee_fetch_nothing(cast, under_way):
    for person, part in ((cast.idle, "observer"), (cast.clerk, "auditee")):
        lifecycle.add_member(under_way, person, part, by=cast.officer)
        assert Phone(person, under_way).get("goi/").status_code == 404


def test_only_the_page_of_photos_shows_pictures_of_the_device(phone):
    policy = phone.get("").headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob:" in policy and "script-src 'self'" in policy
    other = phone.client.get(f"/danh-gia/{phone.audit.pk}/phieu/")
    assert "blob:" not in other.headers["Content-Security-Policy"]


def test_the_device_is_told_until_when_the_session_lasts(phone, settings):
    phone.get("moi/")
    session = phone.client.session
    until = (session["seen_at"] + settings.SESSION_COOKIE_AGE) * 1000
    assert phone.get("moi/").json()["session"] == {"until": until, "closes": False}
    session.set_expiry(0)
    session.save()
    assert phone.get("moi/").json()["session"] == {"until": until, "closes": True}


def test_the_home_screen_opens_the_list_of_the_device(client, phone):
    answer = client.get("/danh-gia/ung-dung.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    facts = answer.json()
    assert (facts["start_url"], facts["scope"]) == ("/danh-gia/tren-may/", "/")
    for page in (phone.get(""), phone.client.get(facts["start_url"])):
        assert 'rel="manifest" href="/danh-gia/ung-dung.webmanifest"' in page.text
        assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_device_knows_the_agencys_grades(cast, phone):
    grades = {"minor": {"name": "Chưa đạt", "needs_file": True}}
    CorrectionRule.objects.create(agency=cast.agency, grades=grades)
    got = phone.get("goi/").json()
    assert {"value": "minor", "label": "Chưa đạt", "file": True} in got["grades"]
    assert got["usual"] == {"observation": "observation", "nonconformity": "minor"}


def test_the_worker_governs_audits_alone(client):
    answer = client.get("/danh-gia/may.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer.headers


def test_the_browser_is_told_who_uses_it_until_they_sign_out(cast, client):
    client.force_login(cast.auditor)
    client.get("/danh-gia/")
    assert client.cookies["device_person"].value == str(cast.auditor.pk)
    client.post("/accounts/logout/")
    assert client.cookies["device_person"].value == ""


# --- files ----------------------------------------------------------------------------------------


def test_a_file_goes_on_from_where_it_was(phone, item):
    own, data = uuid.uuid4(), photo()
    first = phone.piece(own, data[:5000], item=item.pk, size=len(data)).json()
    assert first == {"arrived": 5000, "whole": False, "aside": False}
    assert phone.get(f"tep/{own}/").json() == {"arrived": 5000}
    again = phone.piece(own, data[:5000], item=item.pk, size=len(data)).json()
    assert again["arrived"] == 5000
    last = phone.piece(own, data[5000:], item=item.pk, start=5000, size=len(data)).json()
    assert last["whole"]
    kept = Evidence.objects.get()
    assert (kept.subject, kept.entry) == (f"item:{item.pk}", own)
    assert not HalfFile.objects.exists()


def test_a_file_sent_again_is_kept_once(phone, item):
    own, data = uuid.uuid4(), photo()
    for _ in range(2):
        assert phone.piece(own, data, item=item.pk).json()["whole"]
    assert Evidence.objects.count() == 1


def test_a_photo_loses_place_and_device(phone, item):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Máy ảnh", 6  # maker; rotated
    out = io.BytesIO()
    Image.new("RGB", (3000, 1000), "white").save(out, "JPEG", exif=exif.tobytes())
    phone.piece(uuid.uuid4(), out.getvalue(), item=item.pk)
    with Image.open(io.BytesIO(store.read(Evidence.objects.get().file_id))) as kept:
        assert not kept.getexif()
        assert (kept.width < kept.height, max(kept.size)) == (True, 2048)


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 300


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEIC, "HEIC"),
        (b"<script>alert(1)</script>", "không phải ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "không phải ảnh"),
        (b"GIF89a" + b"\x00" * 300, "JPEG"),
        (photo()[:2000], "bị hỏng"),
    ],
    ids=["heic", "script", "svg", "gif", "cut"],
)
def test_a_file_that_is_not_a_photo_is_refused_with_a_sentence(phone, item, data, said):
    answer = phone.piece(uuid.uuid4(), data, item=item.pk)
    assert answer.status_code == 400 and said in answer.json()["error"]
    assert not HalfFile.objects.exists() and not Evidence.objects.exists()


def test_a_picture_with_a_script_behind_it_loses_the_script(phone, item):
    phone.piece(uuid.uuid4(), photo() + b"<script>alert(1)</script>", item=item.pk)
    assert b"<script" not in store.read(Evidence.objects.get().file_id)


def test_a_file_of_80_mb_is_refused_at_its_first_piece(phone, item):
    answer = phone.piece(
        uuid.uuid4(), b"\xff\xd8\xff" + b"x" * 1000, item=item.pk, size=80 * 1024**2
    )
    assert answer.status_code == 400 and "20 MB" in answer.json()["error"]


def test_half_sent_files_of_one_person_hold_500_mb(cast, phone, item):
    facts = {"audit": phone.audit, "item": item.pk, "name": "a.jpg", "size": 20 * 1024**2}
    HalfFile.objects.bulk_create(
        HalfFile(pk=uuid.uuid4(), by=cast.auditor, **facts) for _ in range(24)
    )
    head = b"\xff\xd8\xff" + b"x" * 1000
    for size, status in ((10 * 1024**2, 200), (11 * 1024**2, 400), (10 * 1024**2, 200)):
        answer = phone.piece(uuid.uuid4(), head, item=item.pk, size=size)
        assert answer.status_code == status
        assert status == 200 or "Quá nhiều tệp đang gửi dở" in answer.json()["error"]
    other = Phone(cast.lead, phone.audit)
    assert other.piece(uuid.uuid4(), head, item=item.pk, size=11 * 1024**2).status_code == 200


def test_more_bytes_than_announced_are_refused(phone, item):
    assert phone.piece(uuid.uuid4(), photo(), item=item.pk, size=10).status_code == 400


@pytest.mark.parametrize("query", ["", "?item=x", "?item=1&size=-5&start=0", "?item=1&size=1e9&start=0"])  # fmt: skip
def test_a_piece_that_says_nonsense_of_itself_is_refused(phone, query):
    where = f"/danh-gia/{phone.audit.pk}/tai-cho/tep/{uuid.uuid4()}/{query}"
    assert (
        phone.client.post(where, b"x", content_type="application/octet-stream").status_code == 400
    )


def test_a_file_that_another_began_is_not_continued(cast, phone, item):
    own, data = uuid.uuid4(), photo()
    phone.piece(own, data[:5000], item=item.pk, size=len(data))
    other = Phone(cast.lead, phone.audit)
    assert other.get(f"tep/{own}/").json() == {"arrived": 0}
    assert (
        other.piece(own, data[5000:], item=item.pk, start=5000, size=len(data)).status_code == 400
    )
    assert HalfFile.objects.get().arrived == 5000


def test_a_photo_after_the_conclusion_waits_for_the_lead(cast, phone, item, finding):
    lifecycle.conclude(Audit.objects.get(pk=phone.audit.pk), conclusion="Xong", by=cast.lead)
    assert phone.piece(uuid.uuid4(), photo(), item=item.pk).json()["aside"]
    kept = SetAside.objects.get()
    assert kept.file_name == "anh.jpg"
    lead = Phone(cast.lead, phone.audit)
    where = f"/danh-gia/{phone.audit.pk}/de-rieng/"
    assert "anh.jpg" in lead.client.get(where).content.decode()
    assert lead.client.get(f"{where}{kept.pk}/tep/").status_code == 200
    assert Phone(cast.clerk, phone.audit).client.get(where).status_code == 404


def test_a_phone_hears_how_much_of_its_own_was_set_aside(cast, phone, item, finding):
    nothing = {"answers": 0, "findings": 0, "files": 0}
    own = phone.send(entry(item, base=str(uuid.uuid4()))).json()["aside"]
    assert (own["late"], own["other"]) == (nothing, {**nothing, "answers": 1})
    assert "chưa từng nhận" in own["why"]
    assert own["url"] == f"/danh-gia/{phone.audit.pk}/de-rieng/"
    lifecycle.conclude(Audit.objects.get(pk=phone.audit.pk), conclusion="Xong", by=cast.lead)
    other = phone.audit.items.exclude(pk=finding.item_id).exclude(pk=item.pk).first()
    phone.send(entry(item), entry(other, "observation", note="Thấy lúc chiều", finding=True))
    phone.piece(uuid.uuid4(), photo(), item=item.pk)
    own = phone.get("moi/?since=0").json()["aside"]
    assert own["late"] == {"answers": 1, "findings": 1, "files": 1}
    assert Phone(cast.lead, phone.audit).get("goi/").json()["aside"]["late"] == nothing
    for kept in SetAside.objects.all():
        lifecycle.decide_aside(kept, takes=False, text="Đã đủ", by=cast.lead)
    assert phone.get("moi/?since=0").json()["aside"]["late"] == nothing


def test_who_left_the_team_is_told_without_an_address(cast, phone, item):
    member = phone.audit.members.get(person=cast.auditor)
    member.starts_on, member.ends_on = today() - days(40), today() - days(1)
    member.save()
    own = phone.send(entry(item)).json()["aside"]
    assert own["other"]["answers"] == 1 and own["url"] == ""


# --- what the lead decides ------------------------------------------------------------------------


def test_the_lead_chooses_on_the_page(cast, phone, item):
    lifecycle.answer(item, result="conforms", by=cast.lead)
    phone.send(entry(item, "nonconformity", note="Thiếu sổ"))
    lead, where = Phone(cast.lead, phone.audit), f"/danh-gia/{phone.audit.pk}/phieu/"
    page = lead.client.get(where + "?conflicts=1").content.decode()
    assert "Chọn câu trả lời này" in page and "Thiếu sổ" in page
    ids = list(item.answers.order_by("pk").values_list("pk", flat=True))
    form = {"answer": ids[1], "seen": ids}
    assert phone.client.post(f"{where}{item.pk}/chon/", form).status_code == 404
    lead.client.post(f"{where}{item.pk}/chon/", form)
    assert item.answers.last().settles and item.answers.last().result == "nonconformity"


def test_the_lead_decides_on_what_was_set_aside(cast, phone, item):
    phone.send(entry(item, base=str(uuid.uuid4())))
    kept, lead = SetAside.objects.get(), Phone(cast.lead, phone.audit)
    for who, waits in ((cast.lead, [f"/danh-gia/{phone.audit.pk}/de-rieng/"]), (cast.auditor, [])):
        assert [task.url for task in duties.set_aside(who)] == waits
    shown = lead.client.get(phone.audit.get_absolute_url()).content.decode()
    assert "1 nội dung để riêng chờ trưởng đoàn" in shown
    where = f"/danh-gia/{phone.audit.pk}/de-rieng/{kept.pk}/"
    assert phone.client.post(where, {"answer": "take"}).status_code == 404
    lead.client.post(where, {"answer": "take"})
    assert item.answers.get().by == cast.auditor
    assert duties.set_aside(cast.lead) == []


def test_from_one_question_the_page_leads_to_all(cast, phone, item):
    address = f"/danh-gia/{phone.audit.pk}/phieu/"
    for query in (f"?item={item.pk}", "?conflicts=1"):
        assert (
            f'href="{address}">Xem cả phiếu' in phone.client.get(address + query).content.decode()
        )
    assert "Xem cả phiếu" not in phone.client.get(address).content.decode()
