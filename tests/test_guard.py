"""The guard of conftest.py does what the other tests rely on."""

import socket

import conftest
import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_a_connection_beyond_this_machine_is_refused(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(PermissionError, match="tests stay on this machine"):
        client.connect(address)
    assert conftest.BEYOND == [address[0]]
    conftest.BEYOND.clear()


def test_a_swallowed_attempt_is_remembered():
    try:
        socket.getaddrinfo("example.org", 80)
    except Exception:
        pass
    assert conftest.BEYOND == ["example.org"]
    conftest.BEYOND.clear()


def test_this_machine_may_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
