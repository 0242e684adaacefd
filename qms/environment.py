"""Reads the environment for the settings: each value by name, with a message that names what is missing."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or white space."""
    return text(name, default).replace(",", " ").split()


def production() -> bool:
    return text("QMS_ENV") == "production"


def required(name: str, why: str) -> str:
    """The value of a variable without which production must not start."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"QMS_ENV=production cần biến môi trường {name} ({why}). / Set {name}: {why}.")
    return value


def secret_key(data: Path) -> str:
    """The key from the environment; outside production one is made once and kept in the data folder."""
    if production():
        return required("QMS_SECRET_KEY", "chuỗi ngẫu nhiên dài ít nhất 50 ký tự / a random string of 50 characters or more")
    if text("QMS_SECRET_KEY"):
        return text("QMS_SECRET_KEY")
    kept = data / "secret-key"
    try:
        return kept.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    data.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(64)
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return kept.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key
