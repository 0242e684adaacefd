"""Nothing in the admin publishes a page or fails on strange words in a URL; choosers and lists show
only the own agency's documents.

tests/permissions/test_walk.py checks that no URL shows another agency's documents."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver
from PIL import Image
from wagtail.models import Page

from procedures.content import stream
from procedures.models import ProcedurePage, Version
from qms.models import Unit
from qms.proof import store
from tests.conftest import content
from tests.procedures.test_draft_roundtrip import form_of

CANARY = "HOÀNG-YẾN"
NONSENSE = ("'", '"', "\\", "abc", "-1", "9" * 25, "[]", "1'--", "١٢", "%ff", "..", "a b")
NAMES = (
    "q",
    "p",
    "page",
    "ordering",
    "next",
    "id",
    "agency",
    "unit",
    "kind",
    "state",
    "sort",
    "tu",
    "den",
    "user",
    "action",
    "content_type",
    "object_id",
    "parent_page_id",
    "page_type",
    "mode",
    "position",
    "name",
    "document",
)


WORDS = (
    "",
    "'",
    '"',
    "x",
    "-1",
    "9" * 30,
    "{",
    "[]",
    "null",
    '{"blocks": 1}',
    "a\x00b",
    '"\\u0000"',
    '{"columns": [{"role": 1, "label": 2}], "rows": [3]}',
)


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def foreign(make_document, other_agency, stranger):
    """A draft and a version of another agency, full of the canary word."""
    unit = Unit.objects.create(agency=other_agency, name=f"Phòng {CANARY}")
    picture = store.add(png(), "image/png").pk
    body = content(CANARY, title=CANARY)
    body["sections"][0]["blocks"].append(
        {
            "type": "picture",
            "sha256": picture,
            "name": CANARY,
            "description": CANARY,
            "caption": "",
            "described_by": "",
        }
    )
    page = make_document(
        other_agency,
        stranger,
        code=f"QT-{CANARY}",
        title=f"Quy trình {CANARY}",
        body=body,
        unit=unit,
        visibility="agency",
        issued="2026-01-05",
    )
    page.picture = picture
    return page


@pytest.fixture
def own(make_document, agency, officer):
    return make_document(agency, officer, code="QT-01", title="Của mình", issued="2026-01-05")


def addresses(numbers: list[int], words: list[str]) -> list[str]:
    """Every URL below /admin/, its parts filled with the numbers and words."""
    found: set[str] = set()

    def walk(patterns, prefix):
        for pattern in patterns:
            whole = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, whole)
            elif whole.startswith("admin/"):
                found.update(fill(whole))

    def fill(route):
        for number in numbers:
            for word in words:
                text = re.sub(r"\(\?P<\w+>\\d\+\)|\(\\d\+\)", str(number), route)
                text = re.sub(r"\((?:\?P<\w+>)?live\|(?:earliest|latest)\|\\d\+\)", "live", text)
                text = re.sub(r"<(?:int|pk):\w+>", str(number), text)
                text = re.sub(r"<(?:\w+:)?\w+>", word, text)
                text = (
                    text.replace("\\.", ".")
                    .replace("^", "")
                    .replace("$", "")
                    .replace("(?:/.*)?", "/x/")
                    .replace(".*", "x")
                )
                text = re.sub(r"\(\?:([\w\-|]+)\)", lambda m: m[1].split("|")[0], text)
                yield "/" + text

    walk(get_resolver().url_patterns, "")
    return sorted(found)


def answer_of(client, method: str, address: str, data=None) -> tuple[int, str]:
    """The status and the text of a response; an exception counts as 500."""
    try:
        answer = getattr(client, method)(address, data or {})
    except Exception as problem:  # a view failed: the test says which
        return 500, f"{type(problem).__name__}: {problem}"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body.decode("utf-8", "replace") + str(answer.headers)


@pytest.mark.pure
def test_strange_words_in_any_parameter_are_no_error(own, officer, client):
    client.force_login(officer)
    wrong = []
    for address in addresses([own.pk], ["procedures"]):
        if "logout" in address or "failwhale" in address:
            continue
        for turn in range(2):
            question = "&".join(
                f"{name}={NONSENSE[(at + turn * 5) % len(NONSENSE)]}"
                for at, name in enumerate(NAMES)
            )
            status, said = answer_of(client, "get", f"{address}?{question}")
            if status >= 500:
                wrong.append((address, question, said[:200]))
    assert wrong == []


@pytest.mark.pure
def test_a_malformed_form_is_refused_and_no_error(own, officer, client):
    client.force_login(officer)
    page = ProcedurePage.objects.get(pk=own.pk)
    whole = form_of(page)
    wrong = []
    alike = {re.sub(r"\d+", "0", name): name for name in whole}  # one field of each shape
    for at, name in enumerate(alike.values()):
        for word in WORDS[at % 6 :: 6]:
            address = (f"/admin/pages/{own.pk}/edit/", f"/admin/pages/{own.pk}/edit/preview/")[
                at % 2
            ]
            status, said = answer_of(client, "post", address, whole | {name: word})
            if status >= 500:
                wrong.append((name, word, said[:200]))
    for name in alike.values():
        status, said = answer_of(
            client,
            "post",
            f"/admin/pages/{own.pk}/edit/",
            {k: v for k, v in whole.items() if k != name},
        )
        if status >= 500:
            wrong.append((name, "missing", said[:200]))
    assert wrong == []


CLOSED = [
    "pages/{id}/unpublish/", "pages/{id}/copy/", "pages/{id}/move/", "pages/{id}/move/1/confirm/", "pages/{id}/convert_alias/", "pages/{id}/privacy/",
    "pages/{id}/lock/", "pages/{id}/unlock/", "pages/{id}/set_position/", "pages/{id}/usage/", "pages/{id}/workflow_history/", "pages/{id}/revisions/{revision}/unschedule/",
    "pages/workflow/action/{id}/approve/1/", "pages/workflow/collect_action_data/{id}/approve/1/", "pages/workflow/confirm_cancellation/{id}/",
    "pages/usage/procedures/procedurepage/", "pages/create/procedures/procedurepage", "api/main/pages/", "api/main/pages/{id}/", "tag-autocomplete/",
    "bulk/wagtailcore/page/delete/?id={id}", "bulk/wagtailcore/page/publish/?id={id}", "bulk/wagtailcore/page/move/?id={id}", "bulk/wagtailcore/page/unpublish/?id={id}",
    "choose-page/1/", "choose-page/search/", "choose-page/chosen-multiple/?id={id}", "reports/locked/", "reports/workflow/", "reports/workflow_tasks/", "reports/site-history/",
    "reports/aging-pages/", "reports/page-types-usage/", "workflows/list/", "workflows/add/", "collections/", "block-preview/?id=blockdef-1",
]  # fmt: skip


def test_wagtails_ways_round_issuing_and_across_agencies_are_closed(own, officer, client):
    client.force_login(officer)
    asked = [
        (method, "/admin/" + address.format(id=own.pk, revision=own.latest_revision_id))
        for address in CLOSED
        for method in ("get", "post")
    ]
    answers = {one: answer_of(client, *one)[0] for one in asked}
    assert {one: code for one, code in answers.items() if code != 404} == {}
    assert Page.objects.get(pk=own.pk).live is False


@pytest.mark.parametrize(
    "action",
    [
        "action-publish",
        "action-submit",
        "action-restart-workflow",
        "action-workflow-action",
        "action-cancel-workflow",
        "action-unpublish",
    ],
)
def test_the_editor_knows_no_action_of_wagtails_but_saving(own, officer, client, action):
    client.force_login(officer)
    page = ProcedurePage.objects.get(pk=own.pk)
    assert (
        client.post(
            f"/admin/pages/{own.pk}/edit/",
            form_of(page) | {action: "1", "workflow-action-name": "approve"},
        ).status_code
        == 404
    )
    assert Page.objects.get(pk=own.pk).live is False


def test_saving_and_sending_leads_to_the_page_that_asks(make_document, agency, officer, client):
    page = ProcedurePage.objects.get(pk=make_document(agency, officer).pk)
    client.force_login(officer)
    assert (
        client.post(f"/admin/pages/{page.pk}/edit/", form_of(page) | {"action-send": "1"}).url
        == f"/admin/tai-lieu/{page.pk}/trinh-duyet/"
    )
    assert not Version.objects.exists()


def test_a_schedule_or_another_agency_in_the_form_changes_nothing(
    own, other_agency, officer, client
):
    client.force_login(officer)
    page = ProcedurePage.objects.get(pk=own.pk)
    unit = Unit.objects.create(agency=other_agency, name=CANARY)
    sent = form_of(page) | {
        "go_live_at": "2026-01-01 00:00",
        "expire_at": "2026-01-02 00:00",
        "agency": other_agency.pk,
        "slug": "x",
        "live": "on",
        "unit": unit.pk,
    }
    answer = client.post(f"/admin/pages/{own.pk}/edit/", sent)
    assert CANARY not in answer.content.decode()
    after = ProcedurePage.objects.get(pk=own.pk)
    assert (after.agency_id, after.go_live_at, after.live, after.unit, after.slug) == (
        page.agency_id,
        None,
        False,
        None,
        page.slug,
    )


def test_an_author_edits_own_drafts_and_no_others(make_document, agency, officer, author, client):
    mine = make_document(agency, author, title="Của tôi")
    theirs = make_document(agency, officer, title="Của thư ký")
    client.force_login(author)
    assert client.get(f"/admin/pages/{mine.pk}/edit/").status_code == 200
    for address in (
        f"/admin/pages/{theirs.pk}/edit/",
        f"/admin/pages/{theirs.pk}/view_draft/",
        f"/admin/tai-lieu/{theirs.pk}/",
        f"/admin/tai-lieu/{theirs.pk}/xoa/",
    ):
        assert client.get(address).status_code == 404
    ping = client.post(
        f"/admin/editing-sessions/ping/wagtailcore/page/{theirs.pk}/1/",
        {"revision_id": theirs.latest_revision_id},
    )
    assert ping.status_code == 404


def test_the_editor_learns_who_else_has_the_draft_open(own, agency, officer, appoint, client):
    other = appoint("binh", "officer", agency, name="Vũ Thị Bình")
    client.force_login(other)
    client.get(f"/admin/pages/{own.pk}/edit/")
    client.force_login(officer)
    page = client.get(f"/admin/pages/{own.pk}/edit/").content.decode()
    asked = re.search(r"/admin/editing-sessions/ping/[^\"&]+", page).group()
    answer = client.post(asked, {"revision_id": own.latest_revision_id})
    assert [session["user"] for session in answer.json()["other_sessions"]] == [str(other)]
    assert client.post(asked, {"revision_id": "abc"}).status_code == 404
    assert client.post(asked.replace(f"/{own.pk}/", "/x/")).status_code == 404


def test_who_loses_the_appointment_loses_the_draft_at_once(own, agency, officer, client):
    client.force_login(officer)
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code == 200
    officer.appointments.update(ends_on="2020-02-01")
    assert client.get(f"/admin/pages/{own.pk}/edit/").status_code in {302, 404}


def test_pictures_are_taken_by_content_and_shown_to_who_drafts_with_them(
    own, agency, officer, stranger, foreign, client
):
    client.force_login(officer)

    def upload(name, data):
        return client.post("/admin/tai-lieu/anh/", {"file": SimpleUploadedFile(name, data)})

    taken = upload("so do.png.exe", png())
    assert taken.status_code == 200
    assert (
        client.get(f"/admin/tai-lieu/anh/{taken.json()['token']}/").headers["Content-Type"]
        == "image/png"
    )
    for name, data in (
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("a.png", b"MZ khong phai anh"),
        ("a.png", b""),
        ("a.png", png()[:40]),
    ):
        assert upload(name, data).status_code == 400
    assert client.post("/admin/tai-lieu/anh/").status_code == 400
    assert client.get(f"/admin/tai-lieu/anh/{foreign.picture}/").status_code == 404
    assert (
        client.get(f"/admin/tai-lieu/anh/{foreign.picture}/", {"document": own.pk}).status_code
        == 404
    )
    assert (
        client.get(f"/admin/tai-lieu/anh/{foreign.picture}/", {"document": foreign.pk}).status_code
        == 404
    )
    client.force_login(stranger)
    assert (
        client.get(f"/admin/tai-lieu/anh/{foreign.picture}/", {"document": foreign.pk}).status_code
        == 200
    )


def test_a_table_can_not_bring_in_a_picture_of_another_document(own, officer, foreign, client):
    client.force_login(officer)
    page = ProcedurePage.objects.get(pk=own.pk)
    page.body = stream.to_stream(
        {
            "sections": [
                {
                    **content()["sections"][0],
                    "blocks": [
                        {
                            "type": "table",
                            "html": "<table><tbody><tr><td>x</td></tr></tbody></table>",
                        }
                    ],
                }
            ]
        }
    )
    page.save_revision(user=officer)
    page = ProcedurePage.objects.get(pk=own.pk)
    sent = {
        k: v.replace("<td>x", f'<td><img src="sha256:{foreign.picture}">')
        if isinstance(v, str)
        else v
        for k, v in form_of(page).items()
    }
    client.post(f"/admin/pages/{own.pk}/edit/", sent)
    assert foreign.picture not in str(stream.to_content(ProcedurePage.objects.get(pk=own.pk).body))
