#!/usr/bin/env python3
"""Shows that the simulator's checkers work: each bug of engine/base/planted.h is switched on alone, and seeds are run
until an invariant that is meant for it is broken. Prints a table: planted bug, what is wrong then, which invariant
found it, after how many seeds. A bug that is not found within its seeds, or only by an invariant that is not meant for it, fails; those that no seed
has found so far are named at the end: there faults or checkers have a hole.
Also: without a bug nothing is found, and no name of one is in a program that people run.

  tests/sim/planted_test.py               all bugs, with few seeds (with LAB_LONG=1 also those that need many)
  tests/sim/planted_test.py BUG...        only these
To look at one:  LAB_PLANTED_BUG=ack-before-isr build/release/bin/brokersim_planted --seed 1 --shrink"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

LONG = os.environ.get("LAB_LONG") == "1"
USUAL = 60  # seeds; a bug that needs more is hunted with LAB_LONG=1 or by its name
UNTOLD = 400  # seeds for a bug that no seed has found so far, when it is asked for by its name
BINARIES = pathlib.Path(os.environ.get("LAB_BIN", "build/release/bin"))
PROGRAM = BINARIES / "brokersim_planted"


def found(kind, what):
    """What a failed run names: an invariant's number, a missed step's name; a crash names nothing."""
    number = re.match(r"invariant (\d+)", what)
    return number[1] if number else what.split(":")[0] if kind == "liveness" else None


def first_failure(bug, first, last):
    """(seed, kind, what) of the first run of these seeds that fails."""
    done = subprocess.run([PROGRAM, "--seeds", f"{first}..{last}", "--jobs", "1"], text=True, capture_output=True,
                          env={**os.environ, "LAB_PLANTED_BUG": bug})
    failed = re.search(r"^seed (\d+): FAILED, (\w+): (.*)$", done.stdout, re.M)
    if failed:
        return int(failed[1]), failed[2], failed[3]
    if done.returncode != 0:
        sys.exit(f"brokersim_planted ended with {done.returncode}: {done.stdout}{done.stderr}")
    return None


def hunt(bug, wanted, last):
    """The row of a bug: (whether it is as it should be, by what it was found, after how many seeds, what else was)."""
    others, first = [], 1
    while first <= last and len(others) < 5:
        failure = first_failure(bug, first, last)
        if failure is None:
            break
        seed, kind, what = failure
        if found(kind, what) in wanted:
            return True, what, seed, others
        others.append(f"seed {seed}, {kind}: {what}")
        first = seed + 1
    return False, "NOT FOUND but by what is not meant for it" if others else "NOT FOUND", min(first, last), others


def names_left(names):
    """Programs without bugs that know the name of one; that the one with bugs knows them shows that this can fail."""
    inside = {program: (BINARIES / program).read_bytes() for program in ("brokerd", "brokersim", PROGRAM.name)}
    assert all(name.encode() in inside[PROGRAM.name] for name in names)
    return [f"{program} knows {name}" for program, content in inside.items() if program != PROGRAM.name
            for name in names if name.encode() in content]


def main():
    listed = subprocess.run([PROGRAM, "--bugs"], text=True, capture_output=True, check=True).stdout
    bugs = [line.split("\t") for line in listed.splitlines()]
    failures = names_left([bug[0] for bug in bugs])
    asked = sys.argv[1:]
    if unknown := set(asked) - {bug[0] for bug in bugs}:
        sys.exit(f"no such bug: {', '.join(sorted(unknown))}")
    holes = [bug[0] for bug in bugs if bug[3] == "0"]
    slow = [bug[0] for bug in bugs if int(bug[3]) > USUAL and not LONG]
    bugs = [bug for bug in bugs if (bug[0] in asked if asked else bug[0] not in holes + slow)]
    print(f"{'planted bug':28} {'seeds':>5}  {'found by':80}  meant for it")
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        rows = [(bug, pool.submit(hunt, bug[0], bug[2].split(), int(bug[3]) or UNTOLD)) for bug in bugs]
        for (name, what, wanted, _), row in rows:
            good, by, seeds, others = row.result()
            by = re.sub(r"^invariant ", "", by)
            print(f"{name:28} {seeds:5}  {by if len(by) <= 80 else by[:77] + '...':80}  {wanted}", flush=True)
            if not good:
                failures.append(f"{name} ({what}): {by}; meant for it: {wanted}" + "".join(f"\n    {o}" for o in others))
        if not asked and (failure := first_failure("", 1, 10)):
            failures.append(f"without any bug: seed {failure[0]}, {failure[1]}: {failure[2]}")
    for failure in failures:
        print("FAILED:", failure)
    if slow and not asked:
        print(f"with LAB_LONG=1 only, they need many seeds: {', '.join(slow)}")
    if holes and not asked:
        print(f"NOT FOUND by any seed so far, not hunted: {', '.join(holes)}")
    print(f"{len(bugs)} planted bugs, {len(failures)} failures")
    return 1 if failures else 0


sys.exit(main())
