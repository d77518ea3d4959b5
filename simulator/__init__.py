"""A small Twilio on loopback: the carrier of a server without credentials, and the double of every telephony test.

Owns simulated texts, calls, conferences, queues and recordings, the fault plan, the post office, and the page on which
a person plays the customer. Takes the REST calls of Twilio's 2010-04-01 API (basic authentication, forms in, JSON out)
and calls the webhooks of our numbers with valid X-Twilio-Signature; takes by SMTP the mail that our server sends to
people, and hands what they write to our server's own listener. Asks nobody but those webhooks and that listener.
Refuses to keep anything past a stop, to carry a call or a mail to a real network, and to know anything of Markaz
beyond `core`.
"""

from simulator.app import Simulator
from simulator.clock import Clock, SpeedClock
from simulator.faults import FaultKind, FaultPlan, FaultRule
from simulator.settings import CallRule, MessageRule, Outcome, Share, SimulatedNumber, SimulatorSettings

__all__ = [
    "CallRule",
    "Clock",
    "FaultKind",
    "FaultPlan",
    "FaultRule",
    "MessageRule",
    "Outcome",
    "Share",
    "SimulatedNumber",
    "Simulator",
    "SimulatorSettings",
    "SpeedClock",
]
