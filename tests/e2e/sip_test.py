#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two services send each other faxes over SIP trunks on loopback addresses, and what arrived is
what was sent; the record of each call says how it went."""
import hashlib
import io
import os
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402
from PIL import Image  # noqa: E402

A, B = "127.0.0.2", "127.0.0.3"
SETTINGS = """[sip]
listen = udp:{own}:{own_port}
media_port_min = 24000
media_port_max = 24999
[trunk far]
host = {far}
port = {far_port}
number = {number}
country = 49
area = 30
ports = 2
t38_pacing = unpaced
{more}"""


def free_port(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((address, 0))
        return s.getsockname()[1]


def pages_of(tiff):
    image, out = Image.open(io.BytesIO(tiff)), []
    for n in range(getattr(image, "n_frames", 1)):
        image.seek(n)
        out.append(hashlib.sha256(image.convert("1").tobytes()).hexdigest())
    return out


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def device(client, name):
    """Of a port, once it is online."""
    def find():
        for p in client.port_status():
            if p["Name"] == name.encode() and p["StatusText"] == b"Available":
                return p["DeviceId"]
        return None
    return until(find)


def send(service, client, name, number, title, pages):
    path = os.path.join(service.dir, title + ".txt")
    fx.text_document(path, title, pages)
    ident, _ = client.send_on(device(client, name), number, [path], title)
    until(lambda: client.job(ident)["Finished"])
    job, attempts = client.job(ident), client.attempts(ident)
    assert job["Outcome"] == b"success", (job["Words"], attempts, service.log_tail())
    return ident, attempts


def both_ways(a, b, ca, cb):
    for src, dst, cs, cd, number in ((a, b, ca, cb, "030 302"), (b, a, cb, ca, "+49 30 301")):
        before = len(cd.messages(0))
        title = f"to-{number[-3:]}"
        ident, attempts = send(src, cs, "SIP far/1", number, title, 3)
        until(lambda: len(cd.messages(0)) == before + 1)
        got = cd.messages(0)[-1]
        assert len(attempts) == 1 and attempts[0]["Transport"] == b"T.38", attempts
        assert got["Pages"] == 3, got
        sent = [m for m in cs.messages(1) if m["Id"] == ident or m["DocumentName"] == title.encode()]
        assert sent, cs.messages(1)
        assert pages_of(cd.tiff(got["Id"])) == pages_of(cs.tiff(sent[-1]["Id"])), "other pages"
        print(f"{title}: {got['CallerId']!r} called {got['Routing']!r}: {attempts[0]['Words']!r}")


def main():
    pa, pb = free_port(A), free_port(B)
    a = fx.Service(SETTINGS.format(own=A, own_port=pa, far=B, far_port=pb, number="+4930301",
                                   more="policy = t38\n"))
    b = fx.Service(SETTINGS.format(own=B, own_port=pb, far=A, far_port=pa, number="+4930302",
                                   more=""))
    with a, b:
        ca, cb = a.start(), b.start()
        for client in (ca, cb):
            fx.configure(client, Branding=0)  # else each page gains a header line
        both_ways(a, b, ca, cb)
        ca.close()
        cb.close()
    print("ok")


if __name__ == "__main__":
    main()
