"""Warnings that hold as long as their facts do: titles that two documents share, and facts that a
controlled document needs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import lifecycle
from procedures.flag_words import worded
from procedures.importing import batches, reviewing
from procedures.importing.many import Narrowed
from procedures.importing.reading import read_item
from procedures.importing.reviewing import missing_facts
from procedures.models import DocumentPage
from procedures.namesakes import namesakes
from tests.procedures.import_files import one, procedure

pytestmark = pytest.mark.django_db
TITLE = "Cấp bản sao hộ tịch"


@pytest.fixture
def at(client, officer):
    """A client signed in as the officer."""
    client.force_login(officer, backend="qms.accounts.backends.Accounts")
    return client


@pytest.fixture
def twins(hand_in):
    """Two files with one title and two codes, read."""
    return hand_in(
        {
            "a.docx": procedure("QT-01", TITLE, whole=True),
            "b.docx": procedure("QT-02", f"Quy trình {TITLE}", text="Khác.", whole=True),
        }
    )


def warned(reviewed):
    return {w["code"] for w in reviewed.warnings}


def spaced(answer):
    return " ".join(answer.content.decode().split())


def accept_all(client, batch):
    client.post(
        reverse("imports:act", args=[batch.pk]),
        {"act": "accept", "chosen": [item.pk for item in batch.items.all()]},
    )
    return {page.code: page for page in DocumentPage.objects.all()}


# -- titles


def test_two_drafts_of_one_title_say_so_after_both_were_accepted(at, twins):
    pages = accept_all(at, twins)
    listed = at.get(reverse("imports:batch", args=[twins.pk])).context["rows"]
    shared = [w for row in listed for w in row["warnings"] if w["code"] == "title_shared"]
    assert [w["values"] for w in shared] == [
        ["QT-02 · Cấp bản sao hộ tịch (bản thảo)"],
        ["QT-01 · Cấp bản sao hộ tịch (bản thảo)"],
    ]
    first, second = pages["QT-01"], pages["QT-02"]
    told = spaced(at.get(reverse("procedures_admin:document", args=[first.pk])))
    assert "Trùng tên với tài liệu khác của cơ quan" in told
    assert f'href="/admin/tai-lieu/{second.pk}/"' in told
    sent = spaced(at.get(reverse("procedures_admin:send", args=[first.pk])))
    assert "QT-02 · Cấp bản sao hộ tịch (bản thảo)" in sent
    both = at.get(reverse("procedures_admin:send_set"))
    assert [len(row["namesakes"]) for row in both.context["rows"]] == [1, 1]


def test_the_warning_goes_when_the_titles_differ(at, twins, officer):
    pages = accept_all(at, twins)
    lifecycle.revise_draft(pages["QT-02"].specific, by=officer, title="Cấp bản chính hộ tịch")
    first = pages["QT-01"]
    for name in ("document", "send"):
        told = spaced(at.get(reverse(f"procedures_admin:{name}", args=[first.pk])))
        assert "Trùng tên với tài liệu khác" not in told
    rows = at.get(reverse("imports:batch", args=[twins.pk])).context["rows"]
    assert not [w for row in rows for w in row["warnings"] if w["code"] == "title_shared"]


def test_an_author_hears_of_issued_namesakes_and_own_drafts_only(
    make_document, agency, author, officer
):
    own = make_document(agency, author, code="QT-01", title=TITLE)
    make_document(agency, officer, code="QT-02", title=TITLE)
    issued = make_document(agency, officer, code="QT-03", title=TITLE, issued="2026-01-05")
    assert [one.code for one in namesakes(own, officer)] == ["QT-02", "QT-03"]
    (told,) = namesakes(own, author)
    assert (told.code, told.state, told.url) == ("QT-03", "in_force", f"/d/{issued.pk}/")


def test_a_file_with_the_title_of_a_draft_is_flagged_before_it_is_accepted(hand_in, officer):
    batches.accept(one(hand_in({"a.docx": procedure("QT-01", TITLE)})), by=officer)
    second = hand_in({"b.docx": procedure("QT-02", TITLE, text="Khác.")})
    assert "title_shared" in warned(reviewing.Review(second).of(second.items.get()))
    own = hand_in({"c.docx": procedure("QT-01", TITLE, text="Bản mới.")})
    assert "title_shared" not in warned(reviewing.Review(own).of(own.items.get()))


def test_a_title_in_force_is_told_once_when_it_is_sent(at, hand_in, officer):
    batches.accept(one(hand_in({"a.docx": procedure("QT-01", TITLE)}, as_issued=True)), by=officer)
    second = one(hand_in({"b.docx": procedure("QT-02", TITLE, text="Khác.")}))
    page = batches.accept(second, by=officer).document
    page.flags = [{"code": "title_taken", "values": [f"QT-01 · {TITLE}"]}]
    page.save(update_fields=["flags"], clean=False)
    answer = at.get(reverse("procedures_admin:send", args=[page.pk]))
    points = [point.code for point in answer.context["prepared"].points]
    assert points.count("title_taken") == 1
    assert not [line for line in answer.context["outlook"].warnings if "Trùng tên" in line]


def test_the_list_asks_no_more_questions_for_many_accepted_files(at, twins, hand_in):
    accept_all(at, twins)
    address = reverse("imports:batch", args=[twins.pk])
    at.get(address)
    with CaptureQueriesContext(connection) as few:
        at.get(address)
    more = hand_in({f"{n}.docx": procedure(f"QT-1{n}", f"Việc {n}") for n in range(5)})
    accept_all(at, more)
    at.get(reverse("imports:batch", args=[more.pk]))
    with CaptureQueriesContext(connection) as many:
        at.get(reverse("imports:batch", args=[more.pk]))
    assert len(many) == len(few)


# -- import flags when a draft is sent


def test_an_import_flag_is_told_once_with_its_state_when_the_draft_is_sent(at, hand_in, officer):
    page = batches.accept(one(hand_in({"a.docx": procedure("", TITLE)})), by=officer).document
    page.flags = [
        {"code": "missing_code", "values": []},
        {"code": "hidden_text", "values": ["ẩn"]},
        {"code": "converted", "values": ["rtf"]},
    ]
    page.save(update_fields=["flags"], clean=False)
    answer = at.get(reverse("procedures_admin:send", args=[page.pk]))
    codes = [point.code for point in answer.context["prepared"].points]
    assert "no_code" in codes and "flag_open" not in codes
    lines = [line for line in answer.context["outlook"].warnings if "chưa xem lại" in line]
    assert len(lines) == 1 and "chữ ẩn" in lines[0]
    lifecycle.clear_flags(page, by=officer)
    answer = at.get(reverse("procedures_admin:send", args=[page.pk]))
    assert not [line for line in answer.context["outlook"].warnings if "chưa xem lại" in line]


# -- facts that are missing


def test_a_file_without_numbers_and_signers_is_not_without_warnings(at, hand_in, officer):
    batch = hand_in(
        {"đủ.docx": procedure("QT-01", "Việc một", whole=True), "thiếu.docx": procedure("QT-02")}
    )
    lacking = batch.items.get(name="thiếu.docx")
    review = reviewing.Review(batch)
    flag = next(w for w in review.of(lacking).warnings if w["code"] == "missing_facts")
    assert flag["values"] == ["revision_number", "reviewed"]
    assert Narrowed("none").keys(review) == [batch.items.get(name="đủ.docx").pk]
    assert Narrowed("missing_facts").keys(review) == [lacking.pk]
    address = reverse("imports:batch", args=[batch.pk])
    shown = spaced(at.get(address))
    assert "Không tìm thấy lần sửa đổi, người xem xét trong tệp." in shown
    assert "Nhận tất cả tệp không có cảnh báo (1)" in shown
    assert "Nhận tất cả tệp chỉ thiếu số lần hoặc người ký (1)" in shown
    act = reverse("imports:act", args=[batch.pk])
    at.post(act, {"act": "accept-clean"})
    lacking.refresh_from_db()
    assert (lacking.state, DocumentPage.objects.count()) == ("read", 1)
    at.post(act, {"act": "accept-lacking"})
    lacking.refresh_from_db()
    assert lacking.state == "accepted"


def test_what_is_corrected_is_missing_no_more(hand_in, officer):
    batch = hand_in({"a.docx": procedure()})
    item = batch.items.get()
    signers = [{"role": "reviewed", "name": "Phạm Thu Hà", "post": ""}]
    read = item.reading["facts"]["signers"]
    batches.correct(item, {"revision_number": 0, "signers": [*read, *signers]}, by=officer)
    item.refresh_from_db()
    assert reviewing.Review(batch).of(item).is_clean


def test_forms_and_letters_need_no_numbers_and_a_policy_its_approver():
    bare = {"issue_number": None, "revision_number": None, "signers": []}
    assert [missing_facts({**bare, "kind": kind}) for kind in ("form", "other")] == [None, None]
    assert missing_facts({**bare, "kind": "policy"})["values"] == ["approved"]
    unnamed = [{"role": "approved", "name": "", "post": "Giám đốc"}]
    assert missing_facts({**bare, "kind": "policy", "signers": unnamed})["values"] == ["approved"]


# -- rows while files are still being read


def test_a_row_names_its_twin_as_soon_as_the_twin_is_read(at, hand_in):
    batch = hand_in(
        {
            "a.docx": procedure("QT-01", "Việc một"),
            "b.docx": procedure("QT-01", "Việc hai", text="Khác."),
            "c.docx": procedure("QT-03", "Việc ba"),
            "d.docx": procedure("QT-04", "Việc bốn"),
        },
        read=False,
    )
    a, b, c, d = batch.items.order_by("pk")
    for item in (a, c):
        read_item.call(item.pk)
    progress = reverse("imports:progress", args=[batch.pk])
    read_item.call(b.pk)
    answer = at.get(progress, {"rows": f"{b.pk},{d.pk}"}).json()
    assert set(answer["rows"]) == {str(a.pk), str(b.pk)} and answer["waiting"] == 1
    assert "cũng là mã hiệu của: “b.docx”" in answer["rows"][str(a.pk)]


def test_of_many_twins_the_nearest_are_written_anew():
    review = reviewing.Review.__new__(reviewing.Review)
    review._by_code = {"qt-01": [(pk, None) for pk in range(1, 1_001)]}
    review._by_title = {}
    found = review.twins({500, 510}, 100)
    assert len(found) == 100 and found.isdisjoint({500, 510})
    assert min(found) >= 450 and max(found) <= 560
    assert review.twins(set(), 100) == set()


def test_a_warning_names_ten_others_and_counts_the_rest():
    names = [f"{n}.docx" for n in range(300)]
    said = worded({"code": "duplicate_code", "values": names, "details": {"code": "QT-01"}})
    assert "“9.docx” và 290 tài liệu khác" in said and "10.docx" not in said


# -- the page of a file


def test_landmarks_of_a_file_have_names_of_their_own(at, hand_in):
    item = hand_in({"a.docx": procedure()}).items.get()
    page = at.get(reverse("imports:item", args=[item.pk])).content.decode()
    named = [
        found
        for tag in re.findall(r"<[a-z]+[^>]*>", page)
        if tag.startswith(("<section", "<form")) or 'role="region"' in tag
        for found in re.findall(r'aria-label(?:ledby)?="([^"]*)"', tag)
    ]
    assert len(named) > 3 and sorted(set(named)) == sorted(named)
