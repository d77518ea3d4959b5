"""Run what failed beside everything else once more, by itself; a test that fails twice fails.

Hundreds of servers, browsers and databases share a machine in the parallel run, so that a step of one may starve past
its limit. What fails by itself too is a fault; what does not is printed by name, and is a race to be found: in the test
or, as often, in the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_FAILED = Path(".pytest_cache/v/cache/lastfailed")
_MOST = 5
_PYTEST = (sys.executable, "-m", "pytest")


def main(chosen: list[str]) -> int:
    """Run pytest with these arguments; return its exit code, or that of the second run."""
    _FAILED.unlink(missing_ok=True)
    code = subprocess.run([*_PYTEST, *chosen], check=False).returncode
    failed = sorted(json.loads(_FAILED.read_text())) if _FAILED.exists() else []
    # 1 is pytest's word for tests that failed; whatever else it returns, a second run would not be about them.
    if code != 1 or not 0 < len(failed) <= _MOST:
        return code
    print(f"\n{len(failed)} failed beside everything else, and are run once more by themselves.", flush=True)
    code = subprocess.run([*_PYTEST, *failed], check=False).returncode
    if code == 0:
        print("Passed only by themselves, each a race to be found:", *failed, sep="\n  ", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
