"""The text inside documents' files: read once in the background, found by users who may see the
document, nothing delayed."""

import datetime
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from procedures import files, filetext, lifecycle
from procedures.derived import file_texts
from procedures.models import FileText, Version, searchable_files
from qms.proof import store
from qms.work import process_locks
from search.models import Pending
from search.queue import pending
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.procedures.attached_helpers import LONG, State, found, read_now
from tests.procedures.filetext import build

# -- which files


def test_the_states_are_those_that_reading_can_end_in():
    assert set(State.values) == {*filetext.State, "waiting", "reading"}


def test_a_forms_file_and_attachments_are_found_and_the_original_and_pictures_are_not(
    make_document, agency, officer
):
    original, extra = store.add(build.word("Bản gốc")), store.add(build.word("Phụ lục kèm theo"))
    page = make_document(
        agency, officer, issued="2026-01-05", body=LONG, source=original, source_name="QT-01.docx"
    )
    version = page.versions.get()
    lifecycle.add_file(version, extra, name="Phụ lục.docx", role="attachment", by=officer)
    lifecycle.add_file(
        version, store.add(b"%PDF-1.4 rendered"), name="QT-01.pdf", role="rendered", by=officer
    )
    lifecycle.add_file(
        version, store.add(build.saved_as(build.page(), "PNG")), name="", role="shown", by=officer
    )
    assert [file["name"] for file in searchable_files.of_version(version, version.acts.all())] == [
        "Phụ lục.docx"
    ]
    assert list(FileText.objects.values_list("pk", flat=True)) == [extra.pk]


def test_a_form_that_was_read_out_of_its_file_is_not_read_twice(make_form):
    data = build.word("Tờ khai")
    page = make_form(
        data=data, source=store.add(data), source_name="Tờ khai.docx", issued="2026-01-05"
    )
    assert (
        searchable_files.of_draft(page)
        == searchable_files.of_version(page.versions.get(), ())
        == []
    )
    assert not FileText.objects.exists()


@pytest.mark.parametrize(
    ("body", "expected"),
    [(LONG, []), ({"sections": []}, ["Bản ký.pdf"]), (content("Ngắn."), ["Bản ký.pdf"])],
)
def test_a_signed_scan_is_read_where_the_document_says_nothing_itself(
    make_document, agency, officer, body, expected
):
    version = make_document(agency, officer, issued="2026-01-05", body=body).versions.get()
    lifecycle.add_file(
        version, store.add(build.pdf("Ban ky")), name="Bản ký.pdf", role="signed", by=officer
    )
    assert [
        file["name"] for file in searchable_files.of_version(version, version.acts.all())
    ] == expected
    assert FileText.objects.count() == len(expected)


# -- reading, once, in the background


def test_the_step_reads_nothing_itself_and_the_index_has_the_document_at_once(make_form, officer):
    page = make_form("Đề nghị tạm ứng lương", issued="2026-01-05", visibility="public")
    pending.flush()
    assert FileText.objects.get().state == State.WAITING
    assert [hit.title for hit in found("phieu tiep nhan")] == ["Phiếu tiếp nhận"]
    assert found("tam ung luong") == ()
    assert read_now() == 1
    (hit,) = found("tam ung luong")
    assert (hit.key, hit.kind, hit.section) == (
        f"version:{page.versions.get().pk}",
        "form",
        "Tệp: BM-01.02 Phiếu tiếp nhận.xlsx",
    )
    assert hit.url == f"/d/{page.pk}/#{files.anchor_of({'sha256': page.specific.file_id})}"
    assert "<mark>tạm ứng lương</mark>" in hit.snippet


def test_a_file_is_read_once_for_all_documents_that_have_it(make_form):
    one = make_form("Chung một tệp", issued="2026-01-05", visibility="public")
    two = make_form(
        "Chung một tệp", code="BM-09", title="Phiếu khác", issued="2026-01-05", visibility="public"
    )
    assert FileText.objects.count() == 1
    assert (read_now(), read_now()) == (1, 0)
    assert {hit.origin for hit in found("chung mot tep")} == {
        f"document:{one.pk}",
        f"document:{two.pk}",
    }
    make_form(
        "Chung một tệp",
        code="BM-10",
        title="Phiếu thứ ba",
        issued="2026-01-05",
        visibility="public",
    )
    pending.flush()
    assert len(found("chung mot tep")) == 3  # files that were read before are not read again
    assert read_now() == 0


@pytest.mark.slow
def test_an_unreadable_file_is_not_an_error_and_its_state_is_kept(make_form):
    for number, (data, state) in enumerate(
        [
            (build.excel()[:400], State.DAMAGED), (b"\x7fELF" + b"\x00\x01" * 90, State.UNSUPPORTED), (build.word(), State.EMPTY),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), State.ENCRYPTED),
        ]
    ):  # fmt: skip
        page = make_form(data=data, code=f"BM-{number}", issued="2026-01-05", visibility="public")
        assert read_now() == 1
        assert FileText.objects.get(pk=page.file_id).state == state
        assert Version.objects.filter(document=page).exists()
    assert len(found("phieu tiep nhan")) == 4
    assert pending.set_aside().count() == 0


def test_a_file_whose_bytes_are_gone_is_damaged(make_form):
    page = make_form("x", issued="2026-01-05")
    store.path_of(page.file_id).unlink()
    assert read_now() == 1
    assert FileText.objects.get().state == State.DAMAGED


def test_the_index_is_told_only_where_there_is_something_new_to_find(make_form):
    make_form(data=build.word(), issued="2026-01-05")
    pending.flush()
    file_texts.read_waiting()
    assert not Pending.objects.exists()
    page = make_form("Có chữ", code="BM-2")
    pending.flush()
    file_texts.read_waiting()
    assert list(Pending.objects.order_by("pk").values_list("source", "object_id")) == [
        ("document", page.pk),
        ("draft", page.pk),
    ]


def test_what_a_killed_reader_left_is_taken_up_again_and_what_kills_many_is_given_up(make_form):
    page = make_form("Đề nghị tạm ứng", issued="2026-01-05", visibility="public")
    dead = "files-dead"
    FileText.objects.update(state=State.READING, by=dead, tries=1)
    with process_locks.Presence(dead):
        assert read_now() == 0  # a living process is reading it
    assert read_now() == 1
    assert FileText.objects.get().state == State.READ
    FileText.objects.update(state=State.READING, by=dead, tries=file_texts.MOST_TRIES)
    assert read_now() == 0
    assert FileText.objects.get().state == State.DAMAGED
    assert found("phieu tiep nhan")[0].origin == f"document:{page.pk}"


def test_reading_twice_does_no_harm(make_form):
    make_form("Đề nghị tạm ứng", issued="2026-01-05")
    taken = file_texts._take("files-one")
    FileText.objects.update(state=State.WAITING)
    assert read_now() == 1
    taken.text, taken.state = "late", State.READ
    file_texts._keep(taken, changed=True)  # the first reader finishes after all
    assert "Đề nghị tạm ứng" in FileText.objects.get().text


@pytest.mark.slow
def test_a_turn_ends_after_its_time_and_goes_on_with_the_next(make_form):
    for number in range(3):
        make_form(f"Tệp {number}", code=f"BM-{number}")
    assert [file_texts.read_waiting(stop=lambda: True) for _ in range(4)] == [1, 1, 1, 0]


def test_reading_goes_on_during_imports_and_indexing():
    from qms.work import background

    loops = {loop.name: loop for loop in background.loops()}
    assert loops["procedures.files"].function is file_texts.read_waiting
    assert loops["procedures.files"].name != loops["search.queue.pending"].name


@pytest.mark.pure
@pytest.mark.skipif(sys.platform != "linux", reason="kills a process")
def test_a_reader_that_is_killed_loses_nothing(installation, settings):
    """A real process reads on a database of its own and is killed in the middle."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "QMS_DATA": str(installation),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    environment.pop("DATABASE_URL", None)
    script = Path(__file__).with_name("reading_process.py")

    def run(*words, **more):
        return subprocess.Popen(
            [sys.executable, str(script), *words],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            **more,
        )

    made = run("make")
    assert made.communicate(timeout=120)[0].split()[-1] == "waiting"
    reading = run("read")
    assert reading.stdout.readline().strip() == "reading"
    reading.send_signal(signal.SIGKILL)
    reading.wait()
    again = json.loads(run("again").communicate(timeout=120)[0].splitlines()[-1])
    assert again == {"before": "reading", "read": 1, "after": "read", "found": 1}


# -- what officers are told, and where a hit leads


def test_the_officer_sees_the_state_of_each_file_and_what_to_do(
    client, make_form, officer, stranger
):
    page = make_form("Đề nghị tạm ứng", issued="2026-01-05")
    address = f"/admin/tai-lieu/{page.pk}/"
    client.force_login(officer)

    def told():
        response = client.get(address)
        return response.content.decode() if response.status_code == 200 else response.status_code

    assert "Chờ đọc" in told()
    read_now()
    assert "BM-01.02 Phiếu tiếp nhận.xlsx" in told() and "Đã đọc chữ" in told()
    for state, advice in (
        (State.ENCRYPTED, "Hãy bỏ mật khẩu"),
        (State.UNRECOGNISED, "Tesseract"),
        (State.DAMAGED, "lưu lại thành tệp mới"),
    ):
        FileText.objects.update(state=state)
        assert str(state.label) in told() and advice in told()
    FileText.objects.update(state=State.RECOGNISED, cut=True, unread_pages=3)
    assert "chỉ phần đầu" in told() and "3 trang ảnh chưa được nhận dạng" in told()
    client.force_login(stranger)
    assert told() == 404


def test_the_officers_page_asks_as_many_queries_for_many_files(
    client, make_document, agency, officer, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(page):
        client.get(f"/admin/tai-lieu/{page.pk}/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/admin/tai-lieu/{page.pk}/").status_code == 200
        return len(seen)

    client.force_login(officer)
    pages = []
    for number in (1, 4):
        page = make_document(
            agency, officer, code=f"QT-{number}", issued="2026-01-05", body=content("Ngắn.")
        )
        for n in range(number):
            if n:
                lifecycle.revise_draft(page.specific, by=officer, change_summary=str(n))
                issue_now(page, issued_on=datetime.date(2026, 2, n), by=officer)
            version = page.versions.order_by("-ordinal").first()
            lifecycle.add_file(
                version,
                store.add(build.pdf(f"Ban ky {number} {n}")),
                name=f"{n}.pdf",
                role="signed",
                by=officer,
            )
        pages.append(page)
    assert count(pages[0]) == count(pages[1])


def test_a_hit_leads_to_the_file_on_the_page(client, make_form, make_document, agency, officer):
    page = make_form("Đề nghị tạm ứng", issued="2026-01-05", visibility="public")
    version = make_document(
        agency, officer, code="QT-5", body=LONG, issued="2026-01-05", visibility="public"
    ).versions.get()
    extra = store.add(build.word("Bảng kê vật tư"))
    lifecycle.add_file(version, extra, name="Bảng kê.docx", role="attachment", by=officer)
    read_now()
    for typed, sha256 in (("tam ung", page.file_id), ("bang ke vat tu", extra.pk)):
        address, _, anchor = found(typed)[0].url.partition("#")
        assert anchor == files.anchor_of({"sha256": sha256})
        html = client.get(address).content.decode()
        assert html.count(f'id="{anchor}"') == 1
        assert f"/files/{sha256}/" in html


def test_a_hit_in_a_draft_leads_to_the_file_in_the_editor(client, make_form, officer):
    page = make_form("Đề nghị tạm ứng")
    read_now()
    address, _, anchor = found("tam ung", officer)[0].url.partition("#")
    client.force_login(officer)
    assert f'id="{anchor}"' in client.get(address).content.decode()
    assert str(page.pk) in address


# -- the command


def test_the_command_reads_the_files_of_what_was_there_before(
    make_form, make_document, agency, officer, capsys
):
    make_form("Đề nghị tạm ứng", issued="2026-01-05", visibility="public")
    version = make_document(
        agency, officer, issued="2026-01-05", body=LONG, visibility="public"
    ).versions.get()
    lifecycle.add_file(
        version,
        store.add(build.slides("Trang trình chiếu")),
        name="Bài giảng.pptx",
        role="attachment",
        by=officer,
    )
    FileText.objects.all().delete()  # as if the documents predate this feature
    call_command("read_files", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["read"], told["states"]) == (2, {"read": 2})
    assert [hit.section for hit in found("tam ung")] == ["Tệp: BM-01.02 Phiếu tiếp nhận.xlsx"]
    assert [hit.section for hit in found("trình chiếu")] == ["Tệp: Bài giảng.pptx"]
    call_command("read_files", "--json")
    assert json.loads(capsys.readouterr().out)["read"] == 0
    call_command("read_files", "--again")
    assert "Đã đọc 2 tệp." in capsys.readouterr().out


def test_what_an_older_reader_read_or_failed_for_want_of_a_program_is_read_again(
    make_form, monkeypatch
):
    make_form("Một", issued="2026-01-05")
    read_now()
    assert file_texts.expect_all() == 0
    FileText.objects.update(reader=file_texts.READER - 1)
    assert file_texts.expect_all() == 1
    read_now()
    FileText.objects.update(state=State.UNRECOGNISED, tools="")
    monkeypatch.setattr(file_texts, "tools_here", lambda: [file_texts.TESSERACT])
    assert file_texts.expect_all() == 1
    FileText.objects.update(state=State.UNRECOGNISED, tools=file_texts.TESSERACT)
    assert file_texts.expect_all() == 0
    FileText.objects.update(state=State.NOT_CONVERTED, tools="")
    assert file_texts.expect_all() == 0
    monkeypatch.setattr(file_texts, "tools_here", lambda: [file_texts.LIBREOFFICE])
    assert file_texts.expect_all() == 1


def test_expecting_asks_a_constant_number_of_queries(make_form, django_assert_num_queries):
    for number in range(2):
        make_form(f"Tệp {number}", code=f"BM-{number}", issued="2026-01-05")
    with django_assert_num_queries(10):
        file_texts.expect_all()
    for number in range(2, 6):
        make_form(f"Tệp {number}", code=f"BM-{number}", issued="2026-01-05")
    with django_assert_num_queries(10):
        file_texts.expect_all()
