# SPDX-License-Identifier: Apache-2.0
"""The other end of a SIP call, scripted by hand: any message at any time."""
import os
import random
import re
import select
import socket
import subprocess
import sys
import time
import unittest

DEADLINE = int(os.environ.get("SIP_DEADLINE", "60"))  # seconds until something must have come
END = os.environ.get("SIP_END", "")


class End:
    """Our side: the program sip_end."""

    def __init__(self, *args, stderr=None, nofile=None):
        self.lines, self.buf = [], b""
        limit = ["prlimit", "--nofile=%d:%d" % (nofile, nofile)] if nofile else []
        self.p = subprocess.Popen(limit + [END, *args], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=stderr)
        ready = self.wait("ready ")
        self.port = {t: int(p) for t, p in re.findall(r"(\w+)=(\d+)", ready)}

    def __call__(self, command):
        self.p.stdin.write(command.encode() + b"\n")
        self.p.stdin.flush()
        if command != "quit":
            self.wait("^ok$")

    def _read(self, seconds):
        if not select.select([self.p.stdout], [], [], seconds)[0]:
            return False
        data = os.read(self.p.stdout.fileno(), 65536)
        if not data:
            raise AssertionError("sip_end ended with %s" % self.p.wait())
        self.buf += data
        *whole, self.buf = self.buf.split(b"\n")
        self.lines += [w.decode("utf-8", "replace") for w in whole]
        return True

    def wait(self, pattern):
        """The next line with this in it; those before stay for others."""
        end = time.monotonic() + DEADLINE
        while True:
            for i, line in enumerate(self.lines):
                if re.search(pattern, line):
                    return self.lines.pop(i)
            if time.monotonic() > end or not self._read(max(0, end - time.monotonic())):
                raise AssertionError("no line like %r; there are %r" % (pattern, self.lines))

    def cpu_s(self):
        with open("/proc/%d/stat" % self.p.pid) as f:
            user, system = f.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def quiet(self, pattern):
        """Nothing like it came, up to now."""
        while self._read(0.05):
            pass
        bad = [x for x in self.lines if re.search(pattern, x)]
        assert not bad, bad

    def close(self):
        if self.p.stdout.closed:
            return b""
        if self.p.poll() is None:
            try:
                self("quit")
            except BrokenPipeError:
                pass
        self.p.stdin.close()
        out = self.p.stdout.read()
        code = self.p.wait(DEADLINE)
        self.p.stdout.close()
        assert code == 0, code
        return out


class Msg:
    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        first, *rest = head.decode("utf-8", "replace").split("\r\n")
        self.first, self.headers = first, []
        for line in rest:
            name, _, value = line.partition(":")
            self.headers.append((name.strip(), value.strip()))
        self.status = int(first.split()[1]) if first.startswith("SIP/2.0") else 0
        self.method = "" if self.status else first.split()[0]

    def all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def get(self, name):
        return (self.all(name) or [""])[0]

    @property
    def cseq(self):
        n, m = self.get("CSeq").split()
        return int(n), m

    def tag(self, name):
        m = re.search(r";tag=([^;]+)", self.get(name))
        return m.group(1) if m else ""

    def __repr__(self):
        return self.first


class Peer:
    """A SIP socket. One call at a time keeps its dialog in self."""

    def __init__(self, family=socket.AF_INET, to=None):
        self.host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.s = socket.socket(family, socket.SOCK_DGRAM)
        self.s.bind((self.host, 0))
        self.port = self.s.getsockname()[1]
        self.to = to
        self.tag = "p%08x" % random.getrandbits(32)
        self.got = []
        self.shown = "[%s]" % self.host if ":" in self.host else self.host
        self.contact = "<sip:peer@%s:%d>" % (self.shown, self.port)

    def close(self):
        self.s.close()

    def send(self, text, to=None):
        if isinstance(text, str):
            text = text.encode()
        self.s.sendto(text, to or self.to)

    def _read(self, seconds):
        if not select.select([self.s], [], [], seconds)[0]:
            return False
        data, self.to = self.s.recvfrom(65536)
        self.got.append(Msg(data))
        return True

    def recv(self, what, **match):
        """The next message with this method or status (and CSeq method)."""
        end = time.monotonic() + DEADLINE
        while True:
            for i, m in enumerate(self.got):
                if (m.method or m.status) == what and \
                        ("of" not in match or m.cseq[1] == match["of"]) and \
                        ("call" not in match or m.get("Call-ID") == match["call"]) and \
                        ("not_" not in match or m.get("Via") != match["not_"].get("Via")):
                    return self.got.pop(i)
            if time.monotonic() > end or not self._read(max(0, end - time.monotonic())):
                raise AssertionError("no %s; there are %r" % (what, self.got))

    def none(self, what, seconds=0.3):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
        bad = [m for m in self.got if (m.method or m.status) == what]
        assert not bad, bad

    # ---- as the one who is called
    def reply(self, req, status, reason="x", headers="", body="", tag=None, contact=None):
        to = req.get("To")
        if status > 100 and ";tag=" not in to:
            to += ";tag=" + (tag or self.tag)
        if contact is None:
            contact = self.contact
        self.send("SIP/2.0 %d %s\r\n" % (status, reason) +
                  "".join("Via: %s\r\n" % v for v in req.all("Via")) +
                  "".join("Record-Route: %s\r\n" % v for v in req.all("Record-Route")) +
                  "From: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n" %
                  (req.get("From"), to, req.get("Call-ID"), req.get("CSeq")) +
                  ("Contact: %s\r\n" % contact if contact else "") + headers +
                  ("Content-Type: application/sdp\r\n" if body else "") +
                  "Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def dialog(self, invite, tag=None):
        """Requests of ours in the dialog of their INVITE."""
        self.d = dict(call_id=invite.get("Call-ID"), cseq=100,
                      local=invite.get("To") + ";tag=" + (tag or self.tag),
                      remote=invite.get("From"),
                      target=re.search(r"<([^>]+)>", invite.get("Contact")).group(1))

    # ---- as the one who calls
    def invite(self, body="offer", headers="", user="200", contact=None, call_id=None):
        self.d = dict(call_id=call_id or "c%08x" % random.getrandbits(32), cseq=1,
                      local="<sip:peer@%s>;tag=%s" % (self.shown, self.tag),
                      remote="<sip:%s@%s>" % (user, self.shown),
                      target="sip:%s@%s:%d" % (user, self.shown, self.to[1]))
        self.contact_sent = contact or self.contact
        return self.request("INVITE", body, headers, self.contact_sent)

    def answered(self, ok, body=""):
        """Take the dialog from their 2xx and acknowledge it."""
        self.d["remote"] = ok.get("To")
        self.d["target"] = re.search(r"<([^>]+)>", ok.get("Contact")).group(1)
        self.ack(ok, body)

    def ack(self, ok, body=""):
        self.request("ACK", body, cseq=ok.cseq[0])

    def request(self, method, body="", headers="", contact=None, cseq=None, type_=None,
                branch=None):
        d = self.d
        if cseq is None:
            cseq = d["cseq"]
            d["cseq"] += 1
        self.branch = branch or "z9hG4bK%08x" % random.getrandbits(32)
        self.send("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=%s;rport\r\n"
                  "Max-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n" %
                  (method, d["target"], self.shown, self.port, self.branch, d["local"],
                   d["remote"], d["call_id"], cseq, method) +
                  ("Contact: %s\r\n" % contact if contact else "") + headers +
                  ("Content-Type: %s\r\n" % (type_ or "application/sdp") if body else "") +
                  "Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return cseq

    def ping(self):
        """An OPTIONS, with its answer."""
        old, self.d = getattr(self, "d", None), dict(
            call_id="o%08x" % random.getrandbits(32), cseq=1, local="<sip:ping@x>;tag=1",
            remote="<sip:x@x>", target="sip:x@x")
        self.request("OPTIONS")
        m = self.recv(200, call=self.d["call_id"])
        self.d = old
        return m


class Case(unittest.TestCase):
    """Our end and a peer on UDP of the IPv4 loopback."""
    args = ("udp", "127.0.0.1:0")

    def setUp(self):
        self.end = End(*self.args)
        self.peer = Peer(to=("127.0.0.1", self.end.port["udp"]))

    def tearDown(self):
        self.peer.close()
        self.end.close()

    def way(self, more="", name="w"):
        self.end("way %s udp 127.0.0.1 at=127.0.0.1:%d %s" % (name, self.peer.port, more))
        self.end.wait("way %s ok" % name)

    def call_out(self, more="", body="offer"):
        """Our end calls; the peer has the INVITE."""
        self.way(more)
        self.end("call w 200 " + body)
        self.end.wait("leg 0 out")
        return self.peer.recv("INVITE")

    def up_out(self, more="", headers="", body="answer"):
        inv = self.call_out(more)
        self.peer.reply(inv, 200, "OK", headers, body)
        self.peer.recv("ACK")
        self.end.wait("leg 0 answered")
        self.peer.dialog(inv)
        return inv

    def up_in(self, headers="", body="offer"):
        self.peer.invite(body, headers)
        ok = self.peer.recv(200, of="INVITE")
        self.peer.answered(ok)
        self.end.wait("leg 0 in")
        return ok

    def over(self, pattern="."):
        return self.end.wait("leg 0 end .*" + pattern)

    def bye_from_us(self, how="hangup 0 16"):
        self.end(how)
        bye = self.peer.recv("BYE")
        self.peer.reply(bye, 200, contact="")
        self.over("hung up|ended|far end")
        return bye


def main():
    sys.exit(not unittest.main(exit=False, verbosity=2).result.wasSuccessful())
