"""A desk for the tests of the window: a display without a screen, the lab in it, and hands (xdotool). Ends with the
test whatever happens."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "interop"))
from lab import BIN, Lab, free_base_port, need  # noqa: E402,F401


class Desk:
    def __init__(self):
        for program in ("Xvfb", "xdotool"):
            need(program)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="brokerlab-window-"))
        self.data = self.directory / "cluster"
        self.window = None
        read_end, write_end = os.pipe()
        self.xvfb = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24"],
                                     pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as told:
            display = ":" + told.readline().strip()
        self.environment = dict(os.environ, DISPLAY=display, LANG="C.UTF-8")

    def open(self, *arguments, before=lambda: None):
        """The lab's window, with a cluster of its own; `before` it, with its ports chosen."""
        self.port = free_base_port(3)
        before()
        self.window = subprocess.Popen([str(BIN / "brokerlab"), "--data", str(self.data), "--base-port",
                                        str(self.port), "--lang", "en", *arguments],
                                       env=self.environment, cwd=self.directory)
        self.do("search", "--sync", "--onlyvisible", "--name", "Brokerlab")
        self.do("mousemove", "400", "900")  # keys go where the pointer is: there is no window manager

    def do(self, *arguments):
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, timeout=30,
                       stdout=subprocess.DEVNULL)

    def key(self, *keys):
        """Pressed and let go within 5 ms: less than a frame."""
        self.do("key", "--delay", "5", *keys)

    def status(self):
        return subprocess.run([str(BIN / "brokerlab"), "status", "--data", str(self.data), "--lang", "en"],
                              capture_output=True, text=True, timeout=30).stdout

    def wait_for(self, what, condition, seconds=40):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.1)  # the next look; nothing is assumed to have happened meanwhile
        raise AssertionError(f"not within {seconds} s: {what}\n{self.status()}")

    def quit(self):
        self.key("ctrl+q")
        assert self.window.wait(10) == 0, "the window ends well"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for process in (self.window, self.xvfb):
            if process is not None and process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
