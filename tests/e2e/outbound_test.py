#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Outbound routing of the whole service: numbers over the ports of their rules, a busy group, a
port that goes, a restart."""
import json
import os
import subprocess
import sys
import time

from caselli import BUILD, Service, configure, text_document

SETTINGS = """[service]
host = no
[dialing]
country_code = 49
area_code = 30
[loop]
ports = {ports}
transport = t38
t38_pacing = unpaced
ring_delay_ms = 10
ring_every_ms = 10
"""


def settings(service, ports):
    with open(service.conf, "w") as f:
        f.write(SETTINGS.format(ports=ports))


def caselli(service, *words, fails=False):
    done = subprocess.run([f"{BUILD}/src/cli/caselli", "--server", service.socket, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode != 0) == fails, f"{words}: {done.returncode} {done.stderr}"
    return done.stderr if fails else done.stdout


def ask(service, *words):
    return json.loads(caselli(service, *words, "--json"))


def until(what, why, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError(why)


def tried_over(client, ident):
    """The ports of the first try of a job."""
    tries = until(lambda: client.attempts(ident), f"job {ident} is not tried")
    return tries[0]["DeviceId"]


def rules(service, client, document):
    caselli(service, "outbound", "add-group", "north", "3", "4")
    caselli(service, "outbound", "order", "north", "4", "1")
    caselli(service, "outbound", "add-group", "south", "2")
    caselli(service, "outbound", "rule", "49", "30", "group", "north")
    caselli(service, "outbound", "rule", "39", "any", "group", "south")
    caselli(service, "outbound", "rule", "44", "any", "port", "1")
    groups = {g["group"]: g for g in ask(service, "outbound", "groups")}
    assert groups["north"]["ports"] == "4 3" and groups["north"]["state"] == "valid", groups
    assert groups["<All devices>"]["ports"].startswith("1 2 3 4"), groups
    assert len(ask(service, "outbound", "rules")) == 4
    way = ask(service, "outbound", "test", "030 5")
    assert way["rule_area_code"] == 30 and way["group"] == "north", way
    assert [p["port"] for p in way["ports"]] == [4, 3], way
    # numbers that nobody has: what counts is the port of the try
    for number, port in (("030 5", 4), ("+39 06 5", 2), ("+44 5", 1)):
        ident, _ = client.send(number, [document], number)
        assert tried_over(client, ident) == port, number
    assert "remove" in caselli(service, "outbound", "remove-group", "north", fails=True)
    caselli(service, "outbound", "rule", "49", "30", "group", "nowhere", fails=True)
    caselli(service, "outbound", "remove-rule", "any", "any", fails=True)
    caselli(service, "outbound", "add", "north", "77", fails=True)


def not_valid(service, client, document):
    """No port of the group may send: the fax waits and says why; others go on."""
    caselli(service, "port", "2", "send=no")
    ident, number = client.send("+39 06 77", [document], "waits")
    other, _ = client.send("+44 77", [document], "goes")
    assert tried_over(client, other) == 1
    until(lambda: client.job(ident)["State"] == b"pending", "it is not pending")
    shown = caselli(service, "show", str(number))
    assert "no port of the group is there and may send" in shown, shown
    assert "south" in shown, shown
    assert not client.attempts(ident)
    states = {g["group"]: g["state"] for g in ask(service, "outbound", "groups")}
    assert states["south"] == "none valid", states
    caselli(service, "port", "2", "send=yes")
    assert tried_over(client, ident) == 2


def busy(service, client, document):
    """The one port of a group has a call: the next fax for it waits, one for another port goes."""
    caselli(service, "outbound", "take", "north", "3")
    first, _ = client.send("102;t38_pacing=paced", [document], "has the port")
    assert tried_over(client, first) == 4
    second, number = client.send("103", [document], "waits for it")
    other, _ = client.send("+44 78", [document], "goes")
    assert tried_over(client, other) == 1
    assert "north" in caselli(service, "show", str(number))
    assert tried_over(client, second) == 4
    one = until(lambda: [t for t in client.attempts(first) if t["EndedAt"]], "the call has no end")
    assert client.attempts(second)[0]["StartedAt"] >= one[0]["EndedAt"]
    caselli(service, "outbound", "add", "north", "3")


def main():
    with Service() as service:
        settings(service, 6)
        client = service.start()
        configure(client, Retries=0)
        document = os.path.join(service.dir, "a.txt")
        text_document(document, "A fax")
        rules(service, client, document)
        not_valid(service, client, document)
        busy(service, client, document)
        # the ports 4 to 6 go away, all else is kept over the restart
        client.close()
        service.kill()
        settings(service, 3)
        client = service.start()
        groups = {g["group"]: g for g in ask(service, "outbound", "groups")}
        assert groups["north"] == {"group": "north", "ports": "4 3",
                                   "state": "some not valid"}, groups
        assert groups["<All devices>"]["ports"] == "1 2 3", groups
        ident, _ = client.send("0301", [document], "after")
        assert tried_over(client, ident) == 3
        caselli(service, "outbound", "remove-rule", "49", "30")
        caselli(service, "outbound", "remove-group", "north")
        client.close()
        service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
