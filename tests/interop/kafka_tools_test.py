#!/usr/bin/env python3
"""Kafka's command-line tools as Brokerlab has them, against three brokers: the tutorial's commands, what is refused in
Kafka's words, records written and read, offsets, the quorum, dumps; dead bootstrap servers; exit codes."""
import os
import re
import signal
import socket
import subprocess

from lab import BIN, Lab


def run(tool, *arguments, stdin="", seconds=60):
    done = subprocess.run([str(BIN / tool), *arguments], input=stdin, capture_output=True, text=True, timeout=seconds)
    return done.returncode, done.stdout, done.stderr


def expect(answer, code, out=None, err=None):
    assert answer[0] == code, answer
    if out is not None:
        assert re.search(out, answer[1], re.M), (out, answer)
    if err is not None:
        assert re.search(err, answer[2], re.M), (err, answer)
    return answer[1]


def dead_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def topics(lab):
    server = ["--bootstrap-server", f"localhost:{lab.base}"]
    create = ["kafka-topics", *server, "--create", "--topic"]
    expect(run(*create, "orders", "--partitions", "3", "--replication-factor", "2"), 0, r"\ACreated topic orders\.\n\Z")
    expect(run(*create, "토픽명", "--partitions", "3", "--replication-factor", "2"), 1,
           r"\AError while executing topic command : .*'토픽명' contains one or more characters other than ASCII")
    expect(run(*create, "big", "--partitions", "3", "--replication-factor", "4"), 1,
           r"replication factor of 4 cannot be reached because only 3 broker\(s\) are registered\.")
    expect(run(*create, "orders"), 1, r"Topic 'orders' already exists\.")
    expect(run(*create, "orders", "--if-not-exists"), 0, r"\A\Z")
    expect(run(*create, "by.hand", "--replica-assignment", "1:2,3:1", "--config", "retention.ms=1000"), 0,
           r"\AWARNING: .*\nCreated topic by\.hand\.\n\Z")
    # The same program under its other names.
    assert expect(run("kafka-topics.sh", *server, "--list"), 0) == "by.hand\norders\n"
    assert expect(run("brokerlab", "kafka-topics", *server, "--list", "--topic", "ord.*"), 0) == "orders\n"
    described = run("kafka-topics", *server, "--describe", "--topic", "orders")
    if "The node does not support DESCRIBE_CONFIGS" not in described[1]:
        lines = expect(described, 0).splitlines()
        assert len(lines) == 4, lines
        assert re.match(r"Topic: orders\tTopicId: \S{22}\tPartitionCount: 3\tReplicationFactor: 2\tConfigs: ", lines[0]), lines
        for index, line in enumerate(lines[1:]):
            assert re.match(rf"\tTopic: orders\tPartition: {index}\tLeader: (\d)\tReplicas: \1,\d\tIsr: [\d,]+\tElr: ", line), line
        assert expect(run("kafka-topics", *server, "--describe", "--under-replicated-partitions"), 0) == ""
    expect(run("kafka-topics", *server, "--describe", "--topic", "nope"), 1, r"Topic 'nope' does not exist as expected")
    expect(run("kafka-topics", *server, "--describe", "--topic", "nope", "--if-exists"), 0, r"\A\Z")
    expect(run("kafka-topics", *server, "--alter", "--topic", "orders", "--partitions", "2"), 1, "2 would not be an increase")
    expect(run("kafka-topics", *server, "--alter", "--topic", "orders", "--partitions", "4"), 0, r"\A\Z")
    expect(run("kafka-topics", *server, "--delete", "--topic", "by.hand"), 0, r"\A\Z")
    assert expect(run("kafka-topics", *server, "--list"), 0) == "orders\n"


def records(lab):
    server = ["--bootstrap-server", lab.bootstrap]
    lines = "".join(f"k{i}:v{i}\n" for i in range(500))
    for extra in ([], ["--compression-codec", "zstd"], ["--request-required-acks", "1"]):
        answer = run("kafka-console-producer", *server, "--topic", "orders", "--reader-property", "parse.key=true",
                     "--reader-property", "key.separator=:", *extra, stdin=lines)
        expect(answer, 0, r"\A\Z", r"\A\Z")
    expect(run("kafka-console-producer", *server, "--topic", "orders", "--sync", stdin="a\nb\n"), 0, err=r"\A\Z")
    code, out, err = run("kafka-console-consumer", *server, "--topic", "orders", "--from-beginning", "--max-messages",
                         "1502", "--formatter-property", "print.key=true")
    assert code == 0 and "no consumer groups" in err and err.endswith("Processed a total of 1502 messages\n"), (code, err)
    got = sorted(out.splitlines())
    assert got == sorted([f"k{i}\tv{i}" for i in range(500)] * 3 + ["null\ta", "null\tb"]), len(got)
    offsets = expect(run("kafka-get-offsets", *server, "--topic", "orders"), 0)
    ends = [int(line.split(":")[2]) for line in offsets.splitlines()]
    assert len(ends) == 4 and sum(ends) == 1502, offsets
    assert expect(run("kafka-get-offsets", *server, "--topic-partitions", "orders:1-3", "--time", "-2"), 0) == \
        "orders:1:0\norders:2:0\n"
    # One partition from an offset on, ended by silence.
    full = ends.index(max(ends))
    code, out, err = run("kafka-console-consumer", *server, "--topic", "orders", "--partition", str(full), "--offset",
                         str(ends[full] - 2), "--timeout-ms", "1500", "--formatter-property", "print.offset=true")
    assert code == 0 and [line.split("\t")[0] for line in out.splitlines()] == \
        [f"Offset:{ends[full] - 2}", f"Offset:{ends[full] - 1}"], (code, out, err)
    assert err == "Processed a total of 2 messages\n", err
    expect(run("kafka-console-consumer", *server, "--topic", "orders", "--group", "g"), 1, err="no consumer groups")
    # Ctrl-C says what was read.
    reader = subprocess.Popen([str(BIN / "kafka-console-consumer"), *server, "--topic", "orders", "--from-beginning"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    reader.stdout.readline()
    reader.send_signal(signal.SIGINT)
    _, err = reader.communicate(timeout=20)
    assert reader.returncode == 130 and re.search(r"Processed a total of \d+ messages", err), (reader.returncode, err)


def quorum_and_files(lab):
    server = ["--bootstrap-server", lab.bootstrap]
    expect(run("kafka-metadata-quorum", *server, "describe", "--status"), 0,
           r"\AClusterId:              \S{22}\nLeaderId:               [123]\nLeaderEpoch:            \d+\n")
    table = expect(run("kafka-metadata-quorum", *server, "describe", "--replication"), 0).splitlines()
    assert len(table) == 4 and re.search(r"Leader  \t$", table[1]) and re.search(r"Follower\t$", table[3]), table
    data = os.path.join(lab.directory, "broker-1", "data")
    folder = next(name for name in sorted(os.listdir(data)) if name.startswith("orders-"))
    log = os.path.join(data, folder, "00000000000000000000.log")
    expect(run("kafka-dump-log", "--files", log, "--print-data-log"), 0, r"^\| offset: \d+ CreateTime: \d+ keySize: ")
    expect(run("kafka-dump-log", "--files", os.path.join(data, "__cluster_metadata-0", "00000000000000000000.log"),
               "--cluster-metadata-decoder"), 0, r'payload: \{"type":"TOPIC_RECORD","version":0,"data":\{"name":"orders"')
    expect(run("kafka-storage.sh", "random-uuid"), 0, r"\A\S{22}\n\Z")


def bootstrap(lab):
    dead = f"localhost:{dead_port()}"
    alive = f"localhost:{lab.base + 1}"
    expect(run("kafka-topics", "--bootstrap-server", f"{dead},{alive}", "--list"), 0, "^orders$")
    for tool, extra, stream in (("kafka-topics", ["--list"], 1), ("kafka-get-offsets", [], 2),
                                ("kafka-console-consumer", ["--topic", "orders"], 2),
                                ("kafka-metadata-quorum", ["describe", "--status"], 2)):
        answer = run(tool, "--bootstrap-server", dead, *extra, seconds=20)
        assert answer[0] == 1 and dead in answer[stream] and "refused" in answer[stream], (tool, answer)
    answer = run("kafka-console-producer", "--bootstrap-server", dead, "--topic", "t", stdin="a\n", seconds=20)
    assert answer[0] == 1 and dead in answer[2], answer
    expect(run("kafka-topics", "--bootstrap-server", alive, "--liste"), 1, err=r"\Aliste is not a recognized option")
    expect(run("kafka-topics", "--version"), 0, r"\A4\.3\.1 ")


with Lab() as running:
    topics(running)
    records(running)
    quorum_and_files(running)
    bootstrap(running)
print("Kafka's tools: topics, records, offsets, quorum, dumps, dead bootstrap servers")
