# SPDX-License-Identifier: Apache-2.0
"""Services that fax to each other over SIP on loopback addresses, for the tests in this folder."""
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import caselli as fx  # noqa: E402
from PIL import Image  # noqa: E402

RECEIVED, SENT = 0, 1


def free_port(address):
    """A port for SIP that nobody has there, over UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind((address, 0))
            try:
                udp.bind(tcp.getsockname())
                return tcp.getsockname()[1]
            except OSError:
                continue


def trunk(name, far, more="", ports=2):
    """A [trunk] section; far is (address, port)."""
    return (f"[trunk {name}]\nhost = {far[0]}\nport = {far[1]}\nports = {ports}\n"
            f"max_calls_per_s = 200\nkeepalive_s = 2\n{more}\n")


class Office(fx.Service):
    """casellid whose only ports are SIP trunks. `at` is where it listens."""

    def __init__(self, address, port=0, transport="udp", more=""):
        self.at = (address, port or free_port(address))
        super().__init__()
        self.head = (f"[loop]\nports = 0\n[sip]\nlisten = {transport}:{address}:{self.at[1]}\n"
                     f"media_address = {address}\n{more}\n")

    def write(self, *sections):
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(self.head + "\n".join(sections))

    def open(self, online=None):
        """Start, and wait for so many ports to be there. -> client"""
        client = self.start()
        fx.configure(client, RetryDelay=0, Branding=0)
        if online is not None:
            self.wait_ports(online)
        return client

    def run(self, *args):
        done = subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", self.socket, *args],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done.returncode, done.stdout

    def ask(self, *args):
        code, text = self.run(*args, "--json")
        assert code == 0, f"caselli {' '.join(args)}: {text}"
        return json.loads(text)

    def wait_ports(self, online, seconds=30):
        wait(seconds, f"{online} ports available", lambda: self.online() == online, self.ports)

    def ports(self):
        return self.run("ports")[1] + self.log_tail(10)

    def online(self):
        return sum(p["state"] != "Offline" for p in self.ask("ports"))

    def sip_host(self):
        """Process id of the host that has the SIP lines."""
        for pid in self.children("caselli-host"):
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                if b"sip" in f.read().split(b"\0"):
                    return pid
        raise AssertionError("there is no host for SIP\n" + self.log_tail())

    def document(self, title, pages=1):
        path = os.path.join(self.dir, f"{title}.txt")
        fx.text_document(path, title, pages)
        return path


def wait(seconds, what, condition, explain=lambda: ""):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}\n{explain()}")
        time.sleep(0.1)


def sent(office, client, idents, seconds):
    """Wait until all jobs are messages in Sent. -> {id: message}"""
    def there():
        return {m["Id"]: m for m in client.messages(SENT) if m["Id"] in idents}

    def explain():
        missing = [i for i in idents if i not in there()]
        return office.run("jobs")[1] + office.run("log", str(missing[0]))[1] + office.log_tail(20)

    wait(seconds, f"{len(idents)} faxes sent", lambda: len(there()) == len(idents), explain)
    return there()


def cpu(pid):
    """Seconds that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def pictures(client, message):
    """Hash of the picture of each page."""
    image, out = Image.open(io.BytesIO(client.tiff(message))), []
    for n in range(getattr(image, "n_frames", 1)):
        image.seek(n)
        out.append(hashlib.sha256(image.convert("1").tobytes()).hexdigest())
    return out


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)
