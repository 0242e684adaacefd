"""The journal of acts is a chain: rows inserted outside the product are detected."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from qms.models import Event
from qms.proof import journal

pytestmark = pytest.mark.django_db


def test_an_intact_chain_is_reported_as_intact(agency, capsys):
    journal.append("trial", "agency:1", agency=agency, by=None, fact="một")
    call_command("check_journal")
    assert "nguyên vẹn" in capsys.readouterr().out


def test_an_event_inserted_past_the_product_is_named(agency, other_agency, capsys):
    last = Event.objects.filter(agency=agency).latest("number")
    Event.objects.create(
        agency=agency,
        number=last.number + 2,
        kind="trial",
        subject="x:1",
        at=timezone.now(),
        previous=last.digest,
        digest="0" * 64,
    )
    with pytest.raises(SystemExit):
        call_command("check_journal")
    assert capsys.readouterr().out.splitlines() == [
        f"{agency.code}: sự kiện số {last.number + 2} không khớp."
    ]


def test_chains_are_written_in_one_order_with_the_citys_last(agency, other_agency):
    before = Event.objects.count()
    with journal.acts():
        journal.append("trial", "x:1", agency=None, by=None)
        journal.append("trial", "x:2", agency=other_agency, by=None)
        journal.append("trial", "x:3", agency=agency, by=None)
        journal.append("trial", "x:4", agency=other_agency, by=None)
        assert Event.objects.count() == before
    written = Event.objects.filter(kind="trial").order_by("pk").values_list("subject", flat=True)
    assert list(written) == ["x:3", "x:2", "x:4", "x:1"]


def test_acts_of_a_part_that_failed_are_not_written(agency):
    with journal.acts():
        with pytest.raises(ValueError, match="nhầm"), journal.acts():
            journal.append("trial", "x:1", agency=agency, by=None)
            raise ValueError("nhầm")
        journal.append("trial", "x:2", agency=agency, by=None)
    assert [event.subject for event in Event.objects.filter(kind="trial")] == ["x:2"]
    with pytest.raises(ValueError, match="nhầm"), journal.acts():
        journal.append("trial", "x:3", agency=agency, by=None)
        raise ValueError("nhầm")
    assert Event.objects.filter(kind="trial").count() == 1
