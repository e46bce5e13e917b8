"""A cluster of `brokerlab cluster` for the tests of strangers' clients: started on free ports in a
directory of its own, spoken to by its standard input, ended with the test whatever happens."""
import contextlib
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BIN = pathlib.Path(os.environ.get("LAB_BIN") or pathlib.Path(__file__).resolve().parents[2] / "build/release/bin")


def need(program):
    """Ends the test as skipped where a stranger's program is not there."""
    if shutil.which(program) is None:
        print(f"{program} is not installed")
        sys.exit(77)


def free_base_port(brokers):
    """A base so that base..base+n-1 and each + 1000 are free, below the ephemeral ports."""
    start = 20000 + os.getpid() % 6000
    for base in list(range(start, 29000, 10)) + list(range(20000, start, 10)):
        try:
            with contextlib.ExitStack() as stack:
                for port in [p + d for p in range(base, base + brokers) for d in (0, 1000)]:
                    probe = stack.enter_context(socket.socket())
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Lab:
    keep = False  # its directory, when it is closed

    def __init__(self, brokers=3, settings=(), options=(), directory=None):
        """A directory that is given outlives the lab."""
        self.base = free_base_port(brokers)
        self.brokers = brokers
        self.keep = directory is not None
        self.directory = directory or tempfile.mkdtemp(prefix="brokerlab-interop-")
        command = [str(BIN / "brokerlab"), "cluster", "--brokers", str(brokers), "--base-port", str(self.base),
                   "--data", self.directory, *options]
        for setting in settings:
            command += ["--set", setting]
        self.follow(command)

    def follow(self, command):
        """Starts it, and reads what it prints; in English, whatever the locale is."""
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1,
                                        env=os.environ | {"LC_ALL": "C.UTF-8"})
        self.lines = queue.Queue()
        self.seen = []
        self.pids = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            line = line.rstrip("\n")
            found = re.match(r"broker (\d+) localhost:(\d+) pid (\d+) ", line)
            if found:
                self.pids[int(found.group(1))] = int(found.group(3))
            self.seen.append(line)
            self.lines.put(line)
        self.lines.put(None)

    def expect(self, pattern, seconds=30):
        """The next line that matches; an error with all that was printed where none comes."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None or time.monotonic() > deadline:
                raise AssertionError(f"no line /{pattern}/ within {seconds} s:\n" + "\n".join(self.seen))
            if re.search(pattern, line):
                return line

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def kill9(self, broker):
        """From outside, as a terminal would; then the lab's own report of it."""
        os.kill(self.pids[broker], signal.SIGKILL)
        self.expect(rf"broker {broker} .*(killed|SIGKILL|died|dead)")

    def start(self, broker):
        self.say(f"start {broker}")
        self.expect(rf"^broker {broker} localhost:")

    @property
    def bootstrap(self):
        return ",".join(f"localhost:{self.base + i}" for i in range(self.brokers))

    def close(self):
        if self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.say("quit")
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if not self.keep:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self):
        try:
            self.expect("^ready")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()


def kcat(*arguments, stdin=None, seconds=40, check=True):
    done = subprocess.run(["kcat", *arguments], input=stdin, capture_output=True, text=True, timeout=seconds)
    if check and done.returncode != 0:
        raise AssertionError(f"kcat {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def topic_state(bootstrap, topic, attempts=200):
    """What kcat -L says: (controller, {partition: (leader, replicas, isr)})."""
    for _ in range(attempts):
        done = subprocess.run(["kcat", "-b", bootstrap, "-L", "-t", topic, "-m", "2"], capture_output=True,
                              text=True)
        controller = re.search(r"broker (\d+) at \S+ \(controller\)", done.stdout)
        partitions = {}
        for found in re.finditer(r"partition (\d+), leader (-?\d+), replicas: ([\d,]*), isrs: ([\d,]*)", done.stdout):
            ids = [[int(x) for x in part.split(",") if x] for part in found.groups()[2:]]
            partitions[int(found.group(1))] = (int(found.group(2)), ids[0], ids[1])
        if done.returncode == 0 and controller and partitions and all(p[0] > 0 for p in partitions.values()):
            return int(controller.group(1)), partitions
    raise AssertionError(f"no leader for {topic}: {done.stdout} {done.stderr}")


def status(lab):
    """As another process sees it: what the brokers themselves tell."""
    out = f"{lab.directory}/status.json"
    subprocess.run([BIN / "brokerlab", "snapshot", "--data", lab.directory, "--out", out], capture_output=True,
                   timeout=30, check=True)
    with open(out, encoding="utf-8") as file:
        return json.load(file)


def until(lab, wanted, seconds=40):
    deadline = time.monotonic() + seconds
    while not wanted(seen := status(lab)):
        assert time.monotonic() < deadline, seen
    return seen
