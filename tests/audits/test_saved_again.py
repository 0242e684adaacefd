"""Saving unchanged, or several times at once, is one act: one state, one line of the journal."""

import uuid

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from audits import lifecycle
from audits.lifecycle import keeping_rules
from audits.models import Answer, Cause, Evidence, HalfFile
from qms.errors import Refused
from qms.lifecycle.agencies import save_unit
from qms.models import Event
from qms.roles import Role
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER


def events(kind):
    return Event.objects.filter(kind=kind).count()


def test_an_analysis_saved_six_times_at_once(own_connections, cast, case):
    steps = [
        lambda: lifecycle.correct(case, correction="Đã bổ sung.", by=cast.officer),
        lambda: lifecycle.find_cause(case, cause="Thiếu sổ.", whys=["Không ai giữ"], by=cast.officer),
        lambda: lifecycle.judge_extent(case, extent="Không nơi nào khác.", by=cast.officer),
        lambda: lifecycle.assess_system(case, risks="Không", objectives="Không", by=cast.officer),
    ]  # fmt: skip
    for number, step in enumerate(steps, 1):
        results = at_once(*[step] * 6)
        assert not [one for one in results if isinstance(one, Exception)]
        assert events("nonconformity_analysed") == number
    lifecycle.find_cause(case, cause="Thiếu người.", whys=["Không ai giữ"], by=cast.officer)
    assert events("nonconformity_analysed") == 5


def test_other_causes_of_the_list_are_another_analysis(own_connections, cast, case):
    group = Cause.objects.create(name="Con người")
    chosen = [Cause.objects.create(parent=group, name=name) for name in ("Thiếu người", "Chưa rõ việc")]  # fmt: skip
    lifecycle.correct(case, correction="Đã bổ sung.", by=cast.officer)
    for causes in (chosen[:1], chosen[:1], chosen):
        lifecycle.find_cause(case, cause="Thiếu sổ.", causes=causes, by=cast.officer)
    assert events("nonconformity_analysed") == 3


def test_rules_and_units_saved_again(own_connections, cast, system_admin):
    for _again in range(2):
        keeping_rules.set_rule(cast.agency, skips_extent=True, skips_plan=False, by=cast.officer)
        keeping_rules.set_city_days([30, 60], by=system_admin)
        save_unit(cast.field, by=None)
    assert (events("correction_rule_changed"), events("unit_changed")) == (2, 0)


def test_the_citys_rule_begun_at_once_is_one(own_connections, cast, system_admin):
    results = at_once(*[lambda: keeping_rules.set_city_days([30], by=system_admin)] * 4)
    assert not [one for one in results if isinstance(one, Exception)]
    assert events("correction_rule_changed") == 1


def test_an_id_of_another_question_is_given_back(own_connections, cast, under_way, client):
    first, second = under_way.items.all()[:2]
    entry, facts = uuid.uuid4(), {"result": "conforms", "by": cast.auditor}
    kept = lifecycle.answer(first, entry=entry, **facts)
    assert lifecycle.answer(first, entry=entry, **facts) == kept
    with pytest.raises(Refused, match="đã dùng ở nơi khác"):
        lifecycle.answer(second, entry=entry, **facts)
    client.force_login(cast.auditor)
    address = reverse("audit_answer", args=[under_way.pk, second.pk])
    answer = client.post(address, {"result": "conforms", "entry": str(entry)})
    assert (answer.status_code, Answer.objects.count()) == (400, 1)


PDF = b"%PDF-1.7\n" + b"0" * 500


def test_the_first_and_the_last_piece_sent_six_times_at_once(own_connections, cast, under_way):
    item, entry, half = under_way.items.first(), uuid.uuid4(), len(PDF) // 2

    def piece(start, data):
        return lambda: lifecycle.take_piece(
            under_way, entry, item=item.pk, name="a.pdf", size=len(PDF), start=start, data=data,
            by=cast.auditor,
        )  # fmt: skip

    for start, data, arrived in ((0, PDF[:half], half), (half, PDF[half:], len(PDF))):
        results = at_once(*[piece(start, data)] * 6)
        assert [getattr(one, "arrived", one) for one in results] == [arrived] * 6
    assert (Evidence.objects.filter(entry=entry).count(), HalfFile.objects.count()) == (1, 0)


def test_a_files_id_of_somebody_else_is_given_back(own_connections, cast, under_way, appoint):
    item, entry = under_way.items.first(), uuid.uuid4()
    lifecycle.keep_file(under_way, item.pk, ContentFile(PDF, "a.pdf"), entry=entry, by=cast.auditor)
    second = appoint("second", Role.AUDITOR, cast.agency)
    lifecycle.add_member(under_way, second, "auditor", by=cast.officer)
    with pytest.raises(Refused, match="đã dùng ở nơi khác"):
        lifecycle.keep_file(under_way, item.pk, ContentFile(PDF, "b.pdf"), entry=entry, by=second)
