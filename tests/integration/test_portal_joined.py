"""A ticket that was merged into another: into the own one it leads there; of somebody else's only the stage is seen."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.house import house
from tests.integration.portal_guest import (
    PortalGuest,
    address,
    customer,
    guest,
    new_id,
    portal,
    somebody,
    stage,
    taken,
    ticket_of,
)
from tests.integration.test_portal_desk import PNG, upload
from tests.integration.widget_site import agent_of
from tests.live import AgentSocket, Live, Person

SECRET = "only for the other"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.post.PAUSE", timedelta(0))
        async with house(server_dsn, tmp_path_factory.mktemp("joined"), simulator=True) as found:
            yield found


@pytest_asyncio.fixture(scope="module")
async def agent(it: Live, admin: Person) -> AgentSocket:
    return (await agent_of(it, admin, await portal(admin)))[0]


async def merge(admin: Person, one: dict[str, Any], into: dict[str, Any]) -> None:
    status, answer = await admin.json("POST", f"/api/tickets/{one['id']}/merge", {"into_id": into["id"]})
    assert status == 200, answer


async def give(admin: Person, one: dict[str, Any], customer_id: str) -> None:
    """It was asked for by somebody else after all."""
    now = await ticket_of(admin, one["id"])
    change = {"version": now["version"], "customer_id": customer_id, "subject": f"{SECRET} subject"}
    status, answer = await admin.json("PATCH", f"/api/tickets/{one['id']}", change)
    assert status == 200, answer


async def listed(who: PortalGuest) -> list[dict[str, Any]]:
    return list((await who.call("GET", "/api/portal/tickets"))[1]["items"])


async def test_merged_into_another_of_the_own_it_leads_there_through_all_that_follow(
    it: Live, admin: Person, agent: AgentSocket
) -> None:
    maryam = await somebody(it, admin)
    first, second, last = [await maryam.ask(subject=each) for each in ("first", "second", "last")]
    await merge(admin, first, second)
    await merge(admin, second, last)
    assert [(each["id"], each["is_joined"]) for each in await listed(maryam)] == [(last["id"], False)]
    for each in (first, second, last):
        assert (await maryam.ticket(each["id"]))["number"] == last["number"]


async def test_merged_into_a_stranger_s_it_keeps_its_number_and_shows_only_how_far_that_one_is(
    it: Live, admin: Person, agent: AgentSocket
) -> None:
    maryam = await somebody(it, admin)
    mine = await maryam.ask(subject="Mine", text="My own words")
    theirs = await maryam.ask(subject="Written down for the wrong one", text="x")
    other_mail = address("other")
    other_id = await customer(admin, other_mail, name=f"{SECRET} name")
    other = await (await guest(it, other_mail)).come_in()
    await merge(admin, mine, theirs)
    await give(admin, theirs, other_id)
    # The stranger says something there with a file, and is answered.
    _, file = await upload(other, f"{SECRET}.png", PNG)
    word = {"text": f"{SECRET} words", "attachments": [file["id"]], "client_id": new_id()}
    status, answer = await other.call("POST", f"/api/portal/tickets/{theirs['id']}/messages", word)
    assert status == 201, answer
    talk = await taken(agent, admin, theirs["id"])
    await agent.reply(talk["id"], f"{SECRET} answer")

    [row] = await listed(maryam)
    assert (row["id"], row["number"], row["subject"]) == (mine["id"], mine["number"], "Mine")
    assert (row["is_joined"], row["is_own"], row["has_news"], row["due_at"], row["solved_at"]) == (
        True,
        True,
        False,
        None,
        None,
    )
    shown = await maryam.ticket(mine["id"])
    assert {"My own words"} <= {each["text"] for each in shown["messages"]}
    assert (shown["may_answer"], shown["may_rate"], shown["rating"], shown["complaint"], shown["promises"]) == (
        False,
        False,
        None,
        None,
        [],
    )
    await _leaks_nothing(maryam, mine, theirs, other_id, file["id"])
    for category, seen in (("pending", "on_hold"), ("open", "open"), ("solved", "solved"), ("closed", "closed")):
        await stage(admin, theirs["id"], category)
        shown = await maryam.ticket(mine["id"])
        assert {(await listed(maryam))[0]["category"], shown["category"]} == {seen}, category
        assert (shown["solved_at"], shown["may_rate"]) == (None, False)
    await _is_only_read(maryam, mine)
    # Whose it is now sees none of the first one's, neither by its number nor by its words.
    text = str(await other.ticket(theirs["id"])) + str(await listed(other))
    assert not [each for each in ("My own words", mine["number"], "Maryam") if each in text]
    assert (await other.ticket(mine["id"]))["id"] == theirs["id"]


async def _leaks_nothing(
    who: PortalGuest, mine: dict[str, Any], theirs: dict[str, Any], other_id: str, file_id: str
) -> None:
    seen = str(await listed(who)) + str(await who.ticket(mine["id"]))
    assert not [each for each in (SECRET, theirs["number"], theirs["id"], other_id, file_id) if each in seen]
    for path in (f"/api/portal/tickets/{theirs['id']}", f"/api/portal/files/{file_id}"):
        status, answer = await who.call("GET", path)
        assert (status, SECRET in str(answer)) == (404, False), path


async def _is_only_read(who: PortalGuest, mine: dict[str, Any]) -> None:
    path = f"/api/portal/tickets/{mine['id']}"
    for method, more, body in (
        ("POST", "messages", {"text": "x", "client_id": new_id()}),
        ("PUT", "rating", {"score": 1}),
        ("POST", "reviews", {"reason": "x"}),
        ("POST", "seen", {"until": "2030-01-01T00:00:00Z"}),
    ):
        assert (await who.call(method, f"{path}/{more}", body))[0] == 409, more


async def test_what_others_of_the_organisation_asked_for_is_not_shown_as_joined(
    it: Live, admin: Person, agent: AgentSocket
) -> None:
    """A stranger to the ticket that was merged sees nothing of it; nor does one who asks by a made up id."""
    maryam, sara = await somebody(it, admin), await somebody(it, admin)
    mine, theirs = await maryam.ask(), await maryam.ask()
    await merge(admin, mine, theirs)
    await give(admin, theirs, await customer(admin, address("other")))
    assert await listed(sara) == []
    for each in (mine["id"], str(uuid.uuid4())):
        assert (await sara.call("GET", f"/api/portal/tickets/{each}"))[0] == 404
