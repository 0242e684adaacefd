"""Runs a program that may read its own installation and one folder, writes nowhere else, and
reaches no network.

    python -I confined.py FOLDER PROGRAM [ARGUMENT…]

LibreOffice follows what a file refers to: an RTF field fetches a picture by its path, so a file
from outside could show what is on the server's disk. Linux refuses it for the process and its
children (Landlock, https://docs.kernel.org/userspace-api/landlock.html): files since Linux 5.13,
TCP since 6.7. On other systems the program runs without."""

import contextlib
import ctypes
import os
import stat
import sys
from pathlib import Path

# Numbers of system calls, the same on all processors
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NO_NEW_PRIVILEGES = 38  # of prctl

EXECUTE, WRITE, READ, LIST, REMOVE_FILE, MAKE_SOCKET, TRUNCATE, DEVICE_CONTROL = (
    1 << bit for bit in (0, 1, 2, 3, 5, 9, 14, 15)
)
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE | DEVICE_CONTROL  # what a rule of a file may allow

# Of the interface: how many rights on files each version has, since which there are others,
# and those
RIGHTS = (0, 13, 14, 15, 15, 16)
TCP_SINCE, TCP = 4, 3  # bind, connect
SCOPES_SINCE, SCOPES = 6, 3  # abstract sockets of others, signals to others

INSTALLED = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/ld.so.cache",
    "/etc/libreoffice", "/etc/locale.alias", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/proc", "/sys/devices/system/cpu",
    "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero")


class _Rules(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _Below(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """The version of the kernel's interface; 0 where it has none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), 1))


def confine(folder: Path, program: Path) -> None:
    """Restricts this process for good. Raises OSError if the kernel has the interface
    but refuses."""
    known = version()
    if not known:
        return
    every = (1 << RIGHTS[min(known, len(RIGHTS) - 1)]) - 1
    rules = _Rules(every, TCP * (known >= TCP_SINCE), SCOPES * (known >= SCOPES_SINCE))
    size = 8 + 8 * (known >= TCP_SINCE) + 8 * (known >= SCOPES_SINCE)
    ruleset = _need(_call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), 0))
    allowed = {
        **dict.fromkeys((*INSTALLED, str(program.resolve().parent.parent)), EXECUTE | READ | LIST),
        **dict.fromkeys(DEVICES, READ | WRITE),
        "/tmp": MAKE_SOCKET | REMOVE_FILE,  # noqa: S108 - where LibreOffice's processes meet
        str(folder): every,
    }
    for path, rights in allowed.items():
        with contextlib.suppress(FileNotFoundError):
            _allow(ruleset, path, rights & every)
    _need(ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _need(_call(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_FILES
        _need(_call(ADD_RULE, ruleset, 1, ctypes.byref(_Below(rights, place)), 0))
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    return int(library.syscall(ctypes.c_long(number), *arguments))


def _need(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer


if __name__ == "__main__":
    confine(Path(sys.argv[1]), Path(sys.argv[2]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell
