#!/usr/bin/env python3
"""Drawing takes nothing from the brokers: while records flow over the picture, a broker is killed and comes back, no
broker is `stalled`. On a machine where brokers stall without any window too, that cannot be seen and is said."""
import re
import subprocess
import sys
import time

from desk import BIN, Desk, Lab


def stalls(recording):
    """How often a broker was stalled, by the recording."""
    counts = subprocess.run([str(BIN / "recorded"), str(recording)], capture_output=True, text=True, check=True,
                            timeout=30).stdout
    found = re.search(r"^(\d+) stalled$", counts, re.M)
    assert re.search(r"^\d+ node-ready$", counts, re.M), f"brokers are in the recording:\n{counts}"
    return int(found.group(1)) if found else 0


def written(port):
    """Records of topic orders, of all its partitions together."""
    out = subprocess.run([str(BIN / "kafka-get-offsets"), "--bootstrap-server", f"localhost:{port}", "--topic",
                          "orders"], capture_output=True, text=True, timeout=30).stdout
    return sum(int(line.rsplit(":", 1)[1] or 0) for line in out.split())


def with_window(desk):
    recording = desk.directory / "window.recording"
    desk.open("--record", str(recording))
    desk.wait_for("three brokers run", lambda: desk.status().count("running") >= 3)
    desk.key("c", "Return")
    desk.wait_for("topic orders is there", lambda: "orders-2" in desk.status())
    desk.key("p", "Tab", "Tab", "Tab", "Return", "Escape")
    desk.wait_for("records flow", lambda: written(desk.port + 1) > 40)
    desk.key("1", "k")
    desk.wait_for("broker 1 is dead", lambda: "SIGKILL" in desk.status())
    desk.wait_for("records flow on", lambda: written(desk.port + 1) > 80)
    desk.key("b")
    desk.wait_for("broker 1 is back", lambda: desk.status().count("running") >= 3)
    desk.wait_for("and on", lambda: written(desk.port + 1) > 120)
    desk.quit()
    return stalls(recording)


def without_window(desk):
    """The same brokers and the same kill, nothing drawn."""
    recording = desk.directory / "bare.recording"
    with Lab(options=["--record", str(recording)]) as lab:
        lab.kill9(1)
        time.sleep(5)  # for as long as the window was looked at
        lab.start(1)
        time.sleep(5)
    return stalls(recording)


with Desk() as desk:
    drawn = with_window(desk)
    if drawn > 0:
        bare = without_window(desk)
        if bare > 0:
            print(f"brokers stall here without a window too ({bare} times, {drawn} with one): a busy machine")
            sys.exit(77)
    assert drawn == 0, f"brokers were stalled {drawn} times while the window drew"
print("window: records flowed over the picture, a broker died and came back, and none was stalled")
