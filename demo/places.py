"""Where to look, said at the start."""

from __future__ import annotations

from core.settings import Settings
from demo.field import TECHNICIANS
from demo.organisation import AGENTS, MAILBOX, NUMBER, PASSWORD, SUPERVISOR


def announce(settings: Settings) -> None:
    """Say where to look; the last line tells scripts that the server is ready."""
    base, carrier = settings.base_url, f"http://127.0.0.1:{settings.simulator_port}/"
    places = {
        "Agent console": f"{base}/console/",
        "API": f"{base}/docs/",
        "Metrics": f"http://127.0.0.1:{settings.internal_port}/metrics",
        "Mail to us (SMTP)": f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_enabled else "",
        "Carrier simulator (texts, calls, mail)": carrier if settings.simulator else "",
    }
    if settings.demo:
        technicians = ", ".join(login for login, *_ in TECHNICIANS)
        logins = ", ".join(person.login for person in (SUPERVISOR, *AGENTS))
        places |= {
            "Demo page with the chat widget": f"{base}/demo/",
            "Customers' portal, form of the service desk": f"{base}/portal/, {base}/demo/desk.html",
            "Our address and number": f"{MAILBOX}, {NUMBER}",
            "Technicians' page": f"{base}/field/, as {technicians}" if settings.simulator else "",
            "Sign in as": f"admin or {logins}; password {PASSWORD}",
        }
    for name, value in places.items():
        if value:
            print(f"  {name:40} {value}")
    print(f"ready {base}", flush=True)
