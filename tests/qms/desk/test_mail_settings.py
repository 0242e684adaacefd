"""A person's mail settings; mandatory notices stay on."""

import pytest
from django.urls import reverse

from qms import notices
from qms.models import MailSettings, Way
from qms.notices import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(sky):
    """A group in which nothing can be switched off."""
    notices.register_group("duty", "Việc phải ký", way=Way.NOW)
    notices.register_kind("sign", "Ký số %(number)s", "duty", optional=False)
    yield
    kinds.forget("sign")
    kinds._GROUPS.pop("duty")


def form(**ways):
    chosen = {f"way_{group.name}": group.way for group in kinds.groups()}
    return {"language": "vi", **chosen, **{f"way_{name}": way for name, way in ways.items()}}


def test_each_group_is_mailed_as_its_person_says(client, duty, reader, officer):
    client.force_login(reader)
    html = client.get(reverse("mail_settings")).content.decode()
    assert "Thời tiết" in html and "Việc phải ký" in html
    data = form(sky="none", duty="weekly") | {"language": "en"}
    assert client.post(reverse("mail_settings"), data).status_code == 302
    held = MailSettings.objects.get()
    assert (held.person, held.language, held.ways["sky"], held.ways["duty"]) == (
        reader, "en", "none", "weekly",
    )  # fmt: skip
    assert 'value="none" selected' in client.get(reverse("mail_settings")).content.decode()


def test_what_must_be_signed_is_not_switched_off(client, duty, reader):
    client.force_login(reader)
    answer = client.post(reverse("mail_settings"), form(duty="none"))
    assert answer.status_code == 200 and not MailSettings.objects.exists()


def test_bad_choices_are_refused_with_a_sentence(client, duty, reader):
    client.force_login(reader)
    for wrong in ({"way_sky": "pigeon"}, {"language": "xx"}, {"way_sky": ""}):
        answer = client.post(reverse("mail_settings"), form() | wrong)
        assert answer.status_code == 200 and 'class="error"' in answer.content.decode()
    assert not MailSettings.objects.exists()


def test_who_has_no_address_is_told_so(client, reader):
    client.force_login(reader)
    assert "chưa có thư điện tử" in client.get(reverse("mail_settings")).content.decode()
