"""The stock socket.io-client of npm speaks to the server: no code of ours on that side but the script's."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from storage.database import Database, adhoc
from tests.live import live

SCRIPT = Path(__file__).parent / "node_client.mjs"
FRONTEND = Path(__file__).parents[2] / "frontend"
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(not (FRONTEND / "node_modules/socket.io-client").is_dir(), reason="npm ci was not run"),
]


async def test_the_stock_client_of_npm_talks_resumes_and_is_refused(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.person("sara")
        body = {"name": "node", "scopes": sara.me["permissions"]}
        status, made = await sara.json("POST", "/api/tokens", body)
        assert status == 201, made
        node = await asyncio.create_subprocess_exec(
            str(NODE), str(SCRIPT), it.base_url, made["token"],
            cwd=FRONTEND, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                said, complaints = await node.communicate()
        finally:
            if node.returncode is None:
                node.kill()
        assert node.returncode == 0, complaints.decode()
        told = json.loads(said)
        assert told["missed"] >= 1
        kept = await db.rows(adhoc("select id from message where client_id is not null order by seq"))
        assert [str(row["id"]) for row in kept][:2] == [told["said"], told["replied"]]
        assert len(kept) == 3, "what was said twice is there once"
