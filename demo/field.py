"""Technicians of the demo around one city: their phones move, and every day of a start has visits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from access.model import NewRole, NewStaff, Permission
from access.people import People
from access.service import Access
from agents.model import AgentProfile, NewSkill
from agents.service import Agents
from core.actor import SYSTEM
from core.clock import Clock
from core.ids import StaffId
from core.place import Place
from customers.model import NewCustomer, PostalAddress
from customers.service import Customers
from demo.organisation import PASSWORD
from demo.walking import Walker
from dispatch.house import DispatchHouse
from dispatch.model import Assignment, NewVisit, Step, Window
from geo.fences import Fences
from geo.fencing import Circle
from geo.house import GeoHouse
from geo.model import FenceSettings, NewDevice, TechnicianChange, TechnicianSettings, TechnicianView
from organisation.service import Organisation
from sla.hours import Hours, Interval
from storage.database import Database

Technician = tuple[str, str, str, str, tuple[float, float]]

PHONE = "Simulated phone"
TECHNICIANS: tuple[Technician, ...] = (
    ("yusuf", "يوسف القحطاني", "ar", "islamic-umalqura", (24.7743, 46.7386)),
    ("layla", "Layla Haddad", "en", "gregory", (24.6408, 46.7728)),
    ("hamid", "حمید رستمی", "fa", "persian", (24.7136, 46.6753)),
)
_DEPOT = (24.6877, 46.7219)
_CUSTOMERS = (
    ("مؤسسة النخيل", "شارع العليا", (24.6955, 46.6853)),
    ("Cedar Bakery", "Prince Sultan Road", (24.7002, 46.7011)),
    ("مريم السبيعي", "طريق الملك فهد", (24.7412, 46.6581)),
    ("شرکت سپهر", "خیابان تحلیه", (24.6934, 46.6725)),
    ("Noor Clinic", "Khurais Road", (24.7241, 46.7602)),
    ("سالم المطيري", "حي الروضة", (24.7336, 46.7795)),
    ("Gulf Stationery", "Batha Street", (24.6449, 46.7157)),
    ("عبدالله العنزي", "حي السويدي", (24.5986, 46.6742)),
    ("مدرسهٔ البرز", "خیابان عروبه", (24.7108, 46.6921)),
)
_REPAIR = UUID("00000000-0000-7000-8000-000000000201")
_INSPECTION = UUID("00000000-0000-7000-8000-000000000204")
_SUBJECTS = {_REPAIR: "Air conditioner does not cool", _INSPECTION: "Yearly inspection"}
# A day is looked at from within it: so many hours of a shift lie before the start of the demo, and after.
_HOURS_BEFORE, _HOURS_AFTER = 3, 8
# Whose visit begins when, in minutes from the start of the demo; the other customers wait for somebody.
_PLANNED = ((0, 25), (1, 60), (2, 45), (0, 170), (1, 190))
_LAST_ID = UUID(int=2**128 - 1)
_ROUND = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class DemoField:
    """Adds to the demo organisation what field service shows, through the use-cases of those who would do it."""

    db: Database
    clock: Clock
    people: tuple[Access, Agents, People]
    customers: Customers
    geo: GeoHouse
    dispatch: DispatchHouse

    async def fill(self, *, is_new: bool) -> list[Walker]:
        """Make technicians in a new demo; give each day of a start its visits, once. Returns phones that may move."""
        if is_new:
            await self._people()
        mine = [each for each in await self.geo.technicians.all(None) if each.name in {one[1] for one in TECHNICIANS}]
        mine.sort(key=lambda each: [one[1] for one in TECHNICIANS].index(each.name))
        if not mine:
            return []
        now = self.clock()
        zone = ZoneInfo(await Organisation(self.db).time_zone())
        for technician in mine:
            if not technician.is_on_shift:
                await self._at_work(technician, now.astimezone(zone))
        if len(mine) == len(TECHNICIANS):
            await self._visits([each.id for each in mine], now, now.astimezone(zone).date().isoformat())
        return [await self._walker(number, each) for number, each in enumerate(mine)]

    async def _people(self) -> None:
        access, agents, _ = self.people
        role = await access.add_role(SYSTEM, NewRole(name="Technician", permissions=[Permission.VISIT_WORK]))
        skill = await agents.add_skill(SYSTEM, NewSkill(name="Air conditioning"))
        city = Circle(centre=Place(lat=24.7, lon=46.71), radius_metres=20_000)
        territory = await Fences(self.db).add(SYSTEM, FenceSettings(name="الرياض", shape=city, is_territory=True))
        depot = Circle(centre=Place(lat=_DEPOT[0], lon=_DEPOT[1]), radius_metres=400)
        await Fences(self.db).add(SYSTEM, FenceSettings(name="Depot", shape=depot, dwell_seconds=900))
        # Passwords take their time, and two are hashed at once.
        await asyncio.gather(*(self._technician(one, role.id, skill.id, territory.id) for one in TECHNICIANS))
        for name, lines, (lat, lon) in _CUSTOMERS:
            address = PostalAddress(lines=lines, city="Riyadh", country="SA", place=Place(lat=lat, lon=lon))
            await self.customers.add(SYSTEM, NewCustomer(name=name, status="active", addresses=[address]))

    async def _technician(self, one: Technician, role_id: UUID, skill_id: UUID, territory_id: UUID) -> None:
        access, agents, _ = self.people
        login, name, locale, calendar, (lat, lon) = one
        new = {"login": login, "name": name, "locale": locale, "calendar": calendar, "role_ids": [role_id]}
        staff = await access.add_staff(SYSTEM, NewStaff.model_validate({**new, "password": SecretStr(PASSWORD)}))
        await agents.save_profile(SYSTEM, staff.id, AgentProfile(version=0, trust=3, skills={skill_id: 3}))
        home = Place(lat=lat, lon=lon)
        settings = {"home": home, "territory_id": territory_id, "vehicle": "Van", "interval_seconds": 30}
        change = TechnicianChange(version=0, shift=Hours(), **settings)
        await self.geo.technicians.save(SYSTEM, staff.id, change)

    async def _at_work(self, technician: TechnicianView, here: datetime) -> None:
        """Let the shift hold this moment, so that the map is alive at any hour."""
        start, end = max(0, here.hour - _HOURS_BEFORE), min(24, here.hour + _HOURS_AFTER)
        weekly = tuple(Interval(day=day, start=f"{start:02}:00", end=f"{end:02}:00") for day in range(7))
        known = {name: getattr(technician.settings, name) for name in TechnicianSettings.model_fields}
        shift = Hours(zone=str(here.tzinfo), weekly=weekly)
        change = TechnicianChange(**{**known, "shift": shift, "version": technician.version})
        await self.geo.technicians.save(SYSTEM, technician.id, change)

    async def _visits(self, technicians: list[StaffId], now: datetime, day: str) -> None:
        visits, client = self.dispatch.visits, f"demo-{day}"
        if await visits.opened(SYSTEM, f"{client}-0"):
            return
        begins = now + (_ROUND - timedelta(seconds=now.timestamp() % _ROUND.total_seconds()))
        for number, (name, _, _) in enumerate(_CUSTOMERS):
            kind = _INSPECTION if number % 2 else _REPAIR
            found = await self.customers.search(SYSTEM, name, _LAST_ID, 1)
            promised = Window(begins_at=begins + timedelta(hours=1), ends_at=begins + timedelta(hours=5))
            new = NewVisit(
                kind_id=kind,
                subject=_SUBJECTS[kind],
                customer_id=found[0].id if found else None,
                minutes=60 if kind == _REPAIR else 45,
                promised=promised if number == len(_CUSTOMERS) - 1 else None,
                priority=3 if number == len(_PLANNED) else 1,
                client_id=f"{client}-{number}",
            )
            visit_id = await visits.open(SYSTEM, new)
            if number < len(_PLANNED):
                who, minutes = _PLANNED[number]
                at = begins + timedelta(minutes=minutes)
                said = Assignment(
                    version=1, technician_id=technicians[who], planned_at=at, dispatch=number < len(technicians)
                )
                await visits.assign(SYSTEM, visit_id, said)
                if number == 0:
                    await self._sets_out(technicians[who], visit_id, now, client)

    async def _sets_out(self, technician: StaffId, visit_id: UUID, now: datetime, client: str) -> None:
        actors = await self.people[2].actors(self.db, [technician])
        step = Step(client_id=client, state="on_the_way", at=now)
        await self.dispatch.steps.take(actors[technician], visit_id, [step])

    async def _walker(self, number: int, technician: TechnicianView) -> Walker:
        """Give the technician a phone for this run: of the last one nobody knows the token any more."""
        phones = (await self.geo.technicians.get(SYSTEM, technician.id)).phones
        for phone in phones:
            if phone.name == PHONE:
                await self.geo.technicians.revoke(SYSTEM, phone.id)
        made = await self.geo.technicians.add_device(SYSTEM, technician.id, NewDevice(client="page", name=PHONE))
        around = [place for at, (_, _, place) in enumerate(_CUSTOMERS) if at % len(TECHNICIANS) == number]
        return Walker(made.token, (TECHNICIANS[number][4], *around))
