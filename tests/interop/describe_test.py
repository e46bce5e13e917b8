#!/usr/bin/env python3
"""What a broker says of its settings and topics, byte by byte as Kafka's clients read it: DescribeConfigs (version 1)
and DescribeTopicPartitions (version 0), against a real broker."""
import contextlib
import struct
import time

from hostile_test import Broker, ask, frame, one_topic
from lab import Lab

DESCRIBE_CONFIGS, DESCRIBE_TOPIC_PARTITIONS = 32, 75
TOPIC, BROKER, LOGGER = 2, 4, 8
CLUSTER_LEVEL, FILE, DEFAULT = 3, 4, 5


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def text(self):
        size = self.take("h")
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at].decode()

    def varint(self):
        out = shift = 0
        while True:
            byte = self.take("B")
            out |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return out

    def compact_text(self):
        size = self.varint() - 1
        self.at += max(size, 0)
        return self.data[self.at - size:self.at].decode() if size >= 0 else None

    def ids(self):
        return [self.take("i") for _ in range(self.varint() - 1)]


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def configs(connection, kind, name, keys=None, synonyms=True):
    """(error, message, {name: (value, read only, source, [(name, value, source)])})."""
    body = struct.pack(">ib", 1, kind) + text(name)
    body += struct.pack(">i", -1) if keys is None else struct.pack(">i", len(keys)) + b"".join(map(text, keys))
    reader = Reader(ask(connection, frame(DESCRIBE_CONFIGS, 1, body + bytes([synonyms]))))
    assert reader.take("iii") == (7, 0, 1)  # correlation, throttle, one result
    error, message = reader.take("h"), reader.text()
    assert (reader.take("b"), reader.text()) == (kind, name)
    found = {}
    for _ in range(reader.take("i")):
        key, value = reader.text(), reader.text()
        read_only, source, sensitive = reader.take("bbb")
        assert not sensitive
        found[key] = (value, bool(read_only), source,
                      [(reader.text(), reader.text(), reader.take("b")) for _ in range(reader.take("i"))])
    assert reader.at == len(reader.data)
    return error, message, found


def topics(connection, names, limit=2000, cursor=None):
    """([(error, name, [(partition, leader, replicas, isr, elr)])], next cursor)."""
    compact = lambda value: bytes([len(value) + 1]) + value.encode()  # noqa: E731
    body = b"\0" + bytes([len(names) + 1]) + b"".join(compact(n) + b"\0" for n in names) + struct.pack(">i", limit)
    body += b"\xff" if cursor is None else b"\x01" + compact(cursor[0]) + struct.pack(">i", cursor[1]) + b"\0"
    reader = Reader(ask(connection, frame(DESCRIBE_TOPIC_PARTITIONS, 0, body + b"\0")))
    assert (reader.take("i"), reader.varint(), reader.take("i")) == (7, 0, 0)
    found = []
    for _ in range(reader.varint() - 1):
        error, name = reader.take("h"), reader.compact_text()
        reader.at += 16  # its id
        assert reader.take("b") == 0
        partitions = []
        for _ in range(reader.varint() - 1):
            assert reader.take("h") == 0
            index, leader, _ = reader.take("iii")
            replicas, isr, elr, _, offline = (reader.ids() for _ in range(5))
            assert offline == []
            partitions.append((index, leader, replicas, isr, elr))
            assert reader.varint() == 0
        reader.take("i")
        assert reader.varint() == 0
        found.append((error, name, partitions))
    following = None
    if reader.take("b") >= 0:
        following = (reader.compact_text(), reader.take("i"))
        assert reader.varint() == 0
    assert reader.varint() == 0 and reader.at == len(reader.data)
    return found, following


def main():
    with Lab(brokers=1, settings=["num.partitions=5", "log.retention.ms=1234567"]) as lab, \
            contextlib.closing(Broker(lab, 1).connect()) as connection:
        for name in ("alpha", "beta"):
            ask(connection, one_topic(name))
        deadline = time.monotonic() + 10
        while len(topics(connection, [])[0]) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)

        error, _, found = configs(connection, TOPIC, "alpha")
        assert error == 0 and len(found) == 33, (error, len(found))
        assert found["retention.ms"] == ("1234567", False, FILE, [("log.retention.ms", "1234567", FILE),
                                                                  ("log.retention.ms", "604800000", DEFAULT)])
        assert found["segment.bytes"][:3] == ("1073741824", False, DEFAULT)
        assert found["cleanup.policy"][:3] == ("delete", False, DEFAULT)
        # With ELR the controller has written the cluster's level when the cluster began.
        assert found["min.insync.replicas"][0] == "1" and found["min.insync.replicas"][2] == CLUSTER_LEVEL
        assert found["flush.ms"][0] == "9223372036854775807", found["flush.ms"]
        _, _, few = configs(connection, TOPIC, "alpha", ["retention.ms", "no.such.key"], synonyms=False)
        assert few == {"retention.ms": ("1234567", False, FILE, [])}
        assert configs(connection, TOPIC, "nobody")[::2] == (3, {})
        assert configs(connection, TOPIC, "a/b")[::2] == (17, {})
        assert configs(connection, LOGGER, "1")[::2] == (42, {})

        error, _, found = configs(connection, BROKER, "1")
        assert error == 0 and found["log.retention.ms"][:3] == ("1234567", True, FILE)
        assert found["min.insync.replicas"][1] is False
        assert set(configs(connection, BROKER, "")[2]) == {"min.insync.replicas"}
        error, message, _ = configs(connection, BROKER, "7")
        assert error == 42 and "expected 1" in message, (error, message)
        print("described: settings")

        found, following = topics(connection, [])
        assert [(e, n, len(p)) for e, n, p in found] == [(0, "alpha", 5), (0, "beta", 5)] and following is None
        assert found[0][2][3] == (3, 1, [1], [1], [])
        found, following = topics(connection, ["beta", "alpha"], limit=7)
        assert [(n, len(p)) for _, n, p in found] == [("alpha", 5), ("beta", 2)] and following == ("beta", 2)
        found, following = topics(connection, ["beta", "alpha"], limit=7, cursor=following)
        assert [(n, [p[0] for p in ps]) for _, n, ps in found] == [("beta", [2, 3, 4])] and following is None
        assert topics(connection, ["nobody"])[0] == [(3, "nobody", [])]
        print("described: topics in pages")
    print("ok")


if __name__ == "__main__":
    main()
