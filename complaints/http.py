"""Routes of complaints: what is done on the path of one answers with that path as it is then."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from access.model import Permission
from complaints.judging import Judging
from complaints.listing import ComplaintListing
from complaints.model import (
    ComplaintChange,
    ComplaintQuery,
    ComplaintRow,
    ComplaintView,
    NewAnswer,
    NewComplaint,
    NewDecision,
    NewEscalation,
    NewReferral,
    NewReview,
    PublicStage,
    ReferralEnd,
    ReferralState,
    ReferralView,
    ToldReceipt,
)
from complaints.receipts import Receipts
from complaints.referrals import Referrals
from complaints.service import Complaints
from complaints.settings import (
    Cause,
    CauseChange,
    CauseSettings,
    Policy,
    PolicyChange,
    PolicySettings,
    Rule,
    RuleChange,
    Source,
    SourceChange,
    SourceSettings,
)
from complaints.setup import ComplaintSetup
from core.http import COLLEAGUE, PUBLIC, Call, Page, route

Code = Annotated[str, Field(min_length=1, max_length=40)]


class SourceList(BaseModel):
    items: list[Source]


class CauseList(BaseModel):
    items: list[Cause]


class PolicyList(BaseModel):
    items: list[Policy]


class ReferralList(BaseModel):
    items: list[ReferralView]


class ReferralQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: ReferralState | None = None


class ComplaintRoutes:
    """One complaint, and lists of them."""

    def __init__(
        self,
        complaints: Complaints,
        judging: Judging,
        referrals: Referrals,
        receipts: Receipts,
        listing: ComplaintListing,
    ) -> None:
        self._complaints, self._judging, self._referrals = complaints, judging, referrals
        self._receipts, self._listing = receipts, listing

    @route("GET", "/api/public/complaints/{code}", permission=PUBLIC)
    async def look_up(self, call: Call, code: Code) -> PublicStage:
        """Get how far the complaint of a tracking code is, and nothing else."""
        return await self._receipts.look(code, call.address)

    @route("GET", "/api/complaints", permission=Permission.TICKET_READ)
    async def list_complaints(self, call: Call, query: ComplaintQuery) -> Page[ComplaintRow]:
        """List complaints of which you may know, the newest first."""
        items, cursor = await self._listing.page(call.actor, query)
        return Page[ComplaintRow](items=items, next_cursor=cursor)

    @route("POST", "/api/complaints", permission=Permission.TICKET_WRITE, status=201)
    async def register(self, call: Call, body: NewComplaint) -> ComplaintView:
        """Register a complaint: a ticket with its source and what it is about; its receipt is on its way."""
        return await self._listing.show(call.actor, await self._complaints.register(call.actor, body))

    @route("GET", "/api/complaints/{ticket_id}", permission=Permission.TICKET_READ)
    async def show(self, call: Call, ticket_id: UUID) -> ComplaintView:
        """Show the path of a complaint."""
        return await self._listing.show(call.actor, ticket_id)

    @route("PATCH", "/api/complaints/{ticket_id}", permission=Permission.COMPLAINT_HANDLE)
    async def record(self, call: Call, ticket_id: UUID, body: ComplaintChange) -> ComplaintView:
        """Say whence it came, what it is about, its cause, the remedy and the lesson."""
        await self._complaints.record(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/receipt", permission=Permission.TICKET_WRITE)
    async def send_receipt(self, call: Call, ticket_id: UUID) -> ComplaintView:
        """Send a receipt that is still owed."""
        await self._receipts.again(call.actor, ticket_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/receipt-told", permission=Permission.TICKET_WRITE)
    async def tell_receipt(self, call: Call, ticket_id: UUID, body: ToldReceipt) -> ComplaintView:
        """Say how the tracking code was told."""
        await self._receipts.told(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/take-up", permission=Permission.COMPLAINT_HANDLE)
    async def take_up(self, call: Call, ticket_id: UUID) -> ComplaintView:
        """Begin to look into it."""
        await self._complaints.take_up(call.actor, ticket_id)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/escalations", permission=Permission.COMPLAINT_HANDLE, status=201)
    async def escalate(self, call: Call, ticket_id: UUID, body: NewEscalation) -> ComplaintView:
        """Let somebody above look after it."""
        await self._complaints.escalate(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/referrals", permission=Permission.COMPLAINT_HANDLE, status=201)
    async def refer(self, call: Call, ticket_id: UUID, body: NewReferral) -> ComplaintView:
        """Ask a unit, with a deadline in its working days."""
        await self._referrals.ask(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/decision", permission=Permission.COMPLAINT_HANDLE, status=201)
    async def decide(self, call: Call, ticket_id: UUID, body: NewDecision) -> ComplaintView:
        """Decide it."""
        await self._judging.decide(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/reviews", permission=Permission.TICKET_WRITE, status=201)
    async def ask_review(self, call: Call, ticket_id: UUID, body: NewReview) -> ComplaintView:
        """Ask for a review on behalf of the complainant."""
        await self._judging.ask_review(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/review-decision", permission=Permission.COMPLAINT_REVIEW, status=201)
    async def review(self, call: Call, ticket_id: UUID, body: NewDecision) -> ComplaintView:
        """Decide a review, as somebody who did not decide it before."""
        await self._judging.review(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/answer", permission=Permission.COMPLAINT_HANDLE, status=201)
    async def answer(self, call: Call, ticket_id: UUID, body: NewAnswer) -> ComplaintView:
        """Say how the complainant was told of the decision."""
        await self._judging.answer(call.actor, ticket_id, body)
        return await self._listing.show(call.actor, ticket_id)

    @route("POST", "/api/complaints/{ticket_id}/close", permission=Permission.COMPLAINT_HANDLE)
    async def close(self, call: Call, ticket_id: UUID) -> ComplaintView:
        """Close it."""
        await self._complaints.close(call.actor, ticket_id)
        return await self._listing.show(call.actor, ticket_id)


class ReferralRoutes:
    """What units are asked."""

    def __init__(self, referrals: Referrals) -> None:
        self._referrals = referrals

    @route("GET", "/api/complaint-referrals", permission=Permission.COMPLAINT_HANDLE)
    async def referrals(self, call: Call, query: ReferralQuery) -> ReferralList:
        """List what the units in your scope are asked, what is due first."""
        return ReferralList(items=await self._referrals.list_for_units(call.actor, query.state))

    @route("POST", "/api/complaint-referrals/{referral_id}/answer", permission=Permission.COMPLAINT_HANDLE)
    async def answer_referral(self, call: Call, referral_id: UUID, body: ReferralEnd) -> ReferralView:
        """Answer for the unit."""
        return await self._referrals.end(call.actor, referral_id, "answered", body)

    @route("POST", "/api/complaint-referrals/{referral_id}/return", permission=Permission.COMPLAINT_HANDLE)
    async def return_referral(self, call: Call, referral_id: UUID, body: ReferralEnd) -> ReferralView:
        """Send it back, saying why."""
        return await self._referrals.end(call.actor, referral_id, "returned", body)

    @route("POST", "/api/complaint-referrals/{referral_id}/withdraw", permission=Permission.COMPLAINT_HANDLE)
    async def withdraw_referral(self, call: Call, referral_id: UUID, body: ReferralEnd) -> ReferralView:
        """Take it back, saying why."""
        return await self._referrals.end(call.actor, referral_id, "withdrawn", body)


class ComplaintSetupRoutes:
    """Sources, causes, deadlines."""

    def __init__(self, setup: ComplaintSetup) -> None:
        self._setup = setup

    @route("GET", "/api/complaint-sources", permission=COLLEAGUE)
    async def sources(self, call: Call) -> SourceList:  # noqa: ARG002 - every handler gets the call
        """List whence complaints come."""
        return SourceList(items=await self._setup.sources())

    @route("POST", "/api/complaint-sources", permission=Permission.COMPLAINT_MANAGE, status=201)
    async def add_source(self, call: Call, body: SourceSettings) -> Source:
        """Add a source."""
        return await self._setup.save_source(call.actor, None, body)

    @route("PUT", "/api/complaint-sources/{source_id}", permission=Permission.COMPLAINT_MANAGE)
    async def change_source(self, call: Call, source_id: UUID, body: SourceChange) -> Source:
        """Change a source, or switch it off."""
        return await self._setup.save_source(call.actor, source_id, body)

    @route("GET", "/api/complaint-causes", permission=COLLEAGUE)
    async def causes(self, call: Call) -> CauseList:  # noqa: ARG002 - every handler gets the call
        """List the causes that a complaint may have."""
        return CauseList(items=await self._setup.causes())

    @route("POST", "/api/complaint-causes", permission=Permission.COMPLAINT_MANAGE, status=201)
    async def add_cause(self, call: Call, body: CauseSettings) -> Cause:
        """Add a cause."""
        return await self._setup.save_cause(call.actor, None, body)

    @route("PUT", "/api/complaint-causes/{cause_id}", permission=Permission.COMPLAINT_MANAGE)
    async def change_cause(self, call: Call, cause_id: UUID, body: CauseChange) -> Cause:
        """Change a cause, or switch it off."""
        return await self._setup.save_cause(call.actor, cause_id, body)

    @route("GET", "/api/complaint-policies", permission=COLLEAGUE)
    async def policies(self, call: Call) -> PolicyList:  # noqa: ARG002 - every handler gets the call
        """List the deadlines, those that name more first."""
        return PolicyList(items=await self._setup.policies())

    @route("POST", "/api/complaint-policies", permission=Permission.COMPLAINT_MANAGE, status=201)
    async def add_policy(self, call: Call, body: PolicySettings) -> Policy:
        """Add deadlines for a type, a source, or both."""
        return await self._setup.save_policy(call.actor, None, body)

    @route("PUT", "/api/complaint-policies/{policy_id}", permission=Permission.COMPLAINT_MANAGE)
    async def change_policy(self, call: Call, policy_id: UUID, body: PolicyChange) -> Policy:
        """Change deadlines; open complaints are due by them at once."""
        return await self._setup.save_policy(call.actor, policy_id, body)

    @route("DELETE", "/api/complaint-policies/{policy_id}", permission=Permission.COMPLAINT_MANAGE, status=204)
    async def remove_policy(self, call: Call, policy_id: UUID) -> None:
        """Remove deadlines; those for all complaints stay."""
        await self._setup.remove_policy(call.actor, policy_id)

    @route("GET", "/api/complaint-rule", permission=COLLEAGUE)
    async def rule(self, call: Call) -> Rule:  # noqa: ARG002 - every handler gets the call
        """Get what holds for every complaint."""
        return await self._setup.rule()

    @route("PUT", "/api/complaint-rule", permission=Permission.COMPLAINT_MANAGE)
    async def change_rule(self, call: Call, body: RuleChange) -> Rule:
        """Say whether every complaint is confidential from its beginning."""
        return await self._setup.save_rule(call.actor, body)
