"""Lists: rows of files, duplicates, what is refused, and lists made of customers; rules; opted-out numbers."""

from __future__ import annotations

import pytest

from tests.integration.campaigning import Desk
from tests.integration.house import hire, query
from tests.live import Live

ROWS = """phone,name,city
+962790000001,One,Amman
+962790000002,Two,=cmd()
12,Bad,Amman
+962790000001,Again,Amman
,None,Amman
"""


async def errors(desk: Desk, list_id: str) -> str:
    async with desk.admin.session.get(f"{desk.admin.base_url}/api/lists/{list_id}/errors") as answer:
        assert answer.status == 200
        return (await answer.read()).decode("utf-8-sig")


async def test_rows_are_taken_once_and_what_is_refused_can_be_downloaded(it: Live) -> None:
    desk = await Desk.of(it)
    made = await desk.contacts(None, "File", ROWS)
    assert (made["state"], made["read_rows"], made["taken_rows"], made["refused_rows"]) == ("ready", 5, 2, 3)
    told = (await errors(desk, made["id"])).splitlines()
    assert told[0] == "row,reason"
    assert [line.split(",")[:2] for line in told[1:]] == [["3", "bad_number"], ["4", "duplicate"], ["5", "no_number"]]
    again = await desk.upload(made["id"], ROWS.encode() + b"+962790000003,Three,Irbid\n")
    assert (again["taken_rows"], again["progress"]["ready"]) == (3, 3), "the same file adds what is missing"


async def test_a_file_that_is_kept_on_the_disk_meanwhile_is_read_to_its_end(it: Live) -> None:
    desk = await Desk.of(it)
    wide = "x" * 1900
    rows = "\n".join(f"+96279{2000000 + place},Name {place},{wide}" for place in range(1200))
    made = await desk.contacts(None, "Large", f"phone,name,city\n{rows}")
    assert (made["read_rows"], made["taken_rows"], made["refused_rows"]) == (1200, 1200, 0)


async def test_no_error_is_lost_where_lines_are_empty(it: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are counted as they stand in the file: two with the same number would be one error."""
    monkeypatch.setattr("dialer.lists._ROWS", 3)
    desk = await Desk.of(it)
    made = await desk.contacts(None, "Gaps", "phone,name,city\n+962790000031,One,Amman\n\n1,Bad,\n2,Bad,\n,None,\n")
    told = (await errors(desk, made["id"])).splitlines()[1:]
    assert [line.split(",")[0] for line in told] == ["3", "4", "5"]
    assert (made["read_rows"], made["taken_rows"], made["refused_rows"]) == (5, 1, 3)


async def test_a_number_is_once_in_a_list_in_a_campaign_or_anywhere(it: Live) -> None:
    desk = await Desk.of(it)
    campaign = await desk.campaign("Once", "progressive", ["+962790000021"])
    one = "phone,name,city\n+962790000021,One,Amman\n"
    for where, campaign_id, taken in (
        ("list", campaign["id"], 1),
        ("campaign", campaign["id"], 0),
        ("campaign", None, 1),
        ("system", None, 0),
    ):
        made = await desk.contacts(campaign_id, f"Once {where}", one, duplicates=where)
        assert made["taken_rows"] == taken, where


async def test_a_file_that_is_no_table_fails_and_says_so(it: Live) -> None:
    desk = await Desk.of(it)
    made = await desk.ask(
        "POST", "/api/lists", {"name": "Broken", "settings": {"columns": {"numbers": ["phone"]}}}, 201
    )
    headers = {"X-CSRF-Token": desk.admin.csrf}
    url = f"{desk.admin.base_url}/api/lists/{made['id']}/rows"
    for content, detail in ((b"PK\x03\x04", "no table"), (b"a,b\n1,2\n", "no column phone")):
        async with desk.admin.session.post(url, data=content, headers=headers) as answer:
            assert answer.status == 422
            assert detail in (await answer.json())["detail"]
        assert (await desk.ask("GET", f"/api/lists/{made['id']}"))["state"] == "failed"


async def test_a_list_is_made_of_the_customers_of_a_segment(it: Live) -> None:
    desk = await Desk.of(it)
    for name, status, number in (("A", "active", "+962790000031"), ("B", "prospect", "+962790000032")):
        reach = [{"kind": "phone", "value": number}, {"kind": "phone", "value": f"{number[:-1]}9"}]
        new = {"name": name, "kind": "person", "status": status, "identities": reach[: 2 if name == "A" else 1]}
        await desk.ask("POST", "/api/customers", new, 201)
    made = await desk.ask("POST", "/api/lists/customers", {"name": "Actual", "segment": {"status": "active"}}, 201)
    assert (made["source"], made["taken_rows"]) == ("customers", 1)
    numbers = await query(it, "select number from contact_number where list_id = $1::uuid order by place", made["id"])
    assert [row["number"] for row in numbers] == ["+962790000031", "+962790000039"]


async def test_lists_campaigns_and_opt_outs_need_their_permissions_and_their_branch(it: Live) -> None:
    desk = await Desk.of(it)
    clerk = await hire(it, ["customer.read"])
    for path in ("/api/campaigns", "/api/lists", "/api/do-not-call", "/api/compliance/presets"):
        assert (await clerk.json("GET", path))[0] == 403
    shiraz = (await desk.ask("POST", "/api/branches", {"name": "Shiraz"}, 201))["id"]
    tabriz = (await desk.ask("POST", "/api/branches", {"name": "Tabriz"}, 201))["id"]
    hidden = await desk.ask("POST", "/api/lists", {"name": "Hidden", "branch_id": shiraz}, 201)
    other = await hire(it, ["campaign.read", "list.manage"], tabriz)
    assert (await other.json("GET", f"/api/lists/{hidden['id']}"))[0] == 404
    change = {"name": "Mine", "version": 1}
    assert (await other.json("PUT", f"/api/lists/{hidden['id']}", change))[0] == 404


async def test_rules_are_data_that_can_be_changed_and_put_back(it: Live) -> None:
    desk = await Desk.of(it)
    found = (await desk.ask("GET", "/api/compliance/presets"))["items"]
    ours = next(each for each in found if each["id"] == "us_ftc_fcc")
    assert (ours["version"], ours["is_shipped"]) == (0, True)
    change = {name: value for name, value in ours.items() if name != "is_shipped"} | {"is_active": False}
    saved = await desk.ask("PUT", "/api/compliance/presets/us_ftc_fcc", change)
    assert (saved["version"], saved["is_active"]) == (1, False)
    await desk.ask("PUT", "/api/compliance/presets/us_ftc_fcc", change, 409)
    await desk.ask("DELETE", "/api/compliance/presets/us_ftc_fcc", status=204)
    zones = {"zones": {"US:100": "America/New_York"}}
    assert await desk.ask("PUT", "/api/compliance/postal-zones", zones) == zones
    await desk.ask("PUT", "/api/compliance/postal-zones", {"zones": {"US:100": "Mars/Olympus"}}, 422)
    assert await desk.ask("GET", "/api/compliance/postal-zones") == zones


async def test_consent_is_kept_with_its_proof_and_gone_with_opting_out(it: Live) -> None:
    desk = await Desk.of(it)
    number = "+962790000055"
    new = {
        "number": number,
        "given_at": "2026-01-01T00:00:00Z",
        "source": "Form",
        "proof": "form 7",
        "text_version": "3",
    }
    await desk.ask("POST", "/api/consents", new, 201)
    many = {"numbers": [number, "nonsense"], "reason": "regulator"}
    assert await desk.ask("POST", "/api/do-not-call/import", many) == {"added": 1, "known": 0, "refused": ["nonsense"]}
    (consent,) = (await desk.ask("GET", f"/api/consents?number=%2B{number[1:]}"))["items"]
    assert (consent["proof"], consent["revoked_at"] is None) == ("form 7", False)
    (listed,) = (await desk.ask("GET", "/api/do-not-call?search=0055"))["items"]
    assert (listed["number"], listed["reason"]) == (number, "regulator")
    await desk.ask("POST", f"/api/do-not-call/%2B{number[1:]}/remove", {"note": "Wrote a letter."}, 204)
    assert (await desk.ask("GET", "/api/do-not-call?search=0055"))["items"] == []
