"""Schemathesis reads our OpenAPI page and asks everything that it can think of, as an administrator would."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from access.model import Permission
from tests.integration.house import house, made

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method"
)
MOST_SECONDS = 20


# Twenty seconds of a machine with other work are other twenty seconds.
@pytest.mark.alone
async def test_whatever_is_asked_gets_an_answer_that_conforms_and_never_a_5xx(server_dsn: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    assert shutil.which(program), "requirements-dev.txt names it"
    async with house(server_dsn, tmp_path) as it:
        admin = await it.person("admin")
        token = (await made(admin, "/api/tokens", {"name": "schemathesis", "scopes": sorted(Permission)}))["token"]
        process = await asyncio.create_subprocess_exec(
            program, "run", f"{it.base_url}/api/openapi.json", "--header", f"Authorization: Bearer {token}",
            "--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "6", "--seed", "7",
            "--max-time", str(MOST_SECONDS), "--request-timeout", "10", "--generation-database", "none", "--no-color",
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode(errors="replace")[-20_000:]
        assert (await admin.json("GET", "/ready"))[0] == 200, "whatever it did to the administrator"
