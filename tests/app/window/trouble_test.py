#!/usr/bin/env python3
"""A window whose cluster cannot be begun goes on: a taken port is told with its holder, and other ports are one key
away; a lesson whose directory cannot be made says so in its place, and its second try works."""
import json
import os
import socket

from desk import Desk

with Desk() as desk:
    desk.environment["XDG_DATA_HOME"] = str(desk.directory / "share")
    desk.environment["TMPDIR"] = str(desk.directory / "tmp")
    progress = desk.directory / "share" / "brokerlab" / "progress.json"

    def listeners():
        file = desk.data / "server-2.properties"
        return next(l for l in file.read_text().split("\n") if l.startswith("listeners=")) if file.exists() else ""

    # Somebody has the port of broker 2.
    held = socket.socket()

    def take():
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", desk.port + 1))
        held.listen()

    desk.open(before=take)
    desk.wait_for("the files are there", lambda: listeners() != "")
    assert f":{desk.port + 1}," in listeners()

    def other_ports():
        """The first button that Tab finds, until it was pressed: a frame may be on its way."""
        desk.key("Tab", "Return")
        return f":{desk.port + 1}," not in listeners()

    desk.wait_for("other ports are written into the files", other_ports)
    desk.wait_for("three brokers run on them", lambda: desk.status().count("running") >= 3)
    assert desk.window.poll() is None, "the window has not ended"

    desk.key("Escape", "Escape")  # what a late press may have opened

    # A lesson has its cluster below the temporary directory, which is not there.
    def place():
        return json.loads(progress.read_text()).get("at", {}) if progress.exists() else {}

    desk.key("y", "3")
    desk.wait_for("the window's own brokers have ended", lambda: desk.status().count("running") == 0)
    assert desk.window.poll() is None, "the window has not ended"
    os.mkdir(desk.environment["TMPDIR"])
    desk.wait_for("begun again, the lesson is there", lambda: (desk.key("shift+x"), place())[1] != {}, 60)
    assert place()["lesson"].startswith("03"), place()
    desk.quit()
print("trouble: ports that are taken, a directory that cannot be made; the window goes on")
