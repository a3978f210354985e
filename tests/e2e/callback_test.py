#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that are called back with events ([MS-FAX] 3.2.4): opnums 74, 92, 75 and the interface
faxclient, against programs that take events and share no code with the service."""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

import caselli as fx
import dcerpc

SETTINGS = "[service]\nlog_level = debug\n[loop]\ntransport = t38\nt38_pacing = unpaced\n"
IN_QUEUE, OUT_QUEUE, CONFIG, ACTIVITY, QUEUE_STATE, IN_ARCHIVE, OUT_ARCHIVE, ENDED, DEVICE, CALL = (
    1 << n for n in range(10))
ALL = 0x3FF
ADDED, REMOVED, STATUS, CHANGED = range(4)
FEI = {1: "dialing", 2: "sending", 3: "receiving", 4: "completed", 0x0E: "ringing",
       0x10: "routing", 0x13: "idle", 0x14: "ended", 0x15: "answered", 0x16: "queued",
       0x17: "deleted"}
CONTEXT = 0x123456789ABCDEF0


def connect(service):
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(service.socket)
    return dcerpc.Caller(sock)


def subscribe(caller, port, extended, mask, context=CONTEXT, machine="client.example.test"):
    stub = dcerpc.wstr(machine) + dcerpc.wstr(str(port))
    stub += b"\0" * (-len(stub) % 8) + struct.pack("<Q", context) + dcerpc.wstr("ncacn_ip_tcp")
    return caller.call(74, stub + struct.pack("<II", extended, mask))


def subscribe_account(caller, port, account, mask, level=1):
    stub = struct.pack("<I", 0) if account is None else (
        struct.pack("<I", 0x20000) + dcerpc.wstr(account))
    stub += dcerpc.wstr("client") + dcerpc.wstr(str(port))
    stub += b"\0" * (-len(stub) % 8) + struct.pack("<Q", CONTEXT) + dcerpc.wstr("ncacn_ip_tcp")
    return caller.call(92, stub + struct.pack("<II", mask, level))


def text_at(p, at):
    if not at:
        return None
    end = at
    while p[end:end + 2] != b"\0\0":
        end += 2
    return p[at:end].decode("utf-16-le")


def parse(p):
    """FAX_EVENT_EX as ms-fax.md 4.3 lays it out. -> (type, what)"""
    size, = struct.unpack_from("<I", p, 0)
    kind, = struct.unpack_from("<I", p, 12)
    assert size == 56 and len(p) % 8 == 0 and bin(kind).count("1") == 1, p.hex()
    if kind in (IN_QUEUE, OUT_QUEUE, IN_ARCHIVE, OUT_ARCHIVE):
        ident, change, data, folder = struct.unpack_from("<QIII", p, 16)
        what = {"id": ident, "change": change, "folder": folder}
        if change == STATUS:
            assert data == 56 and struct.unpack_from("<I", p, 56)[0] == 120
            what["job"], what["type"], what["queue"], what["status"] = struct.unpack_from(
                "<IIII", p, 64)
            what["tsid"] = text_at(p, struct.unpack_from("<I", p, 96)[0])
        else:
            assert data == 0 and len(p) == 56
        return kind, what
    return kind, struct.unpack_from("<10I", p, 16)


def drain(taker, until, seconds=60):
    """Events up to the one for which `until` is true, which is the last."""
    seen = []
    while not seen or not until(seen[-1]):
        what = taker.next(seconds)
        assert what[0] != "gone", seen
        seen.append(what if what[0] != "ex" else ("ex", *parse(what[1])))
    return seen


def legacy_events(service, client, page):
    taker, caller = dcerpc.EventTaker(), connect(service)
    answer = subscribe(caller, taker.port, 0, 0)
    assert dcerpc.code(answer) == 0 and any(answer[4:20]), answer.hex()
    assert taker.next() == ("open", CONTEXT)
    _, job = client.send("102", [page], "legacy")
    names = []
    while "deleted" not in names or "idle" not in names:
        kind, stub = taker.next()
        assert kind == "legacy" and len(stub) == 24
        size, _, _, device, event, about = struct.unpack("<6I", stub)
        assert size == 24
        if about == job:
            names.append(FEI.get(event, event))
        elif FEI.get(event) == "idle" and device == 1:
            names.append("idle")
    assert names[:2] == ["queued", "initializing"] or names[0] == "queued", names
    order = [n for n in names if n in ("queued", "dialing", "sending", "completed", "deleted")]
    assert order == ["queued", "dialing", "sending", "completed", "deleted"], names
    answer = caller.call(75, answer[:20])
    assert dcerpc.code(answer) == 0 and answer[:20] == b"\0" * 20
    while (what := taker.next())[0] == "legacy":
        pass
    assert what == ("close",) and taker.next() == ("gone",), what
    caller.close()


def extended_events(service, client, page):
    taker, caller = dcerpc.EventTaker(), connect(service)
    answer = subscribe(caller, taker.port, 1, ALL)
    assert dcerpc.code(answer) == 0
    assert taker.next() == ("open", CONTEXT)
    ident, job = client.send("102", [page], "extended")
    seen = drain(taker, lambda e: e[0] == "ex" and e[1] == OUT_QUEUE and e[2]["id"] == ident and
                 e[2]["change"] == REMOVED)
    mine = [e[2] for e in seen if e[1] == OUT_QUEUE and e[2]["id"] == ident]
    assert mine[0]["change"] == ADDED and mine[-1]["change"] == REMOVED
    states = [m for m in mine if m["change"] == STATUS]
    assert states and all(m["job"] == job and m["type"] == 2 for m in states), states
    assert 2 in {m["queue"] for m in states}, states  # JS_INPROGRESS of [MS-FAX]
    archived = [e[2] for e in seen if e[1] == OUT_ARCHIVE]
    assert [(a["id"], a["change"]) for a in archived] == [(ident, ADDED)], archived
    assert any(e[1] == DEVICE for e in seen) and any(e[1] == CALL for e in seen), seen
    arrived = [e[2] for e in seen if e[1] == IN_QUEUE]
    assert arrived and arrived[0]["change"] == ADDED and arrived[0]["folder"] == 0
    fx.configure(client, Retries=7)
    drain(taker, lambda e: e[0] == "ex" and e[1] == CONFIG)
    for args, kind in ((("add-group", "north", "1"), 8), (("rule", "49", "30", "group", "north"), 9)):
        subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", service.socket, "outbound",
                        *args], check=True, stdout=subprocess.DEVNULL)
        drain(taker, lambda e, kind=kind: e[0] == "ex" and e[1] == CONFIG and e[2][0] == kind)
    fx.configure(client, PauseServerQueue=1)
    drain(taker, lambda e: e[0] == "ex" and e[1] == QUEUE_STATE and e[2][0] & 4)
    fx.configure(client, PauseServerQueue=0)
    drain(taker, lambda e: e[0] == "ex" and e[1] == QUEUE_STATE and not e[2][0] & 4)
    drain(taker, lambda e: e[0] == "ex" and e[1] == ACTIVITY)
    # the connection ends without 75: the client is told good-bye all the same
    caller.close()
    drain(taker, lambda e: e[0] == "close")


def account_events(service, client, page):
    taker, caller = dcerpc.EventTaker(), connect(service)
    for account, mask, level, want in ((None, OUT_QUEUE, 2, 87), (None, 0, 1, 87),
                                       (None, 0x80000000, 1, 87), ("nobody-else", OUT_QUEUE, 1, 87)):
        answer = subscribe_account(caller, taker.port, account, mask, level)
        assert dcerpc.code(answer) == want and answer[:20] == b"\0" * 20, (account, mask, level)
    answer = subscribe_account(caller, taker.port, None, OUT_QUEUE | IN_ARCHIVE)
    assert dcerpc.code(answer) == 0 and taker.next()[0] == "open"
    ident, _ = client.send("102", [page], "account")
    seen = drain(taker, lambda e: e[0] == "ex" and e[1] == IN_ARCHIVE)
    assert seen[-1][2]["folder"] == 1, seen  # nobody was given it yet
    assert {e[1] for e in seen} == {OUT_QUEUE, IN_ARCHIVE}, seen
    caller.close()


def refusals(service):
    caller = connect(service)
    taker = dcerpc.EventTaker()
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    rows = [((port, 1, ALL), {}, 1722),           # nobody listens
            ((taker.port, 1, 0), {}, 87),         # extended, and no type
            ((taker.port, 1, 0x400), {}, 87),     # no such type
            ((80, 1, ALL), {}, 87),               # not a port that clients listen at
            (("http", 1, ALL), {}, 87),
            ((taker.port, 1, ALL), {"machine": ""}, 87),
            ((taker.port, 1, ALL), {"machine": "x" * 257}, 11),
            (("12345678901", 1, ALL), {}, 11)]
    for args, more, want in rows:
        answer = subscribe(caller, *args, **more)
        assert dcerpc.code(answer) == want and answer[:20] == b"\0" * 20, (args, answer.hex())
    no = dcerpc.EventTaker(status=5)
    assert dcerpc.code(subscribe(caller, no.port, 1, ALL)) == 5
    assert dcerpc.code(caller.call(73, dcerpc.wstr("c") + dcerpc.wstr("2000") +
                                   struct.pack("<Q", 1) + dcerpc.wstr("x") +
                                   struct.pack("<II", 0, 0))) == 50
    try:
        caller.call(75, b"\1" * 20)
        raise AssertionError("a handle that was never given")
    except dcerpc.Fault as e:
        assert e.args[0] == 0x1C00001A
    caller.close()


def a_client_that_dies(service, client, page):
    """It hangs up, or does not answer: the service goes on, and so does its connection."""
    taker, caller = dcerpc.EventTaker(), connect(service)
    handle = subscribe(caller, taker.port, 1, ALL)
    assert dcerpc.code(handle) == 0
    taker.next()
    taker.hang_up()
    client.send("102", [page], "dead")
    deadline = time.monotonic() + 60
    while client.queue_length() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert dcerpc.code(caller.call(75, handle[:20])) == 0
    mute = dcerpc.EventTaker(answer=False)
    caller.sock.settimeout(60)
    assert dcerpc.code(subscribe(caller, mute.port, 1, ALL)) == 1722
    caller.close()


def the_end(service):
    taker, caller = dcerpc.EventTaker(), connect(service)
    assert dcerpc.code(subscribe(caller, taker.port, 1, ENDED)) == 0
    taker.next()
    service.stop()
    seen = drain(taker, lambda e: e[0] == "ex" and e[1] == ENDED)
    assert len(seen) == 1


def main():
    with fx.Service(SETTINGS) as service, tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.txt")
        fx.text_document(page, "events")
        client = service.start()
        legacy_events(service, client, page)
        extended_events(service, client, page)
        account_events(service, client, page)
        refusals(service)
        a_client_that_dies(service, client, page)
        client.close()
        the_end(service)
    print("callback: all good")


if __name__ == "__main__":
    sys.exit(main())
