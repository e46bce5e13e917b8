#!/usr/bin/env python3
"""Links of a live cluster are cut while kcat writes with acks=all: the ISR shrinks and comes back, the active controller
is parted from all others and another takes over, kcat itself is never cut off, and nothing acknowledged is lost."""
import contextlib
import socket
import struct
import subprocess
import threading

from lab import Lab, kcat, need, status, topic_state, until

need("kcat")


class Writer:
    """kcat, fed line by line until it is told to end."""

    def __init__(self, bootstrap):
        self.process = subprocess.Popen(["kcat", "-b", bootstrap, "-P", "-t", "orders", "-X", "acks=all", "-X",
                                         "message.timeout.ms=60000", "-X", "linger.ms=1"],
                                        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.ended = 0, threading.Event()
        self.thread = threading.Thread(target=self._feed, daemon=True)
        self.thread.start()

    def _feed(self):
        with contextlib.suppress(BrokenPipeError):  # end() says why it went
            while not self.ended.wait(0.005):
                self.process.stdin.write(f"record {self.lines}\n")
                self.process.stdin.flush()
                self.lines += 1

    def end(self):
        """All that it was given is acknowledged when kcat ends well."""
        self.ended.set()
        self.thread.join()
        self.process.stdin.close()
        assert self.process.wait(90) == 0, self.process.stderr.read()
        return self.lines


def isr(seen):
    return {id for one in seen["partitions"] if one["topic"] == "orders" for id in one["isr"] or []}


def controller(seen):
    return seen["controller"]["id"]


def state(seen, broker):
    return next(one["state"] for one in seen["brokers"] if one["id"] == broker)


def faults(seen):
    return {(one["fault"], one["target"], one["detail"]) for one in seen["faults"]}


def cut(*links):
    """Both ways."""
    return {("cut", f"{a}→{b}", "") for link in links for a, b in (link, link[::-1])}


def hostile(lab):
    """What comes over the lab socket and is no message ends that connection at most."""
    for junk in (b"\xff" * 64, struct.pack(">I", 3) + b"abc", b"\0" * 4096):
        with socket.socket(socket.AF_UNIX) as lab_socket:
            lab_socket.connect(f"{lab.directory}/run/broker-1.sock")
            lab_socket.sendall(junk)
            assert lab_socket.recv(65536)
    assert all(state(status(lab), broker) == "running" for broker in (1, 2, 3))


with Lab(settings=["replica.lag.time.max.ms=1500"]) as lab:
    lab.say("kafka-topics --create --topic orders --partitions 1 --replication-factor 3")
    lab.expect("^Created topic orders")
    _, partitions = topic_state(lab.bootstrap, "orders")
    leader = partitions[0][0]
    writer = Writer(lab.bootstrap)
    until(lab, lambda seen: isr(seen) == {1, 2, 3})

    follower = next(b for b in (1, 2, 3) if b != leader)
    lab.say(f"cut {leader} {follower}")
    lab.expect(rf"^link {leader}.{follower}: cut")
    assert faults(status(lab)) == cut((leader, follower))
    until(lab, lambda seen: len(isr(seen)) < 3)  # without the follower, or another leads already
    # A client reaches both.
    assert all(kcat("-b", f"localhost:{lab.base + b - 1}", "-L", "-m", "5") for b in (leader, follower))
    lab.say("heal all")
    lab.expect("^all links are healed")
    assert not faults(until(lab, lambda seen: isr(seen) == {1, 2, 3}))

    before = controller(until(lab, controller))
    others = sorted({1, 2, 3} - {before})
    for other in others:
        lab.say(f"cut {before} {other}")
        lab.expect("^link .* cut")
    until(lab, lambda seen: controller(seen) in others)
    # One that starts in the meantime is cut off as well, and does not come into the cluster.
    lab.say(f"kill {before}")
    lab.expect(rf"^broker {before} .*SIGKILL")
    lab.say(f"start {before}")
    lab.expect(rf"^broker {before} localhost")
    both = cut(*[(before, other) for other in others])
    until(lab, lambda seen: state(seen, before) == "starting" and faults(seen) == both)
    lab.say(f"delay {others[0]} {others[1]} 20 --one-way")
    lab.expect("^link .* delay")
    assert faults(status(lab)) == both | {("delay", f"{others[0]}→{others[1]}", "20 ms")}
    lab.say("heal all")
    lab.expect("^all links are healed")
    until(lab, lambda seen: isr(seen) == {1, 2, 3} and state(seen, before) == "running" and not faults(seen))
    hostile(lab)
    written = writer.end()
    found = kcat("-b", lab.bootstrap, "-C", "-t", "orders", "-o", "beginning", "-e", "-q").splitlines()
    lost = {f"record {i}" for i in range(written)} - set(found)
    assert not lost, f"{len(lost)} of {written} lost: {sorted(lost)[:5]}"
    print(f"{written} records acknowledged, all found")
