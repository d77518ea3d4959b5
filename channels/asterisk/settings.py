from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from channels.dialling import DialSettings, OurNumber

_ENDPOINT = r"^[A-Za-z0-9_]{2,20}/[^\s&]{1,150}$"


class AriSettings(DialSettings):
    """One Stasis application of one Asterisk, as one number of ours."""

    url: str = Field(description="Where Asterisk's HTTP server is, such as http://pbx.example:8088.")
    user: str = Field(min_length=1, max_length=100, pattern=r"^[^:\s]+$", description="The user in ari.conf.")
    password: SecretStr = Field(min_length=1, description="The password of that user.")
    application: str = Field(
        "markaz", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The name in Stasis(...) of the dialplan."
    )
    number: OurNumber = Field(description="Our number, as +country code and number; those whom we call see it.")
    customer_endpoint: str = Field(
        "PJSIP/{number}@trunk",
        pattern=_ENDPOINT,
        description="How a number is reached: {number} with its +, {digits} without.",
    )
    agent_endpoint: str = Field(
        "PJSIP/{address}",
        pattern=_ENDPOINT,
        description="How an agent is reached: {address} is what stands before the @ of their SIP address.",
    )
    language: str = Field("en", pattern=r"^[A-Za-z0-9_-]{2,20}$", description="The language of Asterisk's own sounds.")
    greeting_sound: str = Field("", pattern=r"^[^\s,]{0,200}$", description="A sound played when a call comes in.")
    announce_seconds: int = Field(30, ge=5, le=300, description="Seconds between announcements to who waits.")
    says_place: bool = Field(default=True, description="Whether who waits is told their place and about how long.")
    callback_sound: str = Field(
        "",
        pattern=r"^[^\s,]{0,200}$",
        description="A sound that offers to be called back by pressing 1; empty: it is not offered.",
    )
    voicemail_sound: str = Field("vm-intro", pattern=r"^[^\s,]{1,200}$", description="A sound before the tone.")
    campaign_sound: str = Field(
        "",
        pattern=r"^[^\s,]{0,200}$",
        description="Said to whom a campaign has called and nobody is free for, unless it has a recording of its own.",
    )
    is_recorded: bool = Field(default=False, description="Whether calls are recorded; a sound should say so.")

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
            raise ValueError("The address is like http://pbx.example:8088.")
        return value.rstrip("/").removesuffix("/ari")

    @field_validator("customer_endpoint")
    @classmethod
    def _names_a_number(cls, value: str) -> str:
        if "{number}" not in value and "{digits}" not in value:
            raise ValueError("The endpoint of customers holds {number} or {digits}.")
        return value

    @field_validator("agent_endpoint")
    @classmethod
    def _names_an_address(cls, value: str) -> str:
        if "{address}" not in value:
            raise ValueError("The endpoint of agents holds {address}.")
        return value
