import pytest

from qms.models import Mail
from qms.work import mail
from tests.qms.mails.post_office import PostOffice


@pytest.fixture
def office(settings):
    """A post office that the product sends to."""
    office = PostOffice()
    settings.EMAIL_BACKEND = "qms.work.mail.StoringBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield office
    office.close()


@pytest.fixture
def write(office, reader):
    """write("a@example.org") -> the mail that waits."""

    def make(address="doc@example.org", subject="Thử", key="", **more):
        reader.email = reader.confirmed_email = address
        reader.save()
        mail.Letter(subject, "Nội dung\nhttps://iso.example/a/", reader, key=key, **more).send()
        return Mail.objects.order_by("pk").last()

    return make
