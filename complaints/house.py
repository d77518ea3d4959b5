"""Complaints, put together: how they come to tickets, notices, jobs and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from access.people import People
from access.service import Access
from complaints.cases import LATE, Cases
from complaints.complainant import Complainants
from complaints.figures import Figures
from complaints.figures_http import FigureRoutes
from complaints.http import ComplaintRoutes, ComplaintSetupRoutes, ReferralRoutes
from complaints.judging import Judging
from complaints.late import REFIT, Lateness
from complaints.listing import ComplaintListing
from complaints.receipts import RECEIPT, Receipts, Writer
from complaints.referrals import KIND as REFERRAL
from complaints.referrals import ReferralDocuments, Referrals
from complaints.service import Complaints
from complaints.setup import ComplaintSetup
from core.clock import Clock
from notices.service import Notices
from organisation.service import Organisation
from storage import jobs
from storage.database import Database
from tickets.service import Tickets


@dataclass(frozen=True, slots=True)
class ComplaintHouse:
    _cases: Cases
    _complaints: Complaints
    _receipts: Receipts
    _notices: Notices
    _organisation: Organisation

    @classmethod
    def build(
        cls, db: Database, clock: Clock, tickets: Tickets, people: People, notices: Notices, writer: Writer
    ) -> Self:
        cases = Cases(db, clock, tickets)
        complaints = Complaints(cases, people)
        tickets.guard("complaint", complaints)
        notices.serve(REFERRAL, ReferralDocuments())
        return cls(cases, complaints, Receipts(cases, writer), notices, Organisation(db))

    @property
    def complainants(self) -> Complainants:
        """What complainants may do themselves."""
        return Complainants(self._cases, Judging(self._cases, self._notices), self._receipts)

    def veil(self, access: Access) -> None:
        """Let the audit trail hide what is hidden."""
        access.hide_behind(Referrals(self._cases, self._notices))

    def handle(self, worker: jobs.Worker) -> None:
        lateness = Lateness(self._cases, self._notices)
        worker.handle(RECEIPT, self._receipts.send)
        worker.handle(LATE, lateness.look)
        worker.handle(REFIT, lateness.refit)

    def routes(self) -> Iterator[object]:
        referrals = Referrals(self._cases, self._notices)
        judging = Judging(self._cases, self._notices)
        listing = ComplaintListing(self._cases, self._organisation)
        yield ComplaintRoutes(self._complaints, judging, referrals, self._receipts, listing)
        yield FigureRoutes(listing, Figures(self._cases.db, listing))
        yield ReferralRoutes(referrals)
        yield ComplaintSetupRoutes(ComplaintSetup(self._cases.db))
