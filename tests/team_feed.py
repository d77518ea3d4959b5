"""The reference reducer for what colleagues have among themselves: the bell, assignments, rooms."""

from __future__ import annotations

from typing import Any

State = dict[str, Any]
BELL = 20


def apply_team(state: State, event: dict[str, Any]) -> None:
    """Apply one event to a snapshot's state; twice is once, and what is unknown changes nothing."""
    data, me = event["data"], state["me"]["id"]
    match event["type"]:
        case "notification.put":
            others = [each for each in state["notifications"] if each["id"] != data["notification"]["id"]]
            newest = sorted([*others, data["notification"]], key=lambda each: each["id"], reverse=True)
            state |= {"notifications": newest[:BELL], "unread_notifications": data["unread"]}
        case "notification.read":
            for each in state["notifications"]:
                if each["read_at"] is None and (data["ids"] is None or each["id"] in data["ids"]):
                    each["read_at"] = data["read_at"]
            state["unread_notifications"] = data["unread"]
        case "notification.settings":
            state["notification_settings"] = data["settings"]
        case "assignment.put":
            assignment = data["assignment"]
            others = [each for each in state["assigned"] if each["id"] != assignment["id"]]
            is_mine = assignment["assignee_id"] == me and assignment["state"] == "open"
            mine = [*others, assignment] if is_mine else others
            state["assigned"] = sorted(mine, key=lambda each: each["id"], reverse=True)
        case _:
            _apply_rooms(state, event["type"], data, me)


def _apply_rooms(state: State, kind: str, data: dict[str, Any], me: str) -> None:
    seats = state["rooms"]
    if kind == "seat.put":
        seats[:] = [seat for seat in seats if seat["room"]["id"] != data["seat"]["room"]["id"]] + [data["seat"]]
        return
    if kind == "room.removed":
        seats[:] = [seat for seat in seats if seat["room"]["id"] != data["room_id"]]
        return
    room_id = data["room"]["id"] if "room" in data else data.get("message", data).get("room_id")
    seat = next((each for each in seats if each["room"]["id"] == room_id), None)
    if seat is None:
        return
    match kind:
        case "room.put":
            seat["room"] = data["room"]
        case "room.read" if data["staff_id"] == me:
            seat["read_seq"] = max(seat["read_seq"], data["seq"])
        case "room_message.put":
            message = data["message"]
            if seat["last"] is None or message["seq"] >= seat["last"]["seq"]:
                seat["last"] = message
            seat["room"] = {**seat["room"], "last_seq": max(seat["room"]["last_seq"], message["seq"])}
            if message["author"]["id"] == me:
                seat["read_seq"] = max(seat["read_seq"], message["seq"])
