"""How many numbers a campaign dials now. Pure: what happened and the clock in, a number out.

`Pacer` is what the dialer's service holds for each campaign. Everything that it is told may come twice and in any
order; docs/decisions/pacing.md says why the rules are what they are.
"""

from dialer.pacing.explain import Explanation, Reason
from dialer.pacing.model import CallId, Mode, Settings
from dialer.pacing.pacer import Pacer

__all__ = ["CallId", "Explanation", "Mode", "Pacer", "Reason", "Settings"]
