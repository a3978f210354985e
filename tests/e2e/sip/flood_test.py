#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Scanners: thousands of INVITEs, OPTIONS and REGISTERs from strangers, and junk, while faxes come
in. The faxes arrive, the strangers hear nothing, the log counts them."""
import random
import socket
import threading
import time

import office as o

A, B, STRANGER = "127.0.0.7", "127.0.0.8", "127.0.0.9"
RATE, NUMBERS = 2000, ("INVITE", "OPTIONS", "REGISTER")


class Flood(threading.Thread):
    def __init__(self, at, port):
        super().__init__(daemon=True)
        self.at, self.port, self.sent, self.heard = at, port, 0, 0
        self.stop = threading.Event()
        self.start()

    def message(self, rng):
        method, n = rng.choice(NUMBERS), rng.getrandbits(60)
        text = (f"{method} sip:00{n % 10**9}@{self.at[0]} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {STRANGER}:{self.port};branch=z9hG4bK{n:x};rport\r\n"
                f"From: <sip:100@{self.at[0]}>;tag={n:x}\r\nTo: <sip:00{n % 10**9}@{self.at[0]}>\r\n"
                f"Call-ID: {n:x}@1.1.1.1\r\nCSeq: 1 {method}\r\nContact: <sip:100@{STRANGER}>\r\n"
                "Max-Forwards: 70\r\nUser-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n")
        data = bytearray(text.encode())
        if rng.random() < 0.1:
            for _ in range(8):
                data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)

    def run(self):
        rng = random.Random(5)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((STRANGER, self.port))
        sock.setblocking(False)
        while not self.stop.is_set():
            for _ in range(RATE // 50):
                sock.sendto(self.message(rng), self.at)
                self.sent += 1
            try:
                while True:
                    sock.recv(2000)
                    self.heard += 1
            except BlockingIOError:
                pass
            time.sleep(0.02)
        sock.close()


def main():
    with o.Office(A) as a, o.Office(B) as b:
        a.write(o.trunk("b", b.at, ports=4))
        b.write(o.trunk("a", a.at, "numbers = 100-199", ports=4))
        cb = b.open()
        ca = a.open(online=4)
        b.wait_ports(4)
        host = b.sip_host()
        before, flood = o.cpu(host), Flood(b.at, o.free_port(STRANGER))
        start = time.monotonic()
        jobs = [ca.send(f"10{n}", [a.document(f"flood {n}")], f"flood {n}")[0] for n in range(4)]
        o.sent(a, ca, jobs, 150)
        seconds, used = time.monotonic() - start, o.cpu(host) - before
        flood.stop.set()
        flood.join()
        assert all(len(ca.attempts(j)) == 1 for j in jobs), "a call was tried again"
        o.wait(20, "all are filed", lambda: len(cb.messages(o.RECEIVED)) == 4)
        assert flood.heard == 0, f"strangers heard {flood.heard} answers"
        o.wait(70, "the log counts them", lambda: "stranger" in b.log_tail(200),
               lambda: b.log_tail(50))
        print([line for line in b.log_tail(300).splitlines() if "stranger" in line][-3:])
        o.say(f"{flood.sent} messages of strangers in {seconds:.0f} s, no answer, "
              f"{used:.1f} s CPU with four calls")
        a.stop()
        b.stop()


if __name__ == "__main__":
    main()
