"""Why a text of ours does not arrive, where something follows from that for whoever writes to the number again."""

from __future__ import annotations

from typing import Literal

# They told the carrier to stop; nobody can be texted at this number; nobody can just now; the operator takes our texts
# for unwanted; the carrier lets our number send none.
TextFault = Literal["opted_out", "dead_number", "unreachable", "filtered", "sender"]
