"""How a step refuses: with a sentence that says what to do."""


class Refused(Exception):  # noqa: N818 - a refusal is no error of the program
    """A step was refused. `str()` of it is a message for the person, in their language."""
