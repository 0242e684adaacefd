"""The next number equals the result of trying every number."""

import random

import pytest

from qms.text import codes
from qms.text.codes import code_key, next_code

MOST = 130
PARTS = (
    "QT", "-", ".", "/", " ", "BM1", "_", "Đ", "{unit}", "{agency}", "{year}", "{seq}", "{seq:02}", "{seq:3}",
)  # fmt: skip
NUMBERS = (1, 2, 7, 12, 99, 100, MOST, MOST + 1)


def by_trying(template, taken, values):
    """One above the highest number whose code is taken."""
    keys = {code_key(code) for code in taken}
    fit = [n for n in range(1, MOST + 1) if code_key(filled(template, n, values)) in keys]
    return code_key(filled(template, max(fit, default=0) + 1, values))


def filled(template, number, values):
    text = template.replace("{seq}", str(number)).replace("{seq:02}", f"{number:02}")
    text = text.replace("{seq:3}", f"{number:3}".replace(" ", "0"))
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@pytest.mark.parametrize("seed", range(20))
def test_the_next_number_is_the_one_that_trying_all_would_find(seed, monkeypatch):
    monkeypatch.setattr(codes, "MOST", MOST)
    dice = random.Random(seed)
    values = {
        "unit": dice.choice(("VP", "V1")), "agency": dice.choice(("TP", "7")), "year": "2026"
    }  # fmt: skip
    for _ in range(10):
        template = "".join(dice.choices(PARTS, k=dice.randint(1, 6)))
        template += "" if "{seq" in template else "{seq:02}"
        taken = [filled(template, dice.choice(NUMBERS), values) for _ in range(5)]
        taken += [code.lower().replace("-", " ") for code in taken[:2]] + ["", "QT-1", "x"]
        proposed = next_code(template, taken, **values)
        assert code_key(proposed) == by_trying(template, taken, values), (template, taken)
