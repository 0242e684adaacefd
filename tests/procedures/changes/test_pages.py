"""Pages of change requests and comparisons, as each of the cast sees them."""

import datetime
import io
import re

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from procedures import lifecycle as documents
from procedures import word
from procedures.changes import lifecycle
from procedures.content import text_of
from procedures.models import ChangeRequest
from qms.clock import today
from tests.conftest import content
from tests.issuing import issue as issue_now
from tests.procedures.changes.contents import changed, steps
from tests.procedures.changes.settling import plain_words, settle


def at(client, person, url, **data):
    if person is not None:
        client.force_login(person)
    return client.post(url, data) if data else client.get(url)


@pytest.fixture
def second(document, officer):
    """The document's second version."""
    documents.revise_draft(
        document, content=content("Nội dung thử thứ hai."), change_summary="Sửa", by=officer
    )
    return issue_now(document, issued_on=datetime.date(2026, 3, 2), by=officer)


def test_the_short_form_makes_a_request_and_leads_to_it(client, document, reader):
    url = f"/d/{document.pk}/co-gi-sai/"
    assert "1. Nội dung" in at(client, reader, url).content.decode()
    answer = at(client, reader, url, what="Sai ngày", place="1. Nội dung", proposed="01 ngày")
    one = ChangeRequest.objects.get()
    assert answer.url == f"/sua-doi/{one.pk}/"
    assert (one.what, one.place, one.anchor, one.proposed) == (
        "Sai ngày",
        "1. Nội dung",
        "muc-1",
        "01 ngày",
    )
    assert one.version == document.versions.get()


def test_a_refused_form_keeps_what_was_typed(client, document, reader):
    url = f"/d/{document.pk}/co-gi-sai/"
    answer = at(client, reader, url, what="", proposed="Giữ lại câu này", place="không có")
    assert answer.status_code == 200 and "Giữ lại câu này" in answer.content.decode()
    assert not ChangeRequest.objects.exists()
    long = at(client, reader, url, what="<b>" * 70_000)
    assert long.status_code == 200 and not ChangeRequest.objects.exists()


def test_visitors_must_sign_in_and_those_who_may_not_read_get_404(client, make_document, agency, officer, stranger):  # fmt: skip
    closed = make_document(agency, officer, issued="2026-01-05", visibility="agency")
    url = f"/d/{closed.pk}/co-gi-sai/"
    assert at(client, None, url).status_code == 302
    assert at(client, stranger, url).status_code == 404
    assert at(client, stranger, url, what="x").status_code == 404


def test_html_in_a_request_is_text(client, ask, reader):
    page = at(client, reader, ask("<script>alert(1)</script>").get_absolute_url())
    assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_the_officer_accepts_on_the_page_and_a_second_press_changes_nothing(client, ask, officer):
    one = ask()
    url = f"/sua-doi/{one.pk}/nhan/"
    assert at(client, officer, url, x="1").url == one.get_absolute_url()
    assert at(client, officer, url, x="2").url == one.get_absolute_url()
    one.refresh_from_db()
    assert (one.state, one.history.count()) == ("accepted", 2)


def test_the_officer_joins_and_declines_on_the_page(client, ask, officer):
    one, other = ask(), ask("Cũng vậy")
    at(client, officer, f"/sua-doi/{other.pk}/gop/", to=one.pk)
    assert (
        "lý do"
        in at(client, officer, f"/sua-doi/{one.pk}/khong-nhan/", reason=" ")
        .content.decode()
        .lower()
    )
    at(client, officer, f"/sua-doi/{one.pk}/khong-nhan/", reason="Không cần")
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == {"declined"}


@pytest.mark.parametrize("name", ["nhan", "gop", "khong-nhan"])
def test_the_requester_cannot_answer_the_request(client, ask, reader, name):
    assert at(client, reader, f"/sua-doi/{ask().pk}/{name}/", reason="x").status_code == 404


def test_the_requester_takes_it_back_on_the_page(client, ask, reader):
    one = ask()
    at(client, reader, f"/sua-doi/{one.pk}/rut/", x="1")
    one.refresh_from_db()
    assert one.state == "taken_back"


def test_only_the_asker_and_the_officers_see_a_request(
    client, ask, reader, officer, author, stranger, overseer
):
    url = ask().get_absolute_url()
    seen = [at(client, p, url).status_code for p in (reader, officer, author, stranger, overseer)]
    assert seen == [200, 200, 404, 404, 404]


def test_names_of_other_agencies_are_told_to_the_officer(client, ask, officer, stranger, agency):
    one = ask(by=stranger)
    for url in (one.get_absolute_url(), f"/a/{agency.pk}/sua-doi/"):
        page = at(client, officer, url).content.decode()
        assert "Phạm Người Lạ" in page and "Sở Nội vụ" in page


def test_the_agencys_list_is_for_its_officers(client, agency, officer, author, reader, stranger):
    url = f"/a/{agency.pk}/sua-doi/"
    seen = [at(client, p, url).status_code for p in (officer, author, reader, stranger)]
    assert seen == [200, 404, 404, 404]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    client, ask, officer, agency, reader, number, django_assert_max_num_queries
):
    for n in range(number):
        ask(f"Sửa {n}")
    at(client, officer, "/")  # the first request syncs the person's groups and counts the tasks
    with django_assert_max_num_queries(15):
        client.get(f"/a/{agency.pk}/sua-doi/?state=open")
    at(client, reader, "/")
    with django_assert_max_num_queries(11):
        client.get("/sua-doi/")


def test_a_done_request_leads_to_what_changed(client, document, ask, officer, reader):
    one = lifecycle.accept(ask(), by=officer)
    first = document.versions.get()
    documents.revise_draft(document, content=content("Nội dung mới."), by=officer)
    version = issue_now(document, issued_on=datetime.date(2026, 3, 2), by=officer)
    page = at(client, reader, one.get_absolute_url()).content.decode()
    address = f"/d/{document.pk}/so-sanh/?tu=v{first.pk}&amp;den=v{version.pk}"
    assert address in page
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_versions_are_compared_for_who_may_read_both(client, document, second, reader, stranger):
    page = at(client, reader, f"/d/{document.pk}/so-sanh/").content.decode()
    assert "Nội dung thử<ins> thứ hai</ins>" in page
    assert at(client, stranger, f"/d/{document.pk}/so-sanh/").status_code == 200


def test_the_draft_is_compared_for_who_may_see_it(client, document, officer, author, reader):
    documents.revise_draft(document, content=content("Câu của bản thảo."), by=officer)
    url = f"/d/{document.pk}/so-sanh/?tu=v{document.versions.get().pk}&den=draft"
    assert "bản thảo" in at(client, officer, url).content.decode()
    assert [at(client, p, url).status_code for p in (author, reader)] == [404, 404]
    assert "=draft" not in at(client, reader, f"/d/{document.pk}/so-sanh/").content.decode()
    assert 'value="draft"' in at(client, officer, f"/d/{document.pk}/so-sanh/").content.decode()
    assert 'value="draft"' not in at(client, reader, f"/d/{document.pk}/so-sanh/").content.decode()


def test_the_comparison_is_downloaded_as_a_word_file(client, document, second, reader):
    answer = at(client, reader, f"/d/{document.pk}/so-sanh/word/")
    file = b"".join(answer)
    header = docx.Document(io.BytesIO(file)).sections[0].first_page_header
    lines = [one.text for one in header.paragraphs]
    assert lines[0] == "QT-01 Quy trình thử" and "Phiên bản 1 → Phiên bản 2" in lines[1]
    assert (
        lines[-1] == "Theo dõi sửa đổi: 1. NỘI DUNG: Sửa" and "Ngày ban hành: 02/03/2026" in lines
    )
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="so-sanh-qt-01-v')
    assert "thứ hai" in text_of(word.read(file, "a.docx").content)
    assert at(client, reader, f"/d/{document.pk}/so-sanh/word/?den=draft").status_code == 404


def test_the_word_file_has_the_log_of_either_side(client, document, second, reader, officer):
    file = b"".join(at(client, reader, f"/d/{document.pk}/so-sanh/word/"))
    line = "2 02/03/2026 1. NỘI DUNG Sửa"
    new, old = (" ".join(plain_words(settle(file, accept=accept))) for accept in (True, False))
    assert "Theo dõi sửa đổi" in new and new.endswith(line)
    assert "Theo dõi sửa đổi" in old and "02/03/2026" not in old and "05/01/2026" in old


def test_the_line_of_the_draft_is_in_the_log_of_who_compares_it(client, document, officer, reader):
    documents.revise_draft(document, change_summary="Rút ngắn", by=officer)
    url = f"/d/{document.pk}/so-sanh/word/?tu=v{document.versions.get().pk}&den=draft"
    file = b"".join(at(client, officer, url))
    new, old = (" ".join(plain_words(settle(file, accept=accept))) for accept in (True, False))
    assert new.endswith("Rút ngắn") and "Rút ngắn" not in old
    file = b"".join(at(client, officer, f"/d/{document.pk}/so-sanh/word/"))
    assert "Rút ngắn" not in " ".join(plain_words(settle(file, accept=True)))


@pytest.mark.parametrize("query", ["tu=v0", "den=v999999999999999999999", "tu=r1", "den=x"])
def test_odd_sides_are_not_found(client, document, reader, query):
    assert at(client, reader, f"/d/{document.pk}/so-sanh/?{query}").status_code == 404


def test_an_unreadable_version_cannot_be_compared(client, make_document, agency, officer, stranger):
    page = make_document(agency, officer, issued="2026-01-05", visibility="agency")
    hidden = page.versions.get()
    documents.revise_draft(page, visibility="city", by=officer)
    issue_now(page, issued_on=datetime.date(2026, 3, 2), by=officer)
    assert at(client, stranger, f"/d/{page.pk}/so-sanh/").status_code == 200
    assert at(client, stranger, f"/d/{page.pk}/so-sanh/?tu=v{hidden.pk}").status_code == 404


def test_whoever_sees_the_request_gets_its_file(client, ask, reader, stranger):
    one = ask(file=SimpleUploadedFile("a.pdf", b"%PDF-1.4 thu"))
    url = f"/sua-doi/{one.pk}/tep/"
    assert at(client, reader, url).status_code == 200
    assert at(client, stranger, url).status_code == 404
    assert at(client, reader, f"/sua-doi/{ask().pk}/tep/").status_code == 404


def test_a_version_says_what_changed_and_its_log(client, document, second, reader):
    page = " ".join(at(client, reader, f"/d/{document.pk}/").content.decode().split())
    assert "Có gì thay đổi so với phiên bản 1" in page and "thêm “thứ hai”" in page
    assert f"/d/{document.pk}/co-gi-sai/" in page
    assert 'id="theo-doi-sua-doi"' in page
    assert '<td data-label="Nội dung sửa đổi"> Sửa </td>' in page
    first = at(client, reader, f"/v/{document.versions.get(ordinal=1).pk}/").content.decode()
    assert "Có gì thay đổi so với" not in first and "co-gi-sai" not in first


def test_every_page_counts_the_same_changes_and_tells_them_in_the_same_words(client, make_document, agency, officer, reader):  # fmt: skip
    page = make_document(agency, officer, issued="2026-01-05", body=steps().content)
    later = steps(changed(1, duration="01 ngày")).content
    later["sections"].append(content("Một phụ lục mới.", title="PHỤ LỤC")["sections"][0])
    documents.revise_draft(page, content=later, owner_post="Văn thư", revision_number=1, by=officer)
    issue_now(page, issued_on=datetime.date(2026, 3, 2), by=officer)
    document, compared = (
        at(client, reader, url).content.decode()
        for url in (f"/d/{page.pk}/", f"/d/{page.pk}/so-sanh/")
    )
    marks = compared.count('class="diff-at"')
    assert marks == 4  # who is responsible, a step, the heading and the text of an appendix
    assert f"{marks} chỗ được đánh dấu" in compared
    assert f"Xem từng chỗ được đánh dấu ({marks})" in " ".join(document.split())
    told = re.compile(r'<ul class="changed">.*?</ul>', re.DOTALL)
    assert told.findall(document) == told.findall(compared) != []
    (words,) = told.findall(compared)
    assert f"Tóm tắt: {words.count('<li>')} điểm thay đổi" in " ".join(compared.split())
    assert "<li>Bước 2: 02 ngày → 01 ngày</li>" in words
    assert "Lần sửa đổi" in compared  # shown, though it is no change


def test_versions_that_differ_in_number_and_day_alone_have_no_change(client, document, officer, reader):  # fmt: skip
    documents.revise_draft(document, revision_number=1, change_summary="Ban hành lại", by=officer)
    issue_now(document, issued_on=datetime.date(2026, 3, 2), by=officer)
    compared = at(client, reader, f"/d/{document.pk}/so-sanh/").content.decode()
    assert "chỉ khác lần ban hành" in compared and 'class="diff-at"' not in compared
    assert "Nội dung không đổi" in at(client, reader, f"/d/{document.pk}/").content.decode()


def test_what_changed_names_no_version_that_one_may_not_read(client, make_document, agency, officer, stranger):  # fmt: skip
    page = make_document(agency, officer, issued="2026-01-05", visibility="agency")
    documents.revise_draft(page, visibility="city", content=content("Câu khác."), by=officer)
    issue_now(page, issued_on=datetime.date(2026, 3, 2), by=officer)
    assert "Có gì thay đổi so với" not in at(client, stranger, f"/d/{page.pk}/").content.decode()
    assert "Có gì thay đổi so với" in at(client, officer, f"/d/{page.pk}/").content.decode()


def test_the_line_of_the_log_is_written_on_the_drafts_page(client, document, ask, officer, reader):
    lifecycle.accept(ask("Rút ngắn bước 2", place="Bước 2"), by=officer)
    documents.revise_draft(document, content=content("Mới."), by=officer)
    own = f"/admin/tai-lieu/{document.pk}/"
    shown = at(client, officer, own).content.decode()
    assert shown.count("Rút ngắn bước 2") == 2
    url = f"{own}theo-doi-sua-doi/"
    assert at(client, officer, url, place="Trang 3", summary="Đổi thời gian").url == own
    assert "Đổi thời gian" in at(client, officer, own).content.decode()
    assert at(client, officer, url, place="x" * 900, summary="").status_code == 200
    assert at(client, reader, url, place="", summary="Lén").status_code in {302, 404}
    assert "Lén" not in at(client, officer, own).content.decode()


def test_an_accepted_request_says_what_to_do_next(client, document, ask, officer, reader):
    one = ask()
    lifecycle.accept(one, by=officer)
    editor = f'href="/admin/pages/{document.pk}/edit/"'
    in_editor = at(client, officer, f"/admin/pages/{document.pk}/edit/").content.decode()
    assert "Yêu cầu sửa đổi đã nhận" in in_editor and one.what in in_editor
    html = at(client, officer, one.get_absolute_url()).content.decode()
    assert "chưa có bản thảo mới" in html and editor in html and "Bắt đầu sửa đổi" in html
    documents.revise_draft(document, content=content("Đã sửa."), by=officer)
    html = at(client, officer, one.get_absolute_url()).content.decode()
    assert "Soạn tiếp bản thảo" in html and editor in html
    assert editor not in at(client, reader, one.get_absolute_url()).content.decode()


def test_the_log_numbers_each_issue_and_leaves_out_what_is_not_in_force_yet(
    client, document, officer, reader
):
    later = today() + datetime.timedelta(days=9)
    for number, change, effective in ((2, "Sửa lần hai", None), (3, "Sắp áp dụng", later)):
        documents.revise_draft(
            document, change_summary=change, issue_number=number, revision_number=0, by=officer
        )
        issue_now(document, issued_on=today(), effective_on=effective, by=officer)
    client.force_login(reader)

    def log(address):
        html = client.get(address).content.decode()
        part = html[html.index('id="theo-doi-sua-doi"') :]
        return " ".join(strip_tags(part[: part.index("</table>")].replace("<", " <")).split())

    now = log(f"/d/{document.pk}/")
    assert "Sửa lần hai" in now and "Sắp áp dụng" not in now
    assert f"02 00 {today():%d/%m/%Y}" in now
    coming = document.versions.get(ordinal=3)
    assert "Sắp áp dụng" in log(coming.get_absolute_url())
