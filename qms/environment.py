"""Reads the environment for the settings: each value by name, with a message that names missing
ones."""

import fcntl
import ipaddress
import math
import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

LEAST_BITS = 150  # of a secret key: 64 random hexadecimal digits hold about 250


class Misconfigured(ImproperlyConfigured):
    """The environment is invalid; `str()` names the variable and the expected value. manage.py
    prints it without a traceback."""


def text(name: str, default: str = "") -> str:
    """The variable; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or white space."""
    return text(name, default).replace(",", " ").split()


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal():
        raise Misconfigured(
            f"{name} phải là một số, ví dụ {default}. / {name} must be a number, for example {default}."
        )
    return int(value)


def networks(name: str, default: str) -> list[str]:
    """Addresses and networks (10.0.0.0/8), or `*` for all."""
    found = words(name, default)
    for entry in found:
        if entry == "*":
            continue
        try:
            ipaddress.ip_network(entry)
        except ValueError:
            raise Misconfigured(
                f"{name}: “{entry}” không phải địa chỉ IP hay dải mạng, ví dụ {default}. / is not an IP address or network, for example {default}."
            ) from None
    return found


def is_random(key: str) -> bool:
    """Whether the key looks randomly generated: long enough, with many different characters, and
    not a repeated string."""
    if len(key) < 50 or key in (key + key)[1:-1]:
        return False
    shares = [key.count(letter) / len(key) for letter in set(key)]
    return -sum(share * math.log2(share) for share in shares) * len(key) >= LEAST_BITS


def database(default: str) -> dict:
    """DATABASE_URL in Django's format."""
    try:
        return dict(
            dj_database_url.parse(
                text("DATABASE_URL", default), conn_max_age=60, conn_health_checks=True
            )
        )
    except ValueError:
        raise Misconfigured(
            "DATABASE_URL không đúng; ví dụ: postgres://iso:mật-khẩu@127.0.0.1/iso. / DATABASE_URL is invalid; for example: postgres://user:password@host/name."
        ) from None


def local_address(data: Path) -> str:
    """The default URL of this machine: with the requested port, else that of the last start, so
    that commands print working links."""
    if text("PORT"):
        return f"http://127.0.0.1:{text('PORT')}"
    try:
        return (data / "address").read_text(encoding="ascii").strip()
    except OSError:
        return "http://127.0.0.1:8000"


def production() -> bool:
    """Whether production is switched on. A misspelt value must not silently mean development."""
    switch = text("QMS_ENV")
    if switch not in {"", "development", "production"}:
        raise Misconfigured(
            f"QMS_ENV={switch} không có nghĩa: hãy ghi production, hoặc bỏ trống khi phát triển.\n"
            f"QMS_ENV={switch} is not a valid value: set it to production, or leave it unset for development."
        )
    return switch == "production"


# Production must not start without these: the meaning of each, in Vietnamese and in English.
REQUIRED = {
    "QMS_SECRET_KEY": (
        "chuỗi ngẫu nhiên dài ít nhất 50 ký tự, không lặp lại",
        "a random string of 50 characters or more, without repetition",
    ),
    "QMS_ALLOWED_HOSTS": (
        "tên miền phục vụ, cách nhau bằng dấu phẩy, không dùng *",
        "the host names served, separated by commas, without *",
    ),
    "QMS_HTTPS": (
        "“proxy” khi máy chủ phía trước giữ chứng thư, hoặc “on”",
        '"proxy" if a server in front holds the certificate, or "on"',
    ),
    "QMS_BASE_URL": ("địa chỉ bắt đầu bằng https://", "a URL that begins with https://"),
}


def check_production() -> None:
    """Raises Misconfigured that names every missing or invalid variable."""
    hosts, base = words("QMS_ALLOWED_HOSTS"), text("QMS_BASE_URL")
    fits = {
        "QMS_SECRET_KEY": is_random(text("QMS_SECRET_KEY")),
        "QMS_ALLOWED_HOSTS": bool(hosts) and not any("*" in host for host in hosts),
        "QMS_HTTPS": text("QMS_HTTPS") in {"on", "proxy"},
        "QMS_BASE_URL": not base or base.startswith("https://"),
    }
    wrong = [name for name, good in fits.items() if not good]
    if wrong:
        lines = [f"  {name}: {REQUIRED[name][0]} / {REQUIRED[name][1]}" for name in wrong]
        raise Misconfigured(
            "QMS_ENV=production cần các biến môi trường sau. / Production needs these variables:\n"
            + "\n".join(lines)
        )


def data_folder(usual: Path) -> Path:
    """The folder with all data of this installation, created if missing."""
    data = Path(text("QMS_DATA", str(usual))).resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise _not_writable(data, problem) from None
    return data


def _not_writable(data: Path, problem: OSError) -> Misconfigured:
    return Misconfigured(
        f"Không ghi được vào thư mục dữ liệu {data} ({problem.strerror}). / The data folder is not writable."
    )


def secret_key(data: Path) -> str:
    """The key from the environment; outside production one is generated once and stored in the data
    folder."""
    if production() or text("QMS_SECRET_KEY"):
        return text("QMS_SECRET_KEY")
    kept = data / "secret-key"
    try:
        if key := kept.read_text(encoding="ascii"):
            return key
    except FileNotFoundError:
        pass
    except OSError as problem:
        raise Misconfigured(
            f"Không đọc được {kept} ({problem.strerror}). / The key can't be read."
        ) from None
    try:
        with os.fdopen(
            os.open(kept, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii"
        ) as file:
            # Of processes that start together one creates it, and the others wait for it
            fcntl.flock(file, fcntl.LOCK_EX)
            key = file.read()
            if not key:
                key = secrets.token_urlsafe(64)
                file.write(key)
        return key
    except OSError as problem:
        raise _not_writable(data, problem) from None
