#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Received faxes are mailed, printed and stored by the whole service: a mail server and a print
server of others' making are the judges. Every failure of them, and what becomes of the fax.

Exit code 77 (skipped) without python3-aiosmtpd or openssl.
"""
import email
import email.policy
import glob
import http.server
import logging
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

from caselli import BUILD, Failed, Job, Service, text_document, u32

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult, LoginPassword
except ImportError:
    print("python3-aiosmtpd is not installed")
    sys.exit(77)
if not shutil.which("openssl"):
    print("openssl is not installed")
    sys.exit(77)

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # its failures are what we want

SETTINGS = """[service]
host = no
[loop]
transport = t38
t38_pacing = unpaced
ring_delay_ms = 10
ring_every_ms = 10
[routing]
retries = 3
retry_delay_s = {delay}
retry_max_s = {delay}
[mail]
server = 127.0.0.1:{smtp}
ca_file = {dir}/cert.pem
user = fax
password_file = {dir}/password
from = fax@example.org
subject = Fäx from {{from}}, {{pages}} pages
timeout_s = 5
[print]
server = 127.0.0.1:{ipp}
[folder]
format = pdf
{rules}
"""


class Mailbox:
    """What aiosmtpd hands over; says what `answers` has, then 250."""

    def __init__(self):
        self.mails, self.answers, self.tls, self.tried = [], [], [], 0

    async def handle_DATA(self, server, session, envelope):
        self.tried += 1
        if self.answers:
            return self.answers.pop(0)
        self.tls.append(session.ssl is not None)
        self.mails.append((envelope.rcpt_tos,
                           email.message_from_bytes(envelope.content,
                                                    policy=email.policy.default)))
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"fax" and \
        data.password == b"Geheim 7"
    return AuthResult(success=good, handled=good)


class Printer(http.server.BaseHTTPRequestHandler):
    """As much of IPP (RFC 8010) as Print-Job needs."""

    protocol_version = "HTTP/1.1"
    jobs, answers = [], []

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        out = b""
        while True:
            n = int(self.rfile.readline().split(b";")[0], 16)
            out += self.rfile.read(n)
            self.rfile.readline()
            if not n:
                return out

    def do_POST(self):
        data = self.body()
        major, minor, op, request = struct.unpack(">BBHI", data[:8])
        at, name, attributes = 8, "", {}
        while data[at] != 3:
            tag = data[at]
            at += 1
            if tag < 16:
                continue
            n = struct.unpack(">H", data[at:at + 2])[0]
            name = data[at + 2:at + 2 + n].decode() or name
            at += 2 + n
            n = struct.unpack(">H", data[at:at + 2])[0]
            attributes[name] = data[at + 2:at + 2 + n].decode(errors="replace")
            at += 2 + n
        status = self.answers.pop(0) if self.answers else 0
        if not status:
            self.jobs.append((op, self.path, attributes, data[at + 1:]))

        def attribute(kind, key, value):
            return bytes([kind]) + struct.pack(">H", len(key)) + key + \
                struct.pack(">H", len(value)) + value
        answer = struct.pack(">BBHI", major, minor, status, request) + b"\1" + \
            attribute(0x47, b"attributes-charset", b"utf-8") + \
            attribute(0x48, b"attributes-natural-language", b"en") + \
            (b"" if status else b"\2" + attribute(0x21, b"job-id", struct.pack(">I", 42))) + b"\3"
        self.send_response(200)
        self.send_header("Content-Type", "application/ipp")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not in time: {what}")


class World:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="fxroute-")
        self.box = Mailbox()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", f"{self.dir}/key.pem", "-out", f"{self.dir}/cert.pem"],
                       check=True, stderr=subprocess.DEVNULL)
        fd = os.open(f"{self.dir}/password", os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(fd, b"Geheim 7\n")
        os.close(fd)
        self.ipp = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Printer)
        threading.Thread(target=self.ipp.serve_forever, daemon=True).start()
        self.smtp = None
        self.start_mail(0)
        self.service = Service(self.settings())
        self.client = self.service.start()

    def settings(self, rules="", delay=1):
        return SETTINGS.format(delay=delay, smtp=self.port, dir=self.dir, rules=rules,
                               ipp=self.ipp.server_address[1])

    def start_mail(self, port):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(f"{self.dir}/cert.pem", f"{self.dir}/key.pem")
        self.smtp = Controller(self.box, hostname="127.0.0.1", port=port, tls_context=context,
                               require_starttls=True, authenticator=authenticate,
                               auth_required=True)
        if not port:  # aiosmtpd wants to know the number
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                self.smtp.port = s.getsockname()[1]
        self.smtp.start()
        self.port = self.smtp.port

    def run(self, *args, code=0):
        run = subprocess.run([f"{BUILD}/src/cli/caselli", "--server", self.service.socket, *args],
                             capture_output=True, text=True, check=False)
        assert run.returncode == code, (args, run)
        return run.stdout + run.stderr

    def routing(self, *args):
        return self.run("routing", *args)

    def retrying(self):
        """The job that waits for its next try, as JT_ROUTING and JS_RETRYING."""
        job = wait_for("a job that is tried again",
                       lambda: [j for j in self.client._rows(Job, "CaselliEnumJobs")
                                if j["JobType"] == 3 and j["State"] == b"retrying"])[0]
        assert job["QueueStatus"] == 0x20 and job["NextTryAt"] > 0, job
        return job

    def only(self, method, data):
        for m in ("folder", "email", "print", "inbox"):
            self.routing("disable", "2", m)
        self.routing("set", "2", method, data)
        self.routing("enable", "2", method)

    def fax(self):
        """One fax to port 2. -> the message, when it is in the inbox"""
        known = {m["Id"] for m in self.client.messages(0)}
        path = os.path.join(self.dir, "letter.txt")
        text_document(path, "routing")
        self.client.send_on(1, "102", [path], "letter")
        return wait_for("the fax", lambda: [m for m in self.client.messages(0)
                                            if m["Id"] not in known])[0]

    def routed(self):
        wait_for("the end of routing", lambda: self.client.queue_length() == 0)

    def words(self, message):
        return [m["Words"].decode() for m in self.client.messages(0)
                if m["Id"] == message["Id"]][0]

    def reload(self, rules, delay=1):
        with open(self.service.conf, "w", encoding="utf-8") as f:
            f.write(self.settings(rules, delay))
        n = self.service.log_tail(10000).count("settings reloaded")
        self.service.process.send_signal(signal.SIGHUP)
        wait_for("the reload",
                 lambda: self.service.log_tail(10000).count("settings reloaded") > n)


def mailed_printed_stored(w):
    """All three at once, over TLS with a password, in order."""
    os.mkdir(f"{w.dir}/out")
    w.routing("set", "2", "email", "a@example.org, b@example.org")
    w.routing("set", "2", "print", "office")
    w.routing("set", "2", "folder", f"{w.dir}/out")
    for m in ("email", "print", "folder"):
        w.routing("enable", "2", m)
    m = w.fax()
    w.routed()
    (to, mail), = w.box.mails
    assert to == ["a@example.org", "b@example.org"], to
    assert w.box.tls == [True]
    assert mail["Subject"] == "Fäx from 101, 1 pages", mail["Subject"]
    assert mail["From"] == "fax@example.org" and "b@example.org" in mail["To"]
    assert mail["Message-ID"] and mail["Date"] and mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body().get_content()
    assert "A fax of 1 page was received" in body and "101" in body, body
    attached, = list(mail.iter_attachments())
    pdf = attached.get_content()
    assert attached.get_content_type() == "application/pdf" and pdf.startswith(b"%PDF")
    assert attached.get_filename().endswith(".pdf")
    (op, path, attributes, document), = Printer.jobs
    assert (op, path) == (2, "/printers/office"), (op, path)
    assert attributes["document-format"] == "application/pdf", attributes
    assert attributes["printer-uri"].endswith("/printers/office")
    assert document.startswith(b"%PDF") and b"%%EOF" in document[-8:]
    stored, = glob.glob(f"{w.dir}/out/*")
    with open(stored, "rb") as f:
        assert f.read() == document == pdf
    assert "Not delivered" not in w.words(m)
    assert m["Tsid"] == b"101"


def the_doctor_looks(w):
    """Mail server, printer and folder are tried and nothing is delivered."""
    mails = len(w.box.mails)
    Printer.jobs.clear()
    said = w.run("doctor")
    assert "answers, user and password are right" in said, said
    assert "office takes jobs" in said, said
    assert f"{w.dir}/out can be written" in said, said
    assert [j[0] for j in Printer.jobs] == [0x0B], Printer.jobs  # Get-Printer-Attributes
    w.smtp.stop()
    with open(f"{w.dir}/password", "w", encoding="utf-8") as f:
        f.write("wrong\n")
    w.start_mail(w.port)
    time.sleep(2.5)  # until what was found is old
    said = w.run("doctor")
    assert "password are right" not in said and "535" in said, said
    with open(f"{w.dir}/password", "w", encoding="utf-8") as f:
        f.write("Geheim 7\n")
    assert len(w.box.mails) == mails
    Printer.jobs.clear()


def temporary_failure(w):
    """451 twice: the job shows as JT_ROUTING, retrying; then it is delivered."""
    w.only("email", "a@example.org")
    w.box.mails.clear()
    w.box.tried = 0
    w.box.answers[:] = ["451 not now", "421 later"]
    w.fax()
    shown = w.retrying()
    assert b"451" in shown["Words"], shown
    w.routed()
    assert len(w.box.mails) == 1 and w.box.tried == 3, w.box.tried


def permanent_failure(w):
    w.box.mails.clear()
    w.box.tried = 0
    w.box.answers[:] = ["550 no such fax reader"]
    m = w.fax()
    w.routed()
    assert w.box.tried == 1 and not w.box.mails
    assert "Not delivered: E-mail" in w.words(m) and "550" in w.words(m), w.words(m)
    assert w.client.tiff(m["Id"])  # it is in the inbox


def server_gone(w):
    w.smtp.stop()
    w.box.mails.clear()
    m = w.fax()
    wait_for("a failed try", lambda: "tried again later" in w.service.log_tail(5))
    w.start_mail(w.port)
    w.routed()
    assert len(w.box.mails) == 1 and "Not delivered" not in w.words(m)


def hastened_and_given_up(w):
    """`caselli restart` tries at once, `caselli cancel` gives up; the fax is there either way."""
    w.reload("", delay=3600)
    w.box.mails.clear()
    w.box.answers[:] = ["451 not now", "451 not now"]
    m = w.fax()
    job = w.retrying()
    w.run("remove", str(m["Id"]), code=1)  # not while it is being routed
    try:
        w.client.call("FaxSetJobA", u32(job["JobId"]), u32(2), None)
        raise AssertionError("a fax that is being routed cannot be paused")
    except Failed as e:
        assert e.code == 4317, e  # ERROR_INVALID_OPERATION
    w.run("restart", str(job["JobId"]))
    wait_for("the second try", lambda: "(try 2)" in w.service.log_tail(5))
    assert "451" in w.run("show", str(job["JobId"]))
    w.run("restart", str(job["JobId"]))
    w.routed()
    assert len(w.box.mails) == 1
    w.box.answers[:] = ["451 not now"]
    m = w.fax()
    w.run("cancel", str(w.retrying()["JobId"]))
    w.routed()
    assert len(w.box.mails) == 1 and "Not delivered" in w.words(m)
    w.run("remove", str(m["Id"]))
    w.reload("")


def killed_while_it_waits(w):
    """kill -9 between two tries: the next start goes on, nothing is lost or sent twice."""
    w.smtp.stop()
    w.box.mails.clear()
    w.fax()
    wait_for("a failed try", lambda: "tried again later" in w.service.log_tail(5))
    w.service.kill()
    w.start_mail(w.port)
    w.client = w.service.start()
    w.routed()
    assert len(w.box.mails) == 1, w.box.mails


def no_trust_no_mail(w):
    """A certificate that we do not know, a password that all can read: nothing is sent."""
    w.box.mails.clear()
    os.chmod(f"{w.dir}/password", 0o644)
    m = w.fax()
    w.routed()
    assert not w.box.mails and "read by everybody" in w.words(m), w.words(m)
    os.chmod(f"{w.dir}/password", 0o600)
    os.rename(f"{w.dir}/cert.pem", f"{w.dir}/mine.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
                    "-keyout", "/dev/null", "-out", f"{w.dir}/cert.pem"], check=True,
                   stderr=subprocess.DEVNULL)
    m = w.fax()
    w.routed()
    assert not w.box.mails and "4 tries" in w.words(m), w.words(m)
    os.rename(f"{w.dir}/mine.pem", f"{w.dir}/cert.pem")


def printer_failures(w):
    w.only("print", "office")
    Printer.jobs.clear()
    Printer.answers[:] = [0x0406, 0x0507]  # not-found, busy
    m = w.fax()
    w.routed()
    assert len(Printer.jobs) == 1 and "Not delivered" not in w.words(m)
    Printer.answers[:] = [0x040A]  # document-format-not-supported: final
    m = w.fax()
    w.routed()
    assert len(Printer.jobs) == 1 and "Not delivered: Print (1 try)" in w.words(m), w.words(m)


def rules_by_sighup(w):
    os.mkdir(f"{w.dir}/sales")
    w.only("email", "a@example.org")
    w.box.mails.clear()
    w.reload(f"[route sales]\nto = 10?\nfolder = {w.dir}/sales\nemail = off\n")
    assert 'Rule "sales"' in w.routing("test", "--to", "102", "--port", "2")
    w.fax()
    w.routed()
    assert len(glob.glob(f"{w.dir}/sales/*.pdf")) == 1 and not w.box.mails
    w.reload("[route junk]\ntsid = *101*\nonly = yes\n")
    w.fax()
    w.routed()
    assert len(glob.glob(f"{w.dir}/sales/*")) == 1 and not w.box.mails
    w.reload("")
    w.fax()
    w.routed()
    assert len(w.box.mails) == 1


def main():
    w = World()
    cases = [mailed_printed_stored, the_doctor_looks, temporary_failure, permanent_failure, server_gone,
             hastened_and_given_up, killed_while_it_waits, no_trust_no_mail, printer_failures,
             rules_by_sighup]
    with w.service:
        for case in cases:
            started = time.monotonic()
            case(w)
            print(f"{case.__name__}: good, {time.monotonic() - started:.1f} s", flush=True)
    w.smtp.stop()
    w.ipp.shutdown()
    shutil.rmtree(w.dir)


if __name__ == "__main__":
    main()
