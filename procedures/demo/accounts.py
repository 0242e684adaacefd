"""The demonstration's accounts: random passwords, stored in the data folder for the server's
operator."""

import json
import os
import secrets
from pathlib import Path
from typing import TypedDict

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.utils.translation import gettext as _

from qms.errors import Refused

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without easily confused characters


class Account(TypedDict):
    """A line of the list; `agency` is the agency's code, empty for city-wide roles."""

    username: str
    password: str
    role: str
    agency: str


def path() -> Path:
    return Path(settings.QMS_DATA) / "demo-accounts.json"


def new_password() -> str:
    """Four groups of four letters and digits, about 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _place in range(4)) for _group in range(4))


def hashed(password: str) -> str:
    """Its hash, with few rounds: stretching is for passwords that people choose, and half a second
    per account is long.

    Django rehashes with all its rounds when the person signs in."""
    hasher = get_hasher()
    fewer = {"iterations": 20_000} if isinstance(hasher, PBKDF2PasswordHasher) else {}
    return hasher.encode(password, hasher.salt(), **fewer)


def keep(accounts: list[Account]) -> None:
    """Writes the list atomically, readable only by the server's own user."""
    path().parent.mkdir(parents=True, exist_ok=True)
    half = path().with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(
        os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(accounts, file, ensure_ascii=False, indent=1)
    half.replace(path())


def listed() -> list[Account]:
    """The stored list. Refused if the demonstration was not loaded into this data folder."""
    try:
        return json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            _(
                "Chưa có tài khoản dùng thử trong thư mục dữ liệu. Hãy nạp dữ liệu minh họa bằng lệnh: manage.py load_demo"
            )
        ) from None
