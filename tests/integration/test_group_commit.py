from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.tasks import Tasks
from storage.groupcommit import GroupCommit


async def test_what_comes_in_a_burst_gathers_in_few_batches_and_who_comes_alone_does_not_wait() -> None:
    sizes: list[int] = []

    async def write(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    async with Tasks("test") as tasks:
        commits = GroupCommit("test", write, tasks, gather_seconds=0.2)

        async def late(number: int) -> int:
            await asyncio.sleep(0.002 * number)
            return await commits.submit(number)

        assert await commits.submit(7) == 7
        loop = asyncio.get_running_loop()
        started = loop.time()
        assert await commits.submit(8) == 8
        assert loop.time() - started < 0.15, "alone: nothing to gather for"
        burst = [commits.submit(1), commits.submit(2), *(late(number) for number in range(3, 20))]
        assert sorted(await asyncio.gather(*burst)) == list(range(1, 20))
    assert sizes[:2] == [1, 1]
    assert len(sizes) <= 5, sizes
