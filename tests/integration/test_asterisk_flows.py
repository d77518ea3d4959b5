"""Call flows and waiting at Asterisk: sounds, keys, messages after the tone, and what is said to who waits."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from asterisk import Pbx
from test_asterisk import CALLER, listening, readings, switchboard

from channels.asterisk import events, names
from channels.base import CallbackAsked, CallChange
from channels.flows import Dial, Gather, HangUp, Heard, Played, Ringing, Say, TakeMessage, Verb, Wait
from channels.spoken import RecordingMade
from channels.waits import CallWait

ORDER = Say("", "fa", "https://sounds.example/order,1.wav")
MENU = Say("", "fa", "custom/menu")
WORDS = Say("That is not a choice.", "en")


@dataclass
class Scripted:
    """Flows that answer each turn by what was typed; a turn that is told again is answered as before."""

    turns: list[dict[str, Played]]
    heard: list[Heard] = field(default_factory=list)
    began: list[Ringing] = field(default_factory=list)

    async def begin(self, account_id: Any, ringing: Ringing) -> Played | None:
        self.began.append(ringing)
        return self.turns[0][""]

    async def hear(self, account_id: Any, heard: Heard) -> Played:
        self.heard.append(heard)
        return self.turns[heard.turn][heard.keys]


@dataclass
class Queue:
    wait: CallWait

    async def of_call(self, account_id: Any, call_id: str) -> CallWait:
        return self.wait


def played(turn: int, *verbs: Verb, **more: Any) -> Played:
    return Played(verbs, turn, **more)


@asynccontextmanager
async def flowing(*turns: dict[str, Played], wait: CallWait | None = None, **more: Any):
    async with switchboard(**more) as (at, here):
        flows = Scripted(list(turns))
        line = Queue(wait or CallWait())
        if turns:
            here.channel.context = replace(here.channel.context, flows=flows, line=line)
        else:
            here.channel.context = replace(here.channel.context, line=line)
        async with listening(at, here):
            yield at, here, flows


def sounds(at: Pbx, call_id: str) -> list[str]:
    return [media for who, media in at.played if who == call_id]


async def test_a_caller_is_led_by_keys_to_where_callers_wait():
    first = played(1, WORDS, Gather((MENU,), 1, 2))
    second = played(2, Gather((ORDER, WORDS), None, 2))
    third = played(3, Wait(), is_placed=True)
    async with flowing({"": first}, {"2": second}, {"4711": third}) as (at, here, flows):
        call_id = await at.calls(CALLER, "200")
        await at.until(lambda: sounds(at, call_id))
        await at.presses(call_id, "24711#")
        await at.until(lambda: call_id in at.who(names.waiting(here.account.id)))
        assert [(each.turn, each.keys) for each in flows.heard] == [(1, "2"), (2, "4711")]
        assert sounds(at, call_id)[0] == "sound:custom/menu", "words without a sound are left out"
        assert flows.began[0] == Ringing(call_id, CALLER, "200")
        await here.inbox.until(lambda: f"placed:{call_id}" in here.inbox.raws)
        assert {each.status for each in await readings(here, CallChange)} == {"waiting"}


async def test_silence_is_told_and_a_number_outside_is_as_if_nobody_had_answered():
    first = played(1, Gather((ORDER,), 1, 0))
    second = played(2, Dial("+982100000000"))
    async with flowing({"": first}, {"": second}, {"": played(3, MENU, HangUp())}) as (at, _, flows):
        call_id = await at.calls(CALLER)
        await at.until(lambda: call_id not in at.channels)
        assert [(each.turn, each.keys, each.is_connected) for each in flows.heard] == [(1, "", False), (2, "", False)]
        assert sounds(at, call_id) == ["sound:https://sounds.example/order%2C1.wav", "sound:custom/menu"]
        assert at.rung == []


async def test_a_caller_in_a_flow_is_led_on_after_the_line_broke():
    async with flowing({"": played(1, Gather((MENU,), 1, 60))}, {"1": played(2, Wait(), is_placed=True)}) as (
        at,
        here,
        _,
    ):
        at.sound_seconds = 60
        call_id = await at.calls(CALLER)
        await at.until(lambda: sounds(at, call_id))
        await at.drop()
        await at.until(lambda: len(sounds(at, call_id)) == 2)
        await at.presses(call_id, "1")
        await at.until(lambda: call_id in at.who(names.waiting(here.account.id)))


async def test_a_message_is_taken_after_the_tone_and_belongs_to_the_call():
    async with flowing({"": played(1, TakeMessage((MENU,)), is_placed=True)}) as (at, here, _):
        call_id = await at.calls(CALLER)
        await at.until(lambda: at.live)
        await at.hangs_up(call_id)
        await here.inbox.until(lambda: any("RecordingFinished" in each for each in here.inbox.raws))
        (made,) = await readings(here, RecordingMade)
        assert (made.call_id, made.is_voicemail, made.status) == (call_id, True, "completed")


async def test_who_is_promised_a_call_by_a_flow_is_noted_before_they_are_thanked():
    turn = played(1, MENU, HangUp(), is_placed=True, callback=CALLER)
    async with flowing({"": turn}) as (at, here, _):
        call_id = await at.calls(CALLER)
        await at.until(lambda: call_id not in at.channels)
        (asked,) = await here.readings("ari.callback")
        assert isinstance(asked, CallbackAsked)
        assert (asked.call_id, asked.number) == (call_id, CALLER)


async def test_who_waits_hears_where_they_stand_and_what_is_offered(monkeypatch):
    monkeypatch.setattr(events, "WAIT_TURN_SECONDS", 0.01)
    more = {"greeting_sound": "custom/hello", "callback_sound": "custom/offer"}
    async with flowing(wait=CallWait(2, 5, offers_callback=True), **more) as (at, here, _):
        call_id = await at.calls(CALLER)
        await at.until(lambda: any("queue-thereare" in each for each in sounds(at, call_id)))
        assert "sound:custom/hello" in sounds(at, call_id)
        said = next(each for each in sounds(at, call_id) if "queue-thereare" in each)
        assert said.startswith("sound:queue-thereare,number:2,sound:queue-callswaiting")
        assert said.endswith("sound:custom/offer")
        await at.presses(call_id, "31")
        await at.until(lambda: call_id not in at.channels)
        assert await here.readings("ari.callback")


async def test_who_cannot_be_served_leaves_a_message_instead(monkeypatch):
    monkeypatch.setattr(events, "WAIT_TURN_SECONDS", 0.01)
    async with flowing(wait=CallWait(leaves_message=True)) as (at, here, _):
        call_id = await at.calls(CALLER)
        await at.until(lambda: at.live)
        assert sounds(at, call_id) == ["sound:vm-intro"]
        (name,) = at.live
        await at._stop(name)
        await at.until(lambda: call_id not in at.channels)
        assert len(await readings(here, RecordingMade)) == 1
