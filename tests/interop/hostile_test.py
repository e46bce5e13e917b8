#!/usr/bin/env python3
"""Clients that mean no good, against a real broker: garbage, absurd lengths, unknown keys and versions, a frame that
never ends, a reader that never reads. Each is closed with one log line or answered as Kafka does; everybody else is
served meanwhile, and the broker's memory stays within its budgets."""
import contextlib
import os
import pathlib
import socket
import struct
import time

from lab import Lab

METADATA, API_VERSIONS, FETCH = 3, 18, 1
LONGEST_ANSWER = 10.0  # seconds; who waits for the one that never reads waits longer


def frame(key, version, body=b"", correlation=7):
    head = struct.pack(">hhih", key, version, correlation, 7) + b"hostile"
    return struct.pack(">i", len(head) + len(body)) + head + body


def all_topics():
    return frame(METADATA, 1, struct.pack(">i", -1))


def one_topic(name):
    """Metadata version 4, which may create the topic."""
    return frame(METADATA, 4, struct.pack(">ih", 1, len(name)) + name.encode() + b"\x01")


def read_exactly(connection, size):
    out = b""
    while len(out) < size:
        got = connection.recv(size - len(out))
        if not got:
            raise EOFError
        out += got
    return out


def ask(connection, request):
    connection.sendall(request)
    size = struct.unpack(">i", read_exactly(connection, 4))[0]
    return read_exactly(connection, size)


class Broker:
    """One broker of the lab, seen from outside."""

    def __init__(self, lab, number):
        self.port = lab.base + number - 1
        self.pid = lab.pids[number]
        self.log = pathlib.Path(lab.directory) / f"broker-{number}" / "logs" / "server.log"

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), 5)
        connection.settimeout(5)
        return connection

    def closings(self):
        return self.log.read_text(errors="replace").count("Closing connection from")

    def serves(self):
        """Others get their answer, and soon."""
        begun = time.monotonic()
        with contextlib.closing(self.connect()) as connection:
            answer = ask(connection, all_topics())
            assert struct.unpack(">i", answer[:4])[0] == 7, answer[:16]
        took = time.monotonic() - begun
        assert took < LONGEST_ANSWER, f"another client waited {took:.2f} s"

    def memory(self):
        """Resident, in KiB."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


def closes(broker, name, data):
    before = broker.closings()
    with contextlib.closing(broker.connect()) as connection:
        connection.sendall(data)
        try:
            got = connection.recv(1)
        except ConnectionResetError:
            got = b""
        assert got == b"", f"{name}: answered {got!r}"
    deadline = time.monotonic() + 5
    while broker.closings() == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert broker.closings() == before + 1, f"{name}: {broker.closings() - before} log lines"
    broker.serves()
    print(f"closed: {name}")


def refuses_what_is_malformed(broker):
    closes(broker, "another protocol", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    closes(broker, "a length of 2 GiB", struct.pack(">i", 0x7FFFFFFF))
    closes(broker, "a negative length", struct.pack(">i", -5))
    closes(broker, "a frame of nothing", struct.pack(">i", 0))
    closes(broker, "a header cut short", struct.pack(">ih", 2, METADATA))
    closes(broker, "an unknown API", frame(999, 0))
    closes(broker, "an API of the controller's listener", frame(52, 2))
    closes(broker, "an unknown version", frame(METADATA, 99))
    closes(broker, "a version Kafka has dropped", frame(FETCH, 0))
    closes(broker, "two thousand million topics", frame(METADATA, 1, struct.pack(">i", 2_000_000_000)))
    closes(broker, "a name longer than its frame", frame(METADATA, 1, struct.pack(">ih", 1, 30000)))
    closes(broker, "random bytes", struct.pack(">i", 64) + bytes((i * 167 + 13) % 256 for i in range(64)))


def answers_an_unknown_api_versions(broker):
    before = broker.closings()
    with contextlib.closing(broker.connect()) as connection:
        answer = ask(connection, frame(API_VERSIONS, 99, b"\0"))  # from version 3 on the header has tags
        correlation, error, ranges, key, least, most = struct.unpack(">ihihhh", answer[:16])
        assert (correlation, error, ranges, key, least) == (7, 35, 1, API_VERSIONS, 0) and most >= 3, answer
        assert ask(connection, all_topics())[:4] == struct.pack(">i", 7)  # it may go on
    assert broker.closings() == before
    print("answered: ApiVersions of an unknown version")


def refuses_strange_names_of_software(broker):
    word = lambda text: bytes([len(text) + 1]) + text
    with contextlib.closing(broker.connect()) as connection:
        for name, version in (b"", b"1"), (b"<b>", b"1"), (b"librdkafka", b"1 0"), (b"-x", b"1"):
            body = b"\0" + word(name) + word(version) + b"\0"  # the header's tags come first
            assert ask(connection, frame(API_VERSIONS, 3, body))[:6] == struct.pack(">ih", 7, 42), name
        body = b"\0" + word(b"librdkafka") + word(b"2.0.2-dev.1") + b"\0"
        assert ask(connection, frame(API_VERSIONS, 3, body))[:6] == struct.pack(">ih", 7, 0)
    print("refused: names of client software that KIP-511 does not allow")


def leaves_half_a_frame_alone(broker):
    with contextlib.ExitStack() as stack:
        halves = [stack.enter_context(contextlib.closing(broker.connect())) for _ in range(50)]
        before = broker.memory()
        for half in halves:
            half.sendall(struct.pack(">i", 90 << 20) + b"\0\3\0\1")  # 90 MiB are promised, 4 bytes come
        broker.serves()
        grown = broker.memory() - before
        assert grown < 8 << 10, f"50 promised frames cost {grown} KiB"
    broker.serves()
    print(f"waited for: 50 frames of 90 MiB of which 4 bytes came, {grown} KiB")


def bounds_who_never_reads(broker):
    with contextlib.closing(broker.connect()) as connection:
        while b"hostile-topic" not in (answer := ask(connection, one_topic("hostile-topic"))) or len(answer) < 2000:
            time.sleep(0.1)
        size = len(ask(connection, all_topics()))
    before = broker.memory()
    request = all_topics()
    with contextlib.closing(broker.connect()) as deaf:
        deaf.settimeout(2)
        sent = 0
        try:
            while sent < 400_000:
                deaf.sendall(request * 100)
                sent += 100
        except TimeoutError:
            pass
        assert sent < 400_000, "the broker went on reading from a client that never reads"
        grown = broker.memory() - before
        broker.serves()
        assert grown < 80 << 10, f"{sent} unread replies of {size} bytes cost {grown} KiB"
    broker.serves()
    print(f"paused: a client that never reads, after {sent} requests for {size} bytes each, {grown} KiB")


def main():
    with Lab(brokers=1, settings=["num.partitions=100"]) as lab:
        broker = Broker(lab, 1)
        broker.serves()
        refuses_what_is_malformed(broker)
        answers_an_unknown_api_versions(broker)
        refuses_strange_names_of_software(broker)
        leaves_half_a_frame_alone(broker)
        bounds_who_never_reads(broker)
        os.kill(broker.pid, 0)
    print("ok")


if __name__ == "__main__":
    main()
