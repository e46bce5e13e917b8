#!/usr/bin/env python3
"""The window: keys create a topic, kill a broker and start it again, export the picture and quit, all faster than
frames are drawn; what came of it is asked of the brokers, not of the window."""
import pathlib

from desk import Desk

with Desk() as desk:
    desk.open()
    desk.wait_for("three brokers run", lambda: desk.status().count("running") >= 3)
    desk.key("c", "Return")
    desk.wait_for("topic orders is there", lambda: "orders-2" in desk.status())
    desk.key("1", "k")
    desk.wait_for("broker 1 is dead", lambda: "SIGKILL" in desk.status())
    desk.key("b")
    desk.wait_for("broker 1 is back", lambda: desk.status().count("running") >= 3)
    desk.key("e")
    pictures = [desk.directory / f"brokerlab-001.{kind}" for kind in ("png", "svg", "pdf")]
    desk.wait_for("the picture is exported", lambda: all(p.exists() and p.stat().st_size > 1000 for p in pictures))
    assert "orders-2" in pictures[1].read_text(), "the SVG has real text"
    pids = [int(path.read_text().split()[0]) for path in sorted((desk.data / "run").glob("broker-*.pid"))]
    desk.quit()
    assert len(pids) == 3
    for pid in pids:
        state = pathlib.Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().split(")")[1].split()[0] == "Z", f"broker {pid} lives on"
print("window: topic, kill, start, export and quit by keys")
