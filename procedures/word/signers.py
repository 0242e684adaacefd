"""Who drafted, reviewed and approved: tables by columns or rows, lines with labels, signature
blocks of state letters."""

import re
from collections.abc import Iterator

from procedures.content.schema import Signer
from procedures.content.wording import fold, without_brackets, words
from procedures.word.labelled_signers import by_labels, rows_as_lines
from procedures.word.model import Block, Cell, Paragraph, Table, tables_of
from procedures.word.people import ROLES, is_post, joined_names, person, post_and_name, role_of

# With their marks: a "kỹ thuật viên" is a post
_TO_SIGN = re.compile(r"(?<!\w)(ký|dấu|ngày|họ tên|ghi rõ)(?!\w)")
_LINE = re.compile(r"(?:^|[;\t|]|\s{3,})\s*(?:[-–+•*]\s*)?")

_BLOCK_HEAD = re.compile(r"^(kt|tm|tl|tuq|q)\b")


def _role_in(text: str) -> str:
    """The role in a heading that also names a post: "TRƯỞNG KHOA KIỂM TRA", "PHÊ DUYỆT CỦA
    GIÁM ĐỐC"."""
    plain = words(without_brackets(text))
    if len(plain) > 60 or text.upper() != text:
        return ""
    return next(
        (
            role
            for role, pattern in ROLES
            if re.search(rf" (?:{pattern})$", plain) or re.match(rf"(?:{pattern}) cua ", plain)
        ),
        "",
    )


def signers_in(blocks: list[Block]) -> list[Signer]:
    """[{"role", "name", "post"}] found in these blocks, in the order drafted,
    reviewed, approved."""
    best: list[Signer] = []
    for found in _candidates(blocks):
        if told(found) > told(best):
            best = found
    order = {"drafted": 0, "reviewed": 1, "approved": 2}
    return sorted((s for s in best if s["name"] or s["post"]), key=lambda s: order[s["role"]])


def _candidates(blocks: list[Block]) -> Iterator[list[Signer]]:
    """The result of each way of reading; ties go to the first."""
    for table in tables_of(blocks):
        yield _by_columns(table) or _by_rows(table)
        yield by_labels(rows_as_lines(table))
    single = [t for t in tables_of(blocks) if len(t.cells) == 1]
    if len(single) > 1:  # a box for each signature
        yield by_labels([line for table in single for line in rows_as_lines(table)])
    paragraphs = [b for b in blocks if isinstance(b, Paragraph)]
    yield by_labels([line for p in paragraphs for line in p.text.split("\n")])
    yield _by_lines(paragraphs)


def told(signers: list[Signer]) -> float:
    """Score of a list of signers: names weigh most, then distinct roles, then posts."""
    named = [s for s in signers if s["name"]]
    return (
        len({s["role"] for s in named})
        + 0.5 * len(named)
        + 0.2 * sum(bool(s["post"]) for s in named)
    )


def _by_columns(table: Table) -> list[Signer]:
    """Roles across the top, names and posts below them."""
    for r, row in enumerate(table.rows):
        roles = _heads(row)
        if len({role for role, _, _ in roles.values()}) < 2:
            continue
        labels: dict[int, str] = {}
        for i in range(r + 1, len(table.rows)):
            first = table.rows[i][0] if table.rows[i] else None
            if first is not None and first.column not in roles:
                labels[i] = words(first.text)
        found: list[Signer] = []
        for column, (role, head, posts) in roles.items():
            lines = [(r, x) for x in posts]
            seen: list[Cell] = []
            for i in range(r + 1, len(table.rows)):
                cell = table.at(i, column)
                if cell is not None and cell is not head and not any(cell is x for x in seen):
                    seen.append(cell)
                    lines += [(i, x) for x in _signed_lines(cell)]
            found += _signer(role, lines, labels)
        if any(s["name"] for s in found):
            return found
        if any(s["post"] for s in found) and any(
            "ten" in x or "chuc" in x for x in labels.values()
        ):
            return found
    return []


Head = tuple[str, Cell, list[str]]  # a role, the cell that names it, the lines of posts in it


def _heads(row: list[Cell]) -> dict[int, Head]:
    """{column: (role, cell, lines of posts in it)} of a row whose cells name roles; a chief next to
    a drafter approves."""
    found: dict[int, Head] = {}
    posts: list[tuple[int, Head]] = []
    for cell in row:
        lines = [x for p in cell.lines for x in p.split("\n") if x.strip()]
        if not lines:
            continue
        whole = role_of(lines[0]) or role_of(" ".join(lines[:2]))
        role = whole or _role_in(lines[0])
        if role:
            own = (
                []
                if whole
                else [
                    re.sub(
                        r"(?i)(?:(?<!\s)\s++)?(?:phê duyệt của|kiểm tra|soát xét|xem xét|phê duyệt|thẩm định|soạn thảo|duyệt)\s*+",
                        " ",
                        lines[0],
                    ).strip()
                ]
            )
            found[cell.column] = role, cell, own + [x for x in lines[1:] if not role_of(x)]
        elif lines[0].upper() == lines[0] and (
            is_post(lines[0]) or _BLOCK_HEAD.match(words(lines[0]))
        ):
            own = [x for x in lines if not _BLOCK_HEAD.match(words(x))] or [
                re.sub(r"^(?:KT|TM|TL|TUQ|Q)\.?\s*", "", lines[0])
            ]
            posts.append((cell.column, ("approved", cell, own)))
    if posts and found and "approved" not in {role for role, _, _ in found.values()}:
        found[posts[-1][0]] = posts[-1][1]
    return found


def _signed_lines(cell: Cell) -> list[str]:
    """The cell's own lines; a stamp in a nested table is no name."""
    return joined_names(
        [
            line.strip()
            for p in cell.blocks
            if isinstance(p, Paragraph) and not p.empty
            for line in p.text.split("\n")
            if line.strip()
        ]
    )


class _Role:
    """Collects the people of one role; there may be two drafters below each other."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.found: list[Signer] = []
        self.own_posts: list[str] = []
        self.waiting: list[str] = []  # posts seen before the name that they belong to

    def add_name(self, name: str) -> None:
        self.found.append({"role": self.role, "name": name, "post": " ".join(self.waiting)})
        self.waiting = []

    def add_post(self, text: str) -> None:
        self.own_posts.append(text)
        if self.found and not self.waiting:
            self.found[-1]["post"] = f"{self.found[-1]['post']} {text}".strip()
        else:
            self.waiting.append(text)

    def people(self) -> list[Signer]:
        """All signers, including posts without a name."""
        found, left = self.found, " ".join(self.waiting)
        if not found and left:
            found = [{"role": self.role, "name": "", "post": left}]
        elif found and left and not found[-1]["post"]:
            found[-1]["post"] = left
        several = len(found) > 1 and len(self.own_posts) == len(found)
        if several and not any(s["post"] for s in found[:-1]):
            # Names first, then as many posts
            for s, own in zip(found, self.own_posts, strict=True):
                s["post"] = own
        for s in found:
            s["post"] = " ".join(s["post"].split()).strip(" -–,;:")
        return found


def _signer(role: str, lines: list[tuple[int, str]], labels: dict[int, str]) -> list[Signer]:
    """The people of one role from the lines of their cells: [(row or cell, line)], labels by the
    same number."""
    made = _Role(role)
    for i, line in lines:
        label = labels.get(i, "")
        text = re.sub(
            r"^(?:họ\s*+(?:và\s*+)?tên|chức\s*(?:vụ|danh)|tên)\s*:\s*", "", line, flags=re.I
        ).strip()
        has_name = re.search(r"\bten\b", label) is not None
        if not has_name and re.search(r"\b(ky|ngay|chu ky)\b", label):
            continue
        if not has_name and re.search(r"\b(chuc|don vi|vi tri)\b", label):
            made.add_post(text)
        elif (has_name or not is_post(text)) and (name := person(text)):
            made.add_name(name)
        elif is_post(text) or _may_be_post(text, made, [x for n, x in lines if n == i]):
            made.add_post(text)
    if not made.found:
        for _, text in lines:  # "Nguyễn Văn A - Chuyên viên" in one line
            name, own = _split(text)
            if name:
                return [{"role": role, "name": name, "post": own}]
    return made.people()


def _may_be_post(text: str, made: _Role, neighbours: list[str]) -> bool:
    """Whether a line that does not look like a post still is one, because it is next to a name
    or a post."""
    return bool(
        (made.found or made.waiting or any(person(x) for x in neighbours if x != text))
        and re.fullmatch(r"[^\d…_()]{3,80}", text)
        and not _TO_SIGN.search(text.lower())
    )


def _split(text: str) -> tuple[str, str]:
    """(name, post) of a line that holds both, whichever comes first."""
    text = re.sub(r"\.{3,}|…+|_{3,}", " ", text)
    for separator in (
        r"\t+|\s{3,}",
        r"\s*[–—]\s*|\s+[-/]\s+",
        r"\s*[,;|]\s*",
        r"\s*\(",
        r"\s*:\s*",
    ):
        parts = [p.strip(" ).:") for p in re.split(separator, text, maxsplit=1) if p.strip(" ).:")]
        if len(parts) == 2:
            a, b = parts
            if person(a):
                return person(a), b
            if person(b):
                return person(b), a
    if not person(text) and (both := post_and_name(text))[1]:
        return both[1], both[0]
    return person(text), ""


def _by_rows(table: Table) -> list[Signer]:
    """One signer per row: label, name, post."""
    found: list[Signer] = []
    columns: dict[int, str] = {}
    for row in table.rows:
        if not row:
            continue
        heads = {c.column: words(c.text) for c in row}
        if (
            sum(
                re.search(r"\b(ten|chuc (vu|danh)|chu ky)\b", h) is not None and len(h) < 30
                for h in heads.values()
            )
            >= 2
        ):
            # The headings, which need not be the first row: a control block may be above them
            columns = heads
        first = next((c for c in row if c.lines and role_of(c.lines[0].split(":")[0])), row[0])
        role = role_of((first.lines or [""])[0].split(":")[0]) or role_of(first.text.split(":")[0])
        if not role:
            continue
        entries: list[tuple[int, str]] = []
        labels: dict[int, str] = {}
        inline = first.text.split(":", 1)[1].strip() if ":" in first.text else ""
        if inline:
            entries.append((0, inline))
        for n, cell in enumerate((c for c in row if c is not first), 1):
            labels[n] = columns.get(cell.column, "")
            entries += [(n, x) for x in _signed_lines(cell)]
        made = _signer(
            role, entries, {k: v for k, v in labels.items() if not ("ten" in v and "chuc" in v)}
        )
        if len(made) == 1 and not made[0]["post"] and inline:
            name, post = _split(inline)
            made = [{"role": role, "name": name or made[0]["name"], "post": post}]
        found += made
    names = [s for s in found if s["name"]]
    return found if len({s["role"] for s in names}) >= 2 else []


def _by_lines(paragraphs: list[Paragraph]) -> list[Signer]:
    """ "Người soạn thảo: Nguyễn Văn A - Chuyên viên", one or several in a line; or labels, posts and names set by tabs."""
    found: list[Signer] = []
    texts = [line for p in paragraphs for line in p.text.split("\n") if line.strip()]
    for n, text in enumerate(texts):
        if len(text) > 300:
            continue
        made = _in_columns(text, texts[n + 1 : n + 9], n)
        if any(s["name"] for s in made):
            return made
        for role, value in labelled_roles(text):
            name, post = _split(value)
            if name:
                found.append({"role": role, "name": name, "post": post.strip(" -–,;:()|/")})
    return found or _by_lines_below(texts)


def _columns(text: str) -> list[str]:
    """The parts of a line between tabs or wide gaps."""
    return [c.strip() for c in re.split(r"\t+|\s{4,}", text) if c.strip()]


def _in_columns(text: str, below: list[str], n: int) -> list[Signer]:
    """The signers if a line (number `n`) names roles in columns that the lines below fill;
    otherwise empty."""
    roles = [role_of(c.rstrip(":")) for c in _columns(text)]
    if len(set(filter(None, roles))) < 2 or not all(roles):
        return []
    columns: list[list[tuple[int, str]]] = [[] for _ in roles]
    for later in below:
        parts = _columns(later)
        if len(parts) == len(roles) + 1 and re.match(r"(ho|chuc|chu)", fold(parts[0])):
            parts = parts[1:]
        if len(parts) == len(roles):
            for column, part in zip(columns, parts, strict=True):
                column.append((n, part))
    return [
        s for role, column in zip(roles, columns, strict=True) for s in _signer(role, column, {})
    ]


_ROLE_LABEL = re.compile(
    r"(?:^|(?<=[\s;|/,.(–-]))(?:"
    + "|".join(pattern for _, pattern in ROLES)
    + r")\s*+(?:\([^)]{0,200}+\)\s*+)?:"
)


def labelled_roles(text: str) -> list[tuple[str, str]]:
    """[(role, value)] of a line such as "Soạn thảo: Nguyễn Văn A | Soát xét: Trần Thị B"."""
    marks = list(_ROLE_LABEL.finditer(fold(text)))
    out = []
    for m, following in zip(marks, [*marks[1:], None], strict=True) if marks else ():
        role = role_of(text[m.start() : m.end()].rstrip(" :"))
        value = text[m.end() : following.start() if following else len(text)]
        if role and (value := value.strip(" \t;|/,.–-")):
            out.append((role, value))
    return out


def _by_lines_below(texts: list[str]) -> list[Signer]:
    """ "NGƯỜI BIÊN SOẠN" on a line of its own, "Nguyễn Văn A – Chuyên viên" (or name and post) on the lines below it."""
    found: list[Signer] = []
    heads = [(n, role) for n, text in enumerate(texts) if (role := role_of(text.rstrip(" :")))]
    for (n, role), end in zip(heads, [n for n, _ in heads[1:]] + [len(texts)], strict=False):
        lines = [(0, text.strip()) for text in texts[n + 1 : min(end, n + 6)] if len(text) < 120]
        found += [s for s in _signer(role, lines, {}) if s["name"]][:1]
    return found if len({s["role"] for s in found}) >= 2 else []


def _post_above(lines: list[str]) -> str | None:
    """The post in capitals in the lines above a name, without "KT." and the like if it has other
    words; None if there is none."""
    posts: list[str] = []
    for above in reversed(lines):
        plain = words(above)
        if re.search(r"\b(ky|dong dau|ghi ro)\b", plain):
            continue
        if not (above.upper() == above and (is_post(above) or _BLOCK_HEAD.match(plain))):
            break
        posts.insert(0, above)
    if not posts:
        return None
    own = [p for p in posts if not _BLOCK_HEAD.match(words(p))] or [
        re.sub(r"^(?:KT|TM|TL|TUQ|Q)\.?\s*", "", p) for p in posts
    ]
    return " ".join(own)


def signature_block(blocks: list[Block]) -> list[Signer]:
    """The signer at the end of a state letter, as its approver: "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH /
    Nguyễn Văn A"."""
    columns = [
        [line for row in b.rows for cell in row if cell.column == c for line in _signed_lines(cell)]
        for b in blocks[-24:]
        if isinstance(b, Table)
        for c in sorted({c.column for c in b.cells})
    ]
    run = [
        line.strip()
        for b in blocks[-24:]
        if isinstance(b, Paragraph) and not b.empty
        for line in re.split(r"\n|\t+", b.text)
        if line.strip()
    ]
    for lines in [*reversed(columns), run]:
        for n, line in reversed(list(enumerate(lines))):
            name = person(line)
            if not name:
                continue
            post = _post_above(lines[max(0, n - 5) : n])
            if post is not None:
                return [{"role": "approved", "name": name, "post": post}]
    return []
