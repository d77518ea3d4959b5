"""Ports that are free, for whoever asks for any."""

from __future__ import annotations

import socket

from core.settings import Settings

_PORTS = ("port", "internal_port", "smtp_port", "simulator_port", "simulator_mail_port")


def test_no_port_is_given_twice_and_none_that_outgoing_connections_take():
    asked = Settings(port=0, internal_port=0, smtp_port=0, simulator_port=0, simulator_mail_port=0)
    given = [getattr(asked.with_free_ports(), name) for _ in range(300) for name in _PORTS]
    assert len(set(given)) == len(given)
    assert all(20_000 <= port < 32_000 for port in given)


def test_one_that_is_in_use_is_not_given():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", Settings(port=0).with_free_ports().port))
        port = taken.getsockname()[1]
        asked = Settings(port=0, internal_port=0, smtp_port=0, simulator_port=0, simulator_mail_port=0)
        given = [getattr(asked.with_free_ports(), name) for _ in range(100) for name in _PORTS]
        assert port not in given


def test_a_port_that_was_chosen_stays():
    assert Settings(port=8123, internal_port=0).with_free_ports().port == 8123
