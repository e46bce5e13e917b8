#!/usr/bin/env python3
"""Holds every declared message against Kafka's own definitions, in both directions.

Usage: kafka_definitions.py [PROGRAM]     (PROGRAM: protocol_declarations in $LAB_BIN, or in build/release/bin)

Compared within the versions that we serve: names and order of the members, types, versions, tags,
nullability and defaults. Kafka's definitions are read from its jars, which Maven fetches into a
cache; nothing of them is kept in the repository. Exit codes: 0 equal, 1 different, 77 skipped.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

VERSION = "4.3.1"
JARS = ("kafka-clients", "kafka-metadata", "kafka-raft")
NEWEST = 0x7FFF


def skip(reason):
    print(f"skipped: kafka_definitions: {reason}")
    sys.exit(77)


def jar_paths():
    """The jars' paths, fetched where they are missing."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    cache = pathlib.Path(home) / "brokerlab" / f"kafka-{VERSION}"
    paths = [cache / f"{jar}-{VERSION}.jar" for jar in JARS]
    missing = [(jar, path) for jar, path in zip(JARS, paths) if not path.exists()]
    if missing and not shutil.which("mvn"):
        skip("mvn is missing (apt-get install maven); it fetches Kafka's jars")
    for jar, path in missing:
        command = ["mvn", "-q", "-B", "dependency:copy", "-Dmdep.useBaseVersion=true",
                   f"-Dartifact=org.apache.kafka:{jar}:{VERSION}", f"-DoutputDirectory={cache}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            skip(f"mvn did not fetch {jar} in 300 s")
        if done.returncode != 0 or not path.exists():
            lines = (done.stdout + done.stderr).strip().splitlines()
            skip(f"mvn cannot fetch {jar}: {lines[0] if lines else 'no output'}")
    return paths


def definitions(paths):
    """All definitions in the jars by name."""
    found = {}
    for path in paths:
        with zipfile.ZipFile(path) as jar:
            for name in jar.namelist():
                if re.fullmatch(r"common/(message|metadata)/\w+\.json", name):
                    text = jar.read(name).decode()
                    definition = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))
                    found[definition["name"]] = definition
    return found


def versions(text):
    """"3+", "2-4", "5" or "none" as (first, last); None for none."""
    if text is None or text == "none":
        return None
    first, dash, last = text.partition("-")
    if first.endswith("+"):
        return (int(first[:-1]), NEWEST)
    return (int(first), int(last) if dash else int(first))


def both(a, b):
    """The versions in a and b; None where there are none."""
    if a is None or b is None:
        return None
    first, last = max(a[0], b[0]), min(a[1], b[1])
    return (first, last) if first <= last else None


def default_of(field):
    """Kafka's default in the words of protocol_declarations."""
    kind, value = field["type"], field.get("default")
    if isinstance(value, bool):
        value = str(value).lower()
    if value == "null" or kind == "records":
        return "null"
    if kind.startswith("[]") or kind in ("uuid", "bytes"):
        return "empty"
    if kind == "string":
        return value or "empty"
    if kind == "bool":
        return value or "false"
    if kind.startswith(("int", "uint")):
        return str(int(str(value or "0"), 0))
    if kind == "float64":
        return str(float(value or 0)).removesuffix(".0")
    return "struct"


class Comparison:
    """One message: walks Kafka's definition and ours side by side and notes what differs."""

    SIMPLE = ("bool", "int8", "int16", "uint16", "int32", "uint32", "int64", "float64", "string",
              "uuid", "bytes", "records")

    def __init__(self, theirs, ours):
        self.theirs, self.ours = theirs, ours
        self.common = {s["name"]: s["fields"] for s in theirs.get("commonStructs", [])}
        self.named = {}
        self.differences = []
        self.members = 0

    def differ(self, where, what, theirs, ours):
        if theirs != ours:
            self.differences.append(f"{where}: {what}: Kafka {theirs}, we {ours}")

    def run(self):
        name, served = self.ours["name"], tuple(self.ours["versions"])
        valid = versions(self.theirs["validVersions"])
        if both(valid, served) != served:
            self.differ(name, "valid versions", valid, served)
        flexible = versions(self.theirs["flexibleVersions"])
        self.differ(name, "first flexible version", flexible[0] if flexible else NEWEST,
                    self.ours["flexible"])
        self.differ(name, "number", self.theirs.get("apiKey", -1), self.ours["key"])
        self.fields(name, self.theirs["fields"], self.ours["fields"], served)
        return self.differences

    def fields(self, where, theirs, ours, within):
        present = [f for f in theirs if both(versions(f["versions"]), within)]
        expected = {f["name"]: f for f in present}
        declared = {f["name"]: f for f in ours if both(tuple(f["versions"]), within)}
        for name in [f["name"] for f in ours if f["name"] not in declared]:
            self.differences.append(f"{where}.{name}: declared, but in no version served")
        self.differ(where, "members", list(expected), list(declared))
        for name in expected.keys() & declared.keys():
            self.field(f"{where}.{name}", expected[name], declared[name], within)

    def field(self, where, theirs, ours, within):
        self.members += 1
        served = both(versions(theirs["versions"]), within)
        self.differ(where, "versions", served, both(tuple(ours["versions"]), within))
        self.differ(where, "nullable versions",
                    both(versions(theirs.get("nullableVersions")), served),
                    both(tuple(ours["nullable"]), served))
        tagged = both(versions(theirs.get("taggedVersions")), served)
        self.differ(where, "tag", theirs["tag"] if tagged else -1, ours["tag"])
        if tagged:
            self.differ(where, "tagged versions", tagged, served)
        self.differ(where, "default", default_of(theirs), ours["default"])
        if theirs.get("flexibleVersions"):
            self.differences.append(f"{where}: has flexibleVersions of its own")
        brackets, base = re.fullmatch(r"((?:\[\])*)(\w+)", theirs["type"]).groups()
        simple = base in self.SIMPLE
        self.differ(where, "type", brackets + (base if simple else "struct"), ours["type"])
        if not simple and "fields" in ours:
            inner = theirs.get("fields") or self.common.get(base) or self.named.get(base)
            self.named.setdefault(base, inner)
            self.fields(where, inner, ours["fields"], served)


def main():
    if len(sys.argv) > 2:
        print(__doc__)
        return 2
    root = pathlib.Path(__file__).resolve().parents[2]
    bin_directory = pathlib.Path(os.environ.get("LAB_BIN") or root / "build/release/bin")
    program = sys.argv[1] if len(sys.argv) == 2 else str(bin_directory / "protocol_declarations")
    ours = json.loads(subprocess.run([program], capture_output=True, check=True).stdout)
    theirs = definitions(jar_paths())
    members, differences = 0, []
    for message in ours:
        if message["name"] not in theirs:
            differences.append(f"{message['name']}: Kafka {VERSION} has no such message")
            continue
        comparison = Comparison(theirs[message["name"]], message)
        differences += comparison.run()
        members += comparison.members
    for line in differences:
        print(line)
    print(f"{len(ours)} messages with {members} members held against Kafka {VERSION}: "
          f"{len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
