#!/usr/bin/env python3
"""A few rounds of tests/chaos/run, of a seed that it prints; with --long thirty."""
import os
import pathlib
import subprocess
import sys

rounds = "30" if os.environ.get("LAB_LONG") else "5"
sys.exit(subprocess.run([pathlib.Path(__file__).resolve().parent / "run", "--rounds", rounds], check=False).returncode)
