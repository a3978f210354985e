# SPDX-License-Identifier: Apache-2.0
"""A winfax program of Windows, under Wine, against casellid on TCP: login by NTLM, encrypted."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wine

BUILD = os.environ["CASELLI_BUILD"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USER, PASSWORD, NT_HASH = "alice", "Password", "a4f49c406510bdcab6824ee7c30fd852"


class Service:
    """casellid on a free port of 127.0.0.1, with one user of its own."""

    def __init__(self, more=""):
        self.folder = tempfile.mkdtemp(prefix="fxwin-")
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        users = os.path.join(self.folder, "users")
        with open(os.open(users, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as f:
            f.write(f"{USER}:{NT_HASH}:20260101T000000Z:\n")
        with open(os.path.join(self.folder, "conf"), "w", encoding="ascii") as f:
            f.write(f"[rpc]\nlisten = 127.0.0.1:{self.port}\nusers_file = {users}\n{more}")
        self.password = os.path.join(self.folder, "password")
        with open(os.open(self.password, os.O_WRONLY | os.O_CREAT, 0o600), "w",
                  encoding="ascii") as f:
            f.write(PASSWORD + "\n")
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "w", encoding="ascii") as out:
            self.process = subprocess.Popen(
                [f"{BUILD}/src/daemon/casellid", "--config", self.folder + "/conf", "--state",
                 self.folder + "/state", "--socket", self.folder + "/rpc"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        end = time.monotonic() + 30
        while "casellid: ready" not in open(self.log, encoding="utf-8").read():
            assert self.process.poll() is None and time.monotonic() < end, self.tail()
            time.sleep(0.02)

    def tail(self):
        return open(self.log, encoding="utf-8", errors="replace").read()[-3000:]

    def environment(self):
        """What a program needs to reach it."""
        return {"CASELLI_SERVER": f"127.0.0.1:{self.port}", "CASELLI_USER": USER,
                "CASELLI_PASSWORD_FILE": wine.windows_path(self.password)}

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            print(self.tail())
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    wine.prefix()
    with Service("[loop]\ntransport = t38\nt38_pacing = unpaced\n") as service:
        letter = wine.windows_path(os.path.join(ROOT, "examples/letter.pdf"))
        wine.run(wine.test_program("online"), letter, "102", seconds=180, **service.environment())
    print("END")


if __name__ == "__main__":
    main()
