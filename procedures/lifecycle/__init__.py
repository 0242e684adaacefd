"""The lifecycle of controlled documents: each step is one transaction in the same order: lock,
permission, timing, change, event, index.

Steps by a person are refused if a rule forbids them; `by=None` is the command line of the server's
operator."""

from procedures.lifecycle.codes import clashes, set_code_templates
from procedures.lifecycle.copying import COPIED, file_entry, files_of, version_of
from procedures.lifecycle.drafting import (
    PAGE_OF_KIND,
    clear_flags,
    create_draft,
    delete_draft,
    revise_draft,
    start_draft,
)
from procedures.lifecycle.holding import (
    closed_sentence,
    hold,
    hold_by_id,
    hold_codes,
    need_open,
    subject,
)
from procedures.lifecycle.issuing import add_version, fingerprint, record
from procedures.lifecycle.withdrawing import (
    add_file,
    carry_out,
    check_act,
    is_struck_out,
    is_withdrawn,
    narrow,
    reinstate,
    strike_out,
    withdraw,
)

__all__ = [
    "COPIED",
    "PAGE_OF_KIND",
    "add_file",
    "add_version",
    "clashes",
    "carry_out",
    "check_act",
    "clear_flags",
    "closed_sentence",
    "create_draft",
    "delete_draft",
    "file_entry",
    "files_of",
    "fingerprint",
    "hold",
    "hold_by_id",
    "hold_codes",
    "is_struck_out",
    "is_withdrawn",
    "narrow",
    "need_open",
    "record",
    "reinstate",
    "revise_draft",
    "set_code_templates",
    "start_draft",
    "strike_out",
    "subject",
    "version_of",
    "withdraw",
]
