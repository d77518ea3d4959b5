"""Routes of conversations, files, accounts, subscriptions and the quarantine; and the door of strangers' webhooks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from access.model import Permission
from channels.base import Channel, WebhookRequest
from core.errors import Invalid, NotFound, Unavailable
from core.http import SIGNED_IN, Call, Page, PageQuery, route
from core.http.api import TooLarge
from core.ids import StaffId
from customers.http import before_id
from customers.model import CustomerId
from interactions.accounts import AccountChange, AccountView, ChannelAccounts, NewAccount, TryAccount
from interactions.answers import Answer, AnswerChange, CannedAnswers, NewAnswer
from interactions.attachments import Attachments
from interactions.handing import Urgency
from interactions.intake import Intake
from interactions.model import (
    AttachmentView,
    Close,
    InteractionView,
    MessageView,
    NewNote,
    NewReply,
    OutboundAccount,
    StartInteraction,
    State,
    Transfer,
)
from interactions.quarantine import Quarantine, QuarantinedJob
from interactions.service import Filter, Interactions
from interactions.sockets import Closed, Messages
from interactions.softphone import Softphone, SoftphoneToken, softphone, softphone_token, speaks_by_twilio
from interactions.webhooks import NewWebhook, Webhook, WebhookMade, Webhooks

_LAST = 2**31 - 1
_HOOK_BYTES = 1 << 20


class InteractionQuery(PageQuery):
    state: State | None = None
    channel: str | None = Field(None, max_length=40, pattern=r"^[a-z]+$")
    customer_id: UUID | None = None
    queue_id: UUID | None = None
    agent_id: UUID | None = None


class AnswerQuery(PageQuery):
    search: str | None = Field(None, max_length=100)
    with_inactive: bool = False


class MessagesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    before_seq: int | None = Field(None, ge=0, le=_LAST)
    limit: int = Field(50, ge=1, le=100)


class OutboundAccounts(BaseModel):
    items: list[OutboundAccount]


class ChannelKinds(BaseModel):
    """The JSON schema of the settings of each kind of channel."""

    kinds: dict[str, dict[str, Any]]


class CheckFailed(Invalid):
    """The account cannot be used with these settings now."""


class TrialStep(BaseModel):
    """One step; `fault` is empty when it went well, else a word such as no_host, password, folder."""

    step: str
    fault: str
    detail: str


class TrialResult(BaseModel):
    steps: list[TrialStep]


class AccountList(BaseModel):
    items: list[AccountView]


class WebhookList(BaseModel):
    items: list[Webhook]


class QuarantineList(BaseModel):
    items: list[QuarantinedJob]


def _page(found: list[InteractionView], limit: int) -> Page[InteractionView]:
    items = found[:limit]
    return Page[InteractionView](items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


class InteractionRoutes:
    def __init__(self, interactions: Interactions, attachments: Attachments) -> None:
        self._interactions, self._attachments = interactions, attachments

    @route("GET", "/api/interactions", permission=Permission.INTERACTION_READ)
    async def search(self, call: Call, query: InteractionQuery) -> Page[InteractionView]:
        """List conversations of all channels, newest first."""
        customer_id = None if query.customer_id is None else CustomerId(query.customer_id)
        agent_id = None if query.agent_id is None else StaffId(query.agent_id)
        wanted = Filter(query.state, query.channel, customer_id, query.queue_id, agent_id)
        found = await self._interactions.search(call.actor, wanted, before_id(query.cursor), query.limit + 1)
        return _page(found, query.limit)

    @route("POST", "/api/interactions", permission=Permission.INTERACTION_START, status=201)
    async def start(self, call: Call, body: StartInteraction) -> InteractionView:
        """Write to a customer first."""
        return await self._interactions.start(call.actor, body)

    @route("GET", "/api/interactions/{interaction_id}", permission=Permission.INTERACTION_READ)
    async def show(self, call: Call, interaction_id: UUID) -> InteractionView:
        """Show one conversation."""
        return await self._interactions.get(call.actor, interaction_id)

    @route("GET", "/api/interactions/{interaction_id}/messages", permission=Permission.INTERACTION_READ)
    async def messages(self, call: Call, interaction_id: UUID, query: MessagesQuery) -> Messages:
        """Read a page of a conversation, oldest first."""
        before = _LAST if query.before_seq is None else query.before_seq
        return Messages(messages=await self._interactions.messages(call.actor, interaction_id, before, query.limit))

    @route("POST", "/api/interactions/{interaction_id}/messages", permission=Permission.INTERACTION_REPLY, status=201)
    async def reply(self, call: Call, interaction_id: UUID, body: NewReply) -> MessageView:
        """Say something to the customer, once per `client_id`."""
        return await self._interactions.reply(call.actor, interaction_id, body)

    @route("POST", "/api/interactions/{interaction_id}/notes", permission=Permission.INTERACTION_READ, status=201)
    async def note(self, call: Call, interaction_id: UUID, body: NewNote) -> MessageView:
        """Write something for colleagues."""
        return await self._interactions.note(call.actor, interaction_id, body)

    @route("POST", "/api/interactions/{interaction_id}/transfer", permission=Permission.INTERACTION_TRANSFER)
    async def transfer(self, call: Call, interaction_id: UUID, body: Transfer) -> None:
        """Hand over to a queue, an agent or whoever has a skill."""
        await self._interactions.handing.transfer(call.actor, interaction_id, body)

    @route("POST", "/api/interactions/{interaction_id}/reroute", permission=Permission.WORK_SUPERVISE)
    async def reroute(self, call: Call, interaction_id: UUID, body: Transfer) -> None:
        """Let a conversation that waits, or that somebody has, wait elsewhere or for somebody else."""
        await self._interactions.handing.reroute(call.actor, interaction_id, body)

    @route("POST", "/api/interactions/{interaction_id}/priority", permission=Permission.WORK_PRIORITISE)
    async def prioritise(self, call: Call, interaction_id: UUID, body: Urgency) -> InteractionView:
        """Say how urgent a waiting conversation is; an emergency goes before everything else."""
        return await self._interactions.handing.prioritise(call.actor, interaction_id, body)

    @route("POST", "/api/interactions/{interaction_id}/close", permission=Permission.INTERACTION_REPLY)
    async def close(self, call: Call, interaction_id: UUID, body: Close) -> Closed:
        """End the conversation."""
        return Closed(state=await self._interactions.close(call.actor, interaction_id, body))

    @route("GET", "/api/outbound-accounts", permission=Permission.INTERACTION_START)
    async def outbound_accounts(self, call: Call) -> OutboundAccounts:
        """List the accounts from which customers can be written to first."""
        return OutboundAccounts(items=await self._interactions.outbound_accounts(call.actor))

    @route("POST", "/api/files", permission=Permission.INTERACTION_REPLY, status=201, form=True)
    async def upload(self, call: Call) -> AttachmentView:
        """Upload a file, to be attached to a message."""
        return await self._attachments.upload(call.actor, call.request)

    @route("GET", "/api/files/{file_id}", permission=SIGNED_IN)
    async def download(self, call: Call, file_id: UUID) -> web.Response:
        """Get a file of a conversation that you may read."""
        return await self._attachments.download(call.actor, file_id)


class AnswerRoutes:
    """Canned answers; who may change which is decided by their scope."""

    def __init__(self, answers: CannedAnswers) -> None:
        self._answers = answers

    @route("GET", "/api/answers", permission=Permission.INTERACTION_REPLY)
    async def answers(self, call: Call, query: AnswerQuery) -> Page[Answer]:
        """List the canned answers that you may use."""
        after = UUID(int=0) if query.cursor is None else before_id(query.cursor)
        found = await self._answers.search(
            call.actor, query.search, after, query.limit + 1, with_inactive=query.with_inactive
        )
        items = found[: query.limit]
        return Page[Answer](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("POST", "/api/answers", permission=Permission.INTERACTION_REPLY, status=201)
    async def add(self, call: Call, body: NewAnswer) -> Answer:
        """Add an answer: a personal one, or with `answer.manage` one for a branch or for all."""
        return await self._answers.add(call.actor, body)

    @route("PUT", "/api/answers/{answer_id}", permission=Permission.INTERACTION_REPLY)
    async def change(self, call: Call, answer_id: UUID, body: AnswerChange) -> Answer:
        """Change an answer, or switch it on or off."""
        return await self._answers.change(call.actor, answer_id, body)


class ChannelRoutes:
    def __init__(
        self, accounts: ChannelAccounts, channels: dict[str, Channel], webhooks: Webhooks, quarantine: Quarantine
    ) -> None:
        self._accounts, self._channels = accounts, channels
        self._webhooks, self._quarantine = webhooks, quarantine

    @route("GET", "/api/channels", permission=Permission.CHANNEL_MANAGE)
    async def kinds(self, call: Call) -> ChannelKinds:  # noqa: ARG002 - every handler gets the call
        """List the kinds of channels with the settings that an account of each has."""
        return ChannelKinds(kinds=self._accounts.kinds())

    @route("GET", "/api/accounts", permission=Permission.CHANNEL_MANAGE)
    async def accounts(self, call: Call) -> AccountList:
        """List mailboxes, numbers and bots with their health."""
        return AccountList(items=await self._accounts.list_accounts(call.actor))

    @route("POST", "/api/accounts", permission=Permission.CHANNEL_MANAGE, status=201)
    async def add_account(self, call: Call, body: NewAccount) -> AccountView:
        """Add a mailbox, number or bot."""
        return await self._accounts.add(call.actor, body)

    @route("PUT", "/api/accounts/{account_id}", permission=Permission.CHANNEL_MANAGE)
    async def change_account(self, call: Call, account_id: UUID, body: AccountChange) -> AccountView:
        """Change an account, or switch it on or off."""
        return await self._accounts.change(call.actor, account_id, body)

    @route("POST", "/api/accounts/{account_id}/check", permission=Permission.CHANNEL_MANAGE)
    async def check_account(self, call: Call, account_id: UUID) -> None:
        """Try the account's settings, and say plainly what is wrong."""
        account, row = await self._accounts.get(account_id)
        call.actor.must(Permission.CHANNEL_MANAGE, row["branch_id"])
        try:
            await self._channels[account.kind].check(account)
        except Unavailable as error:
            # It is the stranger who is not there; we are, and this is our answer.
            raise CheckFailed(error.detail) from error

    @route("POST", "/api/accounts/trial", permission=Permission.CHANNEL_MANAGE)
    async def try_account(self, call: Call, body: TryAccount) -> TrialResult:
        """Try settings before they are saved, step by step; a mailbox sends a mail to itself."""
        account = await self._accounts.proposed(call.actor, body)
        steps = await self._channels[account.kind].trial(account)
        return TrialResult(steps=[TrialStep(step=one.step, fault=one.fault, detail=one.detail) for one in steps])

    @route("GET", "/api/softphone", permission=Permission.INTERACTION_REPLY)
    async def softphone(self, call: Call) -> Softphone:
        """Ask what the own phone in the console is."""
        return await softphone(self._accounts, self._channels, call.actor)

    @route("POST", "/api/softphone/token", permission=Permission.INTERACTION_REPLY, shows_secret=True)
    async def softphone_token(self, call: Call) -> SoftphoneToken:
        """Get what the own browser phone signs in with at the carrier; valid for an hour."""
        return await softphone_token(self._accounts, self._channels, call.actor)

    @route("GET", "/api/webhooks", permission=Permission.WEBHOOK_MANAGE)
    async def webhooks(self, call: Call) -> WebhookList:
        """List subscriptions of other systems."""
        return WebhookList(items=await self._webhooks.list_all(call.actor))

    @route("POST", "/api/webhooks", permission=Permission.WEBHOOK_MANAGE, status=201, shows_secret=True)
    async def add_webhook(self, call: Call, body: NewWebhook) -> WebhookMade:
        """Subscribe another system to events; the secret is shown this once."""
        return await self._webhooks.add(call.actor, body)

    @route("DELETE", "/api/webhooks/{webhook_id}", permission=Permission.WEBHOOK_MANAGE)
    async def delete_webhook(self, call: Call, webhook_id: UUID) -> None:
        """End a subscription."""
        await self._webhooks.delete(call.actor, webhook_id)

    @route("GET", "/api/quarantine", permission=Permission.OPERATIONS_READ)
    async def quarantine(self, call: Call) -> QuarantineList:
        """List what failed again and again and waits for an operator."""
        return QuarantineList(items=await self._quarantine.list_all(call.actor))

    @route("POST", "/api/quarantine/{job_id}/release", permission=Permission.OPERATIONS_MANAGE)
    async def release(self, call: Call, job_id: int) -> None:
        """Run something from the quarantine again."""
        await self._quarantine.release(call.actor, job_id)


class Hooks:
    """`/hooks/{account_id}/...`: commit what a stranger says, then answer him."""

    def __init__(self, accounts: ChannelAccounts, channels: dict[str, Channel], intake: Intake, base_url: str) -> None:
        self._accounts, self._channels, self._intake = accounts, channels, intake
        self._base_url = base_url

    async def speaks_by_twilio(self) -> bool:
        """Tell whether the console needs Twilio's addresses in its policy."""
        return await speaks_by_twilio(self._accounts, self._channels)

    async def take(self, request: web.Request) -> web.Response:
        """Answer one webhook. A switched-off or unknown account is not there (W6)."""
        try:
            account_id = UUID(request.match_info["account_id"])
        except ValueError as error:
            raise NotFound from error
        account, row = await self._accounts.recent(account_id)
        if not row["is_enabled"]:
            raise NotFound
        body = await _body(request)
        hook = WebhookRequest(
            method=request.method,
            path=request.match_info["tail"],
            url=f"{self._base_url}{request.raw_path}",
            headers=request.headers,
            body=body,
        )
        answer = await self._channels[account.kind].accept(account, hook)
        if answer.raws:
            await self._intake.deliver(account, answer.raws)
        return web.Response(text=answer.body, content_type=answer.content_type, status=answer.status)


async def _body(request: web.Request) -> bytes:
    """Read all of it, in as many pieces as it comes, and stop at the bound."""
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _HOOK_BYTES:
            raise TooLarge("A webhook has at most 1 MB.")
    return bytes(body)
