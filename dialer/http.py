"""Routes of campaigns, lists, rules, and of what agents do with a call that a campaign begins."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from access.model import Permission
from core.http import Call, Page, route
from customers.http import before_id
from dialer.campaigns import Campaigns
from dialer.desk import Desk
from dialer.lists import Lists
from dialer.live import Live
from dialer.model import (
    Campaign,
    CampaignChange,
    CampaignQuery,
    CampaignSettings,
    ContactList,
    Dial,
    Disposing,
    ListChange,
    ListOfCustomers,
    LiveFigures,
    NewCampaign,
    NewList,
    PostalZones,
    PresetChange,
    PresetView,
    Switch,
)
from dialer.report import Reports
from dialer.reportmodel import AttemptQuery, AttemptView, CampaignReport, ReportQuery
from dialer.rulebook import Rulebook

_CHUNK = 1 << 16


class CampaignItems(BaseModel):
    items: list[Campaign]


class ListItems(BaseModel):
    items: list[ContactList]


class PresetItems(BaseModel):
    items: list[PresetView]


class CampaignRoutes:
    def __init__(self, campaigns: Campaigns, live: Live) -> None:
        self._campaigns, self._live = campaigns, live

    @route("GET", "/api/campaigns", permission=Permission.CAMPAIGN_READ)
    async def campaigns(self, call: Call, query: CampaignQuery) -> CampaignItems:
        """List campaigns with how far they are."""
        return CampaignItems(items=await self._campaigns.all(call.actor, query))

    @route("POST", "/api/campaigns", permission=Permission.CAMPAIGN_MANAGE, status=201)
    async def add_campaign(self, call: Call, body: NewCampaign) -> Campaign:
        """Write a campaign down; it is started by itself."""
        return await self._campaigns.add(call.actor, body)

    @route("GET", "/api/campaigns/usual", permission=Permission.CAMPAIGN_MANAGE)
    async def usual_settings(self, call: Call) -> CampaignSettings:
        """Get what a new campaign begins with: pace, further tries, dispositions in three languages."""
        return self._campaigns.usual(call.actor)

    @route("GET", "/api/campaigns/{campaign_id}", permission=Permission.CAMPAIGN_READ)
    async def campaign(self, call: Call, campaign_id: UUID) -> Campaign:
        """Get one campaign."""
        return await self._campaigns.get(call.actor, campaign_id)

    @route("PUT", "/api/campaigns/{campaign_id}", permission=Permission.CAMPAIGN_MANAGE)
    async def change_campaign(self, call: Call, campaign_id: UUID, body: CampaignChange) -> Campaign:
        """Change a campaign, also while it runs."""
        return await self._campaigns.change(call.actor, campaign_id, body)

    @route("POST", "/api/campaigns/{campaign_id}/switch", permission=Permission.CAMPAIGN_RUN)
    async def switch_campaign(self, call: Call, campaign_id: UUID, body: Switch) -> Campaign:
        """Start, pause, resume or stop a campaign."""
        return await self._campaigns.switch(call.actor, campaign_id, body)

    @route("GET", "/api/campaigns/{campaign_id}/live", permission=Permission.CAMPAIGN_READ)
    async def campaign_live(self, call: Call, campaign_id: UUID) -> LiveFigures:
        """Show a campaign at this moment: lines, agents, answers, and why nothing is dialled."""
        return await self._live.figures(call.actor, campaign_id)


class ReportRoutes:
    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    @route("GET", "/api/campaigns/{campaign_id}/report", permission=Permission.CAMPAIGN_READ)
    async def campaign_report(self, call: Call, campaign_id: UUID, query: ReportQuery) -> CampaignReport:
        """Show what a campaign has come to over some days, by hours or days, outcomes and agents."""
        return await self._reports.report(call.actor, campaign_id, query)

    @route("GET", "/api/campaigns/{campaign_id}/attempts", permission=Permission.CAMPAIGN_READ)
    async def attempts(self, call: Call, campaign_id: UUID, query: AttemptQuery) -> Page[AttemptView]:
        """List attempts, newest first, each with the verdict by which it was dialled."""
        before = before_id(query.cursor) if query.cursor else None
        found = await self._reports.attempts(call.actor, campaign_id, query, before, query.limit + 1)
        items = found[: query.limit]
        return Page[AttemptView](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/campaigns/{campaign_id}/attempts/export", permission=Permission.REPORT_READ)
    async def export_attempts(self, call: Call, campaign_id: UUID, query: AttemptQuery) -> web.StreamResponse:
        """Take attempts along as CSV, with their verdicts."""
        return web.Response(
            body=await self._reports.export(call.actor, campaign_id, query),
            content_type="text/csv",
            headers={
                "Content-Disposition": 'attachment; filename="attempts.csv"',
                "Cache-Control": "private, no-store",
            },
        )


class ListRoutes:
    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    @route("GET", "/api/lists", permission=Permission.CAMPAIGN_READ)
    async def lists(self, call: Call) -> ListItems:
        """List the lists of contacts, newest first."""
        return ListItems(items=await self._lists.all(call.actor))

    @route("POST", "/api/lists", permission=Permission.LIST_MANAGE, status=201)
    async def add_list(self, call: Call, body: NewList) -> ContactList:
        """Write an empty list down; its rows follow."""
        return await self._lists.add(call.actor, body)

    @route("POST", "/api/lists/customers", permission=Permission.LIST_MANAGE, status=201)
    async def list_customers(self, call: Call, body: ListOfCustomers) -> ContactList:
        """Make a list of the customers of a segment."""
        return await self._lists.import_customers(call.actor, body)

    @route("GET", "/api/lists/{list_id}", permission=Permission.CAMPAIGN_READ)
    async def contact_list(self, call: Call, list_id: UUID) -> ContactList:
        """Get one list."""
        return await self._lists.get(call.actor, list_id)

    @route("PUT", "/api/lists/{list_id}", permission=Permission.LIST_MANAGE)
    async def change_list(self, call: Call, list_id: UUID, body: ListChange) -> ContactList:
        """Give a list another name, or to another campaign."""
        return await self._lists.change(call.actor, list_id, body)

    @route("POST", "/api/lists/{list_id}/rows", permission=Permission.LIST_MANAGE, form=True)
    async def import_rows(self, call: Call, list_id: UUID) -> ContactList:
        """Take the rows of a CSV or XLSX file, which is the whole body, by the list's column map."""
        return await self._lists.import_rows(call.actor, list_id, call.request.content.iter_chunked(_CHUNK))

    @route("GET", "/api/lists/{list_id}/errors", permission=Permission.LIST_MANAGE)
    async def list_errors(self, call: Call, list_id: UUID) -> web.Response:
        """Download the rows that were not taken, with the reasons."""
        content = await self._lists.errors(call.actor, list_id)
        headers = {
            "Content-Disposition": f'attachment; filename="errors-{list_id}.csv"',
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)


class RuleRoutes:
    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    @route("GET", "/api/compliance/presets", permission=Permission.CAMPAIGN_READ)
    async def presets(self, call: Call) -> PresetItems:
        """List the rules by which numbers are judged. They are data, and no legal advice."""
        return PresetItems(items=await self._rulebook.presets(call.actor))

    @route("PUT", "/api/compliance/presets/{preset_id}", permission=Permission.CAMPAIGN_MANAGE)
    async def save_preset(self, call: Call, preset_id: str, body: PresetChange) -> PresetView:
        """Change a preset, or add one."""
        return await self._rulebook.save(call.actor, preset_id, body)

    @route("DELETE", "/api/compliance/presets/{preset_id}", permission=Permission.CAMPAIGN_MANAGE, status=204)
    async def reset_preset(self, call: Call, preset_id: str) -> None:
        """Let a preset be as it was shipped; one that was added here is gone."""
        await self._rulebook.reset(call.actor, preset_id)

    @route("GET", "/api/compliance/postal-zones", permission=Permission.CAMPAIGN_READ)
    async def postal_zones(self, call: Call) -> PostalZones:
        """Get the table of time zones by postal code."""
        return await self._rulebook.postal(call.actor)

    @route("PUT", "/api/compliance/postal-zones", permission=Permission.CAMPAIGN_MANAGE)
    async def replace_postal_zones(self, call: Call, body: PostalZones) -> PostalZones:
        """Replace that table."""
        return await self._rulebook.replace_postal(call.actor, body)


class DialRoutes:
    """Who may is decided by whose conversation it is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @route("GET", "/api/dials/{interaction_id}", permission=Permission.INTERACTION_REPLY)
    async def dial_screen(self, call: Call, interaction_id: UUID) -> Dial:
        """Get the contact, the script and the dispositions of a conversation that a campaign began."""
        return await self._desk.of(call.actor, interaction_id)

    @route("POST", "/api/dials/{interaction_id}/dial", permission=Permission.INTERACTION_REPLY)
    async def dial_now(self, call: Call, interaction_id: UUID) -> Dial:
        """Dial the contact of a preview."""
        return await self._desk.dial(call.actor, interaction_id)

    @route("POST", "/api/dials/{interaction_id}/skip", permission=Permission.INTERACTION_REPLY, status=204)
    async def skip_dial(self, call: Call, interaction_id: UUID) -> None:
        """Leave the contact of a preview for another time."""
        await self._desk.skip(call.actor, interaction_id)

    @route("POST", "/api/dials/{interaction_id}/disposition", permission=Permission.INTERACTION_REPLY, status=204)
    async def dispose(self, call: Call, interaction_id: UUID, body: Disposing) -> None:
        """Say how the call ended."""
        await self._desk.dispose(call.actor, interaction_id, body)
