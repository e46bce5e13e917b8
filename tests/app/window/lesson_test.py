#!/usr/bin/env python3
"""A lesson in the window, solved as people solve it: one step by typing into the console, the next by a kill -9 and a
real producer from outside. What was done stands in the file of progress, the lesson goes on there after a restart,
and the window's own cluster is as it was when the lesson is left."""
import json
import os
import pathlib
import signal
import subprocess

from desk import BIN, Desk


def brokers(window):
    """The window's broker processes: id -> (pid, its properties file)."""
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except (OSError, ValueError, IndexError):
            continue
        if parent == window.pid and len(words) > 1 and words[1].endswith(".properties"):
            found[int(words[1].rsplit("-", 1)[1].split(".")[0])] = (int(entry.name), pathlib.Path(words[1]))
    return found


def topics(server):
    told = subprocess.run([str(BIN / "kafka-topics"), "--bootstrap-server", server, "--list"], capture_output=True,
                          text=True, timeout=30)
    return told.stdout.split()


with Desk() as desk:
    desk.environment["XDG_DATA_HOME"] = str(desk.directory / "share")
    progress = desk.directory / "share" / "brokerlab" / "progress.json"

    def done():
        if not progress.exists():
            return []
        lessons = json.loads(progress.read_text())["lessons"]
        return lessons.get("08-the-follower-comes-back", {}).get("done", [])

    def lesson_runs():
        """Four brokers, in a directory that is not the learner's own."""
        now = brokers(desk.window)
        return len(now) == 4 and all(desk.data not in path.parents for _, path in now.values())

    desk.open()
    desk.wait_for("three brokers run", lambda: desk.status().count("running") >= 3)
    own = f"localhost:{desk.port}"
    subprocess.run([str(BIN / "kafka-topics"), "--bootstrap-server", own, "--create", "--topic", "mine"], check=True,
                   timeout=30, stdout=subprocess.DEVNULL)

    desk.key("y", "8")
    desk.wait_for("lesson 8 has its four brokers", lesson_runs)
    directory = next(iter(brokers(desk.window).values()))[1].parent
    port = next(line.split(",")[0].rsplit(":", 1)[1] for line in (directory / "server-1.properties").read_text().split("\n")
                if line.startswith("listeners="))
    server = f"localhost:{port}"
    desk.wait_for("the lesson is set up", lambda: topics(server) == ["orders"])

    # A step by the console; a word that is unknown harms nothing.
    def write_from_console():
        desk.key("grave")
        for line in ("sned", "produce --topic orders --client producer-1 --records 20 --rate 100"):
            desk.do("type", "--delay", "5", line)
            desk.key("Return")
        desk.key("Escape")
        try:
            desk.wait_for("the first step is done", lambda: done() == ["equal"], 10)
        except AssertionError:
            return False
        return True

    desk.wait_for("the console's line counts once the step is there", write_from_console, 60)

    # Another from outside: the follower is killed, and records that nobody has to acknowledge are written.
    desk.key("n")
    described = subprocess.run([str(BIN / "kafka-topics"), "--bootstrap-server", server, "--describe"], timeout=30,
                               capture_output=True, text=True).stdout
    replicas = described.split("Replicas: ")[1].split("\t")[0].split(",")
    os.kill(brokers(desk.window)[int(replicas[1])][0], signal.SIGKILL)

    def isr():
        told = subprocess.run([str(BIN / "kafka-topics"), "--bootstrap-server", server, "--describe"], timeout=30,
                              capture_output=True, text=True).stdout
        return told.split("Isr: ")[1].split()[0] if "Isr: " in told else ""

    desk.wait_for("the follower is out of the ISR", lambda: isr() == replicas[0])
    subprocess.run([str(BIN / "kafka-console-producer"), "--bootstrap-server", server, "--topic", "orders",
                    "--producer-property", "acks=0"], input="".join(f"record {i}\n" for i in range(10)), text=True,
                   check=True, timeout=30, stdout=subprocess.DEVNULL)
    desk.wait_for("the second step is done from outside", lambda: done() == ["equal", "shrink"])

    # After a restart it goes on with the third, having done the first two again.
    desk.quit()
    assert not directory.exists(), "a lesson's cluster goes with the window"
    desk.open("lesson", "start", "8")
    desk.wait_for("the lesson's brokers run again", lesson_runs)
    desk.wait_for("the third step is begun, and done by a key", lambda: (desk.key("m"), "grow" in done())[1], 60)
    assert done() == ["equal", "shrink", "grow"]

    # Left: the window's own cluster is back, with what was in it.
    desk.key("y", "Tab", "Tab", "Return")  # behind Close stands what ends the lesson
    desk.wait_for("the window has its own cluster again", lambda: brokers(desk.window) and all(
        desk.data in path.parents for _, path in brokers(desk.window).values()))
    desk.wait_for("three brokers run", lambda: desk.status().count("running") >= 3)
    assert topics(f"localhost:{desk.port}") == ["mine"], "the learner's own data is untouched"
    desk.quit()
print("lesson: a step by the console, one by kill -9 and a real producer, kept over a restart")
