"""Files are refused by the headers of the request: nothing unwanted is received."""

from types import FunctionType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import ResolverMatch, reverse

from qms.work.bodies import ADMISSION, takes_files

pytestmark = pytest.mark.django_db
MB = 2**20


class Unread:
    """A body that must not be touched."""

    def read(self, *_size):
        raise AssertionError("the body was read")

    readline = read


def send(client, address, size, **more):
    return client.generic(
        "POST",
        address,
        b"",
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(size),
            "wsgi.input": Unread(),
            **more,
        },
    )


ADDRESSES = [
    ("imports:batches", []),
    ("imports:add", [1]),
    ("procedures_admin:picture_upload", []),
    ("procedures_admin:file_upload", []),
    ("procedures_admin:add_scan", [1]),
    ("manage_people", [1]),
    ("audit_answer", [1, 1]),
    ("audit_finding_new", [1]),
    ("audit_finding_edit", [1]),
    ("nonconformity_action_finish", [1, 1]),
    ("change_ask", [1]),
]


@pytest.mark.parametrize(("name", "args"), ADDRESSES)
def test_a_stranger_sends_nothing(client, name, args):
    answer = send(client, reverse(name, args=args), 300 * MB)
    assert answer.status_code == 413
    assert "300 MB, trong khi ở đây mỗi lần gửi tối đa 1 MB" in answer.content.decode()
    assert "Hãy đăng nhập rồi gửi lại tệp" in answer.content.decode()


@pytest.mark.parametrize(("name", "args"), ADDRESSES)
def test_who_may_not_use_an_address_sends_nothing_to_it(client, reader, name, args):
    client.force_login(reader)
    assert send(client, reverse(name, args=args), 2 * MB).status_code == 404


def test_an_officer_hears_the_limit(client, officer):
    client.force_login(officer)
    answer = send(client, reverse("procedures_admin:picture_upload"), 12 * MB)
    assert answer.status_code == 413
    assert "12 MB, trong khi ở đây mỗi lần gửi tối đa 11 MB" in answer.content.decode()
    said = send(client, reverse("imports:add", args=[1]), 300 * MB, HTTP_ACCEPT="application/json")
    assert (said.status_code, list(said.json())) == (413, ["error"])


def test_what_is_wanted_is_received(client, officer):
    client.force_login(officer)
    asked = {ADMISSION: True}
    address = reverse("imports:add", args=[1])
    assert send(client, address, 200 * MB, **asked).status_code == 204
    with pytest.raises(AssertionError, match="the body was read"):
        send(client, reverse("procedures_admin:file_upload"), 40 * MB)


@pytest.mark.parametrize("name", ["search", "my_work", "absences", "home", "account_login"])
def test_a_form_without_files_is_small(client, officer, name):
    client.force_login(officer)
    limit = 21 if name == "absences" else 2
    answer = send(client, reverse(name), (limit + 1) * MB)
    assert answer.status_code == 413
    assert f"trong khi ở đây mỗi lần gửi tối đa {limit} MB" in answer.content.decode()


def test_the_editor_takes_a_whole_document_from_who_edits_it_alone(
    client, officer, reader, make_document, agency
):
    page = make_document(agency, officer)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    addresses = [edit, f"{edit}preview/", f"/admin/pages/{page.pk}/revisions/1/revert/"]
    for person, size, status in (
        (None, 2, 413),
        (reader, 2, 404),
        (officer, 20, 204),
        (officer, 31, 413),
    ):
        client.logout()
        if person is not None:
            client.force_login(person)
        for address in addresses:
            answer = send(client, address, size * MB, **{ADMISSION: True})
            assert answer.status_code == status, (address, person)
    assert send(client, "/admin/pages/999999/edit/", 3 * MB).status_code == 404


def test_entries_of_devices_come_from_who_hands_them_in_alone(client, officer):
    client.force_login(officer)
    assert send(client, reverse("audit_send", args=[1]), 2 * MB).status_code == 404


def ask_for_files(request):
    """A helper of a view, as the guard of `tests.uploads` sees it."""
    return request.FILES.getlist("file")


@pytest.mark.parametrize("module", ["procedures.officer.uploads", "audits.evidence"])
def test_a_view_that_never_said_how_much_may_not_read_files_through_a_helper(rf, module):
    request = rf.post("/")
    request.resolver_match = ResolverMatch(lambda _request: None, (), {})
    helper = FunctionType(ask_for_files.__code__, {"__name__": module})
    with pytest.raises(AssertionError, match="takes_files"):
        helper(request)
    request.resolver_match = ResolverMatch(takes_files(MB)(lambda _request: None), (), {})
    assert helper(request) == []


def test_a_file_sent_to_such_a_view_is_seen_whoever_reads_it(rf):
    request = rf.post("/", {"file": SimpleUploadedFile("a.txt", b"a")})
    request.resolver_match = ResolverMatch(lambda _request: None, (), {})
    with pytest.raises(AssertionError, match="takes_files"):
        ask_for_files(request)
