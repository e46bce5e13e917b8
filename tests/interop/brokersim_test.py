#!/usr/bin/env python3
"""The simulator as its users meet it: its exit codes, what it says of mistakes, that a seed tells the whole run, and that
neither Ctrl-C nor a process that dies leaves anything behind or unsaid."""
import os
import pathlib
import re
import signal
import subprocess
import time

PROGRAM = pathlib.Path(os.environ.get("LAB_BIN", "build/release/bin")) / "brokersim"
LONGEST = 300  # seconds; a slow machine is no failure


def brokersim(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=LONGEST)


def digest(text):
    return re.search(r"digest ([0-9a-f]{16})", text).group(1)


def children(pid):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def first_child(process):
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if found := children(process.pid):
            return found[0]
        time.sleep(0.001)
    raise AssertionError("it started no child")


def begin(*words):
    return subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check_mistakes():
    for words, expected in [
        ((), "--seed N"),
        (("--seed", "x"), "whole number"),
        (("--seed", "-1"), "whole number"),
        (("--seeds", "9..3"), "greater"),
        (("--seeds", "3"), "A..B"),
        (("--seed", "1", "--until", "12"), "880ms"),
        (("--seed", "1", "--until", "nans"), "880ms"),
        (("--seed", "1", "--seeds", "1..2"), "one of"),
        (("--sede", "1"), "--seed?"),
        (("--seeds", "1..2", "--jobs", "0"), "--jobs"),
    ]:
        done = brokersim(*words)
        assert done.returncode == 2, (words, done)
        assert expected in done.stderr and not done.stdout, (words, done.stderr)
    done = brokersim("--help")
    assert done.returncode == 0 and "--seeds" in done.stdout, done


def check_a_seed_tells_the_run():
    once = brokersim("--seed", "5", "--until", "4s")
    again = brokersim("--seed", "5", "--until", "4000ms")
    other = brokersim("--seed", "6", "--until", "4s")
    told = brokersim("--seed", "5", "--until", "4s", "--logs")
    assert once.returncode == again.returncode == other.returncode == told.returncode == 0, once
    assert once.stdout == again.stdout, (once.stdout, again.stdout)
    assert digest(once.stdout) != digest(other.stdout)
    assert digest(once.stdout) == digest(told.stdout), "who watches changes nothing"
    assert len(told.stdout.splitlines()) > 100, told.stdout


def check_many_seeds_are_summed_up():
    done = brokersim("--seeds", "1..6", "--until", "3s")
    assert done.returncode == 0, done
    for expected in ["6 seeds, 0 failed", "simulated hours", "crashes", "elections", "records acknowledged",
                     "1 seeds were run twice and gave the same digest"]:
        assert expected in done.stdout, (expected, done.stdout)


def check_a_process_that_dies_is_a_failing_seed():
    process = begin("--seed", "5")
    os.kill(first_child(process), signal.SIGABRT)
    text, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 5, (process.returncode, text)
    assert "seed 5: FAILED" in text and "SIGABRT" in text and "brokersim --seed 5" in text, text

    process = begin("--seeds", "1..100000")
    os.kill(first_child(process), signal.SIGKILL)
    text, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 5, (process.returncode, text)
    assert "SIGKILL" in text and "1 failed" in text, text


def check_interrupted():
    for stop in (signal.SIGINT, signal.SIGTERM):
        process = begin("--seeds", "1..100000")
        seen = first_child(process)
        process.send_signal(stop)
        text, _ = process.communicate(timeout=LONGEST)
        assert process.returncode == 130, (process.returncode, text)
        assert "interrupted" in text and "simulated hours" in text, text
        assert not pathlib.Path(f"/proc/{seen}").exists(), "a child works on"


def main():
    check_mistakes()
    check_a_seed_tells_the_run()
    check_many_seeds_are_summed_up()
    check_a_process_that_dies_is_a_failing_seed()
    check_interrupted()
    print("all of it holds")


main()
