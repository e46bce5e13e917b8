#!/usr/bin/env python3
"""`brokerlab run` as the author of a script has it: a good one leaves its pictures and its recording, a condition that
does not hold is told with its line and what is the case instead, and what is wrong in the file is refused before
anything is started. Simulated, and once on real processes."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("LAB_BIN") or ROOT / "build/release/bin")
CLUSTER = """[cluster]
brokers = 3
do = ["kafka-topics --create --topic orders --partitions 3 --replication-factor 2"]
"""
KILL = """[[step]]
id = "kill"
let = { victim = "leader orders-0", heir = "follower orders-0" }
do = ["kill {victim}"]
wait = { partition = "orders-0", leader = "changed" }
within = "10s"
expect = [{ broker = "{victim}", state = "dead" }, { partition = "orders-0", leader = "{heir}" }]
"""
failures = []


def check(name, held, run):
    print(("ok      " if held else "FAILED  ") + name)
    if not held:
        failures.append(name)
        print(run.stdout + run.stderr)


class Place:
    """A folder with a script in it."""

    def __init__(self, folder, text):
        self.folder = pathlib.Path(folder)
        self.script = self.folder / "story.toml"
        self.script.write_text(text)

    def run(self, *options):
        return subprocess.run([BIN / "brokerlab", "run", self.script, "--lang", "en", *options], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)

    def line(self, text):
        return 1 + self.script.read_text()[:self.script.read_text().index(text)].count("\n")

    def refused(self, name, text, *expected):
        """Exit code 2, nothing begun, and the line that has `text` is named with all that is expected."""
        run = self.run()
        wanted = [f"story.toml:{self.line(text)}: ", *expected]
        check(name, run.returncode == 2 and run.stdout == "" and all(w in run.stderr for w in wanted), run)


def good(folder):
    keep = 'pause = "250ms"\nsnapshot = "pictures/{victim}-killed.svg"\n[[step]]\nsnapshot = "end.txt"\nrecord = "all.rec"\n'
    place = Place(folder, CLUSTER + KILL + keep)
    out = place.folder / "out"
    run = place.run("--out", str(out))
    pictures = list((out / "pictures").glob("?-killed.svg")) if out.exists() else []
    check("a story leaves its pictures and its recording", run.returncode == 0 and len(pictures) == 1 and
          "killed" in pictures[0].read_text() and (out / "end.txt").exists() and
          (out / "all.rec").stat().st_size > 1000, run)
    check("each step is a line", "1/2 kill: " in run.stdout and "2/2 2: " in run.stdout, run)
    check("nothing else is left", sorted(p.name for p in out.iterdir()) == ["all.rec", "end.txt", "pictures"] and
          sorted(p.name for p in place.folder.iterdir()) == ["out", "story.toml"], run)
    again = place.run("--out", str(out))
    check("it can be run again over what is there", again.returncode == 0, again)


def live(folder):
    place = Place(folder, CLUSTER.replace("[cluster]", "[cluster]\nlive = true") + KILL)
    run = place.run()
    check("the same on real processes", run.returncode == 0 and "1/1 kill: " in run.stdout, run)


def unmet(folder):
    place = Place(folder, CLUSTER + KILL + '[[step]]\nexpect = { brokers_running = 3 }\n[[step]]\nid = "never"\n')
    run = place.run()
    check("an expect that fails says where, and what is so instead",
          run.returncode == 1 and f"story.toml:{place.line('expect = { brokers')}: " in run.stderr and
          "{ brokers_running = 3 } does not hold" in run.stderr and "dead" in run.stderr and "never" not in run.stdout,
          run)
    place = Place(folder, CLUSTER + '[[step]]\nwait = { partition = "orders-0", leader = "none" }\nwithin = "2s"\n')
    run = place.run()
    check("a wait too", run.returncode == 1 and ":5: " in run.stderr and "within 2000 ms" in run.stderr and
          "ISR" in run.stderr, run)
    place = Place(folder, CLUSTER + '[[step]]\ndo = ["kill 9"]\n')
    run = place.run()
    check("and a line that cannot be done", run.returncode == 1 and "story.toml:5: kill 9: " in run.stderr, run)


def wrong(folder):
    place = Place(folder, CLUSTER + KILL.replace("leader = \"changed\"", "leadr = \"changed\""))
    place.refused("a typo is told with its line", "leadr", "leadr", "did you mean leader?")
    for path in ["../there.png", "/tmp/there.png", "a/../../there.png"]:
        place = Place(folder, CLUSTER + f'[[step]]\nsnapshot = "{path}"\n')
        place.refused(f"{path} is refused", path, "output folder")
    place = Place(folder, CLUSTER + '[[step]]\nsnapshot = "there.gif"\n')
    place.refused("a picture of no known kind", "there.gif", ".png", ".svg")
    place = Place(folder, CLUSTER + '[[step]]\npause = "soon"\n')
    place.refused("a time that is none", "soon", '"500ms"')
    place = Place(folder, "live = true\n" + CLUSTER)
    place.refused("live stands in the cluster's table", "live", 'no key "live"')
    (place.folder / "link").symlink_to("/tmp")
    place = Place(folder, CLUSTER + '[[step]]\nsnapshot = "link/there.png"\n')
    run = place.run()
    check("a link out of the folder is not followed", run.returncode == 1 and ":5: " in run.stderr and
          "leads out" in run.stderr and not pathlib.Path("/tmp/there.png").exists(), run)
    run = subprocess.run([BIN / "brokerlab", "run", place.folder / "none.toml"], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=20)
    check("a script that is not there", run.returncode == 2 and "none.toml" in run.stderr, run)


for story in (good, live, unmet, wrong):
    with tempfile.TemporaryDirectory() as folder:
        story(folder)
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
