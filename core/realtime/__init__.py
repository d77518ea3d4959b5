"""Sockets at speed: python-socketio with a client manager of our own.

Owns the socket server, the way of a packet to a client, and the bound on what may wait for one. Asks nobody. Refuses to
know what a room means: features name rooms, put clients into them and send.

An event to a room is encoded once and written straight to each client that is caught up; the others get it through
their queue, so that each client sees everything in the order in which it was sent.
"""

from core.realtime.outbox import Limits
from core.realtime.server import SocketServer, tune_gc

__all__ = ["Limits", "SocketServer", "tune_gc"]
