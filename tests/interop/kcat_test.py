#!/usr/bin/env python3
"""kcat, a stranger's client, against three brokers: metadata, writing with acks=all and every codec,
reading back from the beginning, also after kill -9 of all three at once."""
import os
import signal

from lab import Lab, kcat, need, topic_state

need("kcat")
with Lab(settings=["num.partitions=3", "default.replication.factor=3"]) as lab:
    listing = kcat("-b", lab.bootstrap, "-L")
    assert "3 brokers" in listing, listing
    expected = []
    for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
        values = [f"{codec}-{i}" for i in range(200)]
        kcat("-b", lab.bootstrap, "-P", "-t", "orders", "-p", "0", "-X", "acks=all", "-z", codec,
             stdin="\n".join(values) + "\n")
        expected += values
    read = kcat("-b", lab.bootstrap, "-C", "-t", "orders", "-p", "0", "-o", "beginning", "-e", "-q").split()
    assert read == expected, (len(read), len(expected))
    # The codec was really used: librdkafka sends plain batches without a word where it is not announced.
    logs = [os.path.join(lab.directory, f"broker-{n}", "data", "orders-0", "00000000000000000000.log") for n in (1, 2, 3)]
    content = open(logs[0], "rb").read()
    assert b"none-199" in content and b"gzip-199" not in content and b"zstd-199" not in content
    # Byte for byte the same log on every replica.
    assert all(open(path, "rb").read() == content for path in logs[1:])

    for broker, pid in list(lab.pids.items()):
        os.kill(pid, signal.SIGKILL)
    for broker in (1, 2, 3):
        lab.expect(r"broker \d .*(killed|SIGKILL|died|dead)")
    for broker in (1, 2, 3):
        lab.start(broker)
    topic_state(lab.bootstrap, "orders")
    read = kcat("-b", lab.bootstrap, "-C", "-t", "orders", "-p", "0", "-o", "beginning", "-e", "-q").split()
    assert read == expected, (len(read), len(expected))
print("kcat: written with 5 codecs, read back in order, also after kill -9 of all three")
