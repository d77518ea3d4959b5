"""What the carrier is started with: credentials, numbers, and how the people behind called numbers behave."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    ANSWER = "answer"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


class Share(BaseModel):
    """A part of a population: so many of each who behave alike, by weight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weight: float = Field(gt=0)
    outcome: Outcome = Outcome.ANSWER
    after_seconds: tuple[float, float] = (2.0, 2.0)
    hang_up_after: tuple[float, float] | None = None
    """Seconds after the answer, a seeded moment between these two; None stays until somebody else ends the call."""


class CallRule(BaseModel):
    """How called numbers that match the glob `pattern` behave; the first rule that matches wins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    outcome: Outcome = Outcome.ANSWER
    after_seconds: tuple[float, float] = (2.0, 2.0)
    """The ringing lasts a seeded moment between these two."""
    hang_up_after: float | None = None
    """Seconds after the answer; None stays until somebody else ends the call."""
    population: tuple[Share, ...] = ()
    """With shares each call is one of them, drawn by the seed; what stands above counts for nothing then."""


class MessageRule(BaseModel):
    """Texts to numbers that match `pattern` end as undelivered with Twilio's `error_code`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: str
    error_code: int


class SimulatedNumber(BaseModel):
    """One of our own numbers and the webhooks behind it; an empty URL calls nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    sms_url: str = ""
    voice_url: str = ""
    status_url: str = ""


CALL_RULES = (
    CallRule(pattern="client:*", after_seconds=(0.2, 0.5)),
    CallRule(pattern="*9901", outcome=Outcome.BUSY, after_seconds=(1, 2)),
    CallRule(pattern="*9902", outcome=Outcome.NO_ANSWER),
    CallRule(pattern="*9903", outcome=Outcome.MACHINE, after_seconds=(4, 8)),
    CallRule(pattern="*9904", hang_up_after=5),
    CallRule(pattern="*9905", outcome=Outcome.FAILED, after_seconds=(0.5, 0.5)),
    CallRule(pattern="*", after_seconds=(2, 4)),
)
"""Who answers when nothing else is said: people do, and the last four digits of a number choose another fate."""

MESSAGE_RULES = (
    MessageRule(pattern="*9910", error_code=21610),
    MessageRule(pattern="*9913", error_code=30003),
    MessageRule(pattern="*9915", error_code=30005),
    MessageRule(pattern="*9916", error_code=30006),
    MessageRule(pattern="*9917", error_code=30007),
)


class SimulatorSettings(BaseModel):
    """`port` 0 takes a free one. Without a `seed` chance is real, so that ids never repeat after a restart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_sid: str
    auth_token: str
    numbers: tuple[SimulatedNumber, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    seed: int | None = None
    speed: float = Field(default=1.0, gt=0)
    calls_per_second: float = Field(default=1.0, gt=0)
    """Twilio's default for an account; calls beyond it wait silently in `queued`."""
    webhook_seconds: float = 15.0
    """How long our server may take over one webhook; always real seconds."""
    call_rules: tuple[CallRule, ...] = CALL_RULES
    message_rules: tuple[MessageRule, ...] = MESSAGE_RULES
    is_post_open: bool = True
    post_port: int = Field(default=0, ge=0, le=65535)
    """Where the simulated mail server of the people outside takes what our server sends; 0 takes a free one."""
    mail_host: str = "127.0.0.1"
    mail_port: int = Field(default=0, ge=0, le=65535)
    """Where our server's own SMTP listener is; 0 is not known yet (`Simulator.deliver_mail_to` tells it later)."""
    mailboxes: tuple[str, ...] = ()
    """Our server's mail addresses, which the page offers."""
