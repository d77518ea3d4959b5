"""What phones send, one pure reader for each kind of client; `read` tells them apart by the form of a request."""

from geo.clients.base import Bad, Fix, Phone, Reading, Request
from geo.clients.reading import read

__all__ = ["Bad", "Fix", "Phone", "Reading", "Request", "read"]
