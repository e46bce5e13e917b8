#!/usr/bin/env python3
"""Recordings as their users meet them: a simulated run and a live cluster are recorded, moments of both are drawn, and
what is no recording, or no moment of one, is refused with the reason."""
import json
import pathlib
import subprocess
import tempfile

import lab

BIN = lab.BIN


def run(program, *words, code=0):
    done = subprocess.run([BIN / program, *words], capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def state_at(recording, at, out):
    run("brokerlab", "snapshot", "--recording", recording, "--at", at, "--out", out)
    return json.loads(out.read_text())


with tempfile.TemporaryDirectory() as directory:
    directory = pathlib.Path(directory)
    out = directory / "moment.json"

    simulated = directory / "run.blab"
    run("brokersim", "--seed", "7", "--until", "6s", "--save", simulated)
    assert "Broker 1" in run("brokerlab", "status", "--recording", simulated, "--at", "4.5s", "--lang", "en")
    early, late = state_at(simulated, "500ms", out), state_at(simulated, "5s", out)
    assert early["at_ns"] < late["at_ns"] and len(late["brokers"]) >= 3
    assert late == state_at(simulated, "5s", out)  # the same moment, the same picture
    for name in ("moment.png", "moment.svg", "moment.pdf", "moment.txt"):
        run("brokerlab", "snapshot", "--recording", simulated, "--at", "#40", "--out", directory / name)
        assert (directory / name).stat().st_size > 0
    assert "(" in run("brokerlab", "snapshot", "--recording", simulated, "--at", "99s", "--out", out, code=1)
    assert "is no moment" in run("brokerlab", "status", "--recording", simulated, "--at", "noon", code=2)
    assert "--recording" in run("brokerlab", "status", "--at", "1s", code=2)

    live = directory / "live.blab"
    with lab.Lab(options=("--record", str(live))) as cluster:
        cluster.kill9(2)
    told = run("brokerlab", "status", "--recording", live, "--lang", "en")
    assert "Broker 2" in told, told

    nothing = directory / "nothing.blab"
    nothing.write_bytes(b"")
    strange = directory / "strange.blab"
    strange.write_bytes(b"BLABREC\n" + (99).to_bytes(4, "big") + bytes(64))
    for file, why in ((nothing, "byte 0: this is no Brokerlab recording"), (strange, "version 99"),
                      (directory / "none", "No such file")):
        assert why in run("brokerlab", "status", "--recording", file, code=1)
print("moments of recordings are drawn")
