# SPDX-License-Identifier: Apache-2.0
"""Archives, accounts and security: opnums 23, 24, 63-67, 69, 71, 81, 82, 89-91, 93-96, 99, 100,
102, 103."""
import struct

import ndr
from judge import Asker, BAD_HANDLE, BAD_PARAMETER, BAD_STUB
from ndr import need
from rows_jobs import INBOX, NO_SUCH_ID, QUEUE, SENT
from rows_ports import FOLDER
from spec import OPS

NO_MORE, NOT_FOUND = 0x103, 7009
OWNER, GROUP, DACL, SACL = 1, 2, 4, 8
MANY = 100
ALL_RIGHTS = 0x1F03FF


def nothing_yet(j):
    for folder in (INBOX, SENT):
        j.bad(63, NO_MORE, folder)
        j.bad(90, NO_MORE, 1, None, folder, 1)


def messages(j):
    found = {}
    for folder in (INBOX, SENT):
        for start, enum, name in (((63, folder), 65, "FAX_MESSAGEW"),
                                  ((90, 1, None, folder, 1), 91, "FAX_MESSAGE_1")):
            handle = j.good(*start)["lpHandle"]
            out = j.good(enum, handle, MANY)
            need(out["lpdwNumMessagesRetrieved"] == 1 and out.get("lpdwLevel", 1) == 1, out)
            found[name, folder] = ndr.one(name, out["lppBuffer"])
            j.bad(enum, NO_MORE, handle, MANY)
            j.bad(enum, BAD_PARAMETER, handle, 0)
            need(j.good(64, handle)["lpHandle"] == bytes(20))
            j.fault(64, BAD_HANDLE, handle)
            j.fault(enum, BAD_HANDLE, handle, 1)
    for op, values in ((63, (QUEUE,)), (90, (0, None, INBOX, 0)), (90, (0, "nobody", INBOX, 1))):
        j.bad(op, BAD_PARAMETER, *values)
    j.denied(63, INBOX)
    j.denied(90, 0, None, INBOX, 1)
    look(j, found)


def look(j, found):
    sent, got = found["FAX_MESSAGE_1", SENT], found["FAX_MESSAGE_1", INBOX]
    need(sent["dwlMessageId"] == j.message and sent["dwJobType"] == 2 and
         sent["lpcwstrRecipientNumber"] == "102" and sent["lpcwstrSubject"] == "Prüfung" and
         sent["dwPageCount"] == 1 and sent["dwQueueStatus"] == 0x100, sent)
    need(got["dwJobType"] == 4 and got["dwPageCount"] == 1 and got["lpcwstrDeviceName"] and
         got["lpcwstrTsid"] and got["dwMsgFlags"] == 0, got)
    j.received = got["dwlMessageId"]
    for folder, row in ((SENT, sent), (INBOX, got)):
        ident = row["dwlMessageId"]
        need(ndr.one("FAX_MESSAGE_1", j.good(89, ident, folder, 1)["lppBuffer"]) == row)
        need(ndr.one("FAX_MESSAGEW", j.good(66, ident, folder)["lppBuffer"]) ==
             found["FAX_MESSAGEW", folder])
        j.bad(66, NOT_FOUND, ident, 1 - folder)
        j.bad(89, NOT_FOUND, ident, 1 - folder, 1)
    j.bad(66, BAD_PARAMETER, 0, SENT)
    j.bad(89, BAD_PARAMETER, j.message, SENT, 0)
    name = ndr.one("FAX_PERSONAL_PROFILEW", j.good(31, j.message, SENT, 2)["Buffer"])["lpwstrName"]
    need(name == "Sender", name)


def download(j, ident, folder):
    handle = j.good(69, ident, folder)["lpHandle"]
    data = b""
    while True:
        piece = j.good(71, handle, 5000, 5000)["lpbData"]
        data += piece
        if not piece:
            break
    need(data[:4] == b"II*\0" and len(data) > 100, data[:16].hex())
    j.bad(71, BAD_PARAMETER, handle, 5000, 4999)
    j.bad(71, BAD_PARAMETER, handle, 0, 0)
    j.bad(70, 6, handle, b"wrong way")
    j.good(72, handle)
    j.fault(71, BAD_HANDLE, handle, 1, 1)


def files(j):
    download(j, j.message, SENT)
    download(j, j.received, INBOX)
    j.bad(69, NOT_FOUND, NO_SUCH_ID, SENT)
    j.bad(69, BAD_PARAMETER, 0, SENT)
    j.bad(69, BAD_PARAMETER, j.message, 3)
    write = j.good(68, ".tif", "x" * 254)["lpHandle"]
    j.bad(71, 6, write, 10, 10)
    j.good(72, write)
    j.good(103, j.received, INBOX, {"dwValidityMask": 1, "dwMsgFlags": 1})
    row = ndr.one("FAX_MESSAGE_1", j.good(89, j.received, INBOX, 1)["lppBuffer"])
    need(row["dwMsgFlags"] == 1, row)
    j.bad(103, NOT_FOUND, NO_SUCH_ID, INBOX, {})
    j.bad(103, BAD_PARAMETER, j.received, INBOX, {"dwValidityMask": 2})
    j.good(82, INBOX)
    j.good(82, SENT)
    j.bad(82, BAD_PARAMETER, QUEUE)
    j.denied(82, INBOX)


def account(name):
    return ndr.pack("FAX_ACCOUNT_INFO_0", {"lpcwstrAccountName": name})


def accounts(j):
    j.good(93, 0, account("anna"))
    j.bad(93, 0xB7, 0, account("anna"))
    j.bad(93, BAD_PARAMETER, 1, account("berta"))
    j.bad(93, BAD_PARAMETER, 0, account("a/b"))
    j.bad(93, BAD_PARAMETER, 0, account("berta")[:18])  # no end
    j.fault(93, BAD_STUB, 0, account("berta"), BufferSize=7)
    j.denied(93, 0, account("berta"))
    out = j.good(95, 0)
    names = {r["lpcwstrAccountName"] for r in ndr.rows("FAX_ACCOUNT_INFO_0", out["Buffer"],
                                                       out["lpdwAccounts"])}
    need({"anna", "clerk", "poor"} - {j.me or "clerk"} <= names, names)
    j.bad(95, BAD_PARAMETER, 1)
    j.denied(95, 0)
    row = ndr.one("FAX_ACCOUNT_INFO_0", j.good(96, "anna", 0)["Buffer"])
    need(row["lpcwstrAccountName"] == "anna", row)
    if j.me:
        row = ndr.one("FAX_ACCOUNT_INFO_0", j.good(96, None, 0)["Buffer"])
        need(row["lpcwstrAccountName"] == j.me, row)
    j.bad(96, 2, "nobody-here", 0)
    j.bad(96, BAD_PARAMETER, "anna", 1)
    j.denied(96, "anna", 0)


def reassigned(j):
    """Received faxes are public at first: then there is nothing to assign."""
    to = {"lpcwstrRecipients": "anna", "lpcwstrSenderName": "Who sent it",
          "lpcwstrSenderFaxNumber": "555", "lpcwstrSubject": "About", "bHasCoverPage": 1}
    j.bad(102, 0x10DD, j.received, to)
    general = ndr.one("FAX_GENERAL_CONFIG", j.good(97, 0)["Buffer"])
    j.good(98, 0, ndr.pack("FAX_GENERAL_CONFIG", {**general, "bIncomingFaxesArePublic": 0}))
    need(j.good(104, 3)["lpdwValue"] == 0)
    need(ndr.one("FAX_MESSAGE_1", j.good(89, j.received, INBOX, 1)["lppBuffer"])
         ["bServerReceiveFolder"] == 1)
    j.bad(102, BAD_PARAMETER, j.received, {**to, "lpcwstrRecipients": "anna;nobody-here"})
    j.bad(102, BAD_PARAMETER, j.received, {**to, "lpcwstrRecipients": None})
    j.bad(102, 2, NO_SUCH_ID, to)
    j.denied(102, j.received, to)
    j.good(102, j.received, to)
    row = ndr.one("FAX_MESSAGE_1", j.good(89, j.received, INBOX, 1)["lppBuffer"])
    need([row[k] for k in ("lpcwstrSenderName", "lpcwstrSenderNumber", "lpcwstrSubject",
                           "bHasCoverPage", "bServerReceiveFolder")] ==
         ["Who sent it", "555", "About", 1, 0], row)
    j.good(98, 0, ndr.pack("FAX_GENERAL_CONFIG", general))
    j.good(94, "anna")
    j.bad(94, BAD_PARAMETER, "anna")
    j.denied(94, "clerk")


def acl_of(sd):
    """Owner, group and entries of a self-relative descriptor ([MS-DTYP] 2.4.6)."""
    revision, control, owner, group, sacl, dacl = struct.unpack_from("<BxHIIII", sd)
    need(revision == 1 and control & 0x8000 and not sacl, sd.hex())

    def sid(at):
        n = sd[at + 1]
        need(sd[at] == 1 and at + 8 + 4 * n <= len(sd))
        return "S-1-%d" % sd[at + 7] + "".join(
            "-%d" % v for v in struct.unpack_from(f"<{n}I", sd, at + 8))

    entries = []
    if dacl:
        size, count = struct.unpack_from("<HH", sd, dacl + 2)
        at, end = dacl + 8, dacl + size
        for _ in range(count):
            kind, flags, length, mask = struct.unpack_from("<BBHI", sd, at)
            need(kind in (0, 1) and at + length <= end)
            entries.append((kind, mask, sid(at + 8)))
            at += length
        need(at == end)
    return owner and sid(owner), group and sid(group), entries


def descriptor(entries):
    """A self-relative one with this list and nothing else."""
    acl = b""
    for kind, mask, sid in entries:
        authority, *parts = map(int, sid.split("-")[2:])
        raw = struct.pack(">BBHI", 1, len(parts), 0, authority) + struct.pack(
            f"<{len(parts)}I", *parts)
        acl += struct.pack("<BBHI", kind, 0, 8 + len(raw), mask) + raw
    acl = struct.pack("<BxHHxx", 2, 8 + len(acl), len(entries)) + acl
    return struct.pack("<BxHIIII", 1, 0x8004, 0, 0, 0, 20) + acl


def security(j):
    for op, values in ((23, ()), (24, (DACL, b"")), (81, (DACL,))):
        j.of_others(op, *values)
    sd = j.good(99, OWNER | GROUP | DACL)["pSecurityDescriptor"]
    owner, group, entries = acl_of(sd)
    need(owner == group == "S-1-5-32-544" and any(s == "S-1-1-0" for _, _, s in entries), entries)
    need(acl_of(j.good(99, OWNER)["pSecurityDescriptor"])[2] == [])
    j.bad(99, 5, SACL)
    j.denied(99, DACL)
    j.good(100, DACL, sd)
    need(acl_of(j.good(99, DACL)["pSecurityDescriptor"])[2] == entries)
    j.entries = entries  # without anna, who has no account now, but a line in the settings
    j.bad(100, 0xD, DACL, sd[:-1])
    j.bad(100, BAD_PARAMETER, DACL, None)
    j.fault(100, BAD_STUB, DACL, sd, dwBufferSize=3)
    j.denied(100, DACL, sd)


# AccessCheck tells everybody what he may; what one may not read looks like what is not there
NOT_BY_RIGHT = {25, 101, 69}


def nobody(j):
    """What was right before, asked by somebody without any right: always 5."""
    open_to_all = []
    for op, (values, counts) in sorted(j.last.items()):
        if op in NOT_BY_RIGHT or any("ctx" == p[2] and ">" in p[0] for p in ndr.params(op)):
            continue
        out = j.poor.call(op, *values, **counts)
        if out["status"] != 5:
            open_to_all.append((op, OPS[op][0], out["status"]))
        j.bad_calls[op] += 1
    need(not open_to_all, "open to all", open_to_all)


def lose_rights(j):
    """anna's, by SetSecurityEx2; her SID is the one that came with her account."""
    entries = acl_of(j.good(99, DACL)["pSecurityDescriptor"])[2]
    before = {s for _, _, s in j.entries}
    hers = [s for _, _, s in entries if s not in before][0]
    j.good(100, DACL, descriptor([(1, ALL_RIGHTS, hers)] + [e for e in entries if e[2] != hers]))


def rights_lost(j):
    """Handles that were opened with a right are worth nothing without it (0581)."""
    anna = Asker(j.service, "anna")
    port = j.good(2, j.ids[1], 1, by=anna)["FaxPortHandle"]
    folder = j.good(63, SENT, by=anna)["lpHandle"]
    copy = j.good(69, j.message, SENT, by=anna)["lpHandle"]
    # what was read and written back did not give her the rights of all (0612)
    need(j.good(101, 0x02000000, 0, by=anna)["lpdwRights"] & 0x240 == 0)
    asked = ((8, port), (11, port), (13, port), (15, port, FOLDER))
    for op, *values in asked:
        j.good(op, *values, by=anna)
    j.bad(12, 5, port, {"DeviceId": j.ids[1], "Flags": 3, "Priority": 2}, by=anna)
    j.bad(14, 5, port, FOLDER, 1, by=anna)
    j.bad(16, 5, port, FOLDER, b"x\0\0\0", by=anna)
    lose_rights(j)
    for op, *values in asked:
        j.bad(op, 5, *values, by=anna)
    for op in (65, 91):
        j.bad(op, 5, folder, MANY, by=anna, decision="0581")
    j.bad(71, 5, copy, 100, 100, by=anna, decision="0581")
    j.bad(69, NOT_FOUND, j.message, SENT, by=anna)
    need(j.good(3, port, by=anna)["FaxPortHandle"] == bytes(20))
    j.good(64, folder, by=anna)
    j.good(72, copy, by=anna)
    anna.close()


def removed(j):
    j.bad(67, NOT_FOUND, j.received, SENT)
    j.bad(67, BAD_PARAMETER, 0, INBOX)
    j.denied(67, j.received, INBOX)
    for ident, folder in ((j.received, INBOX), (j.message, SENT)):
        j.good(67, ident, folder)
        j.bad(66, NOT_FOUND, ident, folder)
    nothing_yet(j)


ROWS = (messages, files, accounts, reassigned, security, nobody, rights_lost, removed)
