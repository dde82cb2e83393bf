#!/usr/bin/env python
"""Django's commands. With nothing set they use the portal's own servers, started for the duration when they are not up."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command named on the command line; a missing setting is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "badgeportal.settings")
    os.environ.setdefault("PORTAL_ENV", "local")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from badgeportal.embedded.commands import servers_for_command

    try:
        with servers_for_command(sys.argv):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
