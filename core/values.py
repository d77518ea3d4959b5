"""The base of what is passed around: frozen, and exactly the named fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A value; change makes a new one, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")
