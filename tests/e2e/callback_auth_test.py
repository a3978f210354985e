#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Clients called back by a service that logs in: [rpc] callbacks, callback_auth, callback_user and
callback_password_file. The program that takes events speaks NTLM on impacket's primitives and
checks each signature; it is also told to answer as a forger would."""
import os
import queue
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))
try:
    import ntlm_server
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
import callback_test as cb  # noqa: E402
import caselli as fx  # noqa: E402
import dcerpc  # noqa: E402

USER, PASSWORD = "faxservice", "Paris to Lyon"
ACCESS_DENIED, UNAVAILABLE = 5, 1722


class Taker(ntlm_server.Server):
    """Serves faxclient; `events` as dcerpc.EventTaker has them."""

    INTERFACE, ADDRESS, HANDLE = dcerpc.FAXCLIENT, "127.0.0.1", b"\0\0\0\0" + b"subscription 001"

    def __init__(self, mode="good", password=PASSWORD, flip_at=7):
        self.events = queue.Queue()
        super().__init__(mode, {USER: password})
        self.flip_at = flip_at

    def answer(self, opnum, stub):
        if opnum == 0:
            self.events.put(("open", struct.unpack("<Q", stub)[0]))
            return self.HANDLE + bytes(4)
        if stub[:20] != self.HANDLE:
            return 6
        if opnum == 3:
            self.events.put(("ex", stub[24:24 + struct.unpack_from("<I", stub, 20)[0]]))
        else:
            self.events.put(("legacy", stub[20:]) if opnum == 1 else ("close",))
        return bytes(24 if opnum == 2 else 4)

    def next(self, seconds=60):
        return self.events.get(timeout=seconds)


def settings(service, password_file, more=""):
    with open(service.conf, "w", encoding="utf-8") as f:
        f.write(f"{cb.SETTINGS}[rpc]\ncallback_auth = ntlm\ncallback_user = {USER}\n"
                f"callback_password_file = {password_file}\n{more}")


def reload(service, want="settings reloaded"):
    before = service.log_tail(100000).count(want)
    service.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 30
    while service.log_tail(100000).count(want) == before:
        assert time.monotonic() < end, service.log_tail()
        time.sleep(0.02)


def a_fax(service, client, page):
    taker, caller = Taker(), cb.connect(service)
    answer = cb.subscribe(caller, taker.port, 1, cb.ALL)
    assert dcerpc.code(answer) == 0, answer.hex()
    assert taker.next() == ("open", cb.CONTEXT)
    ident, _ = client.send("102", [page], "sealed")
    seen = cb.drain(taker, lambda e: e[0] == "ex" and e[1] == cb.OUT_ARCHIVE)
    assert seen[-1][2]["id"] == ident and seen[-1][2]["change"] == cb.ADDED, seen
    answer = caller.call(75, answer[:20])
    assert dcerpc.code(answer) == 0
    cb.drain(taker, lambda e: e[0] == "close")
    assert not taker.bad, taker.bad
    caller.close()
    print("ok a fax")


def refused(service):
    """Takers that the service must not believe, and one that does not believe it."""
    for mode, code, more in (
            ("flip-token", ACCESS_DENIED, {}), ("flip-data", ACCESS_DENIED, {}),
            ("flip-head", ACCESS_DENIED, {}), ("unsigned", UNAVAILABLE, {}),
            ("lower", UNAVAILABLE, {}), ("nak", ACCESS_DENIED, {}),
            ("stranger", UNAVAILABLE, {}), ("hang-up", UNAVAILABLE, {"password": "another"}),
            ("good", ACCESS_DENIED, {"password": "another"})):
        taker, caller = Taker(mode, **more), cb.connect(service)
        answer = cb.subscribe(caller, taker.port, 1, cb.ALL)
        assert dcerpc.code(answer) == code, (mode, dcerpc.code(answer))
        assert answer[:20] == bytes(20)
        caller.close()
    print("ok refused")


def subscribe_code(service, taker):
    caller = cb.connect(service)
    code = dcerpc.code(cb.subscribe(caller, taker.port, 1, cb.ALL))
    caller.close()
    return code


def doctor(service):
    return subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", service.socket, "doctor"],
                          stdout=subprocess.PIPE, text=True, check=False).stdout


def reloads(service, secret):
    assert f"called back with events by ntlm, as {USER}" in doctor(service), doctor(service)
    settings(service, secret, "callbacks = no\n")
    reload(service)
    assert subscribe_code(service, Taker()) == ACCESS_DENIED
    assert "callbacks = no" in doctor(service)
    os.chmod(secret, 0o644)
    settings(service, secret)
    reload(service, "is open to everybody")
    assert subscribe_code(service, Taker()) == ACCESS_DENIED  # as it was: nobody is called
    os.chmod(secret, 0o600)
    reload(service)
    assert subscribe_code(service, Taker()) == 0
    settings(service, secret, "callback_auth = none\n")
    reload(service)
    assert subscribe_code(service, dcerpc.EventTaker()) == 0
    assert "called back" not in doctor(service)
    print("ok reloads")


def a_start_that_fails(secret):
    """Rather not at all than without the protection that was asked for."""
    os.chmod(secret, 0o604)
    service = fx.Service()
    settings(service, secret)
    service.start(wait=False)
    assert service.process.wait(30) != 0
    assert "is open to everybody" in service.log_tail()
    service.remove()
    print("ok a start that fails")


def main():
    with fx.Service() as service, tempfile.TemporaryDirectory() as folder:
        secret, page = os.path.join(folder, "secret"), os.path.join(folder, "page.txt")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
            f.write(PASSWORD + "\nnot this line\n")
        fx.text_document(page, "callback")
        settings(service, secret)
        client = service.start()
        a_fax(service, client, page)
        refused(service)
        reloads(service, secret)
        client.close()
        a_start_that_fails(secret)


if __name__ == "__main__":
    sys.exit(main())
