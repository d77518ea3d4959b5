from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from channels.dialling import DialSettings, OurNumber


class TwilioSettings(DialSettings):
    """One number of one Twilio account."""

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$", description="Account SID, from Twilio's console.")
    auth_token: SecretStr = Field(min_length=1, description="Auth token; it also signs what Twilio sends to us.")
    number: OurNumber = Field(description="Our number, as +country code and number.")
    api_base: str = Field(
        "", description="Where the API is, such as http://127.0.0.1:8090; empty is Twilio's own address."
    )

    @field_validator("api_base")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/")):
            raise ValueError("The address is like https://api.example.com, without a path.")
        return value.rstrip("/")


def caller_id(number: str, chosen: Mapping[str, str], to: str) -> str:
    """Return which number of ours somebody sees: the one of the longest country code that theirs begins with."""
    fitting = [prefix for prefix in chosen if to.startswith(prefix)]
    return chosen[max(fitting, key=len)] if fitting else number
