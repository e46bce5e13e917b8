#!/usr/bin/env python3
"""Lessons as their authors have them: `lesson new` makes one that passes its check; what is wrong in one is told with
file, line and what was expected, and keeps no other from loading; and every step that the table of lessons/README.md
names is there."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("LAB_BIN") or ROOT / "build/release/bin")
failures = []


def check(name, held, said):
    print(("ok      " if held else "FAILED  ") + name)
    if not held:
        failures.append(name)
        print(said)


def lesson(*arguments, timeout=120):
    run = subprocess.run([BIN / "brokerlab", "lesson", *arguments], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=timeout)
    return run.returncode, run.stdout


class Draft:
    """A fresh copy of the skeleton, to be spoiled."""

    def __init__(self, course):
        self.folder = course / "19-mine"
        shutil.rmtree(self.folder, ignore_errors=True)
        code, said = lesson("--lessons", str(course), "new", "19-mine")
        if code != 0:
            sys.exit("lesson new: " + said)

    def spoil(self, file, old, new, count=1):
        path = self.folder / file
        text = path.read_text()
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, count))
        return self

    def line(self, file, text):
        return 1 + (self.folder / file).read_text().split(text)[0].count("\n")


def refused(course, name, draft, file, line_of, *expected):
    """The check fails before anything is played, and names file and line."""
    code, said = lesson("--lang", "en", "check", str(draft.folder))
    where = f"19-mine/{file}:" + (f"{draft.line(file, line_of)}:" if line_of else "")
    check(name, code == 1 and where in said and all(e in said for e in expected), f"{where}\n{code}\n{said}")


def main(place):
    course = pathlib.Path(place) / "course"
    course.mkdir()
    shutil.copytree(ROOT / "lessons/04-replication-factor", course / "04-replication-factor")
    for glossary in ("glossary.en.md", "glossary.ko.md"):
        shutil.copy(ROOT / "lessons" / glossary, course / glossary)

    draft = Draft(course)
    code, said = lesson("--lang", "en", "check", str(draft.folder))
    check("a new lesson passes its check", code == 0, said)
    code, said = lesson("--lessons", str(course), "new", "19-mine")
    check("and is not written over", code != 0 and "19-mine" in said, said)
    for name in ("../outside", "/tmp/outside", "a/b", "", ".", "19 mine", "x" * 300):
        code, said = lesson("--lessons", str(course), "new", name)
        check(f"no lesson of the name {name[:20]!r}", code not in (0, -6, -11, 134, 139) and said != "", (code, said))
    check("nothing was made outside", not (pathlib.Path(place) / "outside").exists(), "")

    toml, en, ko = "lesson.toml", "en.md", "ko.md"
    for name, file, old, new, line_of, expected in [
        ("a key that is not there", toml, "highlight = [\"replica", "higlight = [\"replica", "higlight", ["highlight"]),
        ("an unknown condition", toml, "state = \"dead\"", "stat = \"dead\"", "stat =", ["state"]),
        ("an unknown state", toml, "state = \"dead\"", "state = \"daed\"", "daed", ["dead"]),
        ("a wrong type", toml, "minutes = ", "minutes = \"five\" # ", "minutes", ["minutes"]),
        ("a list that is a text", toml, "show = [\"kill {leader}\"]", "show = \"kill {leader}\"", "show =", ["show"]),
        ("an unknown highlight", toml, "\"broker/{leader}\"", "\"brokr/{leader}\"", "brokr", ["broker"]),
        ("a highlight without its number", toml, "\"broker/{leader}\"", "\"broker\"", "\"broker\"", ["broker"]),
        ("an unknown query", toml, "\"leader orders-0\"", "\"leeder orders-0\"", "leeder", ["leader"]),
        ("a line that is none of the console's", toml, "kill {leader}", "kil {leader}", "kil {", ["kill"]),
        ("a name that nothing sets", toml, "broker/{heir}", "broker/{hair}", "hair", ["heir"]),
        ("no TOML at all", toml, "[cluster]", "[cluster", "[cluster", []),
        ("too many brokers", toml, "brokers = 3", "brokers = 300", "brokers = 300", ["1 to 9"]),
        ("log.dirs of all brokers", toml, "brokers = 3", "brokers = 3\nproperties = { \"log.dirs\" = \"/etc\" }",
         "log.dirs", ["log.dirs"]),
        ("a property that nobody knows", toml, "brokers = 3",
         "brokers = 3\nproperties = { \"min.insync.replica\" = \"2\" }", "min.insync.replica", ["min.insync.replicas"]),
        ("two steps of one name", toml, "id = \"kill\"", "id = \"look\"", None, ["look"]),
        ("a goal that is true before it is done", toml, "{ broker = \"{leader}\", state = \"dead\" }",
         "{ broker = \"{leader}\", state = \"running\" }", None, ["dead"]),
        ("a step that its own show does not solve", toml, "show = [\"kill {leader}\"]", "show = [\"status\"]", None, []),
        ("a hint that one language lacks", ko, "### hint\n`K`를", "`K`를", None, ["hint"]),
        ("a goal without its words", en, "### goal elected\n", "### goal elektd\n", "### goal elektd", ["elected"]),
        ("a step without its words", ko, "## kill\n", "## kil\n", "## kil", ["kill"]),
        ("no why in one language", en, "### why\nThe controller", "The controller", None, ["why"]),
        ("an empty title", toml, "en = \"", "xx = \"", "xx = ", ["en"]),
        ("a link that the glossary lacks", en, "has a leader", "has a [leader](#leeder)", "leeder", ["leader"]),
        ("a picture in the words", en, "has a leader", "has a ![leader](/etc/passwd)", "/etc/passwd", []),
        ("an open brace", en, "broker {leader} (1)", "broker {leader (1)", "{leader (1)", []),
    ]:
        refused(course, name, Draft(course).spoil(file, old, new), file, line_of, *expected)

    draft = Draft(course)
    (draft.folder / ko).unlink()
    refused(course, "a language that is missing", draft, ko, None)
    draft = Draft(course)
    (draft.folder / en).write_text("# T\n" + "x" * (8 * 1024 * 1024))
    refused(course, "a huge file", draft, en, None)
    draft = Draft(course)
    (draft.folder / en).unlink()
    (draft.folder / en).symlink_to("/dev/zero")
    refused(course, "a file that never ends", draft, en, None)
    draft = Draft(course)
    (draft.folder / en).unlink()
    (draft.folder / en).symlink_to("/etc/passwd")
    refused(course, "a path outside its folder", draft, en, None)
    draft = Draft(course)
    (draft.folder / toml).write_bytes(b"\xff\xfe\x00[cluster]\n")
    refused(course, "bytes that are no text", draft, toml, None)
    draft = Draft(course)
    (draft.folder / toml).write_text("a = " + "[" * 100000)
    refused(course, "a hundred thousand brackets", draft, toml, None)

    # The others load, and are listed beside it.
    code, said = lesson("--lessons", str(course), "--lang", "en", "list")
    check("a broken lesson keeps no other from loading", "Replication factor" in said and "19-mine" in said, said)
    code, said = lesson("--lessons", str(course), "--lang", "en", "start", "19-mine")
    check("a broken lesson that is to be started says what is wrong", code != 0 and "19-mine" in said, (code, said))

    steps = {}
    for folder in sorted(p for p in (ROOT / "lessons").iterdir() if p.is_dir()):
        steps[int(folder.name[:2])] = re.findall(r'^id = "([a-z0-9-]+)"', "\n".join(
            part.split("[[step.")[0] for part in (folder / toml).read_text().split("[[step]]")[1:]), re.M)
    table = (ROOT / "lessons/README.md").read_text().split("statement by statement")[1].split("\n## ")[0]
    rows, lost = 0, []
    for row in table.splitlines():
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        if len(cells) != 3 or not re.match(r"\d", cells[1]):
            continue
        rows += 1
        number = None
        for part in re.finditer(r"(\d+)|`([a-z0-9-]+)`", cells[1]):
            number = int(part[1]) if part[1] else number
            if part[2] and part[2] not in steps.get(number, []):
                lost.append(f"{number} {part[2]}")
    check("the steps of the tutorial's table are there", rows >= 30 and not lost, (rows, lost))


with tempfile.TemporaryDirectory(prefix="brokerlab-authors-") as place:
    main(place)
sys.exit(1 if failures else 0)
