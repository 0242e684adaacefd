"""The authentication backend for name and password."""

from allauth.account.auth_backends import AuthenticationBackend


class Accounts(AuthenticationBackend):
    """Allauth's backend, which already refuses deactivated accounts, under a name of our own for
    the settings and for `let_in`."""
