"""What most tests of use-cases share: one server for a file, on a database of its own, and its administrator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.integration.house import house
from tests.live import Live, Person


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def admin(it: Live) -> Person:
    return await it.person("admin")
