"""Two windows that save mail settings at the same moment."""

from django.test import Client
from django.urls import reverse

from qms.models import MailSettings, Way
from qms.notices import kinds
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER


def test_settings_saved_twice_at_once_are_one_row(own_connections, reader):
    chosen = {f"way_{group.name}": Way.DAILY for group in kinds.groups()} | {"language": "en"}

    def save():
        client = Client()
        client.force_login(reader)
        return client.post(reverse("mail_settings"), chosen).status_code

    assert at_once(save, save, save) == [302, 302, 302]
    assert MailSettings.objects.get(person=reader).language == "en"
