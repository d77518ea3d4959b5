"""Resources in the JSON of Twilio's 2010-04-01 API."""

from __future__ import annotations

from typing import Any

from simulator.ground import Ground
from simulator.leg import Leg
from simulator.lines import Line, Lines, Member
from simulator.model import rfc2822
from simulator.recordings import Recording
from simulator.rooms import Participant, Room
from simulator.settings import SimulatedNumber
from simulator.world import Media, Text

Json = dict[str, Any]
_VERSION = "2010-04-01"
_MINUTE_PRICE, _TEXT_PRICE = 0.013, 0.0079
"""Twilio bills each begun minute, and each segment; the amounts are only like real ones."""
_UNUSED_OF_NUMBERS = (
    *("address_requirements", "address_sid", "bundle_sid", "date_created", "date_updated", "identity_sid", "type"),
    *("emergency_address_sid", "emergency_address_status", "emergency_status", "trunk_sid", "voice_receive_mode"),
    *("sms_application_sid", "sms_fallback_method", "sms_fallback_url", "voice_application_sid"),
    *("voice_caller_id_lookup", "voice_fallback_method", "voice_fallback_url"),
)
"""Fields that Twilio always sends and that mean nothing here."""


class Render:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def account(self) -> Json:
        born = rfc2822(self._ground.clock.now())
        return {
            "sid": self._ground.settings.account_sid,
            "friendly_name": "Simulated carrier",
            "status": "active",
            "type": "Full",
            "auth_token": "",
            "owner_account_sid": self._ground.settings.account_sid,
            "date_created": born,
            "date_updated": born,
            "subresource_uris": {},
            "uri": f"/{_VERSION}/Accounts/{self._ground.settings.account_sid}.json",
        }

    def text(self, text: Text) -> Json:
        return self._base(f"Messages/{text.sid}") | {
            "sid": text.sid,
            "from": text.sender,
            "to": text.to,
            "body": text.body,
            "direction": text.direction,
            "status": text.status.value,
            "num_media": str(len(text.media)),
            "num_segments": str(text.segments),
            "date_created": rfc2822(text.created_at),
            "date_updated": rfc2822(text.updated_at),
            "date_sent": rfc2822(text.sent_at),
            "error_code": text.error_code,
            "error_message": None,
            "messaging_service_sid": None,
            "price": f"-{_TEXT_PRICE * text.segments:.5f}" if text.sent_at is not None else None,
            "price_unit": "USD",
            "subresource_uris": {"media": self._ground.api_uri(f"Messages/{text.sid}/Media.json")},
        }

    def media(self, media: Media) -> Json:
        return {
            "account_sid": self._ground.settings.account_sid,
            "sid": media.sid,
            "parent_sid": media.message_sid,
            "content_type": media.content_type,
            "date_created": rfc2822(media.created_at),
            "date_updated": rfc2822(media.created_at),
            "uri": self._ground.api_uri(f"Messages/{media.message_sid}/Media/{media.sid}.json"),
        }

    def call(self, leg: Leg) -> Json:
        progress = leg.progress
        seconds = progress.duration_seconds
        # A minute that has begun is paid; who was not answered pays none.
        minutes = 0 if progress.answered_at is None else max(1, -(-(seconds or 0) // 60))
        changed = progress.ended_at or progress.answered_at or progress.started_at or progress.created_at
        return self._base(f"Calls/{leg.sid}") | {
            "sid": leg.sid,
            "parent_call_sid": leg.parent,
            "from": leg.caller,
            "from_formatted": leg.caller,
            "to": leg.to,
            "to_formatted": leg.to,
            "direction": leg.direction,
            "status": progress.status.value,
            "date_created": rfc2822(progress.created_at),
            "date_updated": rfc2822(changed),
            "start_time": rfc2822(progress.started_at),
            "end_time": rfc2822(progress.ended_at),
            "duration": None if seconds is None else str(seconds),
            "answered_by": leg.answered_by,
            "queue_time": str(round(leg.queue_seconds * 1000)),
            "phone_number_sid": None,
            "price": None if seconds is None else f"-{_MINUTE_PRICE * minutes:.5f}",
            "price_unit": "USD",
            "forwarded_from": None,
            "group_sid": None,
            "caller_name": None,
            "trunk_sid": None,
            "subresource_uris": {"recordings": self._ground.api_uri(f"Calls/{leg.sid}/Recordings.json")},
        }

    def room(self, room: Room) -> Json:
        return self._base(f"Conferences/{room.sid}") | {
            "sid": room.sid,
            "friendly_name": room.name,
            "status": room.status,
            "region": "us1",
            "reason_conference_ended": room.reason_ended,
            "call_sid_ending_conference": room.ended_by,
            "date_created": rfc2822(room.created_at),
            "date_updated": rfc2822(room.updated_at),
            "subresource_uris": {"participants": self._ground.api_uri(f"Conferences/{room.sid}/Participants.json")},
        }

    def participant(self, one: Participant) -> Json:
        return {
            "account_sid": self._ground.settings.account_sid,
            "call_sid": one.leg.sid,
            "conference_sid": one.room.sid,
            "label": one.label or None,
            "muted": one.muted,
            "hold": one.hold,
            "coaching": bool(one.coaches),
            "call_sid_to_coach": one.coaches or None,
            "start_conference_on_enter": one.starts_on_enter,
            "end_conference_on_exit": one.ends_on_exit,
            "status": one.status,
            "queue_time": str(round(one.leg.queue_seconds * 1000)),
            "date_created": rfc2822(one.joined_at),
            "date_updated": rfc2822(one.room.updated_at),
            "uri": self._ground.api_uri(f"Conferences/{one.room.sid}/Participants/{one.leg.sid}.json"),
        }

    def line(self, line: Line) -> Json:
        return {
            "account_sid": self._ground.settings.account_sid,
            "sid": line.sid,
            "friendly_name": line.name,
            "max_size": line.max_size,
            "current_size": len(line.waiting),
            "average_wait_time": line.average_wait_seconds,
            "date_created": rfc2822(line.created_at),
            "date_updated": rfc2822(line.created_at),
            "uri": self._ground.api_uri(f"Queues/{line.sid}.json"),
        }

    def member(self, member: Member, lines: Lines) -> Json:
        return {
            "call_sid": member.leg.sid,
            "queue_sid": member.line.sid,
            "date_enqueued": rfc2822(member.entered_at),
            "position": member.line.waiting.index(member) + 1 if member in member.line.waiting else 0,
            "wait_time": lines.waited_seconds(member),
            "uri": self._ground.api_uri(f"Queues/{member.line.sid}/Members/{member.leg.sid}.json"),
        }

    def recording(self, recording: Recording) -> Json:
        is_done = recording.status == "completed"
        return self._base(f"Recordings/{recording.sid}") | {
            "sid": recording.sid,
            "call_sid": recording.call_sid or None,
            "conference_sid": recording.conference_sid or None,
            "status": recording.status,
            "source": recording.source,
            "channels": 1,
            "duration": str(round(recording.recorded.total_seconds())) if is_done else None,
            "start_time": rfc2822(recording.started_at),
            "date_created": rfc2822(recording.started_at),
            "date_updated": rfc2822(recording.resumed_at or recording.started_at),
            "media_url": self._ground.url + self._ground.api_uri(f"Recordings/{recording.sid}"),
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "encryption_details": None,
            "track": "both",
            "subresource_uris": {},
        }

    def number(self, number: SimulatedNumber) -> Json:
        sid = number_sid(number.number)
        return self._base(f"IncomingPhoneNumbers/{sid}") | {
            "sid": sid,
            "phone_number": number.number,
            "friendly_name": number.number,
            "sms_url": number.sms_url,
            "sms_method": "POST",
            "voice_url": number.voice_url,
            "voice_method": "POST",
            "status_callback": number.status_url,
            "status_callback_method": "POST",
            "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
            "beta": False,
            **dict.fromkeys(_UNUSED_OF_NUMBERS),
            "origin": "twilio",
            "status": "in-use",
        }

    def _base(self, tail: str) -> Json:
        return {
            "account_sid": self._ground.settings.account_sid,
            "api_version": _VERSION,
            "uri": self._ground.api_uri(f"{tail}.json"),
        }


def number_sid(number: str) -> str:
    """Return the same sid for the same number at every start."""
    return f"PN{int(number.lstrip('+') or '0'):032x}"
