"""To whom a mail goes: what is an address, nobody twice, nobody of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from interactions.recipients import MOST, Recipient, Recipients, own_among

ADDRESS = st.sampled_from([f"p{number}@shop.example" for number in range(6)])
PEOPLE = st.lists(ADDRESS.map(lambda address: Recipient(address=address)), max_size=6)


@pytest.mark.parametrize("wrong", [
    "", "lena", "lena@", "@shop.example", "lena@shop", "a b@shop.example", "lena@shop..example", "lena@@shop.example",
    "lena@shop.example\r\nBcc: x@evil.example", "Lena <lena@shop.example>", "a,b@shop.example", ".lena@shop.example",
    "lena@shop.example\x00", "lena@.shop.example", "lena@shop.example.",
])  # fmt: skip
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Recipient(address=wrong)


def test_an_address_is_compared_as_mail_servers_do() -> None:
    assert Recipient(address=" Lena@Shop.Example ", name="Lena\r\nBcc: x").name == "Lena Bcc: x"
    assert Recipient(address=" Lena@Shop.Example ").address == "lena@shop.example"


@given(to=PEOPLE.filter(bool), cc=PEOPLE, bcc=PEOPLE)
def test_nobody_is_there_twice_and_openly_goes_before_secretly(
    to: list[Recipient], cc: list[Recipient], bcc: list[Recipient]
) -> None:
    once = Recipients(to=to, cc=cc, bcc=bcc).once()
    found = [each.address for each in once.everybody()]
    assert len(found) == len(set(found))
    assert set(found) == {each.address for each in [*to, *cc, *bcc]}
    assert {each.address for each in once.to} == {each.address for each in to}
    assert {each.address for each in once.bcc}.isdisjoint(each.address for each in [*to, *cc])


def test_a_mail_goes_to_so_many_and_to_somebody() -> None:
    many = [Recipient(address=f"p{number}@shop.example") for number in range(MOST)]
    with pytest.raises(ValidationError, match="at most"):
        Recipients(to=many, cc=[Recipient(address="one@more.example")])
    with pytest.raises(ValidationError):
        Recipients(to=[])


def test_our_own_mailboxes_are_known_with_a_plus_too() -> None:
    people = [Recipient(address="a@x.example"), Recipient(address="help+abc@centre.example")]
    assert own_among(people, ["Help@centre.example"]) == "help+abc@centre.example"
    assert own_among(people[:1], ["help@centre.example"]) is None
