#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A provider host that somebody took over: it says what it likes, in the right form and not.
The service must stay well, lose no job, and go on with an honest host afterwards.

CASELLI_BAD_HOST_S (default 12) seconds, CASELLI_BAD_HOST_SEED for the same lies again.
"""
import os
import random
import socket
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden", "host")
HELLO, OPEN, DIAL, PING = 1, 2, 3, 8
READY, LINE, INCOMING, RING = 16, 17, 18, 20 - 1
WITH_CALL = ("ring", "status", "page", "end")


def text(s):
    return struct.pack("<I", len(s)) + s


def golden(name):
    with open(os.path.join(GOLDEN, name + ".hex"), encoding="ascii") as f:
        return bytes.fromhex("".join(line.split("#")[0] for line in f))


class Liar:
    """What stands in place of caselli-host, on descriptor 3."""

    def __init__(self):
        self.sock = socket.socket(fileno=3)
        seed = os.environ.get("CASELLI_BAD_HOST_SEED", "")
        self.rng = random.Random(f"{seed}/{os.getpid()}" if seed else None)
        self.calls, self.templates = [0], {n: golden(n) for n in WITH_CALL + ("trace_line", "lost")}
        self.until = time.monotonic() + self.rng.uniform(0.5, 3.0)

    def send(self, data, fds=()):
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack(f"{len(fds)}i", *fds))]
        self.sock.sendmsg([data], ancillary if fds else [])

    def listen(self):
        """Take what waits; the calls that casellid dials are known then."""
        try:
            data, fds, _, _ = socket.recv_fds(self.sock, 70000, 70, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        for fd in fds:
            os.close(fd)
        if not data:
            sys.exit(0)
        if data[0] == HELLO:
            self.send(data)
        elif data[0] == OPEN:
            self.send(bytes([READY]) + struct.pack("<I", 0) + text(b""))
            for n in range(1, 5):
                self.line(b"%d" % n, 1)
        elif data[0] == DIAL:
            self.calls.append(struct.unpack_from("<Q", data, 1)[0])

    def line(self, name, online):
        self.send(bytes([LINE]) + text(name) + text(b"Loop " + name) + text(b"10" + name) +
                  bytes([online, 0]))

    def lie(self):
        rng = self.rng
        what = rng.random()
        name = b"%d" % rng.choice((1, 2, 3, 4, 4, 9))
        if what < 0.1:
            call = rng.choice((rng.randrange(200) & ~1, rng.getrandbits(64)))
            self.calls = self.calls[-20:] + [call]
            self.send(bytes([INCOMING]) + struct.pack("<Q", call) + text(name) +
                      text(b"\x1b[2J\n") + text(b"102"))
        elif what < 0.15:
            self.line(name, rng.randrange(2))
        elif what < 0.16:
            self.send(self.templates["trace_line"])
        else:
            data = bytearray(self.templates[rng.choice(WITH_CALL)])
            struct.pack_into("<Q", data, 1, rng.choice(self.calls))
            if data[0] == 21 or data[0] == RING:  # pages, rings: from small to absurd numbers
                struct.pack_into("<I", data, 9, rng.choice((0, 1, 1, 2, 2, 3, 2**32 - 1)))
            self.send(bytes(data))

    def end(self):
        """The last word: rubbish, too many descriptors, silence, or the socket closed."""
        way = self.rng.randrange(4)
        if way == 0:
            self.send(self.rng.randbytes(self.rng.randrange(1, 5000)))
        elif way == 1:
            self.send(self.templates["status"], [2] * 66)
        elif way == 2:
            self.send(self.templates["lost"])
        time.sleep(0.2)

    def run(self):
        while time.monotonic() < self.until:
            self.listen()
            for _ in range(self.rng.randrange(20)):
                self.lie()
            time.sleep(0.005)
        self.end()


def goes_on(job):
    """A job that is unknown raises Failed: it was lost."""
    return not job["Finished"] and job["State"] not in (b"failed", b"retries_exceeded")


def main():
    sys.path.insert(0, HERE)
    import caselli as fx  # pylint: disable=import-outside-toplevel
    loop = "[loop]\nports = 4\ntransport = t38\nt38_pacing = unpaced\n"
    bad = f"[service]\nhost_program = {os.path.abspath(__file__)}\n" + loop
    with fx.Service(bad) as service:
        client = service.start()
        fx.configure(client, Retries=100, RetryDelay=0)
        given = []
        end = time.monotonic() + float(os.environ.get("CASELLI_BAD_HOST_S", "12"))
        while time.monotonic() < end:
            path = os.path.join(service.dir, "doc.txt")
            fx.text_document(path, f"doc {len(given)}", 2)
            given.append(client.send("103", [path], f"doc {len(given)}")[0])
            client.port_status()
            client.jobs()
            time.sleep(0.3)
        client.close()
        assert service.stop() == 0, "casellid did not end cleanly"
        lives = service.log_tail(100000).count("is gone")
        assert lives, "the bad host was never found out"
        with open(service.conf, "w", encoding="ascii") as f:
            f.write(loop)
        client = service.start()
        end = time.monotonic() + 60
        while any(goes_on(client.job(ident)) for ident in given):
            assert time.monotonic() < end, client.jobs()
            time.sleep(0.2)
        sent = len(client.messages(1))
        assert client.send("103", [path], "honest")[0]
        client.close()
        assert service.stop() == 0
        print(f"{len(given)} jobs, {sent} of them sent or said to be; {lives} hosts ended")


if __name__ == "__main__":
    if "--provider" in sys.argv:
        try:
            Liar().run()
        except OSError:
            sys.exit(0)
    else:
        main()
