"""The program as its operator meets it: starting, what goes wrong at a start, stopping, dying."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.folders import database_folder
from tests.live import Live, settings_for
from tests.program import ROOT, Program

pytestmark = pytest.mark.program


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's own account may walk to."""
    with database_folder() as made:
        yield made / "data"


def start(folder: Path, **environment: Any) -> subprocess.CompletedProcess[str]:
    """Run the program to its end and return what it said."""
    settings = settings_for(None, folder)
    values = {
        "MARKAZ_DATA_DIR": folder,
        "MARKAZ_PORT": settings.port,
        "MARKAZ_INTERNAL_PORT": settings.internal_port,
        "MARKAZ_SMTP_PORT": settings.smtp_port,
        "MARKAZ_SIMULATOR": "false",
        **environment,
    }
    env = {**os.environ, **{name: str(value) for name, value in values.items()}}
    return subprocess.run(
        [sys.executable, "server.py"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The program ended with one clear line and no traceback."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("markaz: ")]
    assert len(said) == 1, done.stderr
    return said[0]


def test_help_names_the_settings() -> None:
    done = subprocess.run(
        [sys.executable, "server.py", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert "--demo" in done.stdout
    assert "markaz.toml" in done.stdout


def test_a_wrong_setting_is_one_clear_line(folder: Path) -> None:
    done = start(folder, MARKAZ_PORT="eighty")
    assert done.returncode == 2
    assert "setting port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_one_clear_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = one_line(start(folder, MARKAZ_PORT=taken.getsockname()[1]))
    assert "MARKAZ_PORT" in said


def test_a_mail_port_in_use_is_one_clear_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = one_line(start(folder, MARKAZ_SMTP_PORT=taken.getsockname()[1]))
    assert "MARKAZ_SMTP_PORT" in said


def test_a_folder_that_cannot_be_made_is_one_clear_line(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file stands where the folder should be")
    assert "data folder" in one_line(start(folder))


def test_a_database_that_is_not_there_is_one_clear_line(folder: Path) -> None:
    assert "database" in one_line(start(folder, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none"))


async def test_the_first_administrator_is_made_from_the_command_line(folder: Path) -> None:
    environment = {**os.environ, "MARKAZ_DATA_DIR": str(folder)}
    command = [sys.executable, "server.py", "--administrator", "Parisa"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    said = done.stdout.strip().splitlines()[-1]
    settings = settings_for(None, folder)
    async with Program(settings):
        it = Live(settings)
        person = await it.anonymous()
        await person.sign_in("parisa", said.rpartition(" ")[2])
        assert "access.manage" in person.me["permissions"]
        await it.close()


async def test_a_process_without_pages_still_tells_its_health(folder: Path) -> None:
    settings = settings_for(None, folder)
    async with Program(settings, environment={"MARKAZ_ROLES": "mail,router,jobs"}), aiohttp.ClientSession() as session:
        for path, expected in (("live", b"live"), ("ready", b"ready"), ("metrics", b"markaz_router_leads")):
            async with session.get(f"http://127.0.0.1:{settings.internal_port}/{path}") as response:
                assert response.status == 200
                assert expected in await response.read()


async def test_a_data_folder_in_use_is_one_clear_line_and_harms_nobody(folder: Path) -> None:
    async with Program(settings_for(None, folder)) as program:
        said = one_line(await asyncio.to_thread(start, folder))
        assert "in use" in said
        async with aiohttp.ClientSession() as session, session.get(f"{program.settings.base_url}/ready") as response:
            assert response.status == 200


async def test_it_starts_again_and_a_stop_is_clean(folder: Path) -> None:
    settings = settings_for(None, folder)
    program = Program(settings)
    await program.start()
    assert await program.stop() == 0
    await program.start()
    it = Live(settings)
    sara = await it.agent("sara")
    stopping = asyncio.create_task(program.stop())
    await sara.until(lambda: any(name == "reconnect" for name, _ in sara.told))
    assert await stopping == 0
    assert not any("Traceback" in line for line in program.output), "\n".join(program.output[-30:])
    await it.close()


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed_under_load(folder: Path) -> None:
    settings = settings_for(None, folder)
    async with Program(settings) as program:
        it = Live(settings)
        visitors = [await it.visitor() for _ in range(10)]
        acknowledged: dict[int, list[str]] = {n: [] for n in range(10)}

        async def talk(number: int) -> None:
            for count in range(400):
                try:
                    await visitors[number].send(text := f"{number}-{count}", text)
                except Exception:
                    return
                acknowledged[number].append(text)

        talking = [asyncio.create_task(talk(n)) for n in range(10)]
        while sum(map(len, acknowledged.values())) < 150:
            await asyncio.sleep(0.01)
        await program.kill()
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
        await program.start()
        for number, visitor in enumerate(visitors):
            back = await it.visitor(visitor.token)
            kept = [m["text"] for m in back.state["messages"]]
            assert len(set(kept)) == len(kept), "nothing is there twice"
            assert set(acknowledged[number][-50:]) <= set(kept), "what was acknowledged is there"
            again = await back.send(acknowledged[number][0], acknowledged[number][0])
            assert again["text"] == acknowledged[number][0]
        await it.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database under another account")
async def test_a_database_that_is_there_is_never_left_for_an_empty_one(folder: Path) -> None:
    async with Program(settings_for(None, folder)):
        pass
    folder.parent.chmod(0o700)
    said = one_line(await asyncio.to_thread(start, folder))
    assert "may no longer enter" in said
    folder.parent.chmod(0o755)
    async with Program(settings_for(None, folder)) as program:
        assert not any("applied migration" in line for line in program.output)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database under another account")
async def test_below_a_closed_folder_the_database_finds_its_place_and_stays_there(folder: Path) -> None:
    folder.parent.chmod(0o700)
    before = set(Path("/var/lib/markaz").glob("*"))
    try:
        for _ in range(2):
            async with Program(settings_for(None, folder)) as program:
                migrated = sum("applied migration" in line for line in program.output)
            folder.parent.chmod(0o755)
        assert migrated == 0, "the second start found the first one's database"
    finally:
        for made in set(Path("/var/lib/markaz").glob("*")) - before:
            shutil.rmtree(made)
