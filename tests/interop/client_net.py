#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""libwinfax and `caselli` against a server that is not ours (ntlm_server.py), over TCP with NTLM:
connect, ports, status; and that forged, unsigned, replayed and lowered answers are refused.

Exit code 77 (skipped) when impacket is missing.
"""
import ctypes as c
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
try:
    import ntlm_server
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
import caselli as fx  # noqa: E402

DENIED, UNAVAILABLE, CALL_FAILED, UNKNOWN_IF, UNKNOWN_AUTH, FORGED = 5, 1722, 1726, 1717, 1747, 1825
DeviceStatus = fx.struct(
    "DeviceStatus", ("SizeOfStruct", fx.u32), ("CallerId", fx.text), ("Csid", fx.text),
    ("CurrentPage", fx.u32), ("DeviceId", fx.u32), ("DeviceName", fx.text),
    ("DocumentName", fx.text), ("JobType", fx.u32), ("PhoneNumber", fx.text),
    ("RoutingString", fx.text), ("SenderName", fx.text), ("RecipientName", fx.text),
    ("SizeBytes", fx.u32), ("StartTime", fx.u32 * 2), ("Status", fx.u32), ("StatusString", fx.text),
    ("SubmittedTime", fx.u32 * 2), ("TotalPages", fx.u32), ("Tsid", fx.text), ("UserName", fx.text))
USERS = {"anna": "s e\"cret", "üser": "pässwörd"}


class Scene:
    """A server, and the environment of a user who may log in."""

    def __init__(self, mode="good", user="anna", password=None, level="privacy", **more):
        self.server = ntlm_server.Server(mode, USERS, **more)
        self.name = f"127.0.0.2:{self.server.port}"
        secret = os.path.join(HOME, "secret")
        with open(secret, "w", encoding="utf-8") as f:
            f.write((password or USERS[user.split("\\")[-1]]) + "\n")
        os.environ.update(CASELLI_USER=user, CASELLI_PASSWORD_FILE=secret,
                          CASELLI_AUTH_LEVEL=level)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.server.close()
        if kind is None:
            assert not self.server.bad, self.server.bad


def connect(scene):
    return fx.Client(scene.name)


def fails(code, word, call):
    try:
        call()
    except fx.Failed as e:
        assert e.code == code, e
        assert word in str(e), e
        return
    raise AssertionError(f"no error, expected {code}")


def ports(client):
    rows, n = c.POINTER(fx.PortInfo)(), fx.u32()
    client.call("FaxEnumPortsA", c.byref(rows), c.byref(n))
    out = [(rows[i].DeviceId, rows[i].DeviceName, rows[i].Tsid, rows[i].Csid)
           for i in range(n.value)]
    fx.lib.FaxFreeBuffer(rows)
    return out


def status(client):
    port, row = c.c_void_p(), c.POINTER(DeviceStatus)()
    client.call("FaxOpenPort", fx.u32(1), fx.u32(1), c.byref(port))
    try:
        assert fx.lib.FaxGetDeviceStatusA(port, c.byref(row)), fx.lib.GetLastError()
        out = row[0].DeviceId, row[0].Status, row[0].DeviceName, row[0].Csid, row[0].Tsid
        fx.lib.FaxFreeBuffer(row)
    finally:
        assert fx.lib.FaxClose(port)
    return out


def good(mode, level, user="anna"):
    with Scene(mode, user=user, level=level) as s:
        client = connect(s)
        assert ports(client) == [(1, b"T38-1", b"TS1", b"CS1"), (2, b"T38-2", b"TS2", b"CS2")]
        assert status(client) == (1, 0x20100000, b"T38-1", b"CS1", b"TS1"), status(client)
        # what only our own servers have says so, and the connection stays good
        fails(UNKNOWN_IF, "not Caselli", client.port_status)
        assert ports(client)
        client.close()
        assert s.server.header_sign_offered
        # an unbroken sequence of sealed calls; 1 is the goodbye
        assert s.server.calls == [37, 80, 10, 2, 8, 3, 10, 1], s.server.calls


def test_good():
    for level in ("privacy", "integrity", "connect"):
        good("good", level)
    good("no-header", "privacy")
    good("no-header", "integrity")
    good("good", "privacy", "OFFICE\\anna")
    good("good", "privacy", "üser")


def test_fragments():
    with Scene(more_ports=300) as s:
        client = connect(s)
        rows = ports(client)
        assert len(rows) == 300 and rows[299][:2] == (300, b"T38-300")
        client.close()


def test_forgers():
    for mode in ("flip-token", "flip-data", "flip-head", "unsigned", "replay", "lower"):
        with Scene(mode, level="privacy") as s:
            if mode in ("flip-token", "flip-data", "flip-head"):
                # GetVersion is refused behind a signature already
                fails(FORGED, "forged", lambda: connect(s))
                continue
            if mode == "replay":
                # the first answer of a replayer is right
                fails(FORGED, "", lambda: connect(s))
                continue
            fails(FORGED, "", lambda: connect(s))
    with Scene("flip-data", level="integrity") as s:
        fails(FORGED, "forged", lambda: connect(s))
    with Scene("flip-head", level="integrity") as s:
        fails(FORGED, "forged", lambda: connect(s))


def test_refused():
    for mode in ("good", "hang-up"):
        with Scene(mode, password="wrong") as s:
            fails(DENIED, "name or password is wrong", lambda: connect(s))
            assert s.server.calls == []
        with Scene(mode, user="nobody", password="x") as s:
            fails(DENIED, "login of nobody", lambda: connect(s))
    with Scene("nak") as s:
        fails(UNKNOWN_AUTH, "login by ntlm at level privacy", lambda: connect(s))
    with Scene("stranger") as s:
        fails(UNKNOWN_IF, "no fax service", lambda: connect(s))


def test_mapper():
    with Scene() as s:
        for place, code, word in ((s.server.port, 0, ""), (0, UNAVAILABLE, "no fax service is")):
            mapper = ntlm_server.Server(mapper_of=place)
            os.environ["CASELLI_ENDPOINT_MAPPER"] = str(mapper.port)
            try:
                client = fx.Client("\\\\127.0.0.2\\Fax")
                assert code == 0 and ports(client)
                client.close()
            except fx.Failed as e:
                assert e.code == code and word in str(e) and "PORT" in str(e), e
            mapper.close()
            assert not mapper.bad, mapper.bad
        # now nobody listens there
        fails(UNAVAILABLE, "Name the port", lambda: fx.Client("127.0.0.2"))
    fails(UNAVAILABLE, "No fax service answers", lambda: fx.Client(s.name))
    fails(UNAVAILABLE, "no machine of the name", lambda: fx.Client("no.such.host.invalid:99"))


def caselli(*words, code=0, given=None):
    done = subprocess.run([f"{fx.BUILD}/src/cli/caselli", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, input=given, timeout=60)
    assert done.returncode == code, (words, done.returncode, done.stdout)
    return done.stdout


def test_login():
    with Scene() as s:
        del os.environ["CASELLI_USER"], os.environ["CASELLI_PASSWORD_FILE"]
        file = os.path.join(HOME, "caselli", "credentials")
        out = caselli("--server", s.name, "ports", code=4)
        assert "caselli login 127.0.0.2" in out, out
        out = caselli("login", s.name, "--user", "anna", "--password-stdin", given="wrong\n",
                      code=4)
        assert "name or password is wrong" in out and "caselli access" not in out, out
        assert not os.path.exists(file)
        caselli("login", s.name, "--user", "anna", "--password-stdin", given=USERS["anna"] + "\n")
        assert os.stat(file).st_mode & 0o777 == 0o600
        out = caselli("--server", s.name, "ports", "--json")
        assert '"T38-2"' in out, out
        os.environ["CASELLI_SERVER"] = s.name
        assert "T38-1" in caselli("ports")
        os.chmod(file, 0o644)
        assert "chmod 600" in caselli("ports", code=4)
        os.chmod(file, 0o600)
        caselli("logout", s.name)
        assert "No login is kept" in caselli("logout", s.name, code=1)
        caselli("ports", code=4)
        del os.environ["CASELLI_SERVER"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as HOME:
        os.environ["XDG_CONFIG_HOME"] = HOME
        os.environ["KRB5CCNAME"] = f"FILE:{HOME}/no-tickets"
        for name in ("CASELLI_SERVER", "CASELLI_AUTH", "CASELLI_ENDPOINT_MAPPER"):
            os.environ.pop(name, None)
        for name, test in sorted(globals().items()):
            if name.startswith("test_") and (len(sys.argv) < 2 or name in sys.argv):
                test()
                print(f"ok {name}")
