"""What happens to controlled documents: each step one transaction of one shape: lock, rule, moment, change, event, index.

Steps by a person are refused where a rule says no; `by=None` is the command line, run by whoever runs the server."""

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
from procedures.lifecycle.issuing import fingerprint, issue
from procedures.lifecycle.withdrawing import (
    add_file,
    is_struck_out,
    is_withdrawn,
    reinstate,
    strike_out,
    withdraw,
)

__all__ = [
    "COPIED",
    "PAGE_OF_KIND",
    "add_file",
    "clashes",
    "clear_flags",
    "create_draft",
    "delete_draft",
    "file_entry",
    "files_of",
    "fingerprint",
    "is_struck_out",
    "is_withdrawn",
    "issue",
    "reinstate",
    "revise_draft",
    "set_code_templates",
    "start_draft",
    "strike_out",
    "version_of",
    "withdraw",
]
