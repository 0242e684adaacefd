"""Rules, lists and the index agree on who may read a version and who may see a draft, for everybody
in the city; and the numbers of tasks match the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures import readers, rules
from procedures.indexing import documents as indexing
from procedures.models import DocumentPage, Version
from procedures.officer import register
from procedures.reader import queries
from qms import access, frame
from qms.audience import Audience, Grant
from qms.models import User
from qms.roles import CITY_ROLES, Role
from tests.permissions.canary import HIDDEN

pytestmark = pytest.mark.django_db
EVERYBODY = [role for role in HIDDEN if role != "nobody"]


def person(city, role):
    """The account as loaded by a new request."""
    user = User.objects.get(pk=city.person(role).pk)
    user.is_active = role != "deactivated"
    return user


def people(city):
    yield from (person(city, role) for role in EVERYBODY)
    yield from (user for role, user in city.beta.people.items() if role not in CITY_ROLES)


def entries(load, ids):
    return {entry.key.partition("#")[0]: set(entry.readers) for entry in load(ids)}


def test_each_person_reads_the_same_versions_by_list_page_and_index(city):
    versions = list(Version.objects.standing())
    found = entries(indexing.documents, {v.document_id for v in versions})
    assert len(versions) > 4 and len({v.visibility for v in versions}) > 1
    for user in people(city):
        tokens = access.tokens_for(user)
        listed = set(queries.visible(tokens).values_list("pk", flat=True))
        paged = {
            life.version.pk
            for document in {v.document_id for v in versions}
            for life in queries.statuses(document, tokens)
        }
        indexed = {v.pk for v in versions if found[f"version:{v.pk}"] & tokens}
        assert listed == paged == indexed, user


def test_each_person_sees_the_same_drafts_by_list_rule_and_index(city):
    pages = list(DocumentPage.objects.all())
    found = entries(indexing.drafts, [page.pk for page in pages])
    opened = [page for page in pages if page.has_open_draft]
    assert len(opened) > 2
    for user in people(city):
        listed = set(register.documents_of(user).values_list("pk", flat=True))
        assert listed == {page.pk for page in pages if rules.may_see_draft(user, page)}, user
        indexed = {p.pk for p in opened if found[f"draft:{p.pk}"] & access.tokens_for(user)}
        assert indexed == listed & {page.pk for page in opened}, user


def test_the_roles_see_what_they_are_meant_to(city):
    """Detects the case that all three sides agree on nothing at all."""
    drafts = {role: register.documents_of(person(city, role)).count() for role in EVERYBODY}
    own = DocumentPage.objects.filter(agency=city.alpha.agency)
    assert drafts[Role.OFFICER] == own.count() > drafts[Role.AUTHOR] > 0
    assert [role for role in EVERYBODY if drafts[role]] == [Role.OFFICER, Role.AUTHOR]
    issued = Version.objects.standing()
    assert queries.visible(access.tokens_for(person(city, Role.OVERSEER))).count() == issued.count()
    beyond = queries.visible(access.tokens_for(person(city, Role.READER)))
    assert not beyond.filter(agency=city.beta.agency, visibility="agency").exists()


class Thing:
    def __init__(self, **values):
        self.__dict__.update(values)


def test_a_thing_without_a_number_of_the_token_is_nobodys():
    assert readers.DRAFT.tokens_of(Thing(agency_id=5, owner_id=None)) == ("draft:5",)
    alone = Audience(Grant("author:{agency_id}:{owner_id}"))
    assert alone.tokens_of(Thing(agency_id=5, owner_id=None)) == ()
    assert not alone.admits(frozenset({"author:5:None"}), Thing(agency_id=5, owner_id=None))


@pytest.mark.parametrize("token", ["agency:", "agency:x", "agency:5:6", "xagency:5", "agency:٥"])
def test_a_token_of_another_form_admits_to_nothing(token):
    assert Audience(Grant("agency:{agency_id}")).grants[0].things_for(token) is None


def test_what_is_counted_follows_from_posts_and_minute_alone(city):
    """So the SQL may be cached (`qms.kept_sql`): composing the query makes no queries."""
    asked = {source.name: source.waiting for source in frame.task_sources() if source.waiting}
    composed = 0
    for user in people(city):
        access.appointments(user)
        with CaptureQueriesContext(connection) as queries:
            composed += sum(waiting(user) is not None for waiting in asked.values())
        assert not queries.captured_queries, user
    assert composed > 10 < len(asked)


def test_the_count_is_that_of_the_rows_each_time(city):
    """Called twice: composed, and with the cached SQL."""
    for user in people(city):
        rows = {one.name: one.waiting(user) for one in frame.task_sources() if one.waiting}
        plain = {name: len({row.pk for row in found or ()}) for name, found in rows.items()}
        for _ in range(2):
            counted = frame.count_waiting(user)
            assert {name: counted[name] for name in plain} == plain, user
