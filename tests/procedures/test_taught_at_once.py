"""One label taught by several files at once is one rule, also while somebody switches it off."""

from procedures.importing import batches, teaching
from procedures.models import ImportItem, ImportRule
from procedures.word.rules import Rule
from qms.errors import Refused
from qms.models import User
from tests.together import TOGETHER, at_once

pytestmark = TOGETHER
CODE = Rule("label", "code", "Định danh")


def test_six_files_teach_one_label_at_once(own_connections, agency, officer):
    batch = batches.create(agency, by=officer)
    items = [
        ImportItem.objects.create(batch=batch, name=f"{n}.docx", state="read", reading={"facts": {}}, heavy={"lines": []})
        for n in range(6)
    ]  # fmt: skip
    by = User.objects.get(pk=officer.pk)
    results = at_once(*[lambda one=one: batches.teach(one, [CODE], by=by) for one in items])
    assert not [x for x in results if isinstance(x, Exception) and not isinstance(x, Refused)], (
        results
    )
    rule = ImportRule.objects.get()
    off = {"phrase": rule.phrase, "meaning": rule.meaning, "is_on": False}
    results = at_once(
        *[lambda: teaching.change(rule, by=by, **off)] * 3,
        *[lambda: batches.teach(items[0], [CODE], by=by)] * 3,
    )
    assert not [x for x in results if isinstance(x, Exception) and not isinstance(x, Refused)], (
        results
    )
    assert ImportRule.objects.count() == 1
