"""Fields of Word: which of their text is visible, and the text of those that keep it in
their code."""

import re
from dataclasses import dataclass

from procedures.word.container import Element, W
from procedures.word.signs import symbol
from procedures.word.styles import on
from procedures.word.xml import number

LONGEST = 4000  # characters of a field's code; nobody writes a longer formula


@dataclass
class Field:
    """An open field: its code, whether its result has begun and says something, the data of a
    form field."""

    code: str = ""
    shown: bool = False
    filled: bool = False
    data: Element | None = None
    begin: Element | None = None


def closed(root: Element) -> set[Element]:
    """The begin marks of fields that also end: only such a field hides its code."""
    found: set[Element] = set()
    opened: list[Element] = []
    for e in root.iter(W + "fldChar"):
        kind = e.get(W + "fldCharType")
        if kind == "begin":
            opened.append(e)
        elif kind == "end" and opened:
            found.add(opened.pop())
    return found


def said(field: Field) -> str:
    """The text of a field that has ended: the value of a form field, or, without a result, what its
    code says."""
    if field.data is not None:
        return _form_field(field.data)
    if field.filled or len(field.code) > LONGEST:
        return ""
    name, _, rest = field.code.strip().partition(" ")
    if name.upper() in ("MACROBUTTON", "GOTOBUTTON"):
        return rest.strip().partition(" ")[2].strip()
    if name.upper() == "SYMBOL":
        return _symbol(rest)
    return equation(rest) if name.upper() == "EQ" else ""


def _symbol(rest: str) -> str:
    code = rest.split()[0] if rest.split() else ""
    font = re.search(r'\\f\s+"?([^"\\]+)', rest)
    try:
        value = int(code, 16) if code.lower().startswith("0x") else int(code)
    except ValueError:
        return code[:1]
    if not 0 < value < 0x110000:
        return ""
    return symbol(value, font[1]) if font else chr(value)


_OPERATION = re.compile(
    r"\\([a-z])((?: ?\\(?:[blr]c\\\S|[a-z]{2}-?[0-9]*+))*+) ?\(([^()]*)\)", re.IGNORECASE
)
_SIGNS = {"\\su": "∑", "\\pr": "∏"}
_OPEN, _CLOSE = "\ue000", "\ue001"  # brackets of what was already converted


def equation(code: str) -> str:
    r"""An EQ field as one line of text: \f(1;2) is 1/2, \r(3;x) a root, \s\up(2) a superscript."""
    for _ in range(60):
        code, changed = _OPERATION.subn(_operation, code)
        if not changed:
            break
    plain = code.replace(_OPEN, "(").replace(_CLOSE, ")")
    return " ".join(plain.replace("\\,", ",").replace("\\(", "(").replace("\\)", ")").split())


def _operation(m: re.Match[str]) -> str:
    kind, options, inner = m[1].lower(), m[2].lower(), m[3]
    parts = [p.strip() for p in re.split(r"[;,]", inner)]
    if kind == "f" and len(parts) == 2:
        return f"{_wrapped(parts[0])}/{_wrapped(parts[1])}"
    if kind == "r":
        return (parts[0] if len(parts) > 1 else "") + "√" + _wrapped(parts[-1])
    if kind == "s":
        return ("_" if "\\do" in options else "^") + _wrapped(inner.strip())
    if kind == "b":
        return _bracketed(m[2], inner.strip())
    if kind == "i" and len(parts) == 3:
        sign = next((sign for option, sign in _SIGNS.items() if option in options), "∫")
        return f"{sign}_{_wrapped(parts[0])}^{_wrapped(parts[1])} {parts[2]}"
    return "; ".join(p for p in parts if p)


_PAIRS = {"[": "]", "{": "}", "<": ">"}


def _bracketed(options: str, inner: str) -> str:
    r"""The text of \b with the brackets that its options name: \bc\[ both, \lc\| and \rc\| one each."""
    named = {m[1].lower(): m[2] for m in re.finditer(r"\\([blr])c\\(\S)", options, re.I)}
    if not named:
        return f"{_OPEN}{inner}{_CLOSE}"
    both = named.get("b", "")
    left, right = named.get("l", both), named.get("r", _PAIRS.get(both, both))
    return f"{left}{inner}{right}".replace("(", _OPEN).replace(")", _CLOSE)


def _wrapped(text: str) -> str:
    return text if text.isalnum() or not text else f"{_OPEN}{text}{_CLOSE}"


def _form_field(data: Element) -> str:
    box = data.find(W + "checkBox")
    if box is not None:
        state = box.find(W + "checked")
        return "☒" if on(state if state is not None else box.find(W + "default")) else "☐"
    choices = data.find(W + "ddList")
    if choices is not None:
        entries = [x.get(W + "val") or "" for x in choices.findall(W + "listEntry")]
        chosen = number(choices.find(W + "result"), 0)
        return entries[chosen] if chosen < len(entries) else ""
    return ""
