# SPDX-License-Identifier: Apache-2.0
"""Cover pages of a broadcast and of FaxDoc.Send, counted where they arrive.

FaxSendDocumentForBroadcast of libwinfax with a cover page of its own for some recipients, and
FaxDoc with SendCoverpage, both against a whole service.
"""
import ctypes as c
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), HERE]
import caselli as fx
from faxcom import create_object
from members_table import eq, until

TO = "102;transport=t38;t38_pacing=unpaced"
PAGES = 2 # of the letter
COVER_TEXTS = ("RecName RecFaxNumber RecCompany RecStreetAddress RecCity RecState RecZip RecCountry "
               "RecTitle RecDepartment RecOfficeLocation RecHomePhone RecOfficePhone SdrName "
               "SdrFaxNumber SdrCompany SdrAddress SdrTitle SdrDepartment SdrOfficeLocation "
               "SdrHomePhone SdrOfficePhone Note Subject")
Cover = fx.struct("Cover", ("SizeOfStruct", fx.u32), ("CoverPageName", fx.text),
                  ("UseServerCoverPage", fx.flag), *fx.each(fx.text, COVER_TEXTS),
                  ("TimeSent", fx.SystemTime), ("PageCount", fx.u32))
Ask = c.CFUNCTYPE(fx.flag, c.c_void_p, fx.u32, c.c_void_p, c.POINTER(fx.JobParam),
                  c.POINTER(Cover))


class Desk:
    def __init__(self, service):
        self.service = service
        self.client = service.connect()
        until(lambda: len([p for p in self.client.port_status()
                           if p["StatusText"] == b"Available"]) >= 2, "ports")
        for device, flags in ((1, fx.SEND), (2, fx.RECEIVE)): # no line is busy with its own call
            fx.configure_port(self.client, device, Flags=flags)
        # one call a recipient: pages are counted by received fax
        service_cli(service, "config", "set", "join-jobs", "no")
        self.letter = os.path.join(service.dir, "letter.txt")
        fx.text_document(self.letter, "letter", PAGES)
        self.seen = 0

    def received(self, n):
        """Page counts of the next n faxes that arrive, sorted."""
        until(lambda: len(self.client.messages(0)) >= self.seen + n and
              self.client.queue_length() == 0, f"{n} faxes", 90)
        rows = self.client.messages(0)[self.seen:]
        self.seen += n
        eq(len(rows), n, "no more than those")
        return sorted(r["Pages"] for r in rows)


def service_cli(service, *words):
    subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", service.socket, *words],
                   check=True, stdout=subprocess.DEVNULL)


def broadcast(desk, covers, number=TO):
    """One recipient for each of covers: None, (name, common). -> what the function answered"""
    asked = []

    def ask(_handle, n, _context, param, cover):
        if n > len(covers):
            return 0
        asked.append(n)
        param[0].RecipientNumber = number.encode()
        param[0].RecipientName = f"Recipient {n}".encode()
        if covers[n - 1]:
            name, common = covers[n - 1]
            cover[0].CoverPageName = name.encode()
            cover[0].UseServerCoverPage = common
            cover[0].RecName = f"Recipient {n}".encode()
            cover[0].Note = f"Note {n}".encode()
            cover[0].Subject = b"Broadcast"
        return 1

    job = fx.u32()
    desk.client.call("FaxSendDocumentForBroadcastA", desk.letter.encode(), c.byref(job), Ask(ask),
                     None)
    eq(asked, list(range(1, len(covers) + 1)), "asked in order")
    assert job.value > 0
    return job.value


def a_cover_for_some(desk):
    """Common and personal ones beside recipients without: each gets what was asked for him."""
    own = os.path.join(desk.service.dir, "own.cover")
    with open(own, "w") as f:
        f.write('caselli-cover 1\ntext 20 20 -20 size=40 "{recipient-name}: {body-pages}"\n')
    covers = [("generic", 1), None, (own, 0), ("urgent.cov", 1), None, (own, 0)]
    broadcast(desk, covers)
    eq(desk.received(len(covers)), [PAGES] * 2 + [PAGES + 1] * 4, "pages")
    sent = desk.client.messages(1)
    eq(sorted(m["RecipientName"] for m in sent),
       [b"Recipient %d" % n for n in range(1, 7)], "recipients")
    # the pages of those with a cover differ from one another: each has its own name on it
    pages = {desk.client.tiff(m["Id"]) for m in sent if m["Pages"] == PAGES + 1}
    eq(len(pages), 4, "cover pages of their own")
    eq(os.listdir(os.path.join(desk.service.state, "queue")), [], "files left")


def a_cover_that_is_missing(desk):
    """The error names the page; nothing stays behind."""
    try:
        broadcast(desk, [("generic", 1), ("nothing", 1)])
        raise AssertionError("a cover page that is not there was taken")
    except fx.Failed as e:
        eq(e.code, 2, str(e))
        assert "nothing" in str(e), e
    until(lambda: desk.client.queue_length() == 0 and
          os.listdir(os.path.join(desk.service.state, "queue")) == [], "an empty queue")


def doc_with_cover(desk):
    """FaxDoc: common, personal, none; SendCoverpage decides, not CoverpageName."""
    server = create_object("FaxServer.FaxServer")
    server.call("Connect", desk.service.socket)
    own = os.path.join(desk.service.dir, "own.cover")
    before = len(desk.client.messages(0)) - desk.seen
    eq(before, 0, "faxes nobody counted")
    for send, common, name, pages in ((True, 1, "generic.cov", PAGES + 1), (True, 0, own, PAGES + 1),
                                      (False, 1, "generic.cov", PAGES)):
        doc = server.call("CreateDocument", desk.letter)
        for member, value in (("FaxNumber", TO), ("RecipientName", "Lucia"),
                              ("CoverpageSubject", "Sub"), ("CoverpageNote", "Note"),
                              ("ServerCoverpage", common), ("CoverpageName", name),
                              ("SendCoverpage", send)):
            doc.put(member, value)
        number = doc.call("Send")
        assert number > 0
        eq(desk.received(1), [pages], f"SendCoverpage {send}, {name}")
    server.call("Disconnect")


def after_a_restart(desk):
    """Queued while the queue is paused, sent by the next life: the cover pages are still there."""
    fx.configure(desk.client, PauseServerQueue=1)
    broadcast(desk, [("fyi", 1), None])
    desk.client.close()
    eq(desk.service.stop(), 0, "casellid's end")
    desk.client = desk.service.start()
    eq(desk.client.queue_length(), 2, "jobs")
    fx.configure(desk.client, PauseServerQueue=0)
    eq(desk.received(2), [PAGES, PAGES + 1], "pages")


def main():
    settings = "[loop]\nports = 2\nring_delay_ms = 0\n[service]\nmin_free_mb = 1\n"
    with fx.Service(settings) as service:
        service.start().close()
        desk = Desk(service)
        for step in (a_cover_for_some, doc_with_cover, after_a_restart, a_cover_that_is_missing):
            step(desk)
            print("ok", step.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
