#!/usr/bin/env python
"""Django's command line for the document system."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
    from django.core.management import execute_from_command_line

    from qms.environment import Misconfigured

    try:
        execute_from_command_line(sys.argv)
    except Misconfigured as problem:
        sys.exit(str(problem))
    except BrokenPipeError:  # who reads along has seen enough: `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
