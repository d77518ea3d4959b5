"""Every folder's routes on one API; as `parts.py` it knows every folder, and `server.py` alone knows it."""

from __future__ import annotations

from access.http import AccessRoutes, ViewRoutes
from access.views import Views
from agents.http import AgentRoutes
from chat.history import RatingHistory
from consents.unsubscribe_http import UnsubscribeRoutes
from contactforms.http import ContactFormRoutes
from contactforms.service import ContactForms
from core.http import Api
from customers.http import CustomerRoutes
from customers.overview import Overviews
from customers.tiers import TierRoutes, Tiers
from customers.timeline import Timelines
from extensions.http import ExtensionRoutes
from flows.http import FlowRoutes
from flows.service import FlowDesk
from flows.soundhttp import SoundRoutes
from flows.sounds import Sounds
from interactions.around_http import AroundRoutes
from interactions.bounced import Bounces
from interactions.customerfiles import StoredFileRoutes, StoredFiles
from interactions.desk_settings import DeskSettings
from interactions.history import History
from interactions.http import AnswerRoutes, ChannelRoutes, InteractionRoutes
from interactions.mailboxes import Mailboxes, MailboxRoutes
from interactions.participants import Participants
from interactions.post import PostRoutes
from interactions.quarantine import Quarantine
from interactions.search import Search
from interactions.search_http import SearchRoutes
from interactions.whole import WholeMailRoutes, WholeMails
from mailroom.http import MailroomRoutes
from mailroom.service import Mailroom
from organisation.http import OrganisationRoutes
from parts import VERSION, Floor, Ground, Live, Neck
from rooms.team import Team
from routing.planning import planning
from storage.answers import Answers
from tickets.finding import Finding


def _customer_routes(on: Ground, floor: Floor) -> CustomerRoutes:
    """A customer's page: each folder that knows something of customers is a source of it."""
    sources = (History(floor.customers), RatingHistory())
    timelines = Timelines(on.db, floor.customers, sources)
    return CustomerRoutes(floor.customers, timelines, Overviews(on.db, floor.customers, on.clock, sources))


def build_api(on: Ground, floor: Floor, neck: Neck, team: Team, live: Live) -> Api:
    floor.access.hide_behind(neck.desk.listing)
    neck.complaints.veil(floor.access)
    api = Api(floor.sign_in, Answers(on.db), title="Markaz", version=VERSION)
    neck.portal.open(api)
    for routes in (
        AccessRoutes(floor.access, floor.sign_in),
        _customer_routes(on, floor),
        TierRoutes(Tiers(on.db)),
        AgentRoutes(floor.agents),
        *planning(
            on.db,
            on.clock,
            floor.routing,
            floor.agents,
            floor.customers,
            on.channel_rules,
        ),
        InteractionRoutes(neck.interactions, neck.attachments),
        AroundRoutes(Participants(on.db, neck.receiver, on.kinds), Bounces(on.db, floor.customers)),
        AnswerRoutes(neck.answers),
        PostRoutes(neck.interactions, neck.outbox.departures, DeskSettings(on.db)),
        WholeMailRoutes(WholeMails(on.db)),
        StoredFileRoutes(StoredFiles(on.db, floor.customers)),
        MailboxRoutes(Mailboxes(on.db, on.clock)),
        ChannelRoutes(neck.accounts, neck.channels, neck.webhooks, Quarantine(on.db)),
        *live.site.routes(),
        *live.board.routes(),
        *neck.calling.routes(),
        *neck.telephony.routes(),
        FlowRoutes(FlowDesk(on.db, on.clock, neck.interactions)),
        SoundRoutes(Sounds(on.db, on.clock, on.keys, on.files, neck.attachments)),
        *neck.desk.routes(neck.attachments),
        *neck.automation.routes(),
        *neck.solutions.routes(),
        *neck.reports.routes(),
        *neck.complaints.routes(),
        *neck.dialer.routes(),
        *([] if neck.outbox.opt_outs is None else [UnsubscribeRoutes(neck.outbox.opt_outs)]),
        *neck.dispatch.routes(),
        *neck.geo.routes(),
        ContactFormRoutes(ContactForms(on.db, on.clock, neck.desk.tickets)),
        *neck.portal.routes(),
        ViewRoutes(Views(on.db, on.clock)),
        SearchRoutes(Search(on.db, floor.customers, Finding(neck.desk.listing))),
        ExtensionRoutes(live.extensions),
        OrganisationRoutes(live.organisation),
        MailroomRoutes(Mailroom(on.db, neck.accounts, floor.routing)),
        *team.routes(),
    ):
        api.add(routes)
    return api
