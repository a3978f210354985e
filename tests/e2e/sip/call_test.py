#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two services over SIP on loopback: faxes both ways at once, by T.38, by G.711, and with T.38
refused in the middle; the number called is the routing data and a rule sees it; a trunk that goes
away takes its ports Offline, and back."""
import threading

import office as o
from office import fx

A, B = "127.0.0.16", "127.0.0.17"


class Watch(threading.Thread):
    """Asks for the status of all ports ten times a second, as a program with a window does."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.client, self.seen, self.stop = fx.Client(service.socket), [], threading.Event()
        self.start()

    def run(self):
        while not self.stop.wait(0.1):
            self.seen += [p for p in self.client.port_status() if p["Active"]]

    def end(self):
        self.stop.set()
        self.join()
        self.client.close()
        return self.seen


def settings(a, b):
    a.write(o.trunk("milan", b.at, "number = +390212345\nnumbers = 500=accounts\n"
                    "country = 39\nto 300 = g711\n", ports=4))
    b.write("[route sales]\nto = sales\nfolder = " + b.dir + "/sales\n",
            o.trunk("t38", a.at, "numbers = 100-199=sales, 300=late\n", ports=3),
            o.trunk("audio", a.at, "numbers = 200\npolicy = g711\n", ports=1))


def check_log(service, ident, *texts):
    log = service.run("log", str(ident))[1]
    at = 0
    for text in texts:
        found = log.find(text, at)
        assert found >= 0, f"no '{text}' in its place in the log:\n{log}"
        at = found
    return log


def check_calls(a, b, ca, cb, jobs, seen):
    """What sender, receiver and the watcher say about each call."""
    got = {m["Routing"].decode(): m for m in cb.messages(o.RECEIVED)}
    for number, routing, transport in (("150", "sales", b"T.38"), ("200", "200", b"audio"),
                                       ("300", "late", b"audio")):
        attempt = ca.attempts(jobs[number])
        assert len(attempt) == 1, a.run("show", str(jobs[number]))[1]
        assert attempt[0]["Transport"] == transport, (number, attempt)
        assert routing in got, f"{number}: {list(got)}"
        assert got[routing]["Pages"] == 1 and got[routing]["Tsid"] == b"+390212345"
        assert o.pictures(ca, jobs[number]) == o.pictures(cb, got[routing]["Id"])
        assert any(p["Routing"].decode() == routing and not p["Sending"] for p in seen), routing
    back = ca.messages(o.RECEIVED)
    assert [m["Routing"] for m in back] == [b"accounts"], back
    assert o.pictures(cb, jobs["back"]) == o.pictures(ca, back[0]["Id"])


def fax_both_ways(a, b, ca, cb):
    watch, jobs = Watch(b), {}
    for number in ("150", "200", "300"):
        jobs[number], _ = ca.send(number, [a.document(f"to {number}")], number)
    jobs["back"], _ = cb.send("500", [b.document("back")], "back")
    o.sent(a, ca, [jobs[n] for n in ("150", "200", "300")], 120)
    o.sent(b, cb, [jobs["back"]], 60)
    o.wait(20, "all are filed", lambda: len(cb.messages(o.RECEIVED)) == 3 and
           len(ca.messages(o.RECEIVED)) == 1)
    seen = watch.end()
    check_calls(a, b, ca, cb, jobs, seen)
    for p in seen:
        assert p["Transport"] in (b"", b"T.38", b"audio"), p["Transport"]
    check_log(a, jobs["150"], "INVITE", "T.38", "ended")
    o.say("three calls and one back, in both media")
    return jobs


def main():
    with o.Office(A) as a, o.Office(B) as b:
        settings(a, b)
        cb = b.open()
        ca = a.open(online=4)
        b.wait_ports(4)
        jobs = fax_both_ways(a, b, ca, cb)
        print(a.run("log", str(jobs["150"]))[1], a.run("log", str(jobs["200"]))[1])
        trunk_goes_and_comes(a, b, ca)
        a.stop()
        b.stop()
    o.say("all good")


def trunk_goes_and_comes(a, b, ca):
    """The far end is gone: ports read Offline, jobs wait; it comes back: they go."""
    b.stop()
    a.wait_ports(0)
    job, _ = ca.send("150", [a.document("later")], "later")
    code, text = a.run("doctor")
    assert code and "milan/1 is offline: " in text and "no answer" in text, text
    assert "(providers: loop, sip)" in text, text
    cb = b.open()
    a.wait_ports(4)
    o.sent(a, ca, [job], 60)
    cb.close()
    o.say("Offline, back again, delivered")


if __name__ == "__main__":
    main()
