# SPDX-License-Identifier: Apache-2.0
"""The messages of torture/ one by one: alive, an OPTIONS answered after each, nothing leaked.

Inside a network name space of its own when that is allowed, since they name foreign hosts.
"""
import os
import socket
import subprocess
import sys
import tempfile

from peer import Case, End, Peer, main, unittest

DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torture")


def files():
    return sorted(f for f in os.listdir(DIR) if f.endswith(".dat"))


class Torture(Case):
    args = ("udp", "127.0.0.1:0", "tcp", "127.0.0.1:0")

    def each(self):
        for f in files():
            with open(os.path.join(DIR, f), "rb") as h:
                yield f, h.read().replace(b"%PORT%", str(self.peer.port).encode())

    def test_udp(self):
        """Also: who must be answered is; and no ACK comes to any 2xx."""
        self.assertGreaterEqual(len(files()), 49)
        silent = []
        for name, data in self.each():
            self.peer.got.clear()
            self.peer.send(data, ("127.0.0.1", self.end.port["udp"]))
            self.peer.to = ("127.0.0.1", self.end.port["udp"])
            self.peer.ping()
            if name.startswith("a_") and not any(m.status for m in self.peer.got):
                silent.append(name)
        self.assertEqual(silent, [])

    def test_tcp(self):
        for name, data in self.each():
            with socket.create_connection(("127.0.0.1", self.end.port["tcp"])) as s:
                half = len(data) // 2
                s.sendall(data[:half])
                s.sendall(data[half:])
                self.peer.ping()

    def test_in_the_call(self):
        """The same as requests of a call that is up: tags and Call-ID of it."""
        ok = self.up_in()
        for name, data in self.each():
            text = data.decode("utf-8", "surrogateescape")
            lines = [x for x in text.split("\r\n") if not x.lower().startswith(
                ("to:", "from:", "call-id:"))]
            lines[1:1] = ["To: " + ok.get("To"), "From: " + ok.get("From"),
                          "Call-ID: " + ok.get("Call-ID")]
            self.peer.send("\r\n".join(lines).encode("utf-8", "surrogateescape"))
            self.peer.ping()

    def test_as_answers(self):
        """And as answers to an INVITE of ours."""
        self.way()
        for i, (name, data) in enumerate(self.each()):
            self.end("call w 200 offer")
            inv = self.peer.recv("INVITE")
            body = data.decode("utf-8", "surrogateescape").split("\r\n")
            contact = [x for x in body if x.lower().startswith("contact:")][:1]
            self.peer.send("\r\n".join(
                ["SIP/2.0 200 OK", "Via: " + inv.get("Via"), "From: " + inv.get("From"),
                 "To: " + inv.get("To") + ";tag=x", "Call-ID: " + inv.get("Call-ID"),
                 "CSeq: " + inv.get("CSeq")] + contact + body[1:]).encode("utf-8",
                                                                         "surrogateescape"))
            self.peer.ping()
            self.peer.got.clear()


class Noise(unittest.TestCase):
    def test_log_does_not_fill(self):
        """Two thousand packets that are no SIP: not two thousand lines."""
        with tempfile.TemporaryFile() as err:
            end = End("udp", "127.0.0.1:0", stderr=err)
            peer = Peer(to=("127.0.0.1", end.port["udp"]))
            for i in range(2000):
                peer.send(b"rubbish %d\r\n\r\n" % i)
                peer.send(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x\r\n\r\n")
                if i % 100 == 0:
                    peer.ping()
            peer.ping()
            end.close()
            peer.close()
            err.seek(0)
            self.assertLess(len(err.read().splitlines()), 20)


class Connections(unittest.TestCase):
    def test_more_than_there_are_descriptors(self):
        """Turned away, and no spinning: libre's own table is smaller than the process's."""
        end = End("udp", "127.0.0.1:0", "tcp", "127.0.0.1:0", nofile=96)
        peer = Peer(to=("127.0.0.1", end.port["udp"]))
        held = []
        for i in range(150):
            s = socket.socket()
            s.setblocking(False)
            held.append(s)
            s.connect_ex(("127.0.0.1", end.port["tcp"]))
            if i % 4 == 0:
                peer.ping()
        peer.ping()
        before = end.cpu_s()
        peer.none(0, 1)  # a second in which nothing happens
        self.assertLess(end.cpu_s() - before, 0.3)
        for s in held:
            s.close()
        peer.ping()
        end.close()
        peer.close()


if __name__ == "__main__":
    if "FX_NETNS" not in os.environ:
        for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
            try:
                ok = subprocess.run(unshare + ["ip", "link", "set", "lo", "up"],
                                    capture_output=True).returncode == 0
            except OSError:
                ok = False
            if ok:
                os.execvpe(unshare[0], unshare + ["sh", "-c", "ip link set lo up && exec \"$@\"",
                                                  "sh", sys.executable] + sys.argv,
                           dict(os.environ, FX_NETNS="1"))
    main()
