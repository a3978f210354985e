#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""kamailio between two of our offices: both register with digest, calls go through it as a
record-routing proxy that asks for a password, T.38 and G.711, over UDP and TCP; a wrong password
is said in words."""
import office as o
import peers

PROXY, A, B, C = "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"
ACCOUNT = "register = yes\nuser = {0}\npassword = {1}\nnumber = {0}\nformat = dialled\n{2}\n"


def main():
    with o.Office(A) as a, o.Office(B, transport="tcp") as b, o.Office(C) as c:
        at = (PROXY, o.free_port(PROXY))
        a.write(o.trunk("exchange", at, ACCOUNT.format(2001, "secret", "to 2003 = g711")))
        b.write(o.trunk("exchange", at, ACCOUNT.format(2002, "secret", "transport = tcp")))
        c.write(o.trunk("exchange", at, ACCOUNT.format(2003, "wrong", "")))
        for service in (a, b, c):
            o.os.chmod(service.conf, 0o600)
        with peers.kamailio(a.dir, at):
            faxes(a, b, c, at)
        for service in (a, b, c):
            service.stop()


def faxes(a, b, c, at):
    ca, cb, cc = a.open(online=2), b.open(online=2), c.open()
    o.wait(30, "the wrong password is named", lambda: "password" in c.log_tail(), c.log_tail)
    assert c.online() == 0
    o.say("registered; a wrong password is named")
    cc.close()
    c.stop()
    c.write(o.trunk("exchange", at, ACCOUNT.format(2003, "secret", "")))
    cc = c.open(online=2)
    jobs = [ca.send("2002", [a.document("to b")], "t38")[0],
            ca.send("2003", [a.document("to c")], "g711")[0]]
    back, _ = cb.send("2003", [b.document("b to c")], "b to c")
    o.sent(a, ca, jobs, 120)
    o.sent(b, cb, [back], 60)
    assert [ca.attempts(j)[0]["Transport"] for j in jobs] == [b"T.38", b"audio"]
    o.wait(20, "all are filed", lambda: len(cb.messages(o.RECEIVED)) == 1 and
           len(cc.messages(o.RECEIVED)) == 2)
    assert [m["Routing"] for m in cb.messages(o.RECEIVED)] == [b"2002"]
    assert o.pictures(ca, jobs[0]) == o.pictures(cb, cb.messages(o.RECEIVED)[0]["Id"])
    o.say("three faxes through kamailio, by UDP and TCP")


if __name__ == "__main__":
    main()
