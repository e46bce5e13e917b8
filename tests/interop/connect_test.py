#!/usr/bin/env python3
"""The programs of "how to connect", each run as it stands by its own language with its own Kafka client, against three
brokers. A language whose tools or client are not to be had is named, and the test counts as skipped for it."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

from lab import BIN, Lab, kcat, need

need("kcat")
POM = """<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-clients</artifactId>
<version>4.3.1</version></dependency></dependencies></project>"""
# language: the tools, the program's file, how its client is had, how the program runs
LANGUAGES = {
    "kcat": (["bash"], "hello.sh", [], [["bash", "hello.sh"]]),
    "Java": (["java", "javac", "mvn"], "Hello.java",
             [["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"]],
             [["javac", "-cp", "lib/*", "Hello.java"], ["java", "-cp", "lib/*:.", "Hello"]]),
    "Python": (["python3"], "hello.py",
               [["python3", "-m", "venv", "own"], ["own/bin/pip", "-q", "install", "confluent-kafka"]],
               [["own/bin/python", "hello.py"]]),
    "JavaScript": (["node", "npm"], "hello.js", [["npm", "-s", "install", "kafkajs"]], [["node", "hello.js"]]),
    "Go": (["go"], "main.go",
           [["go", "mod", "init", "hello"], ["go", "get", "github.com/twmb/franz-go/pkg/kgo"]],
           [["go", "run", "."]]),
}


def client_is_had(folder, steps):
    """Fetches the language's client; False where the registry or the tool does not give it."""
    try:
        return all(subprocess.run(step, cwd=folder, capture_output=True, timeout=240).returncode == 0 for step in steps)
    except subprocess.TimeoutExpired:
        return False


def run(folder, steps):
    for step in steps:
        done = subprocess.run(step, cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{step}: {done.returncode}\n{done.stdout}\n{done.stderr}"


def written(lab):
    return kcat("-b", lab.bootstrap, "-C", "-t", "greetings", "-o", "beginning", "-e", "-q").split()


missing, ran = [], []
with tempfile.TemporaryDirectory(prefix="brokerlab-connect-") as scratch, \
        Lab(settings=["num.partitions=3", "default.replication.factor=3"]) as lab:
    for language, (tools, file, fetch, steps) in LANGUAGES.items():
        folder = pathlib.Path(scratch) / language
        folder.mkdir()
        (folder / "pom.xml").write_text(POM)
        program = subprocess.run([BIN / "connect_programs", language, lab.bootstrap, "greetings"], capture_output=True,
                                 text=True, check=True).stdout
        (folder / file).write_text(program)
        if any(shutil.which(tool) is None for tool in tools) or not client_is_had(folder, fetch):
            missing.append(language)
            continue
        run(folder, steps)
        ran.append(language)
        assert written(lab) == ["hello"] * len(ran), (language, written(lab))
print("connect: one record each by", ", ".join(ran))
if missing:
    print("not to be had here:", ", ".join(missing))
    sys.exit(77)
