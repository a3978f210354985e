#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole service with what a later client configures over the wire: another mail server by
SetReceiptsConfiguration (35), which the next delivery report really goes to, also after a kill -9, and
received faxes as well when it is meant for routing, until `caselli config reset mail`; size and age
of the archive; and the activity log (44), which has a line of the fax sent and of the same fax
received.

Exit code 77 (skipped) without python3-aiosmtpd or openssl.
"""
import os
import shutil
import socket
import sqlite3
import ssl
import struct
import sys
import time

from aiosmtpd.controller import Controller

from reports_test import send
from routing_test import Mailbox, World, authenticate, wait_for

FAX = bytes.fromhex("65310aea3448d211a6f800c04fa346cc") + struct.pack("<HH", 4, 0)
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b104860") + struct.pack("<I", 2)


class Rpc:
    """Just enough DCE/RPC for requests of one fragment."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(20)
        self.sock.connect(path)
        body = struct.pack("<HHIBBHHBB", 5840, 5840, 0, 1, 0, 0, 0, 1, 0) + FAX + NDR
        self.sock.sendall(self.header(11, len(body), 1) + body)
        assert self.pdu()[2] == 12

    @staticmethod
    def header(kind, n, call):
        return struct.pack("<BBBB4sHHI", 5, 0, kind, 3, b"\x10\0\0\0", 16 + n, 0, call)

    def exact(self, n):
        data = b""
        while len(data) < n:
            piece = self.sock.recv(n - len(data))
            assert piece, "the service hung up"
            data += piece
        return data

    def pdu(self):
        head = self.exact(16)
        return head + self.exact(struct.unpack_from("<H", head, 8)[0] - 16)

    def call(self, opnum, stub):
        body = struct.pack("<IHH", len(stub), 0, opnum) + stub
        self.sock.sendall(self.header(0, len(body), 2) + body)
        answer = self.pdu()
        assert answer[2] == 2, answer
        return answer[24:]

    def do(self, opnum, stub):
        return struct.unpack("<I", self.call(opnum, stub)[-4:])[0]


def texts(*values):
    """Pointees in NDR: counts and UTF-16, each from a multiple of four."""
    out = b""
    for v in values:
        data = (v + "\0").encode("utf-16-le")
        out += struct.pack("<III", len(data) // 2, 0, len(data) // 2) + data + bytes(-len(data) % 4)
    return out


def receipts(server, port, user, password, routing=0):
    ref = iter(range(0x20000, 0x20100, 4))
    return struct.pack("<IIHHIIIIIII", 40, 1, 1, 0, 0, next(ref), port, next(ref), next(ref),
                       next(ref), routing) + texts(server, "second@example.org", user, password)


def mail_goes_to_the_server_that_was_set(w):
    box = Mailbox()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{w.dir}/cert.pem", f"{w.dir}/key.pem")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    second = Controller(box, hostname="127.0.0.1", port=port, tls_context=context,
                        require_starttls=True, authenticator=authenticate, auth_required=True)
    second.start()
    try:
        assert Rpc(w.service.socket).do(35, receipts("127.0.0.1", port, "fax",
                                                     "Geheim 7")) == 0
        send(w, "102", b"clerk@example.org")
        wait_for("the report", lambda: box.mails)
        assert box.mails[0][1]["From"] == "second@example.org", box.mails
        assert "Geheim".encode("utf-16-le") not in Rpc(w.service.socket).call(34, b"")
        w.service.kill()
        w.client = w.service.start()
        send(w, "102", b"clerk@example.org")
        wait_for("the report after a kill", lambda: len(box.mails) == 2)
        assert not w.box.mails  # the settings file's got none
        received_faxes_go_there_too(w, box, port)
        # and back to the settings file's
        assert w.run("config", "get", "mail-by-client") == "yes\n"
        assert w.run("config", "get", "mail-port") == f"{port}\n"
        assert "Geheim" not in w.run("config", "get")
        w.run("config", "reset", "mail")
        assert w.run("config", "get", "mail-by-client") == "no\n"
        assert w.run("config", "get", "mail-port") == f"{w.port}\n"
        send(w, "102", b"clerk@example.org")
        wait_for("the report, by the file's server", lambda: w.box.mails)
        assert w.box.mails[0][1]["From"] == "fax@example.org" and len(box.mails) == 3
    finally:
        second.stop()


def received_faxes_go_there_too(w, box, port):
    """The e-mail method: the settings file's server, until bIsToUseForMSRouteThroughEmailMethod."""
    w.only("email", "office@example.org")
    w.fax()
    wait_for("a received fax by the file's server", lambda: w.box.mails)
    assert w.box.mails[0][0] == ["office@example.org"] and len(box.mails) == 2
    assert Rpc(w.service.socket).do(35, receipts("127.0.0.1", port, "fax", "Geheim 7", 1)) == 0
    assert w.run("config", "get", "mail-routing") == "yes\n"
    w.fax()
    wait_for("a received fax by the client's server", lambda: len(box.mails) == 3)
    assert box.mails[2][0] == ["office@example.org"], box.mails[2]
    assert box.mails[2][1]["From"] == "second@example.org" and box.tls == [True] * 3
    assert len(w.box.mails) == 1
    w.box.mails.clear()
    w.routing("disable", "2", "email")


DAY = 24 * 3600


def long_ago(w, ages):
    """The service is down: its store says that messages ended so many days ago. -> their files"""
    files = []
    w.service.stop()
    db = sqlite3.connect(os.path.join(w.service.state, "caselli.db"))
    with db:
        for m, days in ages:
            done = db.execute("UPDATE message SET job_ended_at = ? WHERE id = ?",
                              (int(time.time()) - days * DAY, m["Id"]))
            assert done.rowcount == 1
            name = db.execute("SELECT job_tiff_file FROM message WHERE id = ?", (m["Id"],))
            files.append(os.path.join(w.service.state, ("inbox", "sent")[m["Folder"]],
                                      name.fetchone()[0]))
    db.close()
    return files


def ids(w, folder):
    return {m["Id"] for m in w.client.messages(folder)}


def archive_bytes(w):
    return int(w.run("config", "get", "archive-bytes"))


def size_and_age_of_the_archive(w):
    old = w.fax()
    w.routed()
    new = w.fax()
    w.routed()
    sent = wait_for("the sent message", lambda: w.client.messages(1))[-1]
    received, big = long_ago(w, ((old, 31), (sent, 29)))
    os.truncate(big, 3 << 20)
    w.client = w.service.start()
    wait_for("the size", lambda: archive_bytes(w) > 3 << 20)
    # over the mark: said in the log and by the doctor, and nothing is removed or refused for it
    for key, value in (("high-mb", "2"), ("low-mb", "1"), ("warning", "yes")):
        assert "archive size" not in w.run("doctor")
        w.run("config", "set", f"archive-{key}", value)
    wait_for("the doctor", lambda: "over the mark of 2 MB" in w.run("doctor"))
    assert "more than the 2 MB" in w.service.log_tail(200)
    assert {old["Id"], new["Id"]} <= ids(w, 0) and sent["Id"] in ids(w, 1)
    # a day too old, and a day too young
    w.run("config", "set", "archive-age", "30")
    wait_for("the old message to go", lambda: old["Id"] not in ids(w, 0))
    assert new["Id"] in ids(w, 0) and sent["Id"] in ids(w, 1)
    wait_for("its file to go", lambda: not os.path.exists(received))
    assert os.path.exists(big)
    # it is kept; who is over the mark hears it after a start, too
    w.service.kill()
    w.client = w.service.start()
    assert w.run("config", "get", "archive-age") == "30\n"
    wait_for("the doctor", lambda: "over the mark of 2 MB" in w.run("doctor"))
    w.run("config", "set", "archive-age", "28")
    wait_for("the sent message to go", lambda: sent["Id"] not in ids(w, 1))
    wait_for("the size", lambda: archive_bytes(w) < 1 << 20)
    assert "archive size" not in w.run("doctor") and new["Id"] in ids(w, 0)
    w.run("config", "set", "archive-age", "never")
    w.run("config", "set", "archive-high-mb", "0", code=1)  # below the low mark
    w.run("config", "set", "archive-warning", "no")




def lines_of_the_activity_log(w):
    folder = os.path.join(w.dir, "activity")
    os.mkdir(folder)
    stub = struct.pack("<IIII", 16, 1, 1, 0x20000) + texts(folder)
    assert Rpc(w.service.socket).do(44, stub) == 0
    bad = struct.pack("<IIII", 16, 1, 1, 0x20000) + texts(os.path.join(folder, "missing"))
    assert Rpc(w.service.socket).do(44, bad) == 87
    send(w, "102", b"clerk@example.org")

    def rows(name):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as f:
            return [line.rstrip("\n").split("\t") for line in f]

    out = wait_for("OutboxLOG.txt", lambda: len(rows("OutboxLOG.txt")) > 1 and
                   rows("OutboxLOG.txt"))
    row = dict(zip(out[0], out[1]))
    assert row["Status"] == "success" and row["Pages"] == "1" and row["To"] == "102", row
    assert row["Recipient"] == "Zoë Müller" and row["BillingCode"] == "4711", row
    into = wait_for("InboxLOG.txt", lambda: len(rows("InboxLOG.txt")) > 1 and
                    rows("InboxLOG.txt"))
    row = dict(zip(into[0], into[1]))
    assert row["Status"] == "success" and row["Pages"] == "1", row


def main():
    w = World()
    with w.service:
        for case in (mail_goes_to_the_server_that_was_set, size_and_age_of_the_archive,
                     lines_of_the_activity_log):
            case(w)
            print(f"{case.__name__}: good", flush=True)
    w.smtp.stop()
    w.ipp.shutdown()
    shutil.rmtree(w.dir)


if __name__ == "__main__":
    sys.exit(main())
