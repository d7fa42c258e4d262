"""The port: bound once, on IPv4 and IPv6, and said clearly when it is not to be had."""

import os
import socket

import pytest

from corpus.errors import SettingsError
from service.listening import inherited, listening
from tests.e2e.serving import free_port


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "::", ""])
def test_every_address_of_a_host_answers(host: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("geen IPv6 op deze machine")
    port = free_port()
    opened = listening(host, port)
    try:
        assert {one.getsockname()[1] for one in opened} == {port}
        for one in opened:
            one.listen()
            address = "::1" if one.family == socket.AF_INET6 else "127.0.0.1"
            with socket.create_connection((address, port), timeout=10):
                accepted, _ = one.accept()
                accepted.close()
    finally:
        for one in opened:
            one.close()


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"Poort {port} op 127\.0\.0\.1 is al in gebruik.*--port"):
            listening("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "said"), [("192.0.2.77", "kan Kennislab niet luisteren"), ("geen adres", "bestaat niet")]
)
def test_an_address_of_another_machine_is_refused(host: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        listening(host, free_port())


def test_what_is_handed_over_is_the_same_port_with_a_long_queue_and_goes_no_further() -> None:
    (first,) = listening("127.0.0.1", free_port())
    (second,) = inherited([os.dup(first.fileno())])
    try:
        assert second.getsockname() == first.getsockname()
        assert not second.get_inheritable()
        second.listen(1)
        waiting = [socket.create_connection(first.getsockname(), timeout=10) for _ in range(50)]
        for one in waiting:
            one.close()
    finally:
        first.close()
        second.close()


def test_an_answer_in_two_parts_is_sent_at_once() -> None:
    """asyncio turns waiting off for a socket that is known as TCP, and what is accepted is what the port is."""
    ports = listening("127.0.0.1", 0)
    try:
        handed = inherited([os.dup(ports[0].fileno())])
        for one in (*ports, *handed):
            assert one.proto == socket.IPPROTO_TCP
        handed[0].close()
    finally:
        for port in ports:
            port.close()
