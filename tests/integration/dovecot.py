"""A real Dovecot for tests, where the machine has one: unprivileged, on loopback, its mail in a folder of its own."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mailbox_idle_check_interval = 1 secs
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password=demopass
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def _of_the_machine() -> dict[str, str]:
    """Return as whom it runs: as ourselves; for root as its package has it, with mail that is nobody's."""
    if os.getuid() == 0:
        nobody = grp.getgrgid(65_534).gr_name
        return {"user": "dovecot", "group": "dovecot", "login": "dovenull", "mail_user": "nobody", "mail_group": nobody}
    user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return {"user": user, "group": group, "login": user, "mail_user": user, "mail_group": group}


@contextmanager
def dovecot() -> Iterator[int]:
    """Run it; yields its port. Its log is shown when it does not come up."""
    assert PROGRAM is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # Paths of its sockets have to be short.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "run").mkdir()
    (folder / "mail").mkdir()
    (folder / "mail").chmod(0o777)
    config = folder / "dovecot.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port, **_of_the_machine()))
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(config)])
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
