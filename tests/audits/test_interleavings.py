"""Two devices that write and send in any order, compared with a plain model of which
answers count."""

import os
import random
import uuid

import pytest

from audits import answers, lifecycle

pytestmark = [pytest.mark.django_db, pytest.mark.torture]
TORTURE = bool(os.environ.get("QMS_TORTURE"))
RESULTS = ("conforms", "observation", "nonconformity", "not_applicable", "not_checked")
SEEDS = range(200 if TORTURE else 12)


class Model:
    """The rules, modelled with dictionaries: entries by name, and for each person the one that
    counts."""

    def __init__(self):
        self.arrived = {}  # name -> (person, base)
        self.counts = {}  # person -> name

    def arrive(self, name, person, base):
        if name in self.arrived:
            return "known"
        self.arrived[name] = (person, base)
        alone = next(iter(self.counts.values())) if len(self.counts) == 1 else None
        if alone is not None and base == alone:
            self.counts = {}
        self.counts[person] = name
        return "conflict" if len(self.counts) > 1 else "taken"


class Device:
    """A phone: its screen, its unsent entries, and those whose arrival is uncertain."""

    def __init__(self, person, items):
        self.person, self.items = person, items
        self.shown = {item.pk: "" for item in items}
        self.waiting = []

    def write(self, item, dice):
        entry = {
            "id": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "item": item.pk,
            "base": self.shown[item.pk],
            "result": dice.choice(RESULTS),
            "note": "Đã thấy",
        }
        self.shown[item.pk] = entry["id"]
        self.waiting.append(entry)

    def look(self):
        for item in self.items:
            mine = [e for e in self.waiting if e["item"] == item.pk]
            newest = item.answers.order_by("pk").last()
            if newest is not None and not mine:
                self.shown[item.pk] = newest.key


@pytest.mark.parametrize("seed", SEEDS)
def test_what_counts_is_what_the_model_says(cast, under_way, seed):
    dice = random.Random(seed)
    items = list(under_way.items.all()[:3])
    devices = [Device(cast.lead, items), Device(cast.auditor, items)]
    models = {item.pk: Model() for item in items}
    written = set()

    def send(device, whole):
        batch = device.waiting[: dice.randint(1, 4)]
        got = lifecycle.take_entries(under_way, batch, by=device.person)
        told = [models[e["item"]].arrive(e["id"], device.person.username, e["base"]) for e in batch]
        assert [one.outcome for one in got] == told
        if whole:  # else the response was lost, and the device sends again
            device.waiting = device.waiting[len(batch) :]

    for _ in range(dice.randint(10, 30)):
        device, act = dice.choice(devices), dice.random()
        if act < 0.5:
            device.write(dice.choice(items), dice)
            written.add(device.waiting[-1]["id"])
        elif act < 0.8 and device.waiting:
            send(device, whole=dice.random() < 0.7)
        else:
            device.look()
    for device in devices:
        while device.waiting:
            send(device, whole=True)

    kept = {str(a.entry): a for item in items for a in item.answers.all()}
    assert set(kept) == written
    for item in items:
        counting = answers.current(item.answers.order_by("pk"))
        assert {a.by.username: a.key for a in counting} == models[item.pk].counts
    assert answers.unsettled(under_way) == {
        pk for pk, model in models.items() if len(model.counts) > 1
    }
