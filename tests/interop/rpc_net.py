#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The service on TCP, judged by impacket and Samba: casellid with a file of users; NTLM and SPNEGO
at each level that they speak, their verdict on our signatures, the endpoint mapper, and clients
that mean no good. Exit code 77 (skipped) when neither is installed.

usage: rpc_net.py CASELLID
"""
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

try:
    from impacket.dcerpc.v5 import epm, rpcrt, transport
    from impacket.dcerpc.v5.rpcrt import DCERPCException
    from impacket.ntlm import compute_nthash
    from impacket.uuid import uuidtup_to_bin
    import samba  # noqa: F401
except ImportError:
    print("python3-impacket or python3-samba is not installed")
    sys.exit(77)

FAX = ("ea0a3165-4834-11d2-a6f8-00c04fa346cc", "4.0")
PASSWORD = "secret-pass"
CONNECT = struct.pack("<I", 0x30000)
LEVELS = (rpcrt.RPC_C_AUTHN_LEVEL_CONNECT, rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY,
          rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY)
# impacket's and Samba's clients do not time out by themselves
socket.setdefaulttimeout(10)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Service:
    def __init__(self, program, tmp):
        self.port, self.mapper, self.log = free_port(), free_port(), tmp + "/log"
        self.conf, self.program, self.tmp = tmp + "/conf", program, tmp
        with open(os.open(tmp + "/users", os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write("alice:%s:20260101T000000Z:\n" % compute_nthash(PASSWORD).hex())
        self.settings("")
        self.process = subprocess.Popen(
            [program, "--config", self.conf, "--state", tmp + "/state", "--socket", tmp + "/rpc"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.log, "w"))
        self.wait_log("casellid: ready")

    def settings(self, more):
        with open(self.conf, "w") as f:
            f.write("[rpc]\nlisten = 127.0.0.1:%d\nendpoint_mapper = %d\nusers_file = %s/users\n"
                    "max_pending = 40\nlogin_timeout_s = 3\n%s" %
                    (self.port, self.mapper, self.tmp, more))

    def wait_log(self, words, n=1):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with open(self.log) as f:
                if f.read().count(words) >= n:
                    return
            time.sleep(0.05)
        raise AssertionError("not in the log: " + words)

    def reload(self, more):
        with open(self.log) as f:
            n = f.read().count("settings reloaded")
        self.settings(more)
        self.process.send_signal(signal.SIGHUP)
        self.wait_log("settings reloaded", n + 1)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(20) == 0


def log_in(service, level, password=PASSWORD, user="alice"):
    t = transport.DCERPCTransportFactory("ncacn_ip_tcp:127.0.0.1[%d]" % service.port)
    t.set_credentials(user, password, "")
    dce = t.get_dce_rpc()
    dce.connect()
    dce.set_auth_type(rpcrt.RPC_C_AUTHN_WINNT)
    dce.set_auth_level(level)
    dce.bind(uuidtup_to_bin(FAX))
    return dce


def ask(dce, op, stub=b""):
    dce.call(op, stub)
    return dce.recv()


def refused(fn, word):
    try:
        fn()
    except (DCERPCException, OSError) as e:
        assert word in str(e), str(e)
        return
    raise AssertionError("not refused")


def fault(dce, op, word):
    refused(lambda: ask(dce, op), word)


def by_impacket(service):
    for level in LEVELS:
        dce = log_in(service, level)
        out = ask(dce, 80, CONNECT)
        assert len(out) == 28 and out[:4] == CONNECT and out[-4:] == bytes(4)
        assert ask(dce, 85) == struct.pack("<II", 4, 0)
        fault(dce, 79, "nca_s_op_rng_error")
        dce.set_max_fragment_size(16)  # many fragments of a request
        assert len(ask(dce, 80, CONNECT + bytes(200))) == 28
        dce.set_max_fragment_size(-1)
        assert ask(dce, 85) == struct.pack("<II", 4, 0)
        dce.disconnect()
        dce = log_in(service, level, "wrong")
        fault(dce, 80, "access_denied")
    for user in ("nobody-here", "root"):
        fault(log_in(service, LEVELS[-1], user=user), 80, "access_denied")


def nobody(service):
    t = transport.DCERPCTransportFactory("ncacn_ip_tcp:127.0.0.1[%d]" % service.port)
    dce = t.get_dce_rpc()
    dce.connect()
    dce.bind(uuidtup_to_bin(FAX))
    for op in (80, 85, 0, 104):
        fault(dce, op, "access_denied")


def mapper(service):
    def connect():
        t = transport.DCERPCTransportFactory("ncacn_ip_tcp:127.0.0.1[%d]" % service.mapper)
        dce = t.get_dce_rpc()
        dce.connect()
        return dce

    def find(uuid, protocol="ncacn_ip_tcp"):
        return epm.hept_map("127.0.0.1", uuidtup_to_bin(uuid), protocol=protocol, dce=connect())

    where = "ncacn_ip_tcp:127.0.0.1[%d]" % service.port
    assert find(FAX) == where
    assert find(("afa8bd80-7d8a-11c9-bef4-08002b102989", "1.0")) == where
    for uuid, protocol in (((FAX[0], "5.0"), "ncacn_ip_tcp"),
                           (("12345678" + FAX[0][8:], "4.0"), "ncacn_ip_tcp"),
                           (FAX, "ncacn_np")):
        refused(lambda u=uuid, p=protocol: find(u, p), "")
    dce = connect()
    entries = epm.hept_lookup(None, dce=dce)
    assert len(entries) == 3
    assert {epm.PrintStringBinding(e["tower"]["Floors"]) for e in entries} == {where}
    for op in (0, 1, 5, 6):
        fault(dce, op, "nca_s_op_rng_error")


SAMBA = """
import sys
from samba.credentials import Credentials, DONT_USE_KERBEROS
from samba.dcerpc import mgmt
from samba.param import LoadParm
lp = LoadParm()
lp.load_default()
c = Credentials()
c.guess(lp)
c.set_username("alice")
c.set_domain("X")
c.set_password(sys.argv[2])
c.set_kerberos_state(DONT_USE_KERBEROS)
m = mgmt.mgmt("ncacn_ip_tcp:" + sys.argv[1], lp, c)
assert m.is_server_listening() == (0, 1)
assert m.inq_princ_name(10, 300).startswith("host/")
try:
    m.stop_server_listening()
    raise SystemExit("stopped")
except Exception as e:
    assert e.args[0] == 5, e
try:
    m.request(9, b"")
    raise SystemExit("no fault")
except Exception as e:
    assert "out of range" in str(e), e
assert m.is_server_listening() == (0, 1)
print("agreed")
"""


def by_samba(service):
    """A process each: what it thinks of our signatures ends it."""
    for mech in ("ntlm", "spnego"):
        for option in ("connect", "packet", "sign", "seal"):
            for password in (PASSWORD, "wrong"):
                out = subprocess.run(["/usr/bin/python3", "-c", SAMBA, "127.0.0.1[%d,%s,%s]" %
                                      (service.port, mech, option), password], timeout=20,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                if password == PASSWORD:
                    assert "agreed" in out.stdout, (mech, option, out.stderr)
                else:
                    assert ("Access Denied" in out.stderr or
                            "LOGON_FAILURE" in out.stderr), (mech, option, out.stderr)


class Meddler:
    """Stands in for the socket of a client: what it sends goes through change()."""

    def __init__(self, dce, change):
        self.t = dce.get_rpc_transport()
        self.real, self.change = self.t.send, change
        self.t.send = self.send

    def send(self, data, **kw):
        for piece in self.change(bytearray(data)):
            self.real(bytes(piece), **kw)


def hung_up(dce):
    s = dce.get_rpc_transport().get_socket()
    data = b""
    try:
        while True:
            piece = s.recv(4096)
            if not piece:
                return data
            data += piece
    except ConnectionResetError:
        return data


def flip(at):
    def change(data):
        data[at] ^= 1
        return [data]
    return change


def cut(data):
    struct.pack_into("<H", data, 8, len(data) - 4)
    return [data[:-4]]


def meddled(service):
    """Each request of these is the second one; the first was good."""
    for change in (flip(28), flip(-1), flip(-18), flip(22), cut):
        dce = log_in(service, LEVELS[-1])
        ask(dce, 80, CONNECT)
        Meddler(dce, change)
        dce.call(85, bytes(32))
        assert hung_up(dce) == b"", change
    dce = log_in(service, LEVELS[-1])
    ask(dce, 80, CONNECT)
    Meddler(dce, lambda data: [data, data])  # replayed: answered once, then the end
    dce.call(85, b"")
    assert hung_up(dce).count(b"\5\0\2\3") == 1


def levels(service):
    service.reload("local_min_level = privacy\n")
    for level in LEVELS[:2]:
        refused(lambda v=level: log_in(service, v), "")
    service.wait_log("[rpc] local_min_level = privacy; let the client use privacy")
    ask(log_in(service, LEVELS[2]), 80, CONNECT)
    service.reload("")
    ask(log_in(service, LEVELS[0]), 80, CONNECT)


def half_open(service):
    """A thousand who say nothing, or a byte now and then; a user comes in all the same."""
    dce = log_in(service, LEVELS[-1])
    ask(dce, 80, CONNECT)
    sockets = []
    for i in range(1000):
        s = socket.create_connection(("127.0.0.1", service.port))
        if i % 2:
            s.send(b"\5")
        sockets.append(s)
    assert ask(dce, 85) == struct.pack("<II", 4, 0)
    for s in sockets[-10:]:  # slow: a byte, and another, never a bind
        try:
            s.send(b"\0")
        except OSError:
            pass
    end = time.monotonic() + 15
    while True:  # they go after three seconds, whatever they do
        try:
            other = log_in(service, LEVELS[-1])
            break
        except (OSError, DCERPCException, EOFError, struct.error):
            assert time.monotonic() < end
            time.sleep(0.2)
    assert ask(other, 85) == struct.pack("<II", 4, 0)
    for s in sockets:
        s.close()


def giants(service):
    """A fragment, then a request, longer than anything that is taken."""
    s = socket.create_connection(("127.0.0.1", service.port))
    s.sendall(struct.pack("<BBBBIHHI", 5, 0, 11, 3, 0x10, 65535, 0, 1) + bytes(2000))
    assert s.recv(100) == b""
    dce = log_in(service, LEVELS[-1])
    refused(lambda: ask(dce, 70, bytes(5 << 20)), "")


def main():
    with tempfile.TemporaryDirectory() as tmp:
        service = Service(sys.argv[1], tmp)
        try:
            for case in (levels, by_impacket, nobody, mapper, by_samba, meddled, giants,
                         half_open):
                case(service)
                assert service.process.poll() is None
                print("ok", case.__name__, flush=True)
        except BaseException:
            with open(service.log) as f:
                print(f.read()[-4000:], file=sys.stderr)
            service.process.kill()
            raise
        service.stop()


if __name__ == "__main__":
    main()
