"""Rows of opted-out numbers and consents."""

from __future__ import annotations

from storage.queries import Queries

sql = Queries(__file__)
