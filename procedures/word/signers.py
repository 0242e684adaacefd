"""Who drafted, reviewed and approved: tables by columns or rows, lines with labels, signature
blocks of state letters."""

import re
from collections.abc import Iterator

from procedures.content.schema import Signer
from procedures.content.wording import fold, without_brackets, words
from procedures.word.labelled_signers import by_labels, rows_as_lines
from procedures.word.model import Block, Cell, Paragraph, Table, tables_of
from procedures.word.people import ROLES, is_post, joined_names, person, role_of
from procedures.word.signer_parts import name_and_post, signer_of

MOST_ROWS = 60  # between a role and the people who have it

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
    small = [t for t in tables_of(blocks) if t.width == 2 and len(t.rows) <= 6]
    if len(small) > 1:  # a table of labels for each role
        yield by_labels([line for table in small for line in rows_as_lines(table)])
    yield _by_tables([t for t in tables_of(blocks) if len(t.rows) <= 6])
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


def _by_tables(tables: list[Table]) -> list[Signer]:
    """Roles that are spread over several tables: drafter and reviewer in one, who approved in
    the next."""
    found: list[Signer] = []
    for table in tables:
        found += [s for s in _by_columns(table, least=1) if s["name"]]
    roles = [s["role"] for s in found]
    return found if len(set(roles)) == 3 and len(roles) <= 4 else []


def _by_columns(table: Table, least: int = 2) -> list[Signer]:
    """Roles across the top, `least` or more of them, names and posts below them."""
    for r, row in enumerate(table.rows):
        roles = _heads(row)
        if len({role for role, _, _ in roles.values()}) < least:
            continue
        labels: dict[int, str] = {}
        below = range(r + 1, min(r + 1 + MOST_ROWS, len(table.rows)))
        for i in below:
            first = table.rows[i][0] if table.rows[i] else None
            if first is not None and first.column not in roles:
                labels[i] = words(first.text)
        found: list[Signer] = []
        for column, (role, head, posts) in roles.items():
            lines = [(r, x) for x in posts]
            seen: list[Cell] = []
            for i in below:
                cell = table.at(i, column)
                if cell is not None and cell is not head and not any(cell is x for x in seen):
                    seen.append(cell)
                    lines += [(i, x) for x in _signed_lines(cell)]
            found += signer_of(role, lines, labels)
        if not any(s["name"] for s in found):
            found = _above_roles(table, r, roles) or found
        if any(s["name"] for s in found):
            return found
        if any(s["post"] for s in found) and any(
            "ten" in x or "chuc" in x for x in labels.values()
        ):
            return found
    return []


def _above_roles(table: Table, r: int, roles: "dict[int, Head]") -> list[Signer]:
    """The signers of a table that names the people first and what they did in a row (number `r`)
    below: "Họ và tên | …", "Chức vụ | …", "Vai trò | Soạn thảo | …"."""
    found: list[Signer] = []
    above = range(max(0, r - MOST_ROWS), r)
    labels = {i: words(table.rows[i][0].text) for i in above if table.rows[i]}
    if not any(re.search(r"\bten\b", label) for label in labels.values()):
        return []
    for column, (role, _, _) in roles.items():
        cells = [(i, c) for i in above if (c := table.at(i, column)) and c.column == column]
        found += signer_of(role, [(i, x) for i, c in cells for x in _signed_lines(c)], labels)
    return found


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
        made = signer_of(
            role, entries, {k: v for k, v in labels.items() if not ("ten" in v and "chuc" in v)}
        )
        if len(made) == 1 and not made[0]["post"] and inline:
            name, post = name_and_post(inline)
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
            name, post = name_and_post(value)
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
        s for role, column in zip(roles, columns, strict=True) for s in signer_of(role, column, {})
    ]


_ROLE_LABEL = re.compile(
    r"(?:^|(?<=[\s;|/,.(–-]))(?:"
    + "|".join(pattern for _, pattern in ROLES)
    + r")\s*+(?:\([^)]{0,200}+\)\s*+)?:"
)


# "…, Trưởng phòng / Ký tên: ......": room for the signature
_TO_SIGN_LAST = re.compile(
    r"(?<![\s/|,;–(-])[\s/|,;–(-]*+(?:ký tên|chữ ký|đã ký|ký)\b\s*+:?[\s.…_)]*+$", re.I
)


def labelled_roles(text: str) -> list[tuple[str, str]]:
    """[(role, value)] of a line such as "Soạn thảo: Nguyễn Văn A | Soát xét: Trần Thị B"."""
    marks = list(_ROLE_LABEL.finditer(fold(text)))
    out = []
    for m, following in zip(marks, [*marks[1:], None], strict=True) if marks else ():
        role = role_of(text[m.start() : m.end()].rstrip(" :"))
        value = text[m.end() : following.start() if following else len(text)]
        value = _TO_SIGN_LAST.sub("", value).strip(" \t;|/,.–-")
        if role and value:
            out.append((role, value))
    return out


def _by_lines_below(texts: list[str]) -> list[Signer]:
    """ "NGƯỜI BIÊN SOẠN" on a line of its own, "Nguyễn Văn A – Chuyên viên" (or name and post) on the lines below it."""
    found: list[Signer] = []
    heads = [(n, role) for n, text in enumerate(texts) if (role := role_of(text.rstrip(" :")))]
    for (n, role), end in zip(heads, [n for n, _ in heads[1:]] + [len(texts)], strict=False):
        lines = [(0, text.strip()) for text in texts[n + 1 : min(end, n + 6)] if len(text) < 120]
        found += [s for s in signer_of(role, lines, {}) if s["name"]][:1]
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
