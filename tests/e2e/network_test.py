#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""casellid by TCP, from the client libraries and from `caselli`: a fax goes, events come, and
those who may not are told why."""
import ctypes as c
import os
import socket
import subprocess
import tempfile
import time

import caselli as fx

DENIED, UNAVAILABLE, CALL_FAILED, UNKNOWN_AUTH = 5, 1722, 1726, 1747
GOOD, POOR = "daemon", "nobody"  # users of every machine
PASSWORD = "Pässw\"ord 1"
SETTINGS = """[rpc]
listen = 127.0.0.2:{port}
endpoint_mapper = {mapper}
users_file = {users}
local_min_level = privacy
[rights]
user nobody = none
[loop]
transport = t38
t38_pacing = unpaced
"""
FEI_COMPLETED = 4


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.2", 0))
        return s.getsockname()[1]


def nt_hash(password):
    from Cryptodome.Hash import MD4  # of impacket; OpenSSL has retired it
    return MD4.new(password.encode("utf-16-le")).hexdigest()


class Scene:
    def __init__(self, folder):
        self.folder = folder
        self.port, self.mapper = free_port(), free_port()
        users = os.path.join(folder, "users")
        with open(users, "w", encoding="ascii") as f:
            for name in (GOOD, POOR):
                f.write(f"{name}:{nt_hash(PASSWORD)}:20261122T194012Z:\n")
        os.chmod(users, 0o600)
        self.name = f"127.0.0.2:{self.port}"
        self.service = fx.Service(SETTINGS.format(port=self.port, mapper=self.mapper,
                                                  users=users))
        os.environ["CASELLI_ENDPOINT_MAPPER"] = str(self.mapper)

    def as_user(self, user, password=PASSWORD):
        path = os.path.join(self.folder, "password")
        with open(path, "w", encoding="utf-8") as f:
            f.write(password)
        os.environ.update(CASELLI_USER=user, CASELLI_PASSWORD_FILE=path)

    def caselli(self, *words, code=0, given=None, server=None):
        done = subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", server or self.name,
                               *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, input=given, timeout=120)
        assert done.returncode == code, (words, done.returncode, done.stdout)
        return done.stdout


def fails(code, word, call):
    try:
        call()
    except fx.Failed as e:
        assert e.code == code and word in str(e), e
        return
    raise AssertionError(f"no error, expected {code}")


class Events:
    """FaxInitializeEventQueue, which has a connection of its own."""

    def __init__(self, client):
        fx.lib.CreateIoCompletionPort.restype = c.c_void_p
        self.queue = c.c_void_p(fx.lib.CreateIoCompletionPort(c.c_void_p(-1 & 2**64 - 1), None,
                                                              c.c_size_t(0), fx.u32(1)))
        assert self.queue.value
        client.call("FaxInitializeEventQueue", self.queue, c.c_size_t(7), None, fx.u32(0))

    def until(self, kind, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            n, key, event = fx.u32(), c.c_size_t(), c.c_void_p()
            assert fx.lib.GetQueuedCompletionStatus(self.queue, c.byref(n), c.byref(key),
                                                    c.byref(event), fx.u32(60000))
            assert key.value == 7
            # FAX_EVENT: size, time, device, kind, job
            row = c.cast(event, c.POINTER(fx.u32 * 6))[0]
            found = row[4] == kind
            fx.lib.LocalFree(event)
            if found:
                return
        raise AssertionError(f"no event {kind}")

    def close(self):
        assert fx.lib.CloseHandle(self.queue)


def a_fax_goes(s):
    s.as_user(GOOD)
    path = os.path.join(s.folder, "letter.txt")
    fx.text_document(path, "letter", 2)
    client = fx.Client(s.name)
    events = Events(client)
    ident, _ = client.send("102", [path], "letter")
    events.until(FEI_COMPLETED)
    events.close()
    end = time.monotonic() + 60
    while not client.job(ident)["Finished"] and time.monotonic() < end:
        time.sleep(0.05)
    job = client.job(ident)
    assert job["State"] == b"completed" or job["Finished"], job
    assert job["UserName"].decode().lower().endswith(GOOD), job["UserName"]
    assert [p["DeviceId"] for p in client.port_status()]
    assert len(client.messages(0)) == 1 and len(client.messages(1)) == 1
    client.close()
    # the same from the command line, and where the port is asked of the endpoint mapper
    assert "1" in s.caselli("ports", "--json", server="127.0.0.2")
    out = s.caselli("send", "102", path, "--wait")
    assert "caselli:" not in out, out
    assert s.caselli("jobs", "--json") and s.caselli("sent", "--json").count('"message"') == 2
    assert '"state"' in s.caselli("status", "--json")


def who_may_not(s):
    s.as_user(GOOD, "wrong password")
    fails(DENIED, "name or password is wrong", lambda: fx.Client(s.name))
    out = s.caselli("status", code=4)
    assert "refuses the login of daemon" in out and "caselli login" in out, out
    s.as_user("no_such_user")
    fails(DENIED, "no_such_user", lambda: fx.Client(s.name))
    s.as_user(POOR)
    out = s.caselli("ports", code=4)
    assert "may not use the service" in out, out
    s.as_user(GOOD)
    os.environ["CASELLI_AUTH_LEVEL"] = "integrity"
    out = s.caselli("ports", code=4)
    assert "level integrity" in out, out
    del os.environ["CASELLI_AUTH_LEVEL"]
    del os.environ["CASELLI_USER"], os.environ["CASELLI_PASSWORD_FILE"]
    assert "caselli login 127.0.0.2" in s.caselli("ports", code=4)


def login_is_kept(s):
    s.caselli("login", s.name, "--user", GOOD, "--password-stdin", given=PASSWORD + "\n")
    assert s.caselli("ports", "--json")
    s.caselli("logout", s.name)
    s.caselli("ports", code=4)


def server_goes(s):
    s.as_user(GOOD)
    client = fx.Client(s.name)
    assert client.port_status()
    s.service.stop()
    fails(CALL_FAILED, "lost", client.port_status)
    client.close()
    fails(UNAVAILABLE, "No fax service answers at 127.0.0.2", lambda: fx.Client(s.name))
    fails(UNAVAILABLE, "Name the port", lambda: fx.Client("127.0.0.2"))
    assert "No fax service answers" in s.caselli("status", code=3)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        os.environ["KRB5CCNAME"] = f"FILE:{folder}/no-tickets"
        os.environ.pop("CASELLI_SERVER", None)
        s = Scene(folder)
        with s.service:
            s.service.start().close()
            for step in (a_fax_goes, who_may_not, login_is_kept, server_goes):
                step(s)
                print("ok", step.__name__)


if __name__ == "__main__":
    main()
