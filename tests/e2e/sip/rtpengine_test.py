#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""rtpengine as a gateway between two of our ports: T.38 on one side, G.711 on the other."""
import office as o
import peers

PROXY, A, B = "127.0.0.18", "127.0.0.19", "127.0.0.20"
ACCOUNT = "register = yes\nuser = {0}\npassword = secret\nformat = dialled\npolicy = {1}\n"


def main():
    with o.Office(A) as a, o.Office(B) as b:
        at = (PROXY, o.free_port(PROXY))
        a.write(o.trunk("exchange", at, ACCOUNT.format(2001, "t38")))
        b.write(o.trunk("exchange", at, ACCOUNT.format(2002, "g711")))
        for service in (a, b):
            o.os.chmod(service.conf, 0o600)
        gateway, control = peers.rtpengine(a.dir, PROXY)
        with gateway, peers.kamailio(a.dir, at, ng=control):
            ca, cb = a.open(online=2), b.open(online=2)
            job, _ = ca.send("2002", [a.document("gateway", 2)], "through a gateway")
            o.sent(a, ca, [job], 180)
            tries = ca.attempts(job)
            assert tries[-1]["Transport"] == b"T.38", tries
            o.wait(20, "filed", lambda: cb.messages(o.RECEIVED))
            got = cb.messages(o.RECEIVED)[0]
            assert o.pictures(ca, job) == o.pictures(cb, got["Id"])
            o.say(f"two pages, T.38 to G.711 by rtpengine, tries: {len(tries)}")
            print(a.run("log", str(job))[1])
        a.stop()
        b.stop()


if __name__ == "__main__":
    main()
