"""Canned answers: texts that people send often, in the languages of their customers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from access.model import Locale, Name, Permission
from core.actor import Actor
from core.errors import Conflict, Forbidden, NotFound
from core.events import Event
from core.ids import BranchId, StaffId, uuid7
from core.text import fold
from core.values import Value
from interactions.signatures import known_names
from interactions.store import sql
from routing.queues import Queues
from storage.database import Database, Row, Tx

Scope = Literal["personal", "branch", "all"]
Text = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(known_names)]
Shortcut = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s/\x00-\x1f]+$")]


class NewAnswer(Value):
    """A personal answer is its writer's alone; `branch_id` belongs to those of a branch."""

    scope: Scope = "personal"
    branch_id: BranchId | None = None
    title: Name
    shortcut: Shortcut
    texts: dict[Locale, Text] = Field(min_length=1, max_length=3)
    queue_id: UUID | None = Field(None, description="Offered first in this queue; null: in every one alike.")
    channel: str | None = Field(
        None, max_length=40, pattern=r"^[a-z]+$", description="Offered on this channel only; null: on all."
    )
    is_active: bool = True

    @model_validator(mode="after")
    def _has_a_branch_or_not(self) -> NewAnswer:
        if (self.scope == "branch") != (self.branch_id is not None):
            raise ValueError("A branch is named for answers of a branch, and only for them.")
        return self


class AnswerChange(NewAnswer):
    version: int = Field(ge=1, description="The one that was read.")


class Answer(Value):
    id: UUID
    scope: Scope
    owner_id: StaffId | None
    branch_id: BranchId | None
    title: str
    shortcut: str
    texts: dict[Locale, str]
    queue_id: UUID | None
    channel: str | None
    is_active: bool
    version: int


class AnswerSaved(Event, kind="answer.saved"):
    answer_id: UUID
    title: str
    scope: Scope

    def subject(self) -> str:
        return f"answer:{self.answer_id}"


class CannedAnswers:
    """Answers for all, of branches, and personal ones."""

    def __init__(self, db: Database, queues: Queues) -> None:
        self._db, self._queues = db, queues

    async def search(
        self, actor: Actor, words: str | None, after: UUID, most: int, *, with_inactive: bool = False
    ) -> list[Answer]:
        """Return what the actor may use, by words of title, shortcut or text in any spelling."""
        rows = await self._db.rows(
            sql.list_answers,
            after=after,
            staff_id=actor.id,
            branches=actor.branch_scope,
            with_inactive=with_inactive,
            words=_like(fold(words)) if words else None,
            most=most,
        )
        return [_answer(row) for row in rows]

    async def add(self, actor: Actor, new: NewAnswer) -> Answer:
        async with self._db.transaction(actor) as tx:
            return await self._save(tx, actor, uuid7(), new, 0)

    async def change(self, actor: Actor, answer_id: UUID, change: AnswerChange) -> Answer:
        """Change an answer; whoever may not see it learns nothing of it."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_answer, id=answer_id)
            if row is None or (row["scope"] == "personal" and row["owner_id"] != actor.id):
                raise NotFound
            _must_write(actor, row["scope"], row["branch_id"])
            return await self._save(tx, actor, answer_id, change, change.version)

    async def _save(self, tx: Tx, actor: Actor, answer_id: UUID, new: NewAnswer, version: int) -> Answer:
        _must_write(actor, new.scope, new.branch_id)
        if new.queue_id is not None:
            await self._queues.must_see(tx, actor, new.queue_id)
        owner = actor.id if new.scope == "personal" else None
        shortcut = fold(new.shortcut)
        if await tx.value(sql.find_shortcut, id=answer_id, shortcut=shortcut, owner_id=owner, branch_id=new.branch_id):
            raise Conflict("Another answer has this shortcut.", field="shortcut")
        saved = await tx.value(
            sql.save_answer,
            id=answer_id,
            version=version,
            scope=new.scope,
            owner_id=owner,
            branch_id=new.branch_id,
            title=new.title,
            shortcut=shortcut,
            texts=dict(new.texts),
            queue_id=new.queue_id,
            channel=new.channel,
            search=fold(" ".join([new.title, new.shortcut, *new.texts.values()])),
            is_active=new.is_active,
        )
        if saved is None:
            raise Conflict.overtaken()
        tx.emit(AnswerSaved(answer_id=answer_id, title=new.title, scope=new.scope))
        row = await tx.row(sql.get_answer, id=answer_id)
        if row is None:
            raise NotFound
        return _answer(row)


def _must_write(actor: Actor, scope: Scope, branch_id: BranchId | None) -> None:
    if scope == "personal":
        actor.must(Permission.INTERACTION_REPLY)
        if actor.id is None:
            raise Forbidden("Only people have answers of their own.")
        return
    actor.must(Permission.ANSWER_MANAGE, branch_id)
    if scope == "all" and actor.branches is not None:
        raise Forbidden("An answer of the whole organisation is beyond your scope.")


def _like(words: str) -> str:
    """Return words for `like`, in which the signs of a pattern mean themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _answer(row: Row) -> Answer:
    return Answer(**dict(row))
