"""The canary city is built once per run; a module uses it in a transaction that is rolled back,
each request runs in a savepoint."""

import logging
from collections.abc import Iterator

import pytest

from tests.permissions.canary import City
from tests.permissions.making.city import make_city


@pytest.fixture(autouse=True)
def own_folders():
    """The folders belong to the module's city here (`city`), and caches stay warm between people on
    purpose."""


@pytest.fixture(scope="module")
def city(layers) -> Iterator[City]:
    for name in ("django.request", "django.security", "qms.work.health", "procedures"):
        # Thousands of refusals are what is wanted here
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with layers.hold("canaries", make_city) as city:
        yield city
