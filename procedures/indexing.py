"""What controlled documents put into the index."""


def register() -> None:
    """Names the sources of this app to the search (called once, when the app is ready)."""
