#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""200 clients on TCP with sealed calls poll the status of ports, 20 have events delivered, and
meanwhile 50 faxes go. Processes of clients are killed at random and others take their place.

Afterwards every fax has arrived, no call of a client that lived failed, and of the dead nothing
is left: connections, descriptors and memory of the service are what they were.

usage: crowd_test.py CROWD-PROGRAM
CASELLI_CROWD=1 makes it a tenth of that, for runs under sanitizers.
"""
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import caselli as fx
import network as net

SMALL = bool(os.environ.get("CASELLI_CROWD"))
PROCESSES, EACH, LISTENERS = (2, 10, 3) if SMALL else (10, 20, 20)
CALLS = 10 if SMALL else 50
ROUNDS = 3
SETTINGS = ("[service]\nlog_level = warn\nmax_connections = 64\n"
            f"[loop]\nports = {2 * CALLS}\ntransport = t38\nt38_pacing = paced\n")


class Crowd:
    def __init__(self, program, kind, server, n):
        self.args = [program, kind, server, str(n)]
        self.process = subprocess.Popen(self.args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=net.environment(), text=True)
        line = self.process.stdout.readline()
        assert line == "ready\n", line

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def finish(self):
        out, _ = self.process.communicate(timeout=60)
        words = out.split()
        assert self.process.returncode == 0, (self.process.returncode, out)
        return dict(zip(words[::2], map(int, words[1::2])))


def resources(service):
    """Descriptors and resident kilobytes of casellid."""
    pid = service.process.pid
    status = open(f"/proc/{pid}/status").read().split("VmRSS:")[1]
    return len(os.listdir(f"/proc/{pid}/fd")), int(status.split()[0])


def settle(service):
    """The service notices the dead soon: wait until nothing changes for a while."""
    seen, same, deadline = None, 0, time.monotonic() + 60
    while same < 20 and time.monotonic() < deadline:
        time.sleep(0.1)
        now = resources(service)
        same = same + 1 if seen and now[0] == seen[0] else 0
        seen = now
    return seen


def one_round(service, client, program, page, rng):
    pollers = [Crowd(program, "poll", net.server(), EACH) for _ in range(PROCESSES)]
    listeners = [Crowd(program, "events", net.server(), 1) for _ in range(LISTENERS)]
    sent = [client.send(str(101 + 2 * i + 1), [page], f"fax {i}")[0] for i in range(CALLS)]
    killed = 0
    deadline = time.monotonic() + 240
    while client.queue_length() and time.monotonic() < deadline:
        victims = rng.choice((pollers, pollers, listeners))
        at = rng.randrange(len(victims))
        kind = "poll" if victims is pollers else "events"
        victims[at].kill()
        victims[at] = Crowd(program, kind, net.server(), EACH if victims is pollers else 1)
        killed += 1
        time.sleep(0.2)
    done = {m["Id"] for m in client.messages(1)}
    missing = [i for i in sent if i not in done]
    assert not missing, f"{len(missing)} of {CALLS} faxes did not arrive"
    totals = {"calls": 0, "events": 0, "errors": 0}
    for crowd in pollers + listeners:
        for key, value in crowd.finish().items():
            totals[key] += value
    assert totals["errors"] == 0 and totals["calls"] > 0 and totals["events"] > 0, totals
    print(f"{PROCESSES * EACH} clients poll, {LISTENERS} hear events, {CALLS} faxes arrived, "
          f"{killed} processes killed: {totals}")


def main():
    rng = random.Random(1865)
    with fx.Service(SETTINGS + net.settings(max_address_connections=512)) as service, \
            tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.txt")
        fx.text_document(page, "crowd")
        net.add_user(service)
        client = service.start()
        for n in range(CALLS):  # one half calls the other
            fx.configure_port(client, 2 * n + 1, Flags=fx.SEND)
            fx.configure_port(client, 2 * n + 2, Flags=fx.RECEIVE)
        # The first round makes everything that stays: threads, caches, files of the store.
        one_round(service, client, sys.argv[1], page, rng)
        base_fds, base_kb = settle(service)
        for _ in range(ROUNDS - 1):
            one_round(service, client, sys.argv[1], page, rng)
        fds, kb = settle(service)
        print(f"descriptors {base_fds} -> {fds}, resident {base_kb} -> {kb} KB")
        assert fds <= base_fds, f"{fds - base_fds} descriptors are left over"
        assert kb <= base_kb * 1.25 + 8192, "memory grows with each round"
        client.close()
    print("crowd: all good")


if __name__ == "__main__":
    sys.exit(main())
