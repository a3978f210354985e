#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""python3-samba against a whole service: its reader of the management interface behind each level of
NTLM, its endpoint mapper's client, and the fax interface straight on the Unix socket (ncalrpc is
that, to Samba). With credentials its ClientConnection crashes whatever the server does, so the fax
interface is asked without. Each of these is a process of its own: Samba's verdict may be its end.

Exit code 77 (skipped) when python3-samba or impacket is missing.
"""
import os
import socket
import subprocess
import sys
import threading

try:
    import samba  # noqa: F401
    import ntlm_check as nc
    import service as casellid
except ImportError as e:
    if not any(m in str(e) for m in ("samba", "impacket", "Cryptodome")):
        raise
    print("python3-samba or python3-impacket is not installed")
    sys.exit(77)

HEAD = """
import struct
import sys
from samba import NTSTATUSError
from samba.param import LoadParm
from samba.dcerpc import base, epmapper, mgmt, misc
lp = LoadParm()
lp.load_default()
FAX = "ea0a3165-4834-11d2-a6f8-00c04fa346cc"
"""
MGMT = HEAD + """
from samba.credentials import Credentials, DONT_USE_KERBEROS
c = Credentials()
c.guess(lp)
c.set_username("clerk")
c.set_password(sys.argv[2])
c.set_domain("OFFICE")
c.set_kerberos_state(DONT_USE_KERBEROS)
m = mgmt.mgmt(sys.argv[1], lp, c)
for _ in range(3):
    assert m.is_server_listening() == (0, 1)
ids = m.inq_if_ids()
ids = ids[0] if isinstance(ids, tuple) else ids
names = [str(ids.if_id[i].id.uuid) for i in range(ids.count)]
assert FAX in names and "afa8bd80-7d8a-11c9-bef4-08002b102989" in names, names
one, two = m.inq_stats(10, 0), m.inq_stats(10, 0)
print("agreed")
"""
MAPPER = HEAD + """
import uuid
from samba.ndr import ndr_pack
c = epmapper.epmapper(sys.argv[1], lp)
port = int(sys.argv[2])


def floor(protocol, rhs, data=b""):
    f = epmapper.epm_floor()
    f.lhs.protocol, f.lhs.lhs_data, f.rhs = protocol, data, rhs
    return f


def tower(name, major):
    def syntax(name, major):
        minor = epmapper.epm_rhs_uuid()
        minor.unknown = bytes(2)
        return floor(epmapper.EPM_PROTOCOL_UUID, minor,
                     ndr_pack(misc.GUID(name)) + struct.pack("<H", major))

    t = epmapper.epm_twr_t()
    ip = epmapper.epm_rhs_ip()
    ip.ipaddr = "0.0.0.0"
    t.tower.num_floors = 5
    t.tower.floors = [syntax(name, major), syntax("8a885d04-1ceb-11c9-9fe8-08002b104860", 2),
                      floor(epmapper.EPM_PROTOCOL_NCACN, epmapper.epm_rhs_ncacn()),
                      floor(epmapper.EPM_PROTOCOL_TCP, epmapper.epm_rhs_tcp()),
                      floor(epmapper.EPM_PROTOCOL_IP, ip)]
    return t


def where(t):
    floors = t.tower.floors
    assert t.tower.num_floors == 5
    return floors[3].rhs.port, floors[4].rhs.ipaddr


def ask(name, major):
    handle, towers, status = c.epm_Map(misc.GUID(), tower(name, major), misc.policy_handle(), 4)
    return status, [where(t.twr) for t in towers if t.twr]


assert ask(FAX, 4) == (0, [(port, "127.0.0.1")]), ask(FAX, 4)
assert ask("afa8bd80-7d8a-11c9-bef4-08002b102989", 1)[1] == [(port, "127.0.0.1")]
for name, major in ((FAX, 5), ("6099fc12-3eff-11d0-abd0-00c04fd91a4e", 3)):
    assert ask(name, major) == (0x16C9A0D6, []), ask(name, major)
handle, entries, status = c.epm_Lookup(0, None, None, 1, misc.policy_handle(), 100)
found = {bytes(e.tower.tower.floors[0].lhs.lhs_data)[:16]: where(e.tower) for e in entries}
assert found[uuid.UUID(FAX).bytes_le] == (port, "127.0.0.1"), found
print("agreed")
"""
SOCKET = HEAD + """
lp.set("ncalrpc dir", sys.argv[1])
c = base.ClientConnection("ncalrpc:[SHAREDFAX]", (FAX, 4), lp)
out = c.request(80, struct.pack("<I", 0x30000))
assert len(out) == 28 and struct.unpack("<I", out[:4])[0] == 0x30000 and out[24:] == bytes(4)
out = c.request(10, b"")
size, count, status = struct.unpack("<III", out[-12:])
assert status == 0 and count == 3 and len(out) == 8 + size + 12
port = c.request(2, struct.pack("<II", 1, 1))[:20]
out = c.request(8, port)
assert struct.unpack_from("<I", out, 8)[0] == 88 and out[-4:] == bytes(4)
assert len(c.request(30, b"")) > 8192  # several fragments
for op, stub in ((79, b""), (8, bytes(20)), (80, b"")):
    try:
        c.request(op, stub)
        raise SystemExit("no fault for %d" % op)
    except NTSTATUSError:
        continue
try:
    base.ClientConnection("ncalrpc:[SHAREDFAX]", ("6099fc12-3eff-11d0-abd0-00c04fd91a4e", 3), lp)
    raise SystemExit("faxclient is served")
except NTSTATUSError:
    pass
print("agreed")
"""


def judge(program, *args):
    done = subprocess.run(["/usr/bin/python3", "-c", program, *map(str, args)], timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = done.stdout.strip().splitlines() or [""]
    return lines[-1] if lines[-1] == "agreed" else done.stdout


class Meddler(threading.Thread):
    """A relay to the service that turns one bit of the signature of the first answer."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.target))
        threading.Thread(target=self.forward, args=(client, server), daemon=True).start()
        try:
            while True:
                head = nc.read(server, 16)
                pdu = bytearray(head + nc.read(server, int.from_bytes(head[8:10], "little") - 16))
                if pdu[2] == nc.RESPONSE:
                    pdu[-9] ^= 1
                client.sendall(bytes(pdu))
        except (EOFError, OSError):
            client.close()

    @staticmethod
    def forward(a, b):
        try:
            while piece := a.recv(65536):
                b.sendall(piece)
        except OSError:
            pass
        b.close()


def test_mgmt(service):
    password = casellid.USERS["clerk"]
    for level in ("connect", "packet", "sign", "seal"):
        out = judge(MGMT, f"ncacn_ip_tcp:127.0.0.1[{service.port},ntlm,{level}]", password)
        assert out == "agreed", (level, out)
    for level in ("sign", "seal"):  # the judge judges
        out = judge(MGMT, f"ncacn_ip_tcp:127.0.0.1[{Meddler(service.port).port},ntlm,{level}]",
                    password)
        assert "agreed" not in out and "Error" in out, (level, out)


def test_mapper(service):
    out = judge(MAPPER, f"ncacn_ip_tcp:127.0.0.1[{service.mapper}]", service.port)
    assert out == "agreed", out


def test_socket(service):
    folder = service.dir + "/ncalrpc"
    os.mkdir(folder)
    os.symlink(service.socket, folder + "/SHAREDFAX")
    out = judge(SOCKET, folder)
    assert out == "agreed", out


def main():
    with casellid.Service() as service:
        for test in (test_mgmt, test_mapper, test_socket):
            test(service)
            print("ok", test.__name__, flush=True)


if __name__ == "__main__":
    main()
