"""Attachments: content-addressed files in a folder; a file is on disk, synced and named before its row exists."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import NotFound, Unavailable
from storage.database import Tx, sql


@dataclass(frozen=True, slots=True)
class StoredFile:
    sha256: bytes
    size: int
    content_type: str


class Files:
    """The folder; `<data>/files/ab/cd/<sha256>`. The same content is stored once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, content: bytes, content_type: str) -> StoredFile:
        """Write durably. Nothing refers to the file yet: `remember` it in the transaction that does."""
        try:
            sha256 = await asyncio.to_thread(self._write, content)
        except OSError as error:
            raise Unavailable(f"The file cannot be stored: {error.strerror}.") from error
        return StoredFile(sha256, len(content), content_type)

    async def remember(self, tx: Tx, stored: Sequence[StoredFile]) -> None:
        """Let rows refer to these; in one order, since two transactions may keep the same ones."""
        rows = [{"sha256": each.sha256, "size": each.size, "content_type": each.content_type} for each in stored]
        await tx.many(sql.save_file, sorted(rows, key=lambda row: row["sha256"]))

    async def get(self, sha256: bytes) -> bytes:
        """Return the content, checked against its name."""
        try:
            content = await asyncio.to_thread(self.path(sha256).read_bytes)
        except FileNotFoundError as error:
            raise NotFound from error
        if hashlib.sha256(content).digest() != sha256:
            raise Unavailable("The stored file is damaged.")
        return content

    def path(self, sha256: bytes) -> Path:
        name = sha256.hex()
        return self._folder / name[:2] / name[2:4] / name

    def _write(self, content: bytes) -> bytes:
        """Write it under its digest, and return that."""
        sha256 = hashlib.sha256(content).digest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return sha256
