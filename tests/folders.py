"""Where databases of tests lie."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database_folder() -> Iterator[Path]:
    """Make a folder that the database's own account may enter, also while another run of the tests begins.

    Not below pytest's folder: as root each run of pytest closes that to everybody else, under a database that runs.
    """
    with tempfile.TemporaryDirectory(prefix="markaz-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)
