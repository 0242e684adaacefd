"""With QMS_ENV=production nothing starts unprotected; without it the server is for this machine
only."""

import fcntl
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from qms import environment

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE = {
    "QMS_ENV": "production",
    "QMS_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    "QMS_ALLOWED_HOSTS": "iso.example.vn",
    "QMS_HTTPS": "on",
}


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """manage.py with only the given variables of ours in the environment."""
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("QMS_") and k not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT"}
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "QMS_DATA": str(folder), **environment},
    )


@pytest.mark.parametrize("missing", ["QMS_SECRET_KEY", "QMS_ALLOWED_HOSTS", "QMS_HTTPS"])
def test_production_does_not_start_without(tmp_path: Path, missing: str):
    answer = run(tmp_path, "check", **{k: v for k, v in WHOLE.items() if k != missing})
    assert answer.returncode == 1
    assert re.findall("QMS_[A-Z_]+(?=:)", answer.stderr) == [missing]
    assert "Traceback" not in answer.stderr


def test_all_that_production_lacks_is_named_at_once(tmp_path: Path):
    answer = run(tmp_path, "check", QMS_ENV="production")
    assert re.findall("QMS_[A-Z_]+(?=:)", answer.stderr) == [
        "QMS_SECRET_KEY",
        "QMS_ALLOWED_HOSTS",
        "QMS_HTTPS",
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("QMS_HTTPS", "maybe"), ("QMS_SECRET_KEY", "short"), ("QMS_SECRET_KEY", "a" * 64), ("QMS_SECRET_KEY", "abcdefghijklm" * 5),
                        ("QMS_SECRET_KEY", "aabbccaabbcbca" * 4 + "b"), ("QMS_ALLOWED_HOSTS", "*"), ("QMS_ALLOWED_HOSTS", "iso.example.vn,*"),
                        ("QMS_BASE_URL", "iso.example.vn"), ("QMS_BASE_URL", "http://iso.example.vn"), ("QMS_FORWARDED_ALLOW_IPS", "proxy.example.vn"), ("QMS_ALLOWED_HOSTS", " , "), ("QMS_ENV", "prod"), ("QMS_EMAIL_PORT", "smtp"),
                        ("DATABASE_URL", "nothing://"), ("QMS_DATA", "/proc/nowhere"), ("QMS_DATA", "/dev/null")]
)  # fmt: skip
def test_what_a_variable_can_not_be_is_said_by_its_name_without_a_traceback(
    tmp_path: Path, name: str, value: str
):
    for given in [{**WHOLE, name: value}, *([{name: value}] if name == "QMS_DATA" else [])]:
        answer = run(tmp_path, "check", **given)
        assert answer.returncode == 1
        assert "thư mục dữ liệu" in answer.stderr if name == "QMS_DATA" else name in answer.stderr
        assert "Traceback" not in answer.stderr


def test_the_first_command_makes_the_data_folder_in_production_too(tmp_path: Path):
    answer = run(
        tmp_path / "not" / "yet", "create_agency", "--code", "STP", "--name", "Sở Tư pháp", **WHOLE
    )
    assert answer.returncode == 0, answer.stderr


def test_a_variable_that_is_set_but_empty_counts_as_not_set(tmp_path: Path):
    assert settings_with(tmp_path, DATABASE_URL="", QMS_EMAIL_PORT="")["DEBUG"] is False


def test_production_makes_no_key_of_its_own(tmp_path: Path):
    run(tmp_path, "check", **{k: v for k, v in WHOLE.items() if k != "QMS_SECRET_KEY"})
    assert not (tmp_path / "secret-key").exists()


def test_a_key_of_hexadecimal_digits_is_random_enough():
    assert environment.is_random("8f2d61c07be94a35d8120f6b9ce3a74756b1f09e2d83c4a7f15e60b9d2387ac4")


def test_production_starts_with_all_three(tmp_path: Path):
    answer = run(tmp_path, "check", **WHOLE)
    assert answer.returncode == 0, answer.stderr


def test_production_passes_djangos_own_deployment_checks(tmp_path: Path):
    answer = run(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **WHOLE)
    silenced = [
        line
        for line in answer.stderr.splitlines()
        if "security.W" in line and not re.search("W005|W019|W021", line)
    ]
    assert silenced == []


ASK = """
import json
from django.conf import settings
print(json.dumps({n: getattr(settings, n, None) for n in [
    "DEBUG", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_SAMESITE",
    "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_REFERRER_POLICY", "X_FRAME_OPTIONS", "ALLOWED_HOSTS"]}))
"""


def settings_with(folder: Path, **environment: str) -> dict:
    answer = run(folder, "shell", "--no-imports", "-c", ASK, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.strip().splitlines()[-1])


def test_cookies_are_kept_to_https_and_from_scripts(tmp_path: Path):
    found = settings_with(tmp_path, **WHOLE)
    assert found == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "SAMEORIGIN",
        "ALLOWED_HOSTS": ["iso.example.vn"],
    }


def test_without_production_a_key_is_made_that_only_its_owner_reads(tmp_path: Path):
    assert run(tmp_path, "check").returncode == 0
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    assert len((tmp_path / "secret-key").read_text()) >= 50


def test_a_key_that_another_process_is_making_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("QMS_SECRET_KEY", raising=False)
    with (tmp_path / "secret-key").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with ThreadPoolExecutor() as others:
            found = others.submit(environment.secret_key, tmp_path)
            assert not wait([found], timeout=0.3).done
            file.write("made by the first")
            file.close()
            assert found.result(20) == "made by the first"


def test_debug_is_never_on(tmp_path: Path):
    assert settings_with(tmp_path)["DEBUG"] is False


def test_a_command_may_be_the_first_thing_that_is_run(tmp_path: Path):
    answer = run(
        tmp_path, "create_agency", "--code", "STP", "--name", "Sở Tư pháp", "--kind", "department"
    )
    assert (answer.returncode, answer.stdout.strip()) == (0, "Đã lập cơ quan Sở Tư pháp (mã STP).")
    assert run(tmp_path, "check_access").returncode == 0
