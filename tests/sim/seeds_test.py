#!/usr/bin/env python3
"""Random runs of the simulator: a set of seeds that is always the same, and fresh ones drawn from the clock, printed so
that a failure can be repeated. With LAB_LONG=1 many more of both."""
import os
import pathlib
import subprocess
import sys
import time

LONG = os.environ.get("LAB_LONG") == "1"
BINARIES = pathlib.Path(os.environ.get("LAB_BIN", "build/release/bin"))
KNOWN, FRESH = (2000, 3000) if LONG else (100, 120)


def run(what, first, count):
    seeds = f"{first}..{first + count - 1}"
    print(f"{what}: brokersim --seeds {seeds}", flush=True)
    done = subprocess.run([BINARIES / "brokersim", "--seeds", seeds, "--keep-going"])
    return done.returncode


def main():
    codes = [run("known seeds", 1, KNOWN), run("fresh seeds", time.time_ns() // 1000 % 10**12, FRESH)]
    worst = max(codes)
    print("all was well" if worst == 0 else "the failed seeds above go into tests/engine/sim/random_test.cpp")
    return worst


sys.exit(main())
