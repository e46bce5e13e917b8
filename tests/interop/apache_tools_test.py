#!/usr/bin/env python3
"""The same commands by Apache Kafka's own tools and by ours against the same three brokers, side by side: output and
exit codes must agree. Needs Java 17 and Maven with its packages at hand; skipped without."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from lab import BIN, Lab, need

need("java")
need("mvn")
VERSION = "4.3.1"
CLASSES = {
    "kafka-topics": "TopicCommand",
    "kafka-console-producer": "ConsoleProducer",
    "kafka-console-consumer": "consumer.ConsoleConsumer",
    "kafka-get-offsets": "GetOffsetShell",
    "kafka-metadata-quorum": "MetadataQuorumCommand",
    "kafka-dump-log": "DumpLogSegments",
}
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>brokerlab</groupId><artifactId>apache-tools</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>"""


def skip(why):
    print(why)
    sys.exit(77)


def fetch_tools(folder):
    version = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "(\d+)', version)
    if not found or int(found.group(1)) < 17:
        skip("Java is older than 17")
    (folder / "pom.xml").write_text(POM)
    try:
        done = subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/jars"],
                              cwd=folder, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        skip("Maven did not get Kafka's tools within 300 s")
    if done.returncode != 0:
        skip(f"Maven cannot get org.apache.kafka:kafka-tools:{VERSION}")


def run(command, stdin):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Pair:
    """Runs both and compares; `same` may take out of both outputs what must differ."""

    def __init__(self, jars):
        self.java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]
        self.compared = 0

    def theirs(self, tool, *arguments, stdin=""):
        return run([*self.java, f"org.apache.kafka.tools.{CLASSES[tool]}", *arguments], stdin)

    def ours(self, tool, *arguments, stdin=""):
        return run([str(BIN / tool), *arguments], stdin)

    def same(self, tool, *arguments, stdin="", keep=lambda text: text, errors=False):
        a = self.theirs(tool, *arguments, stdin=stdin)
        b = self.ours(tool, *arguments, stdin=stdin)
        assert a[0] == b[0], (tool, arguments, a, b)
        assert keep(a[1]) == keep(b[1]), f"{tool} {arguments}\n--- Kafka's\n{a[1]}\n--- ours\n{b[1]}"
        if errors:  # the first line that says why: theirs have traces of Java behind it
            why = [line for line in a[2].splitlines() if not line.startswith("SLF4J")][0]
            assert b[2].startswith(why), (tool, arguments, why, b[2])
        self.compared += 1


def by_topic(text):
    """Kafka prints topics in the order of a hash table."""
    return sorted(text.splitlines())


def compare(lab, pair):
    server = ["--bootstrap-server", lab.bootstrap]
    topics = ["kafka-topics", *server]
    for program in (pair.theirs, pair.ours):  # each makes a topic of its own
        name = "theirs" if program == pair.theirs else "ours"
        made = program(*topics, "--create", "--topic", name, "--partitions", "3", "--replication-factor", "2",
                       "--config", "retention.ms=86400000", "--config", "min.insync.replicas=2")
        assert made[:2] == (0, f"Created topic {name}.\n"), made
    for arguments in (
            ["--create", "--topic", "토픽명", "--partitions", "3", "--replication-factor", "2"],
            ["--create", "--topic", "big", "--partitions", "3", "--replication-factor", "4"],
            ["--create", "--topic", "ours"],
            ["--create", "--topic", "ours", "--if-not-exists"],
            ["--create", "--topic", "a" * 250],
            ["--create", "--topic", "x", "--config", "nonsense=1"],
            ["--create", "--topic", "x", "--config", "retention.ms=abc"],
            ["--create", "--topic", "x", "--replica-assignment", "1:9"],
            ["--create", "--topic", "x_y", "--replication-factor", "9"],
            ["--list"], ["--list", "--topic", "ou.*"], ["--list", "--topic", "ours,theirs"], ["--list", "--topic", "no"],
            ["--describe", "--topic", "no"], ["--describe", "--topic", "no", "--if-exists"],
            ["--alter", "--topic", "ours", "--partitions", "2"], ["--alter", "--topic", "no", "--partitions", "9"],
            ["--delete", "--topic", "no"], ["--delete", "--topic", "no", "--if-exists"]):
        pair.same(*topics, *arguments)
    described = pair.theirs(*topics, "--describe")
    if "does not support" in described[1]:
        pair.same(*topics, "--describe")
    else:
        for arguments in ([], ["--topic", "ours"], ["--topics-with-overrides"], ["--at-min-isr-partitions"],
                          ["--under-min-isr-partitions"], ["--under-replicated-partitions"], ["--unavailable-partitions"]):
            pair.same(*topics, "--describe", *arguments, keep=by_topic)
    for arguments in (["--liste"], ["--list", "--create"], ["--create"], ["--create", "--topic", "x", "--partitions"],
                      ["--list", "--partitions", "3"], ["--alter", "--topic", "ours"]):
        pair.same(*topics, *arguments, errors=arguments != ["--liste"])

    # Records of each, read by the other.
    lines = "".join(f"k{i}:v{i}\n" for i in range(100))
    keyed = ["--reader-property", "parse.key=true", "--reader-property", "key.separator=:"]
    for program, name in ((pair.theirs, "ours"), (pair.ours, "theirs")):
        wrote = program("kafka-console-producer", *server, "--topic", name, *keyed, stdin=lines)
        assert wrote[0] == 0, wrote
    shown = [f"--formatter-property=print.{part}=true" for part in ("timestamp", "partition", "offset", "headers", "key")]
    ends = pair.ours("kafka-get-offsets", *server, "--topic", "ours,theirs")[1].split()
    assert len(ends) == 6, ends
    for name, partition, count in (end.split(":") for end in ends):
        pair.same("kafka-console-consumer", *server, "--topic", name, "--partition", partition, "--from-beginning",
                  "--max-messages", count, "--timeout-ms", "60000", *shown)
    pair.same("kafka-console-producer", *server, "--topic", "ours", "--property", "parse.key=true", stdin="no tab\n")

    for arguments in ([], ["--topic", "ours"], ["--topic-partitions", "ours:1-,theirs:0"], ["--topic", "ours", "--time", "-2"],
                      ["--topic", "ours", "--time", "-3"], ["--topic", "no"], ["--time", "x"],
                      ["--topic", "ours", "--partitions", "0,2"], ["--topic", "ours", "--time", "1000"]):
        pair.same("kafka-get-offsets", *server, *arguments)
    numbers = re.compile(r"(HighWatermark|MaxFollowerLag|MaxFollowerLagTimeMs): +-?\d+")
    quorum = ["kafka-metadata-quorum", *server, "describe"]
    pair.same(*quorum, "--status", keep=lambda text: numbers.sub(r"\1", text))
    moving = re.compile(r"\t\d+ *\t-?\d+ *\t-?\d+ *\t-?\d+ *\t")
    pair.same(*quorum, "--replication", keep=lambda text: moving.sub("", text))
    pair.same(*quorum, errors=True)
    pair.same(*quorum, "--status", "--replication", errors=True)


def compare_files(lab, pair):
    """After the brokers have stopped: their files stand still."""
    data = pathlib.Path(lab.directory) / "broker-1" / "data"
    files = sorted(str(path) for path in data.glob("*/0*") if path.suffix in (".log", ".index", ".timeindex", ".snapshot"))
    logs = [path for path in files if "__cluster_metadata" not in path]
    pair.same("kafka-dump-log", "--files", ",".join(logs), "--print-data-log")
    pair.same("kafka-dump-log", "--files", ",".join(logs), "--deep-iteration", "--skip-record-metadata")
    metadata = str(data / "__cluster_metadata-0" / "00000000000000000000.log")
    pair.same("kafka-dump-log", "--files", metadata, "--cluster-metadata-decoder")
    pair.same("kafka-dump-log", "--files", metadata, "--max-bytes", "1000")
    indexes = [path for path in logs if path.endswith("index")]
    pair.same("kafka-dump-log", "--files", ",".join(indexes), "--verify-index-only")
    pair.same("kafka-dump-log", "--files", ",".join(indexes), "--index-sanity-check")


with tempfile.TemporaryDirectory(prefix="brokerlab-apache-") as folder:
    fetch_tools(pathlib.Path(folder))
    tools = Pair(os.path.join(folder, "jars"))
    with Lab() as running:
        compare(running, tools)
        running.say("stop 1")
        running.expect(r"^broker 1 .*stopped")
        compare_files(running, tools)
print(f"Apache Kafka {VERSION}'s tools and ours agree in {tools.compared} commands")
