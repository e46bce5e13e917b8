#!/usr/bin/env python3
"""librdkafka (idempotent, acks=all) writes through repeated kill -9 and restarts of leaders and of the
active controller: every acknowledged record is read back once, in order, and the replicas are equal."""
import os
import subprocess
import sys

from lab import BIN, Lab, kcat, need, topic_state

need("kcat")
writer = BIN / "rdkafka_writer"
if not writer.exists():
    print("librdkafka-dev was not there when the tests were built")
    sys.exit(77)
rounds = 8 if os.environ.get("LAB_LONG") else 3

with Lab(settings=["num.partitions=1", "default.replication.factor=3", "min.insync.replicas=2"]) as lab:
    kcat("-b", lab.bootstrap, "-P", "-t", "orders", "-p", "0", "-X", "acks=all", stdin="begin\n")
    count = 1500 * rounds
    process = subprocess.Popen([str(writer), lab.bootstrap, "orders", str(count), "3000"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        for turn in range(rounds):
            controller, partitions = topic_state(lab.bootstrap, "orders")
            leader = partitions[0][0]
            victim = leader if turn % 2 == 0 else controller
            lab.kill9(victim)
            # Somebody else leads before the victim comes back.
            while True:
                now_controller, now = topic_state(lab.bootstrap, "orders")
                if now[0][0] != victim and now_controller != victim:
                    break
            lab.start(victim)
            while len(topic_state(lab.bootstrap, "orders")[1][0][2]) < 3:
                pass  # back in the ISR; kcat's own round trips pace this
        out, err = process.communicate(timeout=180)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 0, err
    acked = [line.split()[0] for line in out.splitlines()]
    read = kcat("-b", lab.bootstrap, "-C", "-t", "orders", "-p", "0", "-o", "beginning", "-e", "-q").split()
    assert read[0] == "begin"
    assert read[1:] == [str(i) for i in range(count)], "records are missing, doubled or out of order"
    assert sorted(acked, key=int) == read[1:], f"{len(acked)} acknowledged, {len(read) - 1} read"
print(f"librdkafka: {count} records through {rounds} kills of leaders and controllers, each read once, in order")
