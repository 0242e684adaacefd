"""Signers as labels and values: "Họ và tên: …", "Chức vụ: …" below the role, and blocks printed by
digital signatures."""

import re

from procedures.content.schema import Signer
from procedures.content.wording import fold
from procedures.word.model import Paragraph, Table
from procedures.word.people import person, role_of

_NAME = re.compile(
    r"(?:ho (?:va )?(?:chu dem )?ten|ten|ho ten|nguoi ky|nguoi ky so|(?:da |duoc )?ky (?:so )?boi|nguoi)(?P<who> [a-z ]+)?$"
)
_POST = re.compile(r"(?:chuc (?:vu|danh)|vi tri(?: cong tac)?|chuc vu cong tac)(?P<who> [a-z ]+)?$")


def names_a_signer(label: str) -> bool:
    """Whether a label is for a person's name or post ("Họ và tên", "Chức vụ")."""
    plain = " ".join(re.findall(r"[^\W_]+", fold(label)))
    named = not plain.startswith("nguoi ") and _NAME.fullmatch(plain) is not None
    return named or _POST.fullmatch(plain) is not None


def rows_as_lines(table: Table) -> list[str]:
    """A table of two columns as lines "label: value"; of other tables one line per cell."""
    lines: list[str] = []
    for row in table.rows:
        cells = [c for c in row if c.text]
        own = [
            [
                x.strip()
                for p in c.blocks
                if isinstance(p, Paragraph)
                for x in p.text.split("\n")
                if x.strip()
            ]
            for c in cells
        ]
        if len(cells) == 2 and len(own[0]) == 1:
            lines.append(f"{own[0][0].rstrip(' :')}: {' '.join(own[1])}")
        else:
            lines += [line for cell in own for line in cell]
    return lines


def by_labels(lines: list[str]) -> list[Signer]:
    """[{"role", "name", "post"}]: a line names the role, labelled lines below it the person;
    without a role, the approver."""
    found: list[Signer] = []
    role = ""
    for line in lines:
        label, colon, value = line.partition(":")
        plain = " ".join(re.findall(r"[^\W_]+", fold(label)))
        if not line.strip() or len(line) > 200:
            continue
        if own := role_of(label):
            role = own
            if colon and (name := person(value)):
                found.append({"role": own, "name": name, "post": ""})
            continue
        if colon and (m := _NAME.fullmatch(plain)) and (name := person(value)):
            own = role_of((m.group("who") or "").strip())
            found.append({"role": own or role or "approved", "name": name, "post": ""})
        elif colon and (m := _POST.fullmatch(plain)) and found and value.strip():
            own = role_of((m.group("who") or "").strip())
            target = next((s for s in found if own and s["role"] == own), found[-1])
            target["post"] = target["post"] or " ".join(value.split()).strip(" .;,")
    return found
