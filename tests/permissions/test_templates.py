"""What our own templates and modules must not contain: inline scripts and styles, unescaped text
without a reason, secrets."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")])
MODULES = sorted(
    p
    for app in ("qms", "search", "procedures", "audits")
    for p in (ROOT / app).rglob("*.py")
    if "migrations" not in p.parts
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)


def named(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def lines_with(pattern: str, *, of: list[Path] = TEMPLATES) -> list[str]:
    """Matching places, except comments."""
    found = []
    for path in of:
        text = COMMENT.sub(lambda m: "\n" * m.group().count("\n"), path.read_text(encoding="utf-8"))
        found += [
            named(path, text.count("\n", 0, m.start()) + 1)
            for m in re.finditer(pattern, text, re.IGNORECASE)
        ]
    return found


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 5


def test_no_template_holds_a_script_of_its_own():
    assert (
        lines_with(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:json|ld\+json)\")[^>]*>")
        == []
    )


def test_no_template_holds_a_style_of_its_own():
    assert lines_with(r"<style\b") + lines_with(r"<[a-z][^>{]*\sstyle\s*=") == []


def test_no_template_holds_an_event_handler():
    assert (
        lines_with(r"<[a-z][^>]*\son[a-z]+\s*=") + lines_with(r"href\s*=\s*[\"']?\s*javascript:")
        == []
    )


def test_nothing_is_fetched_from_elsewhere():
    assert (
        lines_with(
            r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*\b(?:src|href)\s*=\s*[\"'](?:https?:)?//"
        )
        == []
    )


def test_text_that_is_not_escaped_says_why():
    """`|safe`, `{% autoescape off %}` in templates and `mark_safe` in code have a comment that
    gives the reason."""
    found = []
    for path in TEMPLATES:
        rows = path.read_text(encoding="utf-8").splitlines()
        for number, row in enumerate(rows, 1):
            if re.search(
                r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", row
            ) and "{#" not in " ".join(rows[max(0, number - 4) : number + 1]):
                found.append(named(path, number))
    for path in MODULES:
        rows = path.read_text(encoding="utf-8").splitlines()
        for number, row in enumerate(rows, 1):
            if re.search(
                r"(?<!import )\b(?:mark_safe|SafeString)\((?!\"\"\))", row
            ) and not re.search(r"#|\"\"\"", " ".join(rows[max(0, number - 6) : number + 1])):
                found.append(named(path, number))
    assert found == []


def test_no_view_is_freed_from_csrf():
    assert [
        named(p, i)
        for p in MODULES
        for i, row in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if "csrf_exempt" in row
    ] == []


def test_each_form_that_posts_carries_a_token():
    found = []
    for path in TEMPLATES:
        text = COMMENT.sub("", path.read_text(encoding="utf-8"))
        for match in re.finditer(
            r"<form\b[^>]*method\s*=\s*[\"']?post[^>]*>(.*?)</form>",
            text,
            re.IGNORECASE | re.DOTALL,
        ):
            if "csrf_token" not in match[1]:
                found.append(named(path, text.count("\n", 0, match.start()) + 1))
    assert found == []


SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[bap]-[0-9A-Za-z-]{20,}|"
    r"(?:SECRET_KEY|PASSWORD|TOKEN)\s*=\s*[\"'][A-Za-z0-9+/_\-!@#$%^&*]{20,}[\"']"
)


@pytest.mark.slow
def test_the_repository_contains_no_secret():
    try:
        listed = (
            subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
            .stdout.decode()
            .split("\0")
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout here")
    names = [n for n in listed if n and not n.startswith("tests/")]
    assert [
        n
        for n in names
        if re.search(r"(^|/)(\.env|secret-key|.*\.pem|.*\.key|.*\.sqlite3|id_rsa.*)$", n)
    ] == []
    assert [
        n
        for n in names
        if (ROOT / n).is_file()
        and SECRETS.search((ROOT / n).read_text(encoding="utf-8", errors="ignore"))
    ] == []
