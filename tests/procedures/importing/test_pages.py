"""The officer's pages of the import: they work with and without scripts."""

import io

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures.importing import batches
from procedures.importing.reading import read_item
from procedures.importing.sources import uploaded
from procedures.models import DocumentPage, ImportBatch, ImportItem
from qms.proof import store
from tests.procedures.import_files import archive, procedure
from tests.procedures.importing.conftest import read_all, upload

pytestmark = pytest.mark.django_db


def spaced(html):
    return " ".join(html.split())


def test_an_officer_hands_files_in_without_scripts_and_reviews_them(at, officer, agency):
    page = at(officer)
    answer = page.post(
        reverse("imports:batches"),
        {
            "as": "draft",
            "files": upload(
                ("a.docx", procedure("QT-01", "Việc một", whole=True)), ("b.txt", b"x")
            ),
        },
    )
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("imports:batch", args=[batch.pk]),
    )
    waiting = page.get(answer["Location"]).content.decode()
    assert "Đã đọc 1/2 tệp" in waiting and "không phải tài liệu Word" in waiting
    read_all(batch)
    shown = page.get(answer["Location"]).content.decode()
    assert "QT-01" in shown and "tài liệu mới" in shown and "1 tệp chờ bạn kiểm tra" in shown
    answer = page.post(
        reverse("imports:act", args=[batch.pk]), {"act": "accept-clean"}, follow=True
    )
    assert "Đã nhận 1 tệp" in answer.content.decode()
    assert DocumentPage.objects.get().code == "QT-01"
    assert str(batch.pk) in page.get(reverse("imports:batches")).content.decode()


def test_a_script_sends_files_one_by_one_and_hears_what_became_of_each(at, officer, agency):
    page = at(officer)
    start = page.post(reverse("imports:batches"), {"script": "1", "as": "issued"}).json()
    batch = ImportBatch.objects.get()
    assert start == {"batch": reverse("imports:batch", args=[batch.pk])} and batch.as_issued
    add = start["batch"] + "add/"
    assert page.post(
        add, {"script": "1", "files": upload(("a.docx", procedure(whole=True)))}
    ).json() == {
        "taken": 1,
        "problems": [],
    }
    refused = page.post(
        add, {"script": "1", "files": upload(("../../etc/tấm ảnh.png", b"\x89PNG"))}
    ).json()
    assert refused["taken"] == 0 and "“tấm ảnh.png”" in refused["problems"][0]
    zipped = page.post(
        add,
        {
            "script": "1",
            "files": upload(
                (
                    "z.zip",
                    archive(
                        {
                            "x/b.docx": procedure("QT-02", "Việc hai", whole=True),
                            "x/anh.png": b"\x89PNG",
                        }
                    ),
                )
            ),
        },
    ).json()
    assert zipped == {"taken": 1, "problems": []}
    first = batch.items.first()
    read_item.call(first.pk)
    answer = page.get(
        reverse("imports:progress", args=[batch.pk]), {"rows": f"{first.pk},{first.pk + 2},x"}
    ).json()
    assert (
        answer["waiting"] == 1
        and list(answer["rows"]) == [str(first.pk)]
        and "QT-01/TP" in answer["rows"][str(first.pk)]
    )
    assert "Không có cảnh báo (1)" in spaced(answer["narrow"])
    read_all(batch)
    answer = page.get(reverse("imports:progress", args=[batch.pk])).json()
    assert answer["waiting"] == 0 and "Không có cảnh báo (2)" in spaced(answer["narrow"])
    whole = page.get(reverse("imports:batch", args=[batch.pk])).content.decode()
    assert spaced(answer["narrow"]) in spaced(whole)


def test_too_large_files_are_refused_by_name_and_the_others_go_on(at, officer, agency, settings):
    settings.QMS_MAX_FILE = 100_000
    at(officer).post(
        reverse("imports:batches"),
        {"files": upload(("to.docx", b"PK" + b"0" * 200_000), ("vừa.docx", procedure()))},
    )
    states = {item.name: (item.state, item.error) for item in ImportItem.objects.all()}
    assert states["vừa.docx"] == ("waiting", "")
    assert states["to.docx"][0] == "refused" and "quá lớn" in states["to.docx"][1]


def test_the_review_page_shows_both_texts_and_takes_corrections(at, officer, batch):
    item = batch.items.get(name="thiếu.docx")
    page = at(officer)
    shown = page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert (
        "Tiếp nhận hồ sơ của công dân" in shown
        and "Không thiếu chữ nào" in shown
        and "Không tìm thấy mã hiệu" in shown
    )
    preview = page.get(reverse("imports:preview", args=[item.pk])).content.decode()
    assert "Tiếp nhận hồ sơ của công dân" in preview
    given = {
        "title": "Việc hai, tên đúng",
        "code": "QT-88",
        "kind": "procedure",
        "issued_on": "05/2/2026",
        "effective_on": "",
        "name-0": "Lê Thị An",
        "post-0": "Chuyên viên",
    }
    wrong = page.post(
        reverse("imports:item", args=[item.pk]), {**given, "issued_on": "ngày kia", "act": "accept"}
    )
    assert wrong.status_code == 422 and "ngày/tháng/năm" in wrong.content.decode()
    assert not DocumentPage.objects.exists()
    page.post(reverse("imports:item", args=[item.pk]), {**given, "act": "save"})
    item.refresh_from_db()
    assert (
        item.state == "read"
        and item.corrections["code"] == "QT-88"
        and "kind" not in item.corrections
    )
    answer = page.post(reverse("imports:item", args=[item.pk]), {**given, "act": "accept"})
    assert answer["Location"] == reverse("imports:item", args=[batch.items.get(name="tốt.docx").pk])
    made = DocumentPage.objects.get()
    assert (made.code, made.title, str(made.issued_on), [s["name"] for s in made.signers]) == (
        "QT-88",
        "Việc hai, tên đúng",
        "2026-02-05",
        ["Lê Thị An"],
    )
    assert page.get(reverse("imports:item", args=[item.pk])).status_code == 200


def test_the_review_counts_what_was_read_in_the_text_and_names_what_was_not(
    at, officer, agency, tmp_path
):
    found = docx.Document(io.BytesIO(procedure("QT-88/TLĐ", "Việc có biểu mẫu")))
    found.add_paragraph("5. BIỂU MẪU KÈM THEO").runs[0].bold = True
    for line in ("- BM-01/QT-88/TLĐ: Tờ khai cấp giấy", "- BM-02/QT-88/TLĐ: Sổ cấp giấy"):
        found.add_paragraph(line)
    found.save(tmp_path / "upload")
    made = batches.create(agency, by=officer)
    for source in uploaded(tmp_path / "upload", "biểu mẫu.docx", tmp_path):
        batches.add(made, source, by=officer)
    read_all(made)
    page, item = at(officer), made.items.get()

    def looked_at():
        return spaced(page.get(reverse("imports:item", args=[item.pk])).content.decode())

    shown = looked_at()
    assert "<summary>3 bước</summary>" in shown and "<summary>1 hồ sơ lưu</summary>" in shown
    assert "<summary>2 biểu mẫu</summary>" in shown
    assert "<li>BM-02/QT-88/TLĐ · Sổ cấp giấy</li>" in shown and "Không nhận ra: sửa đổi." in shown
    batches.accept(item, by=officer)
    assert "<summary>2 biểu mẫu</summary>" in looked_at()
    listed = page.get(reverse("imports:batch", args=[made.pk])).content.decode()
    assert "3 bước · 2 biểu mẫu" in spaced(listed)


def test_the_original_is_downloaded_as_it_was_handed_in(at, officer, batch):
    item = batch.items.first()
    answer = at(officer).get(reverse("imports:original", args=[item.pk]))
    assert b"".join(answer.streaming_content) == store.read(item.sha256)
    assert answer["Content-Disposition"].startswith("attachment")


def test_taking_back_shows_first_what_will_happen(at, officer, batch):
    page = at(officer)
    page.post(
        reverse("imports:act", args=[batch.pk]),
        {"act": "accept", "chosen": [item.pk for item in batch.items.all()]},
    )
    assert DocumentPage.objects.count() == 2
    address = reverse("imports:take_back", args=[batch.pk])
    assert "Rút lại 2 tệp" in page.get(address).content.decode()
    assert DocumentPage.objects.count() == 2
    assert "Đã rút lại 2 tệp" in page.post(address, follow=True).content.decode()
    assert not DocumentPage.objects.exists()


def test_files_are_shown_by_state_and_page_by_page(at, officer, batch, monkeypatch):
    monkeypatch.setattr("procedures.importing.batch_views.FILES_PER_PAGE", 1)
    page, address = at(officer), reverse("imports:batch", args=[batch.pk])
    first, second = batch.items.order_by("pk")
    shown = [
        [row["item"].pk for row in page.get(address, {"page": number}).context["rows"]]
        for number in (1, 2)
    ]
    assert shown == [[first.pk], [second.pk]]
    answer = page.post(
        reverse("imports:act", args=[batch.pk]),
        {"act": f"skip:{second.pk}", "state": "read", "page": "1"},
    )
    assert answer["Location"] == f"{address}?state=read&page=1"
    assert [row["item"].pk for row in page.get(address, {"state": "skipped"}).context["rows"]] == [
        second.pk
    ]
    assert "1 bỏ qua" in page.get(address).content.decode()
    assert page.get(address, {"state": "lạ", "page": "lạ"}).status_code == 200
    assert (
        page.post(
            reverse("imports:act", args=[batch.pk]),
            {"act": "skip", "state": "//x.vn", "page": "1&x"},
        )["Location"]
        == address
    )


def test_older_batches_stand_on_further_pages(at, officer, agency, batch, monkeypatch):
    monkeypatch.setattr("procedures.importing.upload_views.PER_PAGE", 1)
    batches.create(agency, by=officer)
    page = at(officer)
    assert (
        f'href="{reverse("imports:batch", args=[batch.pk])}"'
        not in page.get(reverse("imports:batches")).content.decode()
    )
    assert (
        f'href="{reverse("imports:batch", args=[batch.pk])}"'
        in page.get(reverse("imports:batches"), {"page": 2}).content.decode()
    )


def test_files_that_wait_for_the_officer_stand_on_the_first_page_of_the_admin(
    at, officer, stranger, batch
):
    said = f"Đợt nhập số {batch.pk}"
    shown = at(officer).get("/admin/").content.decode()
    assert said in shown and "2 tệp chờ kiểm tra" in shown
    assert said not in at(stranger).get("/admin/").content.decode()
    for item in batch.items.all():
        batches.skip(item, by=officer)
    assert said not in at(officer).get("/admin/").content.decode()


def test_the_unit_that_the_code_names_is_proposed_and_can_be_left_out(at, officer, agency, batch):
    unit = agency.units.create(name="Phòng Hộ tịch", code="HT")
    other = agency.units.create(name="Văn phòng", code="VP")
    page, item = at(officer), batch.items.get(name="tốt.docx")
    address = reverse("imports:item", args=[item.pk])
    batches.correct(item, {"code": "QT-01/HT"}, by=officer)
    assert page.get(address).context["form"]["unit"].initial == unit
    given = {
        "title": "Việc",
        "code": "QT-01/HT",
        "kind": "procedure",
        "issued_on": "05/1/2026",
        "act": "save",
    }
    for chosen, kept in ((unit.pk, None), (other.pk, other.pk), ("", 0)):
        page.post(address, {**given, "unit": chosen})
        item.refresh_from_db()
        assert item.corrections.get("unit") == kept
    page.post(address, {**given, "unit": "", "act": "accept"})
    assert DocumentPage.objects.get().unit is None


def test_each_tracked_change_is_listed(at, officer, batch):
    item = batch.items.get(name="tốt.docx")
    item.reading["facts"]["warnings"] = [
        {"code": "tracked_changes", "message": "Còn 1 thay đổi.", "values": ["thêm: câu được thêm"]}
    ]
    item.save()
    assert (
        "thêm: câu được thêm"
        in at(officer).get(reverse("imports:batch", args=[batch.pk])).content.decode()
    )


def test_the_batch_page_asks_as_many_questions_for_many_files_as_for_few(
    at, officer, batch, tmp_path
):
    page = at(officer)
    address = reverse("imports:batch", args=[batch.pk])
    page.get(address)
    with CaptureQueriesContext(connection) as few:
        page.get(address)
    for number in range(4):
        path = tmp_path / "upload"
        path.write_bytes(procedure(f"QT-5{number}", f"Việc thêm {number}"))
        for source in uploaded(path, f"{number}.docx", tmp_path):
            batches.add(batch, source, by=officer)
    read_all(batch)
    with CaptureQueriesContext(connection) as many:
        page.get(address)
    assert len(many) == len(few)


def test_a_file_that_comes_to_join_another_is_not_accepted_unseen(at, officer, hand_in):
    both = hand_in({"a.docx": procedure(), "b.docx": procedure(text="Áp dụng cho CANARYMOI.")})
    page, act = at(officer), reverse("imports:act", args=[both.pk])
    chosen = [item.pk for item in both.items.all()]
    told = page.post(act, {"act": "accept", "chosen": chosen}, follow=True).content.decode()
    assert "nay thành bản mới của" in told and "Đã nhận 1 tệp" in told
    first, second = both.items.order_by("pk")
    assert (first.state, second.state) == ("accepted", "read")
    assert DocumentPage.objects.get().source_name == "a.docx"
    asked = page.post(act, {"act": f"accept:{second.pk}"})
    assert "CANARYMOI" in asked.content.decode()
    joins = f"{second.pk}:{first.document_id}"
    assert f'name="joins" value="{joins}"' in asked.content.decode()
    wrong = {"act": "accept", "sure": "1", "chosen": [second.pk]}
    page.post(act, {**wrong, "joins": f"{second.pk}:{first.document_id + 1}"})
    second.refresh_from_db()
    assert second.state == "read"
    page.post(act, {**wrong, "joins": joins})
    second.refresh_from_db()
    assert (second.state, second.document_id) == ("accepted", first.document_id)


def test_the_field_is_set_for_one_and_for_many(at, officer, batch):
    page, item = at(officer), batch.items.get(name="tốt.docx")
    given = {"chosen": [item.pk], "act": "set", "many-field": "Hộ tịch"}
    page.post(reverse("imports:act", args=[batch.pk]), given)
    item.refresh_from_db()
    assert item.corrections == {"field": "Hộ tịch"}
    shown = page.get(reverse("imports:item", args=[item.pk])).content.decode()
    assert 'name="field" value="Hộ tịch"' in shown
    assert batches.accept(item, by=officer).document.specific.field == "Hộ tịch"


def test_a_file_without_a_code_that_joins_is_shown_as_joining(at, officer, hand_in):
    first = hand_in({"a.docx": procedure("", text="Áp dụng cho cơ quan.")})
    made = batches.accept(first.items.get(), by=officer).document
    again = hand_in({"b.docx": procedure("", text="Áp dụng cho mọi cơ quan.")})
    page, item = at(officer), again.items.get()
    listed = page.get(reverse("imports:batch", args=[again.pk]))
    assert [row["target"].pk for row in listed.context["rows"]] == [made.pk]
    asked = page.post(reverse("imports:act", args=[again.pk]), {"act": f"accept:{item.pk}"})
    assert f'name="joins" value="{item.pk}:{made.pk}"' in asked.content.decode()


def test_texts_of_files_without_a_code_are_compared_in_few_questions(at, officer, hand_in):
    names = ("một", "hai", "ba", "bốn")
    first = hand_in({f"{n}.docx": procedure("", f"Việc {n}") for n in names})
    for item in first.items.all():
        batches.accept(item, by=officer)

    def questions(count):
        files = {f"{n}.docx": procedure("", f"Việc {n}", text="Bản mới.") for n in names[:count]}
        address = reverse("imports:batch", args=[hand_in(files).pk])
        at(officer).get(address)
        with CaptureQueriesContext(connection) as asked:
            rows = at(officer).get(address).context["rows"]
        assert all(row["target"] for row in rows)
        return len(asked)

    assert questions(1) == questions(4)
