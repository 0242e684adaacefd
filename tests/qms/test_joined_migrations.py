"""Joined migrations make what those they replace made, and databases of before them go on."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.qms import fresh_database

JOINED = {
    key: migration
    for key, migration in MigrationLoader(None).disk_migrations.items()
    if key[0] in fresh_database.APPS and migration.replaces
}
LATER = {
    key
    for key in MigrationLoader(None).disk_migrations.keys() - JOINED.keys()
    if key[0] in fresh_database.APPS
}.difference(*(migration.replaces for migration in JOINED.values()))


def models(loader: MigrationLoader) -> dict:
    """What migrations say of each model; the order of its fields left aside."""
    return {
        key: (
            {name: field.deconstruct()[1:] for name, field in model.fields.items()},
            {name: value for name, value in model.options.items() if value},
            model.bases,
            [name for name, _ in model.managers],
        )
        for key, model in loader.project_state().models.items()
        if key[0] in fresh_database.APPS
    }


def test_they_end_with_the_models_of_those_they_replace():
    joined, one_by_one = models(MigrationLoader(None)), models(fresh_database.OneByOne(None))
    assert joined == one_by_one and len(joined) > 100


def forget(*keys: tuple[str, str]) -> None:
    for app, name in keys:
        MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()


def plan() -> list[tuple[str, str]]:
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in steps]


@pytest.mark.django_db
def test_a_database_of_before_has_nothing_to_do_and_is_noted_as_joined():
    forget(*JOINED)
    assert plan() == []
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert set(JOINED) <= set(MigrationRecorder(connection).applied_migrations())


@pytest.mark.django_db
def test_one_that_stopped_halfway_goes_on_with_what_it_lacks():
    replaced = {app: migration.replaces for (app, _), migration in JOINED.items()}
    lacking = {*replaced["procedures"][12:], *replaced["audits"][4:]}
    forget(*JOINED, *lacking, *LATER)
    assert set(plan()) == lacking | LATER
    forget(*replaced["audits"])
    whole = {key for key in JOINED if key[0] == "audits"}
    assert set(plan()) == {*replaced["procedures"][12:], *whole, *LATER}


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database beside that of the tests; on SQLite it is made in the
    data folder."""
    if connection.vendor == "sqlite":
        yield ""
        return
    given = connection.settings_dict
    server = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
    name = f"{given['NAME']}_fresh"
    with psycopg.connect(f"{server}/{given['NAME']}", autocommit=True) as there:
        there.execute(f"DROP DATABASE IF EXISTS {name}")
        there.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield f"{server}/{name}"
        there.execute(f"DROP DATABASE {name}")


def fresh(folder: Path, *arguments: str) -> dict:
    """What is in a database of its own that was migrated by a process of its own."""
    folder.mkdir()
    with own_database() as address:
        done = subprocess.run(
            [sys.executable, fresh_database.__file__, *arguments],
            env={**os.environ, "QMS_DATA": str(folder), "DATABASE_URL": address},
            capture_output=True,
            check=True,
        )
    return json.loads(done.stdout)


@pytest.mark.torture
@pytest.mark.skipif(not os.environ.get("QMS_TORTURE"), reason="make torture")
@pytest.mark.django_db
def test_a_fresh_database_is_the_same_in_schema_triggers_and_rows(tmp_path):
    joined, one_by_one = fresh(tmp_path / "a"), fresh(tmp_path / "b", "--one-by-one")
    assert joined["schema"] == one_by_one["schema"] and len(joined["schema"]) > 1000
    assert joined["rows"] == one_by_one["rows"] and joined["rows"]["audits_question"]
