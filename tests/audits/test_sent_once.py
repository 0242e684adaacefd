"""A form of an audit submitted twice, with the token of one page, creates one object; the second
submission leads to it."""

import pytest
from django.urls import reverse

from audits.models import Finding, Nonconformity
from qms.clock import today
from tests.audits.conftest import analyse, days

pytestmark = pytest.mark.django_db
TOKEN = {"csrfmiddlewaretoken": "a" * 64}


@pytest.fixture
def twice(client):
    """twice(person, name, pk, facts) -> where both submissions led."""

    def send(person, name, pk, facts, *more):
        client.force_login(person)
        address = reverse(name, args=[pk, *more])
        return [client.post(address, {**TOKEN, **facts}).headers.get("Location") for _ in range(2)]

    return send


def test_a_finding_without_a_question(cast, under_way, twice):
    facts = {"grade": "minor", "seen": "Sổ chưa ghi.", "unit": cast.field.pk, "clause": "7.5"}
    went = twice(cast.auditor, "audit_finding_new", under_way.pk, facts)
    assert went == [Finding.objects.get(audit=under_way).get_absolute_url()] * 2


def test_a_nonconformity_seen_outside_audits(cast, twice):
    facts = {
        "unit": cast.field.pk,
        "description": "Phiếu quá hạn.",
        "source": "daily_work",
        "minor": "minor",
    }
    went = twice(cast.officer, "nonconformity_report", cast.agency.pk, facts)
    assert went == [Nonconformity.objects.get().get_absolute_url()] * 2


def test_an_action(cast, case, twice):
    analyse(cast, case)
    due = f"{today() + days(20):%d/%m/%Y}"
    facts = {"what": "Tập huấn", "person": cast.reader.pk, "due": due}
    went = twice(cast.officer, "nonconformity_step", case.pk, facts, "hanh-dong")
    assert (went, case.actions.count()) == ([f"{case.get_absolute_url()}#hanh-dong"] * 2, 1)


def test_a_question_of_the_checklist(cast, under_way, twice):
    before = under_way.items.count()
    twice(cast.auditor, "audit_item_add", under_way.pk, {"text": "Ai giữ sổ?"})
    assert under_way.items.count() == before + 1
