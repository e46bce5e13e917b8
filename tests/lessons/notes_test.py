#!/usr/bin/env python3
"""`brokerlab notes` beside a window that walks a lesson: the test writes the file of progress as the window does, and
reads what the terminal says."""
import json
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("LAB_BIN") or ROOT / "build/release/bin")
failures = []


def check(name, held, said):
    print(("ok      " if held else "FAILED  ") + name)
    if not held:
        failures.append(name)
        print(said)


def write(file, step=None, number=1, process=os.getpid()):
    root = {"version": 1, "lessons": {}}
    if step:
        root["at"] = {"lesson": "07-kill-the-leader", "step": step, "number": number, "count": 5, "process": process,
                      "title": ["Kill the leader", "리더를 죽여 보기"], "notes": [f"Say {step}.", f"{step}: 말하기."]}
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(root))
    draft.rename(file)


def once(file, lang="en"):
    return subprocess.run([BIN / "brokerlab", "notes", "--progress", file, "--lang", lang], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)


def read_until(program, text):
    """All that it says until that comes, 10 s at most."""
    said, end = "", time.monotonic() + 10
    while text not in said and time.monotonic() < end:
        if select.select([program.stdout], [], [], 0.2)[0]:
            said += os.read(program.stdout.fileno(), 65536).decode()
    return said


def main(folder):
    file = pathlib.Path(folder) / "progress.json"
    run = once(file)
    check("before anything was begun", run.returncode == 1 and "No lesson is open" in run.stdout, run)
    write(file)
    run = once(file)
    check("with no lesson open", run.returncode == 1 and "No lesson is open" in run.stdout, run)
    write(file, "kill", 3)
    run = once(file)
    check("the notes of a step", run.returncode == 0 and run.stdout ==
          "07 Kill the leader · step 3 of 5 (kill)\n\nSay kill.\n", run)
    run = once(file, "ko")
    check("in Korean", "리더를 죽여 보기 · 5단계 중 3단계 (kill)" in run.stdout and "kill: 말하기." in run.stdout, run)
    gone = subprocess.Popen(["true"])
    gone.wait()
    write(file, "kill", 3, gone.pid)
    run = once(file)
    check("a window that was killed has no lesson open", "No lesson is open" in run.stdout, run)
    file.write_text("{ not json")
    run = once(file)
    check("a broken file is told, and stays", run.returncode == 1 and "progress.json" in run.stderr and
          file.read_text() == "{ not json", run)

    write(file, "watch", 2)
    program = subprocess.Popen([BIN / "brokerlab", "notes", "--follow", "--progress", file, "--lang", "en"],
                               stdout=subprocess.PIPE)
    try:
        said = read_until(program, "Say watch.")
        check("it follows: the step that is there", "step 2 of 5 (watch)" in said, said)
        write(file, "kill", 3)
        said = read_until(program, "Say kill.")
        check("the next one", "step 3 of 5 (kill)" in said and "watch" not in said, said)
        write(file)
        said = read_until(program, "No lesson is open")
        check("and its end", "No lesson is open" in said, said)
    finally:
        program.kill()
        program.wait()


with tempfile.TemporaryDirectory() as folder:
    main(folder)
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
