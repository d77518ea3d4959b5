"""A company with two branches, three agents, and one account of each channel."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from access.model import AGENT_PERMISSIONS, NewBranch, NewRole, NewStaff, Permission
from access.service import Access
from agents.model import AgentProfile, NewSkill
from agents.service import Agents
from chat.model import NewWidget, WidgetSettings
from chat.widgets import Widgets
from core.actor import SYSTEM
from core.ids import StaffId
from core.secrets import Keyring
from core.settings import Settings
from customers.tiers import NewTier, Tiers
from demo.answers import add_answers
from interactions.accounts import ChannelAccounts, NewAccount
from interactions.answers import CannedAnswers
from portal.model import FormSettings, NewForm, PortalChange
from portal.setting import PortalSetup
from routing.model import Priority
from routing.rules import RuleSettings
from routing.service import Routing
from routing.values import QueueSettings, QueueStep

log = logging.getLogger(__name__)

PASSWORD = "markaz-demo"  # noqa: S105 - printed at every start of the demo
MAILBOX = "support@sahra.example"
NUMBER = "+12025550142"
SITE = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    name: str
    locale: str
    calendar: str
    skills: tuple[str, ...]


AGENTS = (
    Person("sara", "Sara Ahmadi", "fa", "persian", ("chat", "email")),
    Person("omar", "عمر الحسن", "ar", "islamic-umalqura", ("sms", "chat")),
    Person("maya", "Maya Lind", "en", "gregory", ("phone", "email")),
)
SUPERVISOR = Person("nadia", "Nadia Karimi", "en", "gregory", ())
_QUEUES = {
    "chat": ("Web chat", 60, 0),
    "email": ("Email", 3600, 0),
    "sms": ("SMS", 120, 0),
    "phone": ("Telephone", 30, 20),
}
# When experience no longer counts as long as somebody knows it at all.
_RELAXED_AFTER = {"chat": 120, "email": 7200, "sms": 300, "phone": 45}
_TIERS = (("Gold", Priority.URGENT), ("Silver", Priority.HIGH))


@dataclass(frozen=True, slots=True)
class Demo:
    """Fills an empty database, through the use-cases that an administrator has."""

    settings: Settings
    keys: Keyring
    access: Access
    agents: Agents
    routing: Routing
    tiers: Tiers
    accounts: ChannelAccounts
    answers: CannedAnswers
    widgets: Widgets
    portal: PortalSetup

    async def fill(self) -> bool:
        """Make the organisation; False when there are people already."""
        if not await self.access.is_empty():
            return False
        head = await self.access.add_branch(SYSTEM, NewBranch(name="Head office"))
        for name in ("تهران", "الرياض"):
            await self.access.add_branch(SYSTEM, NewBranch(name=name, parent_id=head.id))
        await self._people()
        queues = await self._queues_and_skills()
        await self._loyalty()
        await self._channels(queues)
        await add_answers(self.answers)
        log.info("the demo organisation is in place")
        return True

    async def _people(self) -> None:
        everything = await self.access.add_role(SYSTEM, NewRole(name="Administrator", permissions=sorted(Permission)))
        supervising = sorted(
            AGENT_PERMISSIONS
            | {
                Permission.AGENT_MANAGE,
                Permission.ANSWER_MANAGE,
                Permission.CALLBACK_MANAGE,
                Permission.CALL_LISTEN,
                Permission.COST_READ,
                Permission.RECORDING_READ,
                Permission.TEXT_SEND_MANY,
                Permission.COMPLAINT_HANDLE,
                Permission.COMPLAINT_READ,
                Permission.COMPLAINT_REVIEW,
                Permission.KNOWLEDGE_PUBLISH,
                Permission.OPERATIONS_READ,
                Permission.QUEUE_MANAGE,
                Permission.ROOM_MANAGE,
                Permission.SOLUTION_SEND,
                Permission.VIEW_SHARE,
                Permission.WORK_EXPLAIN,
                Permission.WORK_OVERLOAD,
                Permission.WORK_PRIORITISE,
                Permission.WORK_SUPERVISE,
            }
        )
        supervisor = await self.access.add_role(SYSTEM, NewRole(name="Supervisor", permissions=supervising))
        agent = await self.access.add_role(SYSTEM, NewRole(name="Agent", permissions=sorted(AGENT_PERMISSIONS)))
        password = SecretStr(PASSWORD)
        await self.access.add_staff(
            SYSTEM, NewStaff(login="admin", name="Administrator", password=password, role_ids=[everything.id])
        )
        for person in (*AGENTS, SUPERVISOR):
            role = supervisor if person is SUPERVISOR else agent
            new = {"login": person.login, "name": person.name, "locale": person.locale, "calendar": person.calendar}
            await self.access.add_staff(
                SYSTEM, NewStaff.model_validate({**new, "password": password, "role_ids": [role.id]})
            )

    async def _queues_and_skills(self) -> dict[str, UUID]:
        skills = {name: (await self.agents.add_skill(SYSTEM, NewSkill(name=name))).id for name in _QUEUES}
        queues = {}
        for skill, (name, target_seconds, wrap_up_seconds) in _QUEUES.items():
            queue = QueueSettings(
                name=name,
                skills={skills[skill]: 3},
                target_seconds=target_seconds,
                wrap_up_seconds=wrap_up_seconds,
                offer_timeout_seconds=20 if skill == "phone" else 60,
                steps=[QueueStep(after_seconds=_RELAXED_AFTER[skill], skills={skills[skill]: 1})],
            )
            queues[skill] = (await self.routing.queues.add(SYSTEM, queue)).id
        for staff in await self.access.list_staff(SYSTEM, UUID(int=0), 200):
            person = next((person for person in AGENTS if person.login == staff.login), None)
            if person is not None:
                profile = AgentProfile(version=0, trust=3, skills={skills[name]: 5 for name in person.skills})
                await self.agents.save_profile(SYSTEM, StaffId(staff.id), profile)
        return queues

    async def _loyalty(self) -> None:
        """Serve loyal customers ahead: as far as a rule says, and no further."""
        for position, (name, priority) in enumerate(_TIERS, start=1):
            tier = await self.tiers.add(SYSTEM, NewTier(name=name, position=position))
            rule = RuleSettings(
                name=f"{name}: served ahead", conditions={"tier": [str(tier.id)]}, priority=int(priority)
            )
            await self.routing.rules.add(SYSTEM, rule)

    async def _channels(self, queues: dict[str, UUID]) -> None:
        carrier = {
            "account_sid": f"AC{self.keys.mac('demo', 'account')}",
            "auth_token": self.keys.derive("demo carrier"),
            "number": NUMBER,
            "api_base": f"http://127.0.0.1:{self.settings.simulator_port}",
        }
        mailbox = {
            "address": MAILBOX,
            "from_name": "Sahra Electronics",
            "smtp_host": "127.0.0.1",
            "smtp_port": self.settings.simulator_mail_port,
            "smtp_security": "none",
        }
        chat = await self.accounts.add(
            SYSTEM, NewAccount(kind="webchat", name="Website", queue_id=queues["chat"], settings={})
        )
        await self.accounts.add(
            SYSTEM, NewAccount(kind="email", name="Support mailbox", queue_id=queues["email"], settings=mailbox)
        )
        await self.accounts.add(
            SYSTEM, NewAccount(kind="sms", name="Text messages", queue_id=queues["sms"], settings=carrier)
        )
        await self.accounts.add(
            SYSTEM, NewAccount(kind="voice", name="Telephone", queue_id=queues["phone"], settings=carrier)
        )
        portal = await self.accounts.add(
            SYSTEM, NewAccount(kind="portal", name="Portal", queue_id=queues["email"], settings={})
        )
        await self.portal.change(
            SYSTEM, PortalChange(is_on=True, account_id=portal.id, registration="anyone", version=0)
        )
        form = FormSettings(kinds=["support_request", "inquiry", "complaint"])
        await self.portal.add_form(SYSTEM, NewForm(id=SITE, account_id=portal.id, settings=form))
        await self.widgets.add(SYSTEM, NewWidget(site=SITE, account_id=chat.id, settings=WidgetSettings()))
