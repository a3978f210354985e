# SPDX-License-Identifier: Apache-2.0
"""casellid for judges: on TCP with an endpoint mapper, loop ports and a file of users."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from impacket.ntlm import compute_nthash

BUILD = os.environ["CASELLI_BUILD"]
# who may do: all; so little that he may log in; send and read; nothing any more
USERS = {"clerk": "Pantelegraph 1865", "poor": "no rights at all", "anna": "send and read",
         "locked": "was here once"}
SETTINGS = """[service]
log_level = debug
[loop]
ports = 3
transport = t38
t38_pacing = unpaced
ring_delay_ms = 0
[rpc]
listen = 127.0.0.1:{port}
endpoint_mapper = {mapper}
users_file = {dir}/users
{rpc}
[rights]
users = all
user clerk = all
user poor = read_control
user anna = read job_submit
{more}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Service:
    def __init__(self, rpc="", more=""):
        self.dir = tempfile.mkdtemp(prefix="fxjudge-")
        self.socket, self.log = self.dir + "/rpc", self.dir + "/log"
        with open(os.open(self.dir + "/users", os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            for name, password in USERS.items():
                f.write("%s:%s:20260101T000000Z:%s\n" % (
                    name, compute_nthash(password).hex(), "disabled" if name == "locked" else ""))
        for _ in range(5):
            self.start(rpc, more)
            if f"listening at 127.0.0.1:{self.port}" in self.text() and (
                    f"mapper at 127.0.0.1:{self.mapper}" in self.text()):
                return
            self.stop()  # another test was quicker to take a port
        raise AssertionError("no ports")

    def start(self, rpc, more):
        self.port, self.mapper = free_port(), free_port()
        with open(self.dir + "/conf", "w") as f:
            f.write(SETTINGS.format(port=self.port, mapper=self.mapper, dir=self.dir, rpc=rpc,
                                    more=more))
        self.process = subprocess.Popen(
            [f"{BUILD}/src/daemon/casellid", "--config", self.dir + "/conf", "--state",
             self.dir + "/state", "--socket", self.socket], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=open(self.log, "w"))
        end = time.monotonic() + 60
        while "casellid: ready" not in self.text() and self.alive():
            assert time.monotonic() < end, self.text()
            time.sleep(0.02)

    def change(self, old, new):
        """Of the settings, in the running service."""
        with open(self.dir + "/conf") as f:
            text = f.read()
        assert old in text, old
        with open(self.dir + "/conf", "w") as f:
            f.write(text.replace(old, new))
        n = self.text().count("settings reloaded")
        self.process.send_signal(signal.SIGHUP)
        self.wait_log("settings reloaded", n + 1)

    def text(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait_log(self, words, n=1, seconds=30):
        end = time.monotonic() + seconds
        while self.text().count(words) < n:
            assert self.process.poll() is None and time.monotonic() < end, (
                "not in the log: " + words + "\n" + self.text()[-3000:])
            time.sleep(0.02)

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is not None:
                print(self.text()[-4000:])
            code = self.stop()
            assert kind is not None or code == 0, code
        finally:
            if self.alive():
                self.process.kill()
            shutil.rmtree(self.dir, ignore_errors=True)
