"""Rows of the mailroom to values."""

from __future__ import annotations

from uuid import UUID

from mailroom.model import Acknowledgement, Rule, SelfService
from storage.database import Database, Tx
from storage.queries import Queries

sql = Queries(__file__)


async def rules(reader: Tx | Database, account_id: UUID) -> list[Rule]:
    return [Rule(**dict(row)) for row in await reader.rows(sql.rules_of_account, account_id=account_id)]


async def acknowledgement(reader: Tx | Database, account_id: UUID) -> Acknowledgement:
    row = await reader.row(sql.get_acknowledgement, account_id=account_id)
    return Acknowledgement(account_id=account_id) if row is None else Acknowledgement(**dict(row))


async def self_service(reader: Tx | Database, account_id: UUID) -> SelfService:
    row = await reader.row(sql.get_self_service, account_id=account_id)
    return SelfService(account_id=account_id) if row is None else SelfService(**dict(row))
