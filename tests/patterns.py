"""Collects the regular expressions of the source, and derives the worst-case texts for each."""

import ast
import builtins
import functools
import importlib
import itertools
import json
import os
import re
import re._constants as op
import re._parser as parser
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
COMMON = (" ", "a", "1", ".", "-", "a ", "1 ", "a.", "1.", "(", "/", "_ ", "\n", "\t ", "a, ", "á")
CHOICES = " a1.-(,/_:;A…á\n\t"  # tried for a class of characters
REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}


@dataclass(frozen=True)
class Found:
    """A regular expression, its place in the source, and the methods called on it."""

    place: str
    pattern: re.Pattern
    methods: tuple[str, ...]

    def ask(self, text: str | bytes) -> None:
        """Calls each of its methods."""
        empty = text[:0]
        for method in self.methods:
            if method in {"sub", "subn"}:
                self.pattern.sub(empty, text)
            elif method == "finditer":
                for _match in self.pattern.finditer(text):
                    pass
            else:
                getattr(self.pattern, method)(text)


def modules(*rooms: str) -> Iterator[tuple[ModuleType, ast.Module]]:
    """Every module of the rooms ("procedures/word", "search") with its source as a tree."""
    for room in rooms:
        base = ROOT / room
        for path in [base] if base.is_file() else sorted(base.rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" in relative.parts:
                continue
            name = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
            yield importlib.import_module(name), ast.parse(path.read_text("utf-8"), name)


def collect(*rooms: str) -> list[Found]:
    """Patterns stored in modules, also inside their tuples and dicts, and those of inline calls of
    ``re``."""
    kept: dict[tuple[str, int], tuple[tuple[str, str], re.Pattern]] = {}
    methods: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    inline: list[Found] = []
    for module, tree in modules(*rooms):
        short = module.__name__
        origins = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for name, value in vars(module).items():
            for pattern in _patterns(value):
                if name not in origins:
                    kept.setdefault((pattern.pattern, pattern.flags), ((short, name), pattern))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner, method = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == "re" and node.args:
                if method in METHODS or method == "compile":
                    pattern = _evaluated(node, module)
                    asked = (method,) if method in METHODS else ("search", "sub")
                    if (pattern.pattern, pattern.flags) not in kept:
                        inline.append(Found(f"{short}:{node.lineno}", pattern, asked))
            elif method in METHODS and isinstance(owner, ast.Name):
                methods[origins.get(owner.id, (short, owner.id))].add(method)
            elif method in METHODS and isinstance(owner, ast.Attribute):
                methods["", owner.attr].add(method)
    found = [
        Found(
            ".".join(place),
            pattern,
            tuple(sorted(methods[place] | methods["", place[1]])) or ("search", "sub"),
        )
        for place, pattern in kept.values()
    ]
    return sorted(found + inline, key=lambda each: each.place)


def _patterns(value: object, depth: int = 3) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _patterns(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in [*value, *value.values()]:
            yield from _patterns(each, depth - 1)


class _Letter(ast.NodeTransformer):
    """A placeholder letter for values known only at run time."""

    def __init__(self, known: set[str]) -> None:
        self.known = known

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        return node if names <= self.known else ast.Constant("a")

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return node if node.id in self.known else ast.Constant("a")


def _result(node: ast.expr, module: ModuleType) -> Any:
    own = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    tree = ast.Expression(_Letter({*vars(module), *vars(builtins), *own}).visit(node))
    return eval(compile(ast.fix_missing_locations(tree), "pattern", "eval"), dict(vars(module)))  # noqa: S307 - our own source


def _evaluated(call: ast.Call, module: ModuleType) -> re.Pattern:
    at = {"compile": 1, "match": 2, "fullmatch": 2, "search": 2, "findall": 2, "finditer": 2}
    place = at.get(call.func.attr, 9)  # type: ignore[attr-defined]
    flags = next((k.value for k in call.keywords if k.arg == "flags"), None)
    flags = flags or (call.args[place] if len(call.args) > place else None)
    written = _result(call.args[0], module)
    if isinstance(written, re.Pattern):
        return written
    return re.compile(written, _result(flags, module) if flags else 0)


# -- the worst texts


def worst(pattern: re.Pattern, length: int, most: int) -> Iterator[str | bytes]:
    """Long runs of what each repeat matches, alone and after its prefix, and near misses.

    ``most`` limits the runs; the remaining ones are spread over the pattern."""
    tree = parser.parse(
        pattern.pattern,
        pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags,
    )
    pumps = dict.fromkeys(("", piece) for piece in COMMON)
    for before, body in _repeats(list(tree), ""):
        for piece in (body, before, before + body):
            if piece:
                pumps[("", piece)] = None
        if body:
            pumps[(before, body)] = None
    for before, piece in list(pumps)[:: len(pumps) // most + 1]:
        run = before + piece * (length // len(piece))
        for end in _ends(piece):
            text = run + end
            yield text.encode("latin-1") if isinstance(pattern.pattern, bytes) else text


def _ends(piece: str) -> Iterator[str]:
    return (end for end in ("", "\x01", "a" if not piece.isalnum() else ")"))


def _repeats(nodes: list, before: str) -> Iterator[tuple[str, str]]:
    """(what matches up to a repeat, what matches its body once) for every repeat with a
    high limit."""
    for code, value in nodes:
        if code in REPEATS:
            low, high, body = value
            for sample in _samples(body):
                if high > 20:
                    yield before, sample
                yield from _repeats(list(body), before + sample * max(low - 1, 0))
        elif code is op.BRANCH:
            for way in value[1]:
                yield from _repeats(list(way), before)
        elif code is op.SUBPATTERN:
            yield from _repeats(list(value[3]), before)
        elif code is op.ATOMIC_GROUP:
            yield from _repeats(list(value), before)
        elif code in {op.ASSERT, op.ASSERT_NOT}:
            yield from _repeats(list(value[1]), before)
        yield before, ""
        before += next(iter(_samples([(code, value)])), "")
    yield before, ""


def _samples(nodes, most: int = 4) -> list[str]:
    """Up to ``most`` texts that these nodes match, each with one round of every repeat."""
    parts = [_ways(code, value) for code, value in nodes]
    width = max(map(len, parts), default=1)
    return list(
        dict.fromkeys(
            "".join(part[n % len(part)] for part in parts if part) for n in range(min(width, most))
        )
    )


def _ways(code, value) -> list[str]:
    if code is op.LITERAL:
        return [chr(value)]
    if code is op.NOT_LITERAL:
        return [c for c in CHOICES if ord(c) != value][:4]
    if code is op.ANY:
        return ["a", " ", "1"]
    if code is op.IN:
        return _members(tuple(map(_frozen, value)))
    if code is op.BRANCH:
        return [sample for way in value[1] for sample in _samples(way)][:6]
    if code is op.SUBPATTERN:
        return _samples(value[3])
    if code is op.ATOMIC_GROUP:
        return _samples(value)
    if code in REPEATS:
        return [sample * max(value[0], 1) for sample in _samples(value[2])]
    return [""]


def _frozen(item):
    return (item[0], tuple(item[1]) if isinstance(item[1], list) else item[1])


@functools.cache
def _members(items: tuple) -> list[str]:
    """Characters that a class matches, first those that other classes match too."""
    wanted = {chr(v) for c, v in items if c is op.LITERAL} | {
        chr(v[0]) for c, v in items if c is op.RANGE
    }
    tried = itertools.chain(CHOICES, sorted(wanted))
    accepted = [c for c in dict.fromkeys(tried) if _accepts(items, c)]
    return accepted[:5] or ["a"]


def _accepts(items: tuple, char: str) -> bool:
    turned, inside = False, False
    kinds: dict[object, Callable[[str], bool]] = {
        op.CATEGORY_DIGIT: str.isdigit,
        op.CATEGORY_SPACE: str.isspace,
        op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
        op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
        op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
        op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
    }
    for code, value in items:
        if code is op.NEGATE:
            turned = True
        elif code is op.LITERAL:
            inside |= ord(char) == value
        elif code is op.RANGE:
            inside |= value[0] <= ord(char) <= value[1]
        elif code is op.CATEGORY:
            inside |= kinds[value](char)
    return inside is not turned


def main(length: str, seconds: str, most: str, start: str, *rooms: str) -> None:
    """Runs each pattern from ``start`` on, after printing its place; the system kills the process
    if one text takes longer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    # Registers the converters that other lists of addresses use
    importlib.import_module(settings.ROOT_URLCONF)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for found in collect(*rooms)[int(start) :]:
        print(json.dumps(found.place), flush=True)
        for text in worst(found.pattern, int(length), int(most)):
            signal.setitimer(signal.ITIMER_PROF, int(seconds))
            found.ask(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
