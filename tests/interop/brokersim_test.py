#!/usr/bin/env python3
"""The simulator as its users meet it: its exit codes, what it says of mistakes, that a seed tells the whole run, and that
neither Ctrl-C nor a process that dies leaves anything behind or unsaid."""
import os
import pathlib
import re
import signal
import struct
import subprocess
import tempfile
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
        (("--seed", "1", "--faults", "links,node"), "did you mean nodes?"),
        (("--seed", "1", "--save", "README.md"), "there already"),
        (("--replay", "README.md", "--until", "3s"), "from the file"),
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


def check_faults_can_be_left_out():
    none = brokersim("--seed", "5", "--faults", "none")
    links = brokersim("--seed", "5", "--faults", "links", "--until", "20s")
    assert none.returncode == links.returncode == 0, (none, links)
    assert not re.search(r"faults: .*[1-9]", none.stdout), none.stdout
    assert re.search(r"\b0 crash\b", links.stdout) and re.search(r"[1-9]\d* (cut|isolate)", links.stdout), \
        links.stdout


def check_a_saved_run_is_the_same_again(directory):
    file = directory / "run.blab"
    saved = brokersim("--seed", "5", "--until", "9.25s", "--save", file)
    assert saved.returncode == 0 and f"brokersim --replay {file}" in saved.stdout, saved
    again = brokersim("--replay", file)
    assert again.returncode == 0 and "the same run" in again.stdout, again
    assert digest(again.stdout) == digest(saved.stdout)
    # A file that another build wrote, as far as this one can tell.
    text = file.read_bytes()
    other = directory / "other.blab"
    mine = digest(saved.stdout).encode()
    other.write_bytes(with_head(text, lambda head: head.replace(mine, mine[::-1])))
    differs = brokersim("--replay", other)
    assert differs.returncode == 1 and "this build differs" in differs.stdout, differs


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def with_head(text, change):
    """A recording with other JSON at its head, and the sizes and sums that belong to it."""
    version, size, _ = struct.unpack(">III", text[8:20])
    head = change(text[20:20 + size])
    return text[:8] + struct.pack(">III", version, len(head), crc32c(head)) + head + text[20 + size:]


def check_hostile_files(directory):
    file = directory / "hostile.blab"
    good = directory / "run.blab"
    text = good.read_bytes()
    for content, expected in [
        (b"", "byte 0"),
        (b"garbage" * 100, "byte 0"),
        (text[:15], "byte 0"),
        (text[:12] + b"\x7f\xff\xff\xff" + text[16:], "byte 12"),
        (text[:40] + b"\x00" + text[41:], "damaged"),
        (with_head(text, lambda head: head.replace(b'"seed":"5"', b'"seed":"-5"')), '"seed"'),
        (with_head(text, lambda head: re.sub(rb'"commands":"[^,]*', rb'"commands":"[{\\"at\\":1e99', head)), '"commands"'),
        (with_head(text, lambda head: b"[" * 60000), "no JSON object"),
    ]:
        file.write_bytes(content)
        done = brokersim("--replay", file)
        assert done.returncode == 1 and not done.stdout, (content[:60], done)
        assert str(file) in done.stderr and expected in done.stderr, (content[:60], expected, done.stderr)
    done = brokersim("--replay", directory / "nowhere.blab")
    assert done.returncode == 1 and "nowhere.blab" in done.stderr, done


def check_many_seeds_are_summed_up():
    done = brokersim("--seeds", "1..6", "--until", "3s")
    assert done.returncode == 0, done
    for expected in ["6 seeds, 0 failed", "simulated hours", "crash", "elections", "records acknowledged",
                     "1 of them run twice, with the same digest"]:
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
    check_faults_can_be_left_out()
    with tempfile.TemporaryDirectory(prefix="brokersim-") as directory:
        check_a_saved_run_is_the_same_again(pathlib.Path(directory))
        check_hostile_files(pathlib.Path(directory))
    check_many_seeds_are_summed_up()
    check_a_process_that_dies_is_a_failing_seed()
    check_interrupted()
    print("all of it holds")


main()
