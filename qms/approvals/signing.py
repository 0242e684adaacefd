"""Authentication of signers for each signature: by password, or by a code of the second factor if
set up.

allauth's own re-authentication lasts for minutes and always accepts people who only have an
external account, so it is not used. Attempts are counted under a lock on the person's row, so that
parallel guesses all count. No secret is stored."""

import datetime
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from qms.clock import now
from qms.models import Signature, SigningTry, User

LIMIT = 5  # failures within WINDOW lock signing
WINDOW = datetime.timedelta(minutes=15)  # also the duration of the lock
LONGEST = 1000  # characters; nobody's password is longer, and hashing it would cost
KEPT = datetime.timedelta(days=2)
Way = Signature.Way


@dataclass(frozen=True)
class Outcome:
    """The outcome of an attempt: `why` is empty on success. `failed`: it was counted; `locks`: it
    was the last one allowed."""

    why: str = ""
    way: str = ""
    failed: bool = False
    locks: bool = False


def way_of(person: User) -> str:
    """How the person authenticates: by code if the second factor is set up, else by password;
    empty if neither is possible yet."""
    if _authenticator(person) is not None:
        return Way.TOTP
    return Way.PASSWORD if person.has_usable_password() else ""


def _authenticator(person: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()


def locked_until(person: User) -> datetime.datetime | None:
    """Until when signing is locked for the person; None if it isn't."""
    failures = list(
        SigningTry.objects.filter(person=person, failed=True, at__gt=now() - 2 * WINDOW)
        .order_by("-at", "-pk")
        .values_list("at", flat=True)[:LIMIT]
    )
    if len(failures) < LIMIT or failures[0] - failures[-1] > WINDOW:
        return None
    until = failures[0] + WINDOW
    return until if until > now() else None


@sensitive_variables("secret")
def prove(person: User, secret: str, way: str) -> Outcome:
    """Checks the secret and counts the attempt. Call with the person's row locked; its writes must
    survive a refusal."""
    until = locked_until(person)
    if until is not None:
        return Outcome(locked_message(until))
    wanted = way_of(person)
    if not wanted:
        return Outcome(
            _("Tài khoản của bạn chưa có mật khẩu hoặc mã xác thực nên chưa ký được. Hãy nhờ quản trị cơ quan cấp liên kết đặt mật khẩu.")
        )  # fmt: skip
    if way != wanted:
        return Outcome(_("Cách xác nhận của bạn vừa thay đổi. Hãy tải lại trang rồi ký lại."))
    if not secret.strip():
        return Outcome(
            _("Hãy nhập mã xác thực.") if wanted == Way.TOTP else _("Hãy nhập mật khẩu.")
        )
    if wanted == Way.PASSWORD:
        right = len(secret) <= LONGEST and person.check_password(secret)
        return _passed(person, wanted) if right else _failed(person, wanted)
    return _prove_by_code(person, secret)


@sensitive_variables("secret", "code", "key")
def _prove_by_code(person: User, secret: str) -> Outcome:
    authenticator = _authenticator(person)
    assert authenticator is not None
    key = decrypt(authenticator.data["secret"])
    code = "".join(secret[:LONGEST].split())
    for counter in yield_hotp_counters_from_time():
        if constant_time_compare(format_hotp_value(hotp_value(key, counter)), code):
            break
    else:
        return _failed(person, Way.TOTP)
    used = SigningTry.objects.filter(person=person, code_of=counter).exists()
    if used or not TOTP(authenticator).validate_code(code):  # used to sign, or to sign in
        return Outcome(_("Mã này đã được dùng. Hãy đợi mã mới rồi ký."))
    return _passed(person, Way.TOTP, counter)


def _passed(person: User, way: str, counter: int | None = None) -> Outcome:
    SigningTry.objects.create(person=person, failed=False, code_of=counter)
    return Outcome(way=way)


def _failed(person: User, way: str) -> Outcome:
    SigningTry.objects.create(person=person, failed=True)
    until = locked_until(person)
    if until is not None:
        return Outcome(locked_message(until), way, failed=True, locks=True)
    said = _("Mã xác thực chưa đúng.") if way == Way.TOTP else _("Mật khẩu chưa đúng.")
    return Outcome(said, way, failed=True)


def last_failure(person: User) -> int:
    """The ID of the person's latest failure, which identifies the lock that it began."""
    rows = SigningTry.objects.filter(person=person, failed=True).order_by("-pk")
    return rows.values_list("pk", flat=True)[0]


def locked_message(until: datetime.datetime) -> str:
    minutes = max(1, -int((now() - until).total_seconds()) // 60 + 1)
    return _("Bạn đã nhập sai %(limit)s lần nên việc ký tạm khóa. Hãy thử lại sau %(minutes)s phút.") % {
        "limit": LIMIT, "minutes": minutes,
    }  # fmt: skip


def tidy(moment: datetime.datetime | None = None) -> None:
    """Deletes attempts that no longer count."""
    SigningTry.objects.filter(at__lt=(moment or now()) - KEPT).delete()
