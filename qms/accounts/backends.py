"""The authentication backend for name and password."""

from allauth.account.auth_backends import AuthenticationBackend


class Accounts(AuthenticationBackend):
    """Allauth's, which already refuses deactivated accounts; kept by name so that settings say what
    is used."""
