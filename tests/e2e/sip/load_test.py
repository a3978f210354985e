#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many calls at once between two services on this machine, half by T.38, half by G.711, all
delivered, each page the same; and with --kill the provider hosts of both are killed amid them.

usage: load_test.py [--kill] [CALLS]     default 20
"""
import os
import signal
import sys
import time

import office as o
from office import fx

A, B = ("127.0.0.14", "127.0.0.15") if "--kill" in sys.argv else ("127.0.0.10", "127.0.0.11")


def memory_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith("Pss_Anon:"))


def kill_hosts(a, b, clients):
    """While pages move: the sending side's, and then the receiving side's."""
    for service in (a, b):
        o.wait(60, "pages move", lambda: any(p["Page"] for p in clients[service].port_status()),
               service.log_tail)
        os.kill(service.sip_host(), signal.SIGKILL)
        o.say("a provider host was killed amid calls")
        service.wait_ports(service.n)


def check(ca, cb, jobs, tries):
    received = {}
    for message in cb.messages(o.RECEIVED):
        pictures = o.pictures(cb, message["Id"])
        for page in pictures:
            received[page] = received.get(page, 0) + 1
    transports = {}
    for number, ident in jobs.items():
        rows = ca.attempts(ident)
        assert len(rows) <= tries, f"{number}: {len(rows)} tries: {[r['Words'] for r in rows]}"
        transports[rows[-1]["Transport"]] = transports.get(rows[-1]["Transport"], 0) + 1
        for page in o.pictures(ca, ident):
            assert received.get(page), f"{number}: a page was confirmed, no inbox has it"
    return transports


def main():
    kill = "--kill" in sys.argv
    numbers = [a for a in sys.argv[1:] if a.isdigit()]
    calls = int(numbers[0]) if numbers else 20
    with o.Office(A) as a, o.Office(B) as b:
        # A far end that was not killed still has the calls of the dead one for a while.
        a.n = b.n = calls * 3 if kill else calls
        a.write(o.trunk("b", b.at, "to 2* = g711", ports=a.n))
        b.write(o.trunk("a", a.at, "numbers = 1*, 2*", ports=b.n))
        cb = b.open()
        ca = a.open(online=a.n)
        b.wait_ports(b.n)
        fx.configure(ca, Retries=20)
        fx.configure(ca, PauseServerQueue=1)
        jobs = {}
        for n in range(calls):
            number = f"{1 + n % 2}{n:04}"
            jobs[number] = ca.send(number, [a.document(f"load {number}")], number)[0]
        hosts = [s.sip_host() for s in (a, b)]
        before, empty = [o.cpu(p) for p in hosts], [memory_kb(p) for p in hosts]
        start = time.monotonic()
        fx.configure(ca, PauseServerQueue=0)
        if kill:
            kill_hosts(a, b, {a: ca, b: cb})
        else:
            o.wait(60, "all at once", lambda: sum(p["Active"] for p in ca.port_status()) == calls,
                   lambda: a.ports())
            o.say(f"{calls} calls at once, {time.monotonic() - start:.1f} s after the first")
            time.sleep(8)
            full = [memory_kb(p) for p in hosts]
            o.say("memory per call: sending %.0f KB, receiving %.0f KB" % tuple(
                (f - e) / calls for f, e in zip(full, empty)))
        o.sent(a, ca, jobs.values(), 300 + calls)
        seconds = time.monotonic() - start
        if not kill:
            used = [o.cpu(p) - u for p, u in zip(hosts, before)]
            o.say(f"{calls} faxes in {seconds:.0f} s; CPU of the hosts: sending {used[0]:.1f} s, "
                  f"receiving {used[1]:.1f} s")
        transports = check(ca, cb, jobs, 20 if kill else 1)
        o.say(f"all delivered: {transports}")
        if kill:
            o.say(f"tries: {[len(ca.attempts(i)) for i in jobs.values()]}")
        else:
            assert transports == {b"T.38": (calls + 1) // 2, b"audio": calls // 2}, transports
        assert not ca.queue_length()
        a.stop()
        b.stop()


if __name__ == "__main__":
    main()
