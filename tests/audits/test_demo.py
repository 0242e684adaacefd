"""The demonstration's agency has last year's finished audit and this year's in every state."""

from collections import Counter

import pytest
from django.db import transaction
from django.test import override_settings

from audits.models import Audit, Finding, Nonconformity, Programme
from procedures.demo import load
from qms.clock import today
from qms.models import Agency
from qms.proof import journal

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(QMS_DATA=folder, QMS_STORE=folder / "store"):
            load.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(city, db):
    return Agency.objects.get(code="SKHCN")


def test_there_is_something_in_every_state(loaded):
    assert set(Audit.objects.values_list("state", flat=True)) == set(Audit.State.values)
    cases = Counter(Nonconformity.objects.values_list("state", flat=True))
    assert set(cases) == set(Nonconformity.State.values) - {"dropped"}
    assert set(Finding.objects.values_list("grade", flat=True)) >= {
        "minor",
        "observation",
        "strength",
    }
    years = list(Programme.objects.order_by("year").values_list("year", flat=True))
    assert years == [today().year - 1, today().year]


def test_last_years_audit_is_told_in_its_own_year(loaded):
    audit = Audit.objects.get(programme__year=today().year - 1)
    assert (audit.state, audit.starts_on.year, audit.concluded_on.year) == (
        "closed",
        today().year - 1,
        today().year - 1,
    )


def test_the_journal_is_whole(loaded):
    assert journal.broken_links(loaded) == []
