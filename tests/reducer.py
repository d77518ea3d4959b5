"""The reference reducer of the agent's feed: snapshot + events = fresh snapshot."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.team_feed import apply_team

State = dict[str, Any]


def apply(state: State, event: dict[str, Any]) -> None:
    """Apply one event of the agent's feed to a snapshot's state; twice is once."""
    data = event["data"]
    match event["type"]:
        case "presence.changed":
            state["presence"] = data["presence"]
        case "offer.made":
            state["offers"] = [o for o in state["offers"] if o["id"] != data["offer"]["id"]] + [data["offer"]]
        case "offer.closed":
            state["offers"] = [o for o in state["offers"] if o["id"] != data["offer_id"]]
        case "interaction.put":
            _put(state, data["interaction"], data.get("messages"))
        case "interaction.removed":
            state["interactions"] = [
                i for i in state["interactions"] if i["interaction"]["id"] != data["interaction_id"]
            ]
        case "message.put":
            _message(state, data)
        case "draft.put":
            _draft(state, data["draft"])
        case "held.put":
            _held(state, data["held"])
        case "desk.put":
            state["desk"] = data["desk"]
        case _:
            apply_team(state, event)


def _put(state: State, interaction: dict[str, Any], messages: list[dict[str, Any]] | None) -> None:
    known = next((i for i in state["interactions"] if i["interaction"]["id"] == interaction["id"]), None)
    if interaction["state"] == "closed":
        return
    if known is None:
        state["interactions"].append({"interaction": interaction, "messages": messages or []})
        return
    known["interaction"] = interaction
    if messages is not None:
        known["messages"] = messages


def _message(state: State, data: dict[str, Any]) -> None:
    known = next((i for i in state["interactions"] if i["interaction"]["id"] == data["interaction_id"]), None)
    if known is None:
        return
    others = [m for m in known["messages"] if m["seq"] != data["message"]["seq"]]
    known["messages"] = sorted([*others, data["message"]], key=lambda m: m["seq"])[-50:]
    last = max(known["interaction"]["last_seq"], data["message"]["seq"])
    known["interaction"] |= {"unread": data["unread"], "preview": data["preview"], "last_seq": last}
    spoke = {"inbound": "customer_at", "outbound": "answered_at"}.get(data["message"]["direction"])
    is_answer = data["message"]["author"]["kind"] != "system" and not data["message"]["details"].get("aside")
    if spoke is not None and is_answer:
        known["interaction"][spoke] = max(known["interaction"][spoke] or "", data["message"]["at"])


def _held(state: State, held: dict[str, Any]) -> None:
    others = [each for each in state["held"] if each["id"] != held["id"]]
    waiting = [*others, *([held] if held["state"] == "waiting" else [])]
    state["held"] = sorted(waiting, key=lambda each: (datetime.fromisoformat(each["due_at"]), each["id"]))


def _draft(state: State, draft: dict[str, Any]) -> None:
    place = (draft["interaction_id"], draft["kind"])
    others = [each for each in state["drafts"] if (each["interaction_id"], each["kind"]) != place]
    is_kept = draft["text"] or draft["attachments"] or draft["forwards"]
    state["drafts"] = sorted(
        [*others, *([draft] if is_kept else [])], key=lambda each: (each["interaction_id"], each["kind"])
    )
