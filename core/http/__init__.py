"""HTTP: routes that state their permission, models in and out, problem documents, one OpenAPI page from all of it."""

from core.http.api import Api, Authenticator, Identified
from core.http.route import COLLEAGUE, CUSTOMER, PUBLIC, SIGNED_IN, Call, Page, PageQuery, route

__all__ = [
    "COLLEAGUE",
    "CUSTOMER",
    "PUBLIC",
    "SIGNED_IN",
    "Api",
    "Authenticator",
    "Call",
    "Identified",
    "Page",
    "PageQuery",
    "route",
]
