"""The command line of server.py: what is wrong is one clear line and an exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from core.settings import Settings, example


def read(arguments: Sequence[str], version: str) -> tuple[Settings, str | None]:
    """Return the settings and, if one is to be added, an administrator's login; ends the program when that is all."""
    chosen = _parser(version).parse_args(arguments)
    if chosen.settings:
        print(example())
        sys.exit(0)
    try:
        settings = (Settings(demo=True) if chosen.demo else Settings()).with_free_ports()
    except ValidationError as error:
        for wrong in error.errors():
            print(f"markaz: setting {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", file=sys.stderr)
        sys.exit(2)
    return settings, chosen.administrator


def _parser(version: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="server.py",
        description="Markaz, the omnichannel contact-centre server.",
        epilog="Settings come from the environment (MARKAZ_PORT=8080) or markaz.toml; markaz.toml.example lists them.",
    )
    parser.add_argument("--demo", action="store_true", help="fill an empty database with a demo organisation")
    parser.add_argument("--administrator", metavar="LOGIN", help="add a person with every permission, and end")
    parser.add_argument("--settings", action="store_true", help="print every setting with its default and end")
    parser.add_argument("--version", action="version", version=f"Markaz {version}")
    return parser
