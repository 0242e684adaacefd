"""Fixtures for all tests: the cast is two agencies with one person per role, and an anonymous
visitor."""

import contextlib
import datetime
import gc
import os
import shutil
import sqlite3
from collections.abc import Generator
from pathlib import Path
from zlib import crc32

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import translation
from hypothesis import is_hypothesis_test
from hypothesis import settings as trials

from tests.kept import in_order, kept, layers, pytest_fixture_setup, tool  # noqa: F401
from tests.shared_readers import share_readers
from tests.together import own_connections  # noqa: F401 - a fixture
from tests.triggers import lift_for_flush
from tests.unordered import turn_round
from tests.uploads import guard_files

# Playwright's sync API runs an event loop in the test thread
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
lift_for_flush()
guard_files()
share_readers()
turn_round()
# A sample that is the same on every run; make torture draws a new one
trials.register_profile("usual", derandomize=True)
trials.load_profile("default" if os.environ.get("QMS_TORTURE") else "usual")

MIGRATED = Path(folder) if (folder := os.environ.get("QMS_TEST_MIGRATED", "")) else None
SAMPLES = Path(__file__).resolve().parent.parent.parent / "shared" / "samples"


WAITING = ("test_failing_server.py", "test_up.py", "test_languages_on_pages.py", "test_walk.py")


# What makes a test slow: a browser, processes, several connections, the whole city, real files,
# pages over HTTP, the import command, an audit that is already under way, the real model of
# meaning, many trials of random or hostile input, and reading the whole source or catalogue.
# Others that take half a second say so: @pytest.mark.slow
SLOW_FIXTURES = frozenset(
    {
        "bring",
        "browser",
        "city",
        "client",
        "installation",
        "journey",
        "model",
        "own_connections",
        "samples",
        "transactional_db",
        "under_way",
    }
)
SLOW_FILES = {
    "test_benchmark.py",
    "test_bounded_work.py",
    "test_check_proof.py",
    "test_confined.py",
    "test_disk_and_falls.py",
    "test_english.py",
    "test_interleavings.py",
    "test_load_demo.py",
    "test_long_content.py",
    "test_long_texts.py",
    "test_patterns.py",
    "test_preparing.py",
    "test_production.py",
    "test_slow_clients.py",
    "test_tasks.py",
    "test_vendor_translations.py",
    "test_whole_year.py",
}


def is_slow(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return (
        bool(fixtures & SLOW_FIXTURES)
        or item.path.name in {*WAITING, *SLOW_FILES}
        or is_hypothesis_test(getattr(item, "obj", None))
    )


def asks_a_database(item: pytest.Item) -> bool:
    asked = "_django_db_helper" in item.fixturenames  # of db, transactional_db, live_server
    return asked or item.get_closest_marker("django_db") is not None


ALL_ON_BOTH = os.environ.get("QMS_TEST_ALL") == "1"
ALWAYS_ON_BOTH = {"permissions", "search"}  # folders whose cases differ in their database queries


def is_left_to_sqlite(item: pytest.Item) -> bool:
    """Whether a usual run skips the second database: five of six tests of pages, whose queries the
    walk of all addresses executes there, and two of three cases of one test, which differ in their
    input (QMS_TEST_ALL=1 runs all)."""
    is_case = hasattr(item, "callspec") and not ALWAYS_ON_BOTH & set(item.path.parts)
    one_of = 6 if "client" in item.fixturenames else 3 if is_case else 1
    return not ALL_ON_BOTH and crc32(item.nodeid.encode()) % one_of > 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starts the files with the longest tests first; marks the tests that `make quick` and the run
    on PostgreSQL leave out."""
    for item in items:
        if is_slow(item):
            item.add_marker(pytest.mark.slow)
        if not asks_a_database(item) or is_left_to_sqlite(item):
            item.add_marker(pytest.mark.pure)
        if os.environ.get("QMS_TORTURE") and item.get_closest_marker("torture"):
            item.add_marker(pytest.mark.timeout(3 * 60 * 60))
    items.sort(key=lambda item: item.path.name not in WAITING)
    in_order(items)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests live until the end, so the garbage collector need not search them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
@tool
def samples() -> Path:
    """The folder of real procedures next to the project."""
    if not SAMPLES.is_dir():
        pytest.skip("the folder of sample documents (../shared/samples) is not here")
    return SAMPLES


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """If `make test` has migrated once for all, the in-memory database begins as a copy of that
    (PostgreSQL: tests/settings.py)."""

    def begin(connection, **_) -> None:
        memory = connection.vendor == "sqlite" and connection.is_in_memory_db()
        if memory and not connection.connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            with contextlib.closing(sqlite3.connect(MIGRATED / "qms.sqlite3")) as ready:
                ready.backup(connection.connection)

    if MIGRATED:
        connection_created.connect(begin, weak=False)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tmp_path_factory) -> Path:
    """The tests' database, and (on SQLite) a copy of it in a file while it contains only what
    migrations write."""
    file = tmp_path_factory.mktemp("migrated") / "qms.sqlite3"
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), contextlib.closing(sqlite3.connect(file)) as copy:
            # None of the selected tests needs a database, so none was created
            if not connection.introspection.table_names():
                call_command("migrate", verbosity=0)
            connection.connection.backup(copy)
    return file


@pytest.fixture
def installation(django_db_setup, tmp_path) -> Path:
    """The data folder of a separate installation, for separate processes: its database is ready and
    empty (SQLite)."""
    shutil.copy(django_db_setup, tmp_path / "qms.sqlite3")
    return tmp_path


@pytest.fixture(autouse=True)
@tool
def own_folders(settings, tmp_path):
    """Each test has its own folder for files, index and data."""
    settings.QMS_DATA = tmp_path
    settings.QMS_STORE = tmp_path / "store"
    settings.QMS_PAGES = tmp_path / "pages"
    settings.QMS_INDEX = tmp_path / "index"
    caches["memory"].clear()


@pytest.fixture(autouse=True)
@tool
def own_language(settings):
    """Each test begins in Vietnamese: a request of the test client leaves its language active."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
@tool
def make_agency(db):
    from qms.lifecycle.agencies import create_agency

    def make(code="STP", name="Sở Tư pháp", kind="department", **fields):
        return create_agency(code=code, name=name, kind=kind, **fields)

    return make


@pytest.fixture
@tool
def appoint(db):
    """appoint("lan", "officer", agency) -> the account, created if missing."""
    from qms import access
    from qms.models import Appointment, User

    def make(
        username,
        role,
        agency=None,
        *,
        name="",
        unit=None,
        post="",
        starts_on=datetime.date(2020, 1, 1),
        ends_on=None,
    ):
        user, made = User.objects.get_or_create(
            username=username, defaults={"first_name": name or username.title()}
        )
        if made:
            user.set_password("mat-khau-de-thu-2026")
            user.save()
        Appointment.objects.create(
            person=user,
            role=role,
            agency=agency,
            unit=unit,
            post=post,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        access.forget(user)
        return user

    return make


@pytest.fixture
@kept
def agency(make_agency):
    return make_agency()


@pytest.fixture
@kept
def other_agency(make_agency):
    return make_agency("SNV", "Sở Nội vụ")


@pytest.fixture
@kept
def officer(appoint, agency):
    return appoint("officer", "officer", agency, name="Lê Thị Thư Ký")


@pytest.fixture
@kept
def author(appoint, agency):
    return appoint("author", "author", agency, name="Trần Văn Soạn")


@pytest.fixture
@kept
def reader(appoint, agency):
    return appoint("reader", "reader", agency, name="Nguyễn Thị Đọc")


@pytest.fixture
@kept
def stranger(appoint, other_agency):
    """An ISO officer of another agency."""
    return appoint("stranger", "officer", other_agency, name="Phạm Người Lạ")


@pytest.fixture
@kept
def overseer(appoint):
    return appoint("overseer", "overseer", name="Hoàng Giám Sát")


@pytest.fixture
@kept
def system_admin(appoint):
    return appoint("sysadmin", "system_admin", name="Đỗ Quản Trị")


def content(*paragraphs: str, title: str = "NỘI DUNG") -> dict:
    """Neutral content of one section."""
    return {
        "sections": [
            {
                "kind": "content",
                "place": "body",
                "number": "1.",
                "title": title,
                "blocks": [{"type": "text", "html": "".join(f"<p>{p}</p>" for p in paragraphs)}],
            }
        ]
    }


@pytest.fixture
@tool
def make_document(db):
    """make_document(agency, by, code=…, title=…, issued="2026-01-05") -> the page; with `issued`,
    its first version exists."""
    from procedures import lifecycle
    from tests.issuing import issue as issue_now

    def make(
        agency,
        by=None,
        *,
        code="QT-01",
        title="Quy trình thử",
        kind="procedure",
        body=None,
        issued=None,
        effective=None,
        **fields,
    ):
        page = lifecycle.create_draft(
            agency,
            kind=kind,
            title=title,
            code=code,
            content=body or content("Nội dung thử."),
            by=by,
            **fields,
        )
        if issued:
            day = datetime.date.fromisoformat(issued)
            issue_now(
                page,
                issued_on=day,
                effective_on=datetime.date.fromisoformat(effective) if effective else day,
                by=by,
            )
            page.refresh_from_db()
        return page

    return make
