#!/usr/bin/env python3
"""The window under a display without a screen: keys create a topic, kill a broker and start it again, export
the picture and quit, all faster than frames are drawn; what came of it is asked of the brokers, not of the window."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "interop"))
from lab import BIN, free_base_port, need  # noqa: E402

for program in ("Xvfb", "xdotool"):
    need(program)


def wait_for(what, condition, seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)  # the next look; nothing is assumed to have happened meanwhile
    raise AssertionError(f"not within {seconds} s: {what}\n{status()}")


def status():
    return subprocess.run([str(BIN / "brokerlab"), "status", "--data", str(data), "--lang", "en"], capture_output=True,
                          text=True, timeout=30).stdout


directory = pathlib.Path(tempfile.mkdtemp(prefix="brokerlab-window-"))
data = directory / "cluster"
read_end, write_end = os.pipe()
xvfb = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24"], pass_fds=[write_end],
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
window = None
try:
    os.close(write_end)
    display = ":" + os.read(read_end, 16).decode().strip()
    environment = dict(os.environ, DISPLAY=display, LANG="C.UTF-8")
    window = subprocess.Popen([str(BIN / "brokerlab"), "--data", str(data), "--base-port", str(free_base_port(3)),
                               "--lang", "en"], env=environment, cwd=directory)

    def xdotool(*arguments):
        subprocess.run(["xdotool", *arguments], env=environment, check=True, timeout=30)

    xdotool("search", "--sync", "--onlyvisible", "--name", "Brokerlab")
    wait_for("three brokers run", lambda: status().count("running") >= 3)
    xdotool("mousemove", "400", "900")  # keys go where the pointer is: there is no window manager
    xdotool("key", "c", "Return")
    wait_for("topic orders is there", lambda: "orders-2" in status())
    xdotool("key", "--delay", "5", "1", "k")
    wait_for("broker 1 is dead", lambda: "SIGKILL" in status())
    xdotool("key", "b")
    wait_for("broker 1 is back", lambda: status().count("running") >= 3)
    xdotool("key", "e")
    pictures = [directory / f"brokerlab-001.{kind}" for kind in ("png", "svg", "pdf")]
    wait_for("the picture is exported", lambda: all(p.exists() and p.stat().st_size > 1000 for p in pictures))
    assert "orders-2" in pictures[1].read_text(), "the SVG has real text"
    pids = [int(path.read_text().split()[0]) for path in sorted((data / "run").glob("broker-*.pid"))]
    xdotool("key", "ctrl+q")
    assert window.wait(10) == 0
    assert len(pids) == 3
    for pid in pids:
        state = pathlib.Path(f"/proc/{pid}/stat")
        assert not state.exists() or state.read_text().split(")")[1].split()[0] == "Z", f"broker {pid} lives on"
finally:
    for process in (window, xvfb):
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait(10)
    shutil.rmtree(directory, ignore_errors=True)
print("window: topic, kill, start, export and quit by keys")
