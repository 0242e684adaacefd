"""The journal of acts is a chain: what was put in beside the product shows."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from qms.models import Event
from qms.proof import journal

pytestmark = pytest.mark.django_db


def test_a_whole_chain_is_told_so(agency, capsys):
    journal.record("trial", "agency:1", agency=agency, by=None, fact="một")
    call_command("check_journal")
    assert "nguyên vẹn" in capsys.readouterr().out


def test_an_act_that_was_slipped_in_or_left_out_is_named(agency, other_agency, capsys):
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
