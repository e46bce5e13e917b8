#!/usr/bin/env python3
"""The standard input of `brokerlab cluster` is the lab's console: topics, clients, links and files, on real processes and
in simulated time alike; what is no line is told and left out, and nothing that comes in makes it fall."""
import signal
import subprocess

from lab import BIN, Lab


def story(lab):
    """What works the same on every cluster."""
    lab.say("kafka-topics --create --topic orders --partitions 3 --replication-factor 2")
    lab.expect("^Created topic orders")
    lab.say("kafka-topics --create --topic wide --replication-factor 4")
    lab.expect("replication factor of 4 cannot be reached because only 3 broker")
    lab.say("produce --topic orders --records 20 --rate 200 --client shop")
    lab.expect("^shop writes 20 records to orders")
    lab.expect("^shop: 20 records acknowledged")
    lab.say("check shop")
    lab.expect("^shop: 20 acknowledged, 20 found, 0 lost, 0 duplicated")
    # What is typed while a tool reads is for it, until a single full stop.
    lab.say("kafka-console-producer --topic orders\nkill 1\n.\nkafka-get-offsets --topic orders")
    total = sum(int(lab.expect(r"^orders:\d:\d+$").rsplit(":", 1)[1]) for _ in range(3))
    assert total == 21, total
    lab.say("cut 1 2")
    lab.expect("^link 1.2: cut")
    lab.say("delay 2 3 20 --one-way")
    lab.expect("^link 2.3: delay")
    lab.say("heal all")
    lab.expect("^all links are healed")
    lab.say("kil 1")
    lab.expect("did you mean kill")
    lab.say("kill 3")
    lab.expect(r"^broker 3 .*was killed by SIGKILL")
    lab.say("status")
    lab.expect("^broker 3 .* dead")
    lab.say("start 3")
    lab.expect("^broker 3 ")
    lab.expect("^ready")


def hostile(lab):
    def pour(data):
        lab.process.stdin.buffer.write(data)
        lab.process.stdin.buffer.flush()

    pour(b"kill 1" + b" " * (2 << 20) + b"\n")
    lab.expect("a line of more than 4096 bytes: left out")
    pour(b"kill\0 1\n\x1b[2Jkill 2\n")
    lab.expect("a line that is no text: left out")
    lab.expect("a line that is no text: left out")
    pour(bytes(range(128, 256)) * 4 + b"\n'not closed\n\r\n# nothing\n")
    lab.expect("a line that is no text: left out")
    lab.expect("quote")
    pour(("브로커" * 20 + "\n").encode())
    lab.expect('unknown command "브로커브로커브로커브로커브"')
    lab.say("status")
    for broker in (1, 2, 3):
        lab.expect(rf"^broker {broker} .* running")


class Simulated(Lab):
    def __init__(self):
        self.directory, self.brokers = "/nonexistent", 3
        self.follow([str(BIN / "brokerlab"), "cluster", "--simulated", "--seed", "7"])


with Lab() as lab:
    hostile(lab)
    story(lab)
    # A half line at the end is a line; afterwards it runs on until it is told to end.
    lab.process.stdin.write("freeze 2")
    lab.process.stdin.close()
    lab.expect("^broker 2 frozen")
    lab.process.send_signal(signal.SIGINT)
    assert lab.process.wait(2.5) == 0

with Simulated() as lab:
    story(lab)
    lab.say("quit")
    assert lab.process.wait(2) == 0

# Korean, and a file as standard input.
listed = subprocess.run([BIN / "brokerlab", "cluster", "--simulated", "--lang", "ko"], text=True, timeout=60,
                        input="kafka-topics --create --topic a\nkill 2\nquit\n", capture_output=True)
assert listed.returncode == 0 and "브로커 2" in listed.stdout and "Created topic a." in listed.stdout, listed
