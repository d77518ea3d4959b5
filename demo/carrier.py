"""The simulated carrier as part of the server: it serves every account whose API address is its own."""

from __future__ import annotations

from core.errors import Unavailable
from core.settings import Settings
from interactions.accounts import ChannelAccounts
from simulator import SimulatedNumber, Simulator, SimulatorSettings

_FALLBACK_SID = "AC" + "0" * 32


async def start_carrier(settings: Settings, accounts: ChannelAccounts) -> Simulator:
    """Start the simulator with the numbers that point at it; Unavailable when its port is taken."""
    base = f"http://127.0.0.1:{settings.simulator_port}"
    found = [
        account
        for kind in ("sms", "voice")
        for account in await accounts.enabled(kind)
        if account.settings.api_base == base
    ]
    numbers: dict[str, dict[str, str]] = {}
    for account in found:
        hook = f"{settings.base_url}/hooks/{account.id}"
        urls = (
            {"sms_url": f"{hook}/sms"}
            if account.kind == "sms"
            else {"voice_url": f"{hook}/call", "status_url": f"{hook}/call/status"}
        )
        numbers.setdefault(account.settings.number, {}).update(urls)
    simulator = Simulator(
        SimulatorSettings(
            account_sid=found[0].settings.account_sid if found else _FALLBACK_SID,
            auth_token=found[0].settings.auth_token.get_secret_value() if found else "no account points here",
            numbers=tuple(SimulatedNumber(number=number, **urls) for number, urls in numbers.items()),
            port=settings.simulator_port,
            post_port=settings.simulator_mail_port,
            mail_host=settings.smtp_host,
            mail_port=settings.smtp_port,
            mailboxes=tuple(account.settings.address for account in await accounts.enabled("email")),
        )
    )
    try:
        await simulator.start()
    except OSError as error:
        ports = f"{settings.simulator_port} or {settings.simulator_mail_port}"
        raise Unavailable(
            f"The simulator's port {ports} cannot be used: {error.strerror or error}. "
            "Set MARKAZ_SIMULATOR_PORT or MARKAZ_SIMULATOR_MAIL_PORT to another, or MARKAZ_SIMULATOR=false."
        ) from error
    return simulator
