"""Two background processes write and send the morning mails: each is written once, and
sent once."""

import datetime

import pytest
from django.utils import timezone

from qms.models import Mail, Notice, User
from qms.notices import mailing
from qms.work import sending
from tests.qms.mails.post_office import PostOffice
from tests.together import TOGETHER, at_once

pytestmark = [*TOGETHER]


@pytest.fixture
def office(settings):
    office = PostOffice()
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_USE_TLS = False
    yield office
    office.close()


def test_two_processes_write_and_send_each_mail_once(
    own_connections, office, rain, reader, officer
):
    User.objects.filter(pk__in=[reader.pk, officer.pk]).update(
        email="a@example.org", confirmed_email="a@example.org"
    )
    for key in range(4):
        rain([reader, officer], key=f"rain:{key}")
    Notice.objects.update(at=timezone.now() - datetime.timedelta(days=2))
    written = at_once(mailing.write_digests, mailing.write_digests)
    assert sum(written) == Mail.objects.count() == 2
    sent = at_once(sending.send_waiting, sending.send_waiting)
    assert sum(sent) == 2 and sorted(office.ids.values()) == [1, 1]
