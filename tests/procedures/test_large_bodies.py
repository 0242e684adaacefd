"""Files are refused by the head of the request: nothing of what nobody wants is received."""

import inspect

import pytest
from django.urls import URLPattern, get_resolver, reverse

from qms.work.bodies import ADMISSION

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


def test_a_form_without_files_has_a_limit_too(client, officer):
    client.force_login(officer)
    assert send(client, reverse("search"), 40 * MB).status_code == 413


def patterns(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from patterns(each)


def test_every_view_that_reads_files_says_how_much():
    silent = []
    for pattern in patterns(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        own = view.__module__.split(".")[0] in {"qms", "search", "procedures", "audits"}
        if not own or not inspect.isfunction(view) or hasattr(pattern.callback, "takes_files"):
            continue
        if "request.FILES" in inspect.getsource(view):
            silent.append(f"{view.__module__}.{view.__name__}")
    assert silent == []
