#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A later Windows client, as ms-fax.md 1.3, 1.6 and 11 describe it: the endpoint mapper tells the
port, the bind offers NDR, NDR64 and the bind-time features and signed headers, NTLM at privacy is
tried twice, then no authentication at all; the first request has a verification trailer; then what
such clients ask before they show a window, a fax through the printer's steps, and the good-bye.

Exit code 77 (skipped) when impacket is missing.
"""
import os
import socket
import struct
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "methods"))
try:
    import judge
except ImportError as e:
    if "impacket" not in str(e) and "Cryptodome" not in str(e):
        raise
    print("python3-impacket is not installed")
    sys.exit(77)
import ndr  # noqa: E402
import ntlm_check as nc  # noqa: E402
import rows_jobs  # noqa: E402
import service as casellid  # noqa: E402

EPM = uuid.UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa").bytes_le + struct.pack("<I", 3)
NDR64 = uuid.UUID("71710533-beba-4937-8319-b5dbef9ccc36").bytes_le + struct.pack("<I", 1)
FEATURES = uuid.UUID("6cb71c2c-9812-4540-0300-000000000000").bytes_le + struct.pack("<I", 1)
ACCEPTED, REJECTED, NEGOTIATED = 0, 2, 3
API_3 = 0x30000


def contexts(interface):
    """Three, with a transfer syntax each."""
    body = b""
    for i, transfer in enumerate((nc.NDR, NDR64, FEATURES)):
        body += struct.pack("<HBx", i, 1) + interface + transfer
    return struct.pack("<Bxxx", 3) + body


def results(ack):
    """[(result, reason)] of a bind_ack."""
    n, = struct.unpack_from("<H", ack, 8)
    at = 10 + n
    at += -at % 4
    count = ack[at]
    return [struct.unpack_from("<HH", ack, at + 4 + 24 * i) for i in range(count)]


def ask_mapper(port):
    """ept_map for the fax interface. -> TCP port"""
    s = socket.create_connection(("127.0.0.1", port), timeout=10)
    s.sendall(nc.pdu(nc.BIND, 1, struct.pack("<HHI", 5840, 5840, 0) + contexts(EPM)))
    head = nc.read(s, 16)
    ack = nc.read(s, struct.unpack_from("<H", head, 8)[0] - 16)
    assert head[2] == nc.BIND_ACK, head
    assert [r for r, _ in results(ack)] == [ACCEPTED, REJECTED, NEGOTIATED], results(ack)
    floors = [(b"\x0d" + nc.FAX[:16] + struct.pack("<H", 4), bytes(2)),
              (b"\x0d" + nc.NDR[:16] + struct.pack("<H", 2), bytes(2)),
              (b"\x0b", bytes(2)), (b"\x07", bytes(2)), (b"\x09", bytes(4))]
    tower = struct.pack("<H", 5) + b"".join(
        struct.pack("<H", len(a)) + a + struct.pack("<H", len(b)) + b for a, b in floors)
    stub = struct.pack("<I16xIII", 1, 2, len(tower), len(tower)) + tower + bytes(-len(tower) % 4)
    stub += bytes(20) + struct.pack("<I", 4)
    s.sendall(nc.pdu(nc.REQUEST, 2, struct.pack("<IHH", len(stub), 0, 3) + stub))
    head = nc.read(s, 16)
    out = nc.read(s, struct.unpack_from("<H", head, 8)[0] - 16)[8:]
    assert head[2] == nc.RESPONSE and out[-4:] == bytes(4), out.hex()
    found, = struct.unpack_from("<I", out, 20)
    assert found == 1, found
    at = out.index(b"\1\0\7\2\0") + 5  # the fourth floor: TCP, its port big-endian
    s.close()
    return struct.unpack_from(">H", out, at)[0]


class Client(nc.Session):
    """As Windows binds."""

    def offer(self, interfaces):
        return struct.pack("<HHI", 5840, 5840, self.group) + contexts(interfaces[0])

    def connect(self):
        kind, flags, _, ack = self.bind()
        assert kind == nc.BIND_ACK and flags & nc.HEADER_SIGN, (kind, flags)
        assert [r for r, _ in results(ack)] == [ACCEPTED, REJECTED, NEGOTIATED], results(ack)
        self.auth3()
        return self

    def ask(self, op, *values, behind=b"", **counts):
        ins = [p for p in ndr.params(op) if ">" in p[0]]
        sizes = {p[3] for p in ins if p[3]}
        given = dict(zip([p[1] for p in ins if p[1] not in sizes], values))
        stub = ndr.request(op, {**given, **counts})
        if behind:
            stub += bytes(-len(stub) % 4) + behind
        out = ndr.answer(op, self.call(op, stub), given)
        assert out["status"] == 0, (op, out["status"])
        return out


def verification_trailer():
    """[MS-RPCE] 2.2.2.13: signature, then pcontext and header2, the last marked so."""
    context = nc.FAX + nc.NDR
    header = struct.pack("<BxxxIIHH", nc.REQUEST, 0x10, 3, 0, 80)
    return bytes.fromhex("8ae3137102f43671") + struct.pack("<HH", 2, len(context)) + context + (
        struct.pack("<HH", 0x4003, len(header)) + header)


def attempts(port):
    """Privacy twice, then none: all in vain with a wrong password."""
    for _ in range(2):
        s = Client(port, "clerk", "wrong").connect()
        s.send(s.request(80, struct.pack("<I", API_3)))
        assert s.hung_up() == [(nc.FAULT, 5)]
        s.close()
    s = Client(port, "clerk", "", header_sign=False)
    s.send(nc.pdu(nc.BIND, 1, s.offer((nc.FAX,))))
    assert s.receive()[0] == nc.BIND_ACK
    s.send(s.request(80, struct.pack("<I", API_3)))
    kind, _, _, body = s.receive()
    assert kind == nc.FAULT and struct.unpack_from("<I", body, 8)[0] == 5, (kind, body.hex())
    s.close()


def window(c):
    """What is asked before a window is shown; a fault there would disable the whole connection."""
    out = c.ask(80, API_3, behind=verification_trailer())
    assert out["lpdwServerAPIVersion"] == API_3
    handle = out["pHandle"]
    assert c.ask(37, {})["pVersion"]["bValid"] == 1
    assert c.ask(85)["pServerSKU"] == 4
    assert c.ask(101, 0x3FF, 0)["pfAccess"] == 1 and c.ask(25, 0x02000000, 0)["lpdwRights"]
    for option in range(4):
        c.ask(104, option)
    assert c.ask(32)["pdwQueueStates"] == 0 and c.ask(36)["lpdwReceiptsOptions"] == 0
    assert c.ask(84)["lpdwRecipientsLimit"] and c.ask(40)["lpbPersonalCPAllowed"] in (0, 1)
    assert ndr.one("FAX_GENERAL_CONFIG", c.ask(97, 0)["Buffer"])["bUseArchive"] in (0, 1)
    ports = c.ask(48)
    assert len(ndr.rows("FAX_PORT_INFO_EXW", ports["Buffer"], ports["lpdwNumPorts"])) == 3
    assert c.ask(88, 1, None, 0x3F, 1)["lpdwJobs"] == 0
    assert ndr.one("FAX_ACCOUNT_INFO_0", c.ask(96, None, 0)["Buffer"])[
        "lpcwstrAccountName"] == "clerk"
    c.ask(99, 7)
    c.ask(59)
    c.ask(54)
    port = c.ask(2, 1, 1)["FaxPortHandle"]
    assert ndr.one("FAX_DEVICE_STATUS", c.ask(8, port)["StatusBuffer"])["DeviceId"] == 1
    assert c.ask(3, port)["FaxPortHandle"] == bytes(20)
    return handle


def fax(c, handle):
    """4.1 of [MS-FAX]: 68, 70 ..., 72, 27; the job is seen, then the message."""
    out = c.ask(68, ".tif", "x" * 254)
    for at in range(0, len(rows_jobs.DOCUMENT), 16384):
        c.ask(70, out["lpHandle"], rows_jobs.DOCUMENT[at:at + 16384])
    c.ask(72, out["lpHandle"])
    sent = c.ask(27, *rows_jobs.document(out["lpwstrServerFileName"]))
    ident = sent["lpdwlMessageId"]

    def arrived():
        stub = ndr.request(89, {"dwlMessageId": ident, "Folder": 1, "level": 1})
        return ndr.answer(89, c.call(89, stub), {})["status"] == 0

    rows_jobs.soon(arrived, "the fax does not arrive")
    row = ndr.one("FAX_MESSAGE_1", c.ask(89, ident, 1, 1)["lppBuffer"])
    assert row["lpcwstrRecipientName"] == "Recipient 0" and row["dwPageCount"] == 1, row
    assert c.ask(1, handle, 0)["Handle"] == bytes(20)


def main():
    with casellid.Service() as service:
        port = ask_mapper(service.mapper)
        assert port == service.port, (port, service.port)
        attempts(port)
        c = Client(port, "clerk", casellid.USERS["clerk"]).connect()
        fax(c, window(c))
        assert c.verified > 40, c.verified
        c.close()
        print(f"a later client is served; the signatures of {c.verified} answers are right")


if __name__ == "__main__":
    assert judge
    main()
