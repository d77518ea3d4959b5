"""What ratings tell of a customer: their part of the timeline, and the satisfaction on the customer's page."""

from __future__ import annotations

from collections.abc import Sequence

from access.model import Permission
from chat.store import sql
from customers.model import CustomerId
from customers.overview import Facts, Score
from customers.timeline import Place, TimelineItem
from storage.database import Tx

_BEST = 5


class RatingHistory:
    """Ratings of a customer's chats; a source of the timeline and of the overview."""

    kinds = frozenset({"rating"})

    async def items(
        self,
        tx: Tx,
        customer_ids: Sequence[CustomerId],
        kinds: frozenset[str],  # noqa: ARG002 - there is one
        channel: str | None,
        before: Place,
        most: int,
    ) -> list[TimelineItem]:
        if not tx.actor.may(Permission.INTERACTION_READ):
            return []
        rows = await tx.rows(
            sql.ratings_of_customer,
            customers=list(customer_ids),
            branches=tx.actor.branch_scope,
            channel=channel,
            before_at=before.at,
            before_key=before.id,
            most=most,
        )
        return [
            TimelineItem(
                id=f"rating:{row['interaction_id']}",
                kind="rating",
                at=row["rated_at"],
                channel=row["channel"],
                details={"score": row["score"], "best": _BEST, "comment": row["comment"], "number": row["number"]},
            )
            for row in rows
        ]

    async def facts(self, tx: Tx, customer_ids: Sequence[CustomerId]) -> Facts:
        if not tx.actor.may(Permission.INTERACTION_READ):
            return Facts()
        row = await tx.row(sql.score_of_customer, customers=list(customer_ids), branches=tx.actor.branch_scope)
        if row is None or not row["answers"]:
            return Facts()
        return Facts(satisfaction=Score(average=row["average"], best=_BEST, answers=row["answers"]))
