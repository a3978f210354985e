# SPDX-License-Identifier: Apache-2.0
"""Sending, jobs, queue and events: opnums 4-7, 9, 27-29, 31-33, 40, 68, 70, 72-76, 83, 84, 87, 88,
92. At the end one fax was sent and received."""
import struct
import time

import dcerpc
import ndr
from judge import BAD_HANDLE, BAD_PARAMETER, BAD_STUB, STRANGE_HANDLE
from ndr import need

QUEUE, INBOX, SENT, PAUSED, BLOCKED = 2, 0, 1, 4, 2
RECIPIENT, SENDER = 1, 2
NO_SUCH_ID = 0x7777777777
CONTEXT = 0x123456789ABCDEF0
ALL_TYPES = 0x3F
OTHER_CODE = "7.1: any other Win32 code is also legal; 2 says more than 87"


def fax_tiff(width=1728, rows=1100):
    """A page in one strip, without compression, at 204 by 196 dpi: black, with a white bar."""
    line = b"\xff" * (width // 8)
    strip = line * 500 + bytes(width // 8) * 60 + line * (rows - 560)
    entries = [(254, 4, 2), (256, 4, width), (257, 4, rows), (258, 3, 1), (259, 3, 1), (262, 3, 0),
               (266, 3, 1), (273, 4, 0), (277, 3, 1), (278, 4, rows), (279, 4, len(strip)),
               (282, 5, 0), (283, 5, 8), (296, 3, 2)]
    behind = 8 + 2 + 12 * len(entries) + 4
    values = {282: behind, 283: behind + 8, 273: behind + 16}
    out = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries))
    for tag, kind, value in entries:
        out += struct.pack("<HHII", tag, kind, 1, values.get(tag, value))
    return out + struct.pack("<5I", 0, 204, 1, 196, 1) + strip


DOCUMENT = fax_tiff()


def upload(j):
    out = j.good(68, ".tif", "x" * 254)
    name, handle = out["lpwstrServerFileName"], out["lpHandle"]
    need(name.endswith(".tif") and len(name) <= 254 and int(name[:-4], 16) is not None, name)
    for at in range(0, len(DOCUMENT), 16384):
        j.good(70, handle, DOCUMENT[at:at + 16384])
    j.bad(70, BAD_PARAMETER, handle, b"")
    j.fault(70, BAD_STUB, handle, bytes(16385))
    j.fault(70, BAD_STUB, handle, b"12345", dwDataSize=4)
    need(j.good(72, handle)["lphCopy"] == bytes(20))
    j.fault(72, BAD_HANDLE, handle)
    j.fault(70, BAD_HANDLE, handle, b"1")
    return name


def document(name, number="102", recipients=1, priority=1, receipt=0):
    """Parameters of SendDocumentEx."""
    cover = {"lpwstrSubject": "Prüfung"}
    sender = {"lpwstrName": "Sender", "lpwstrFaxNumber": "+1 100", "lpwstrEmail": "s@example.org",
              "lpwstrCompany": "Office", "lpwstrTSID": "JUDGE", "lpwstrBillingCode": "B-1"}
    people = [{"lpwstrName": f"Recipient {i}", "lpwstrFaxNumber": number, "lpwstrCity": "Köln"}
              for i in range(recipients)]
    param = {"Priority": priority, "lpwstrDocumentName": "letter", "dwPageCount": 1,
             "dwReceiptDeliveryType": receipt}
    return name, cover, sender, recipients, people, param, 0


def queued(j):
    """A job that waits, as the queue is paused."""
    need(j.good(84)["lpdwRecipientsLimit"] == 10000)
    j.denied(84)
    j.of_others(83, 7)
    need(j.good(40)["lpbPersonalCPAllowed"] in (0, 1))
    j.denied(40)
    need(j.good(32)["pdwQueueStates"] == 0)
    j.denied(32)
    j.good(33, PAUSED)
    need(j.good(32)["pdwQueueStates"] == PAUSED and j.good(104, 1)["lpdwValue"] == PAUSED)
    j.bad(33, BAD_PARAMETER, 8)
    j.bad(68, BAD_PARAMETER, ".exe", "x" * 254)
    j.bad(68, 0x6F, ".tif", "x")
    j.denied(68, ".tif", "x" * 254)
    j.file = upload(j)
    for code, values in ((BAD_PARAMETER, document(j.file, recipients=0)),
                         (BAD_PARAMETER, document(j.file, priority=3)),
                         (0x65E, document(j.file, receipt=1)),
                         (BAD_PARAMETER, document("../" + j.file))):
        j.bad(27, code, *values)
    j.bad(27, 2, *document("0123456789abcdef.tif"), decision=OTHER_CODE)
    j.denied(27, *document(j.file))
    j.good(33, PAUSED | BLOCKED)
    j.bad(27, 0x13, *document(j.file))
    j.good(33, PAUSED)
    out = j.good(27, *document(j.file))
    j.job, j.message = out["lpdwJobId"], out["lpdwlMessageId"]
    need(j.job and out["lpdwlRecipientMessageIds"] == [j.message], out)


def jobs(j):
    rows = j.good(4)
    row = [r for r in ndr.rows("FAX_JOB_ENTRY", rows["Buffer"], rows["JobsReturned"])
           if r["JobId"] == j.job][0]
    need(row["RecipientNumber"] == "102" and row["RecipientName"] == "Recipient 0" and
         row["SenderName"] == "Sender" and row["SenderCompany"] == "Office" and
         row["BillingCode"] == "B-1" and row["DocumentName"] == "letter" and row["JobType"] == 1 and
         row["QueueStatus"] == 0 and row["UserName"], row)
    j.denied(4)
    need(ndr.one("FAX_JOB_ENTRY", j.good(5, j.job)["Buffer"]) == row)
    j.bad(5, BAD_PARAMETER, 999999)
    jobs_later(j)
    for who, name in ((RECIPIENT, "Recipient 0"), (SENDER, "Sender")):
        person = ndr.one("FAX_PERSONAL_PROFILEW", j.good(31, j.message, QUEUE, who)["Buffer"])
        need(person["lpwstrName"] == name and person["lpwstrStreetAddress"] is None, person)
    need(person["lpwstrEmail"] == "s@example.org" and person["lpwstrTSID"] == "JUDGE", person)
    j.bad(31, 7009, NO_SUCH_ID, QUEUE, SENDER)
    j.bad(31, BAD_PARAMETER, j.message, INBOX, SENDER)
    j.bad(31, BAD_PARAMETER, j.message, QUEUE, 3)
    page_data(j)
    j.good(6, j.job, 2)
    need(ndr.one("FAX_JOB_ENTRY", j.good(5, j.job)["Buffer"])["QueueStatus"] == 8)
    j.good(6, j.job, 3)
    for values in ((999999, 2), (j.job, 0), (j.job, 9)):
        j.bad(6, BAD_PARAMETER, *values)
    counts = j.good(76, {})["pServerActivity"]
    need(counts["dwQueuedMessages"] == 1 and counts["dwIncomingMessages"] == 0, counts)
    j.bad(76, BAD_PARAMETER, {"size": 20})
    j.denied(76, {})
    other = j.good(27, *document(upload(j)))["lpdwJobId"]
    j.good(9, other)
    j.bad(9, BAD_PARAMETER, 999999)


def jobs_later(j):
    asked = ((28, "FAX_JOB_ENTRY_EXW", (ALL_TYPES,), (29, j.message)),
             (88, "FAX_JOB_ENTRY_EX_1", (1, None, ALL_TYPES, 1), (87, j.message, 1)))
    for op, name, values, single in asked:
        out = j.good(op, *values)
        row = [r for r in ndr.with_status(name, out["Buffer"], out["lpdwJobs"])
               if r["dwlMessageId"] == j.message][0]
        need(row["lpcwstrRecipientNumber"] == "102" and row["lpcwstrSubject"] == "Prüfung" and
             row["Priority"] == 1 and row["status"]["dwJobID"] == j.job and
             row["status"]["dwJobType"] == 2 and row["status"]["dwQueueStatus"] == 1, row)
        need(ndr.with_status(name, j.good(*single)["Buffer"], 1) == [row])
    need(row["bHasCoverPage"] == 0 and row["dwScheduleAction"] == 0)
    need(j.good(28, 0)["lpdwJobs"] == 0 and j.good(28, 4)["lpdwJobs"] == 0)
    need(j.good(88, 0, None, ALL_TYPES, 1)["lpdwJobs"] == 1, "the caller's own")
    j.denied(28, ALL_TYPES)
    j.bad(29, 7009, NO_SUCH_ID)
    j.bad(87, 7009, NO_SUCH_ID, 1)
    j.bad(87, BAD_PARAMETER, j.message, 0)
    j.bad(88, BAD_PARAMETER, 0, None, ALL_TYPES, 0)
    j.bad(88, BAD_PARAMETER, 0, "nobody-here", ALL_TYPES, 1)


def soon(ask, what):
    """The service works on it: asked until it is so."""
    end = time.monotonic() + 60
    while not ask():
        need(time.monotonic() < end, what)
        time.sleep(0.02)


def page_data(j):
    soon(lambda: j.asker.call(7, j.job, 0, 0)["status"] != 0xD, "the document is not prepared")
    out = j.good(7, j.job, 0, 0)
    need(out["Buffer"][:4] == b"II*\0" and out["ImageWidth"] == 1728 and out["ImageHeight"] == 1100,
         out["ImageWidth"], out["ImageHeight"])
    j.bad(7, BAD_PARAMETER, 999999, 0, 0)
    j.denied(7, j.job, 0, 0)


def events(j):
    """The client is called back by its own server (tests/e2e/dcerpc.py)."""
    j.of_others(73, "client", "1034", 0, "ncacn_ip_tcp", 0, 0)
    taker = dcerpc.EventTaker()
    legacy = j.good(74, "client", str(taker.port), CONTEXT, "ncacn_ip_tcp", 0, 0)["lpHandle"]
    need(taker.next() == ("open", CONTEXT))
    own = dcerpc.EventTaker()
    handle = j.good(92, None, "client", str(own.port), 5, "ncacn_ip_tcp", 0x10, 1)["lpHandle"]
    need(own.next() == ("open", 5))
    j.bad(74, 0xB, "m" * 257, "1034", 0, "ncacn_ip_tcp", 0, 0)
    j.bad(74, 0xB, "client", "12345678901", 0, "ncacn_ip_tcp", 0, 0)
    j.bad(74, BAD_PARAMETER, "client", "1034", 0, "ncacn_ip_tcp", 1, 0x4000)
    j.bad(92, BAD_PARAMETER, None, "client", "1034", 0, "ncacn_ip_tcp", 0, 1)
    j.bad(92, BAD_PARAMETER, None, "client", "1034", 0, "ncacn_ip_tcp", 0x10, 0)
    j.bad(92, BAD_PARAMETER, "nobody-here", "client", "1034", 0, "ncacn_ip_tcp", 0x10, 1)
    for op, values in ((74, ("client", str(taker.port), 0, "ncacn_ip_tcp", 1, 4)),
                       (92, (None, "client", str(taker.port), 0, "ncacn_ip_tcp", 4, 1))):
        j.denied(op, *values)
    j.good(33, 0)  # the queue goes on: event QUEUE_STATE, and the fax goes
    kind, data = own.next()
    need(kind == "ex" and struct.unpack_from("<I", data, 12)[0] == 0x10 and
         struct.unpack_from("<I", data, 16)[0] == 0, data.hex())
    seen = []
    while 0x04 not in seen:
        kind, data = taker.next()
        need(kind == "legacy" and len(data) == 24, kind)
        seen.append(struct.unpack_from("<I", data, 16)[0])
    need(1 in seen and 2 in seen, "dialing, sending, completed", seen)
    for each in (handle, legacy):
        need(j.good(75, each)["lpHandle"] == bytes(20))
    need(own.next() == ("close",))
    j.fault(75, BAD_HANDLE, legacy)
    j.fault(75, BAD_HANDLE, STRANGE_HANDLE)


def delivered(j):
    """Until the fax is in both folders."""
    soon(lambda: not any(j.asker.call(63, folder)["status"] for folder in (INBOX, SENT)),
         "the fax is not delivered")


ROWS = (queued, jobs, events, delivered)
