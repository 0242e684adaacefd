"""When a version is in force is one rule: in memory, in the database, in the index and on
every screen."""

import copy
import datetime
from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procedures import lifecycle, standing
from procedures.importing.known import CodeIndex
from procedures.indexing.documents import documents as entries_of
from procedures.models import Version, VersionAct
from procedures.officer import register
from procedures.reader import queries
from procedures.standing import State
from qms.clock import today
from tests.issuing import issue as issue_now

DAY = datetime.timedelta(days=1)
ALL = frozenset({"issued"})
START = datetime.date(2026, 3, 1)
HISTORIES, ROUNDS = 25, 20  # documents with a history of their own at a time, and how often


def issue_again(page, effective_on, officer, **fields):
    lifecycle.revise_draft(page, by=officer, **(fields or {"title": "Lần hai"}))
    page = type(page).objects.get(pk=page.pk)
    return issue_now(
        page, issued_on=min(today(), effective_on), effective_on=effective_on, by=officer
    )


@pytest.fixture
def waiting(make_document, agency, officer):
    """A version that takes effect in thirty days."""
    page = make_document(agency, officer, issued=f"{today()}", effective=f"{today() + 30 * DAY}")
    return page.versions.get()


def states(version):
    """How readers, the officer's register and the home page show the only version of
    its document."""
    life = queries.statuses(version.document_id, ALL)[0]
    row = next(row for row in register.rows_of(version.made_by) if row.pk == version.document_id)
    return life.state, row.states, queries.soon(ALL, 5) == [version]


# -- faults from before there was one rule


def test_a_code_is_free_again_once_the_waiting_version_that_had_it_is_withdrawn(
    waiting, make_document, agency, officer
):
    lifecycle.withdraw(waiting, reason="Không ban hành nữa", by=officer)
    other = make_document(agency, officer, code=waiting.code, issued=f"{today()}")
    assert other.versions.get().code == waiting.code


def test_a_waiting_version_is_called_the_same_by_all_before_and_after_a_withdrawal(
    waiting, officer
):
    assert states(waiting) == ("waiting", ["waiting"], True)
    lifecycle.withdraw(waiting, reason="Nhầm", by=officer)
    assert states(waiting) == ("withdrawn", ["withdrawn"], False)
    lifecycle.reinstate(waiting, reason="Vẫn ban hành", by=officer)
    assert states(waiting) == ("waiting", ["waiting"], True)


def test_a_version_withdrawn_before_its_day_leaves_the_one_before_it_in_force(
    make_document, agency, officer
):
    page = make_document(agency, officer, issued="2026-01-05")
    first, coming = page.versions.get(), today() + 10 * DAY
    second = issue_again(page, coming, officer)
    assert list(Version.objects.in_force(coming)) == [second]
    lifecycle.withdraw(second, reason="Không ban hành nữa", by=officer)
    assert list(Version.objects.in_force(coming)) == [first]
    lifecycle.reinstate(second, reason="Ban hành muộn hơn", by=officer, on_day=coming + 5 * DAY)
    assert list(Version.objects.in_force(coming + 4 * DAY)) == [first]
    assert list(Version.objects.in_force(coming + 5 * DAY)) == [second]


def test_a_document_without_days_in_force_to_come_does_not_hold_its_code(
    make_document, agency, officer
):
    page = make_document(agency, officer, code="QT-09", issued="2026-01-05")
    second = issue_again(page, today() - DAY, officer)
    assert CodeIndex(agency, page.code_key).holders(page.code_key)
    lifecycle.withdraw(second, reason="Bãi bỏ", by=officer)
    assert CodeIndex(agency, page.code_key).holders(page.code_key) == []


def test_striking_out_promises_the_version_before_only_where_it_comes_back(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, issued="2026-01-05")
    first = page.versions.get()
    lifecycle.withdraw(first, reason="Bãi bỏ", by=officer, on_day=today() - 9 * DAY)
    wrong = issue_again(page, today() - DAY, officer)
    client.force_login(officer)
    address = f"/admin/tai-lieu/phien-ban/{wrong.pk}/huy-bo/"
    assert client.get(address).context["previous"] is None
    lifecycle.reinstate(first, reason="Còn dùng", by=officer)
    assert client.get(address).context["previous"] == first


# -- random histories


@dataclass
class Issue:
    """A version of a random history: its effective day, and acts on it by day."""

    effective_on: int
    acts: list[tuple[str, int]]


DAYS = range(-1, 12)  # a day before the first effective day until after the last act
kinds = st.sampled_from(["withdrawn", "reinstated", "withdrawn", "reinstated", "struck_out"])
issues = st.builds(
    Issue,
    st.integers(0, 7),
    st.lists(st.tuples(kinds, st.integers(0, 10)), max_size=4),
)
histories = st.lists(issues, min_size=1, max_size=4)


@pytest.fixture
def samples_of(make_document, agency):
    """An unsaved version of each document, as many as there are histories at a time."""
    pages = [make_document(agency, code=f"QT-{n:02}") for n in range(HISTORIES)]
    return [lifecycle.version_of(p, issued_on=START, effective_on=START) for p in pages]


def day(number):
    return START + number * DAY


def write(samples, written):
    """Writes histories directly into the database, whatever the steps would allow."""
    rows = []
    for sample, history in zip(samples, written, strict=True):
        for ordinal, one in enumerate(history, 1):
            version = copy.copy(sample)
            version.ordinal, version.effective_on = ordinal, day(one.effective_on)
            rows.append((version, one.acts))
    Version.objects.bulk_create(version for version, _acts in rows)
    VersionAct.objects.bulk_create(
        VersionAct(version=version, kind=kind, on_day=day(number), at=version.made_at)
        for version, acts in rows
        for kind, number in acts
    )


def in_memory(versions):
    return standing.of_documents(versions, VersionAct.objects.all())


@pytest.mark.django_db
@settings(
    max_examples=ROUNDS,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a failure among so many would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large, HealthCheck.large_base_example],
)  # fmt: skip
@given(written=st.lists(histories, min_size=HISTORIES, max_size=HISTORIES))
def test_memory_database_and_index_agree_on_random_histories(samples_of, written):
    with transaction.atomic():
        write(samples_of, written)
        versions = list(Version.objects.all())
        found = in_memory(versions)
        agree_with_the_database(found)
        agree_with_the_index(found, versions)
        agree_with_each_day(found)
        transaction.set_rollback(True)


def agree_with_the_database(found):
    for number in DAYS:
        expected = {
            state: {pk for pk, one in found.items() if one.state_on(day(number)) == state}
            for state in State
        }
        words = Version.objects
        answered = {
            State.IN_FORCE: words.in_force(day(number)),
            State.WAITING: words.waiting(day(number)),
            State.REPLACED: words.replaced(day(number)),
            State.WITHDRAWN: words.withdrawn(day(number)),
            State.STRUCK_OUT: words.struck_out(),
        }
        assert {
            state: set(rows.values_list("pk", flat=True)) for state, rows in answered.items()
        } == expected


def agree_with_the_index(found, versions):
    held = {pk: set() for pk in found}
    for entry in entries_of({v.document_id for v in versions}):
        pk = int(entry.key.partition(":")[2].partition("#")[0])
        held[pk] |= {
            n
            for n in DAYS
            if entry.first_day <= day(n) and (entry.last_day is None or day(n) <= entry.last_day)
        }
    assert held == {
        pk: {n for n in DAYS if one.state_on(day(n)) == State.IN_FORCE} for pk, one in found.items()
    }


def agree_with_each_day(found):
    """First and last days follow from the state on each day; after the last of DAYS nothing
    changes."""
    for one in found.values():
        in_force = {n for n in DAYS if one.state_on(day(n)) == State.IN_FORCE}
        for n in DAYS:
            assert one.has_days_from(day(n)) == any(m >= n for m in in_force)
            ends = next((day(m) for m in DAYS if m > n and m not in in_force), None)
            assert one.ends_on(day(n)) == (ends if n in in_force else None)


def test_a_struck_out_version_has_no_days_and_replaces_nothing(make_document, agency, officer):
    page = make_document(agency, officer, issued="2026-01-05")
    second = issue_again(page, today() - DAY, officer)
    lifecycle.strike_out(second, reason="Ghi nhầm", by=officer)
    found = in_memory(page.versions.all())
    assert found[second.pk].spans() == [] and found[second.pk].state_on(today()) == "struck_out"
    assert found[page.versions.get(ordinal=1).pk].replaced_on is None


def test_the_page_before_sending_counts_on_no_withdrawn_version(
    make_document, agency, officer, client
):
    page = make_document(agency, officer, issued="2026-01-05")
    second = issue_again(page, today() + 10 * DAY, officer)
    lifecycle.revise_draft(page, title="Lần ba", by=officer)
    client.force_login(officer)
    address = f"/admin/tai-lieu/{page.pk}/trinh-duyet/"
    assert "muộn hơn" in client.get(address).content.decode()
    lifecycle.withdraw(second, reason="Không ban hành nữa", by=officer)
    html = client.get(address).content.decode()
    assert "muộn hơn" not in html and "Phiên bản 1 hết hiệu lực và được thay" in html
