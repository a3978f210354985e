#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Delivery reports by e-mail: asked for through winfax (DRT_EMAIL) and through FaxDoc.EmailAddress,
mailed by the whole service through a mail server of others' making.

Exit code 77 (skipped) without python3-aiosmtpd or openssl.
"""
import ctypes as c
import os
import shutil
import sys
import time

from caselli import Failed, JobParam, Service, text_document, u32
from routing_test import World, wait_for  # exits with 77 without its programs

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "com"))
import faxcom  # noqa: E402

EMAIL, INBOX = 1, 2  # DRT_*


def send(w, number, address, kind=EMAIL, client=None):
    """FaxSendDocument. -> job number"""
    path = os.path.join(w.dir, "letter.txt")
    text_document(path, "reports")
    params = JobParam(SizeOfStruct=136, RecipientNumber=number.encode(),
                      RecipientName="Zoë Müller".encode(), DocumentName=b"letter",
                      BillingCode=b"4711", DeliveryReportType=kind,
                      DeliveryReportAddress=address)
    job = u32()
    (client or w.client).call("FaxSendDocumentA", path.encode(), c.byref(params), None,
                              c.byref(job))
    return job.value


def refused(w, *args, **more):
    try:
        send(w, *args, **more)
    except Failed as e:
        return e.code
    raise AssertionError("it was taken")


def mail_of(w, n=1):
    mails = wait_for("the report", lambda: len(w.box.mails) >= n and w.box.mails)
    assert len(mails) == n, mails
    return mails[-1]


def sent(w):
    job = send(w, "102", b"clerk@example.org")
    to, mail = mail_of(w)
    assert to == ["clerk@example.org"] and mail["To"] == "clerk@example.org", to
    assert mail["Subject"] == "Fax to Zoë Müller sent", mail["Subject"]
    assert mail["From"] == "fax@example.org" and "report-" in mail["Message-ID"]
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"]
    body = mail.get_body().get_content()
    for line in ("Your fax was sent.", "102", "Zoë Müller", "letter", "1 of 1", "4711", str(job)):
        assert line in body, (line, body)
    assert not list(mail.iter_attachments())
    assert w.box.tls[-1]


def given_up(w):
    """A number that does not exist: one report, after the last try."""
    w.box.mails.clear()
    job = send(w, "999", b"clerk@example.org")
    _, mail = mail_of(w)
    body = mail.get_body().get_content()
    assert mail["Subject"] == "Fax to Zoë Müller not sent", mail["Subject"]
    assert "could not be sent" in body and "does not exist" in body and "in the queue" in body, body
    w.run("cancel", str(job))  # who removes it knows: no report


def com_document(w):
    w.box.mails.clear()
    server = faxcom.create_object("FaxServer.FaxServer")
    server.call("Connect", w.service.socket)
    doc = server.call("CreateDocument", os.path.join(w.dir, "letter.txt"))
    for name, value in (("FaxNumber", "102"), ("RecipientName", "Anna"),
                        ("EmailAddress", "boss@example.org")):
        doc.put(name, value)
    assert doc.call("Send") > 0
    to, mail = mail_of(w)
    assert to == ["boss@example.org"] and mail["Subject"] == "Fax to Anna sent"
    doc.put("EmailAddress", "nobody")
    try:
        doc.call("Send")
        raise AssertionError("it was taken")
    except faxcom.ComError as e:
        assert e.code == faxcom.E_INVALIDARG, e
    server.call("Disconnect")


def refusals(w):
    w.box.mails.clear()
    assert refused(w, "102", b"a@b.example, c@d.example") == 87  # one address
    assert refused(w, "102", b"a@b.example\r\nBcc: x@y.example") == 87
    assert refused(w, "102", None) == 87
    assert refused(w, "102", b"a@b.example", kind=INBOX) == 50
    assert refused(w, "102", b"a@b.example", kind=3) == 87
    with Service("[service]\nhost = no\n") as other:  # nobody mails there
        assert refused(w, "102", b"a@b.example", client=other.start()) == 50
    assert not w.box.mails


def tried_again(w):
    """451: the report waits in the store, over a kill -9 too; it is mailed once."""
    w.box.mails.clear()
    w.box.tried = 0
    w.box.answers[:] = ["451 not now"]
    send(w, "102", b"clerk@example.org")
    wait_for("the first try", lambda: "is tried again later" in w.service.log_tail(3))
    w.service.kill()
    w.client = w.service.start()
    mail_of(w)
    assert w.box.tried == 2, w.box.tried
    time.sleep(1.5)
    assert len(w.box.mails) == 1


def given_up_by_the_server(w):
    w.box.mails.clear()
    w.box.tried = 0
    w.box.answers[:] = ["550 nobody here"]
    send(w, "102", b"gone@example.org")
    wait_for("its end", lambda: "is given up" in w.service.log_tail(3))
    assert "550" in w.service.log_tail(3)
    send(w, "102", b"clerk@example.org")
    to, _ = mail_of(w)
    assert to == ["clerk@example.org"] and w.box.tried == 2, w.box.tried


def main():
    w = World()
    with w.service:
        for case in (sent, given_up, com_document, refusals, tried_again, given_up_by_the_server):
            started = time.monotonic()
            case(w)
            print(f"{case.__name__}: good, {time.monotonic() - started:.1f} s", flush=True)
    w.smtp.stop()
    w.ipp.shutdown()
    shutil.rmtree(w.dir)


if __name__ == "__main__":
    main()
