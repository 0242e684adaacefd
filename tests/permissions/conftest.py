"""The city of canaries is built once for a module, in a transaction that is rolled back; each request runs in a savepoint."""

import logging
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import transaction
from django.test import override_settings

from tests.permissions.canary import City, make_city
from tests.permissions.counters import count_as_before


@pytest.fixture(autouse=True)
def own_folders():
    """The folders belong to the module's city here (`city`), and caches stay warm from one person to the next on purpose."""


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    caches["memory"].clear()
    for name in ("django.request", "django.security", "qms.work.health", "procedures"):
        logging.getLogger(name).setLevel(
            logging.CRITICAL
        )  # thousands of refusals are what is wanted here
    with (
        django_db_blocker.unblock(),
        override_settings(
            QMS_DATA=folder,
            QMS_STORE=folder / "store",
            QMS_PAGES=folder / "pages",
            QMS_INDEX=folder / "index",
        ),
    ):
        atomic = transaction.atomic()
        atomic._from_testcase = True
        atomic.__enter__()
        try:
            yield make_city()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            count_as_before()
            caches["memory"].clear()
