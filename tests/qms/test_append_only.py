"""The triggers that guard append-only tables: compared by their effect, repaired by a command."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection, transaction
from simple_history.utils import get_history_manager_for_model

from qms.models import Agency
from qms.proof import append_only

pytestmark = pytest.mark.django_db
SQLITE = "sqlite"
TABLE = "procedures_version"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def drop(name: str) -> None:
    run(f"DROP TRIGGER {name}" + ("" if connection.vendor == SQLITE else f" ON {TABLE}"))


@pytest.fixture
def names() -> list[str]:
    return [t.name for t in append_only._wanted("default") if t.table == TABLE]


def test_a_missing_trigger_is_repaired_by_the_command_that_the_message_names(names, capsys):
    drop(names[0])
    with pytest.raises(SystemCheckError, match="protect_tables"):
        call_command("migrate", verbosity=0, skip_checks=False)
    call_command("protect_tables")
    assert names[0] in capsys.readouterr().out
    call_command("check", databases=["default"])
    call_command("protect_tables")
    assert "đủ và đúng" in capsys.readouterr().out


def empty_triggers(name: str) -> list[str]:
    """Statements that replace a trigger by one of this name that refuses nothing."""
    if connection.vendor == SQLITE:
        return [
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {TABLE} WHEN 0 BEGIN SELECT RAISE(ABORT, '{append_only.MESSAGE}'); END",
            f"CREATE TRIGGER {name} BEFORE UPDATE ON qms_unit BEGIN SELECT RAISE(ABORT, '{append_only.MESSAGE}'); END",
        ]
    run("CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
    call = "FOR EACH ROW EXECUTE FUNCTION"
    return [
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {TABLE} {call} idle()",
        f"CREATE TRIGGER {name} AFTER UPDATE OR DELETE ON {TABLE} {call} qms_append_only()",
        f"CREATE TRIGGER {name} BEFORE UPDATE OF title OR DELETE ON {TABLE} {call} qms_append_only()",
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW WHEN (false) EXECUTE FUNCTION qms_append_only()",
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON qms_unit {call} qms_append_only()",
    ]


def test_a_trigger_of_the_right_name_that_refuses_nothing_fails_the_check(names):
    for statement in empty_triggers(names[0]):
        with transaction.atomic():
            drop(names[0])
            run(statement)
            assert append_only.missing() == [names[0]], statement
            transaction.set_rollback(True)
    assert append_only.missing() == []


def test_an_emptied_function_and_a_trigger_switched_off_fail_the_check(names):
    if connection.vendor == SQLITE:
        pytest.skip("SQLite has neither")
    with transaction.atomic():
        run(f"ALTER TABLE {TABLE} DISABLE TRIGGER {names[0]}")
        assert append_only.missing() == [names[0]]
        append_only.install()
        assert append_only.missing() == []
    run(
        "CREATE OR REPLACE FUNCTION qms_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )
    assert set(names) <= set(append_only.missing())
    append_only.install()
    assert append_only.missing() == []


def test_the_history_of_every_model_is_only_added_to(agency):
    assert {
        "qms_historicalagency", "qms_historicalappointment", "qms_historicalunit", "search_historicalsynonym",
    } <= set(append_only.tables())  # fmt: skip
    rows = get_history_manager_for_model(Agency).filter(id=agency.pk)
    assert rows.count() == 1
    for change in (lambda: rows.update(name="khác"), lambda: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    agency.name = "Sở Tư pháp mới"
    agency.save()
    assert list(rows.order_by("history_id").values_list("name", flat=True)) == [
        "Sở Tư pháp",
        "Sở Tư pháp mới",
    ]
