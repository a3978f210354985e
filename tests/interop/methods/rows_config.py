# SPDX-License-Identifier: Apache-2.0
"""Configuration and outbound routing: opnums 19-22, 30, 34-36, 38, 39, 41-44, 51-59, 77, 86, 97,
98."""
import os
import struct

import ndr
from judge import BAD_PARAMETER, BAD_STUB
from ndr import need

EMAIL, MESSAGE_BOX = 1, 4
BY_RULE_OF_ITS_OWN = "0592"


def without_size(row):
    """As NDR takes it: the writer knows the size."""
    return {k: v for k, v in row.items() if "SizeOfStruct" not in k}


def general(j):
    row = ndr.one("FAX_CONFIGURATIONW", j.good(19)["Buffer"])
    need(row["Retries"] == 3 and row["RetryDelay"] == 10 and row["Branding"] == 1, row)
    j.denied(19)
    new = {**without_size(row), "Retries": 5, "StartCheapTime": (20, 30), "StopCheapTime": (6, 0)}
    j.good(20, new)
    need(without_size(ndr.one("FAX_CONFIGURATIONW", j.good(19)["Buffer"])) == new)
    j.bad(20, BAD_PARAMETER, {**new, "StartCheapTime": (24, 0)})
    j.denied(20, new)
    whole = ndr.one("FAX_GENERAL_CONFIG", j.good(97, 0)["Buffer"])
    need(whole["dwRetries"] == 5 and whole["dtDiscountStart"] == (20, 30) and
         whole["bIncomingFaxesArePublic"] == 1 and whole["bAutoCreateAccountOnConnect"] == 1, whole)
    j.bad(97, BAD_PARAMETER, 1)
    j.denied(97, 0)
    j.good(98, 0, ndr.pack("FAX_GENERAL_CONFIG", {**whole, "dwRetries": 3, "dwQueueAgeLimit": 7,
                                                 "dtDiscountStart": (0, 0)}))
    again = ndr.one("FAX_GENERAL_CONFIG", j.good(97, 0)["Buffer"])
    need(again == {**whole, "dwRetries": 3, "dwQueueAgeLimit": 7, "dtDiscountStart": (0, 0)}, again)
    good = ndr.pack("FAX_GENERAL_CONFIG", whole)
    j.bad(98, BAD_PARAMETER, 1, good)
    j.bad(98, 0xD, 0, good[:80])
    j.fault(98, BAD_STUB, 0, good, BufferSize=1)
    j.denied(98, 0, good)
    j.good(20, without_size(row))


def outbox(j):
    row = ndr.one("FAX_OUTBOX_CONFIG", j.good(38)["Buffer"])
    need(row["dwRetries"] == 3 and row["dwAgeLimit"] == 30, row)
    j.denied(38)
    new = {**without_size(row), "dwRetries": 4, "dwAgeLimit": 0, "dtDiscountStart": (1, 2)}
    j.good(39, new)
    need(without_size(ndr.one("FAX_OUTBOX_CONFIG", j.good(38)["Buffer"])) == new)
    j.bad(39, BAD_PARAMETER, {**new, "dtDiscountEnd": (1, 60)})
    j.denied(39, new)
    j.good(39, without_size(row))


def logging(j):
    def rows():
        out = j.good(21)
        return ndr.rows("FAX_LOG_CATEGORY", out["Buffer"], out["NumberCategories"])

    old = rows()
    need([r["Category"] for r in old] == [1, 2, 3, 4] and all(r["Name"] for r in old), old)
    j.denied(21)
    text = "Outbound\0".encode("utf-16-le")
    one = struct.pack("<III", 16, 2, 3) + bytes(4) + text
    j.good(22, one + bytes(-len(one) % 8), 1)
    need([r["Level"] for r in rows() if r["Category"] == 2] == [3])
    j.bad(22, BAD_PARAMETER, None, 1)
    j.bad(22, BAD_PARAMETER, one, 0)
    j.bad(22, BAD_PARAMETER, struct.pack("<III", 0, 9, 1), 1)
    j.bad(22, BAD_PARAMETER, struct.pack("<III", 4000, 2, 1), 1)
    j.denied(22, one, 1)


def receipts(j):
    row = ndr.one("FAX_RECEIPTS_CONFIGW", j.good(34)["Buffer"])
    need(row["dwAllowedReceipts"] == 0 and row["lpwstrSMTPPassword"] is None, row)
    j.denied(34)
    need(j.good(36)["lpdwReceiptsOptions"] == 0)
    new = {"dwAllowedReceipts": EMAIL, "SMTPAuthOption": 1, "lpwstrSMTPServer": "mail.example.org",
           "dwSMTPPort": 2525, "lpwstrSMTPFrom": "fax@example.org", "lpwstrSMTPUserName": "fax",
           "lpwstrSMTPPassword": "secret", "bIsToUseForMSRouteThroughEmailMethod": 0}
    j.good(35, new)
    row = ndr.one("FAX_RECEIPTS_CONFIGW", j.good(34)["Buffer"])
    need({k: row[k] for k in new} == {**new, "lpwstrSMTPPassword": None}, row)
    need(j.good(36)["lpdwReceiptsOptions"] == EMAIL and j.good(104, 2)["lpdwValue"] == EMAIL)
    j.denied(36)
    j.bad(35, 0x32, {**new, "dwAllowedReceipts": EMAIL | MESSAGE_BOX})
    j.bad(35, BAD_PARAMETER, {**new, "dwAllowedReceipts": 0x80})
    j.bad(35, BAD_PARAMETER, {**new, "SMTPAuthOption": 3})
    j.bad(35, BAD_PARAMETER, {**new, "lpwstrSMTPServer": "not a host"})
    j.denied(35, new)
    j.good(35, {})  # the settings file's server again: none
    need(j.good(36)["lpdwReceiptsOptions"] == 0)


def folders(j):
    for folder in (0, 1):
        j.of_others(41, folder)
        j.of_others(42, folder, {"bUseArchive": 0})
    row = ndr.one("FAX_ACTIVITY_LOGGING_CONFIGW", j.good(43)["Buffer"])
    need(row["bLogIncoming"] == row["bLogOutgoing"] == 0 and row["lpwstrDBPath"], row)
    j.denied(43)
    here = os.path.join(j.service.dir, "activity")
    os.mkdir(here)
    j.good(44, {"bLogIncoming": 1, "bLogOutgoing": 1, "lpwstrDBPath": here})
    row = ndr.one("FAX_ACTIVITY_LOGGING_CONFIGW", j.good(43)["Buffer"])
    need(row["bLogIncoming"] == row["bLogOutgoing"] == 1 and row["lpwstrDBPath"] == here, row)
    j.bad(44, BAD_PARAMETER, {"bLogIncoming": 1, "lpwstrDBPath": "C:\\Fax"})
    j.bad(44, 0x6F, {"bLogIncoming": 1, "lpwstrDBPath": "/" + "x" * 260})
    j.denied(44, {"bLogIncoming": 0})
    j.good(86, here)
    for code, path in ((2, here + "/gone"), (3, here + "/gone/gone"), (0x57, "\\\\host\\share"),
                       (0x57, "/tmp/../etc"), (0x6F, "/" + "x" * 190),
                       (7007, j.service.dir + "/state/queue")):
        j.bad(86, code, path)
    j.denied(86, here)
    j.good(77, 1)
    j.denied(77, 1)


def countries(j):
    b = ndr.Buffer(j.good(30)["Buffer"])
    head = b.one("FAX_TAPI_LINECOUNTRY_LISTW", 0)
    b.fixed_end = head["LineCountryEntries"] + 16 * head["dwNumCountries"]
    rows = [b.one("FAX_TAPI_LINECOUNTRY_ENTRYW", head["LineCountryEntries"] + 16 * i)
            for i in range(head["dwNumCountries"])]
    b.done()
    need(len(rows) > 200 and any(r["dwCountryCode"] == 49 and r["lpcwstrCountryName"] == "Germany"
                                 for r in rows), len(rows))
    j.denied(30)


def group_rows(j):
    out = j.good(54)
    b = ndr.Buffer(out["ppData"])
    rows = b.rows("RPC_FAX_OUTBOUND_ROUTING_GROUPW", out["lpdwNumGroups"])
    got = {r["lpwstrGroupName"]: b.words(r["lpdwDevices"], r["dwNumDevices"]) for r in rows}
    b.done()
    return got


def rule_rows(j):
    out = j.good(59)
    b = ndr.Buffer(out["ppData"])
    rows = b.rows("RPC_FAX_OUTBOUND_ROUTING_RULEW", out["lpdwNumRules"])
    for r in rows:
        if r["bUseGroup"]:
            r["Destination"] = b.text(r["Destination"])
    b.done()
    return {(r["dwCountryCode"], r["dwAreaCode"]): r["Destination"] for r in rows}


def groups(j):
    everything = list(group_rows(j)["<All devices>"])
    need(sorted(everything) == sorted(j.ids), everything)
    j.denied(54)
    j.good(51, "Süd")
    j.bad(51, 0x34, "Süd")
    j.bad(51, 0x6F, "x" * 128)
    j.denied(51, "Nord")
    group = {"lpwstrGroupName": "Süd", "dwNumDevices": 2, "lpdwDevices": j.ids[:2]}
    j.good(52, group)
    need(group_rows(j)["Süd"] == j.ids[:2])
    j.bad(52, BAD_PARAMETER, {**group, "lpdwDevices": [j.ids[0]] * 2})
    j.bad(52, BAD_PARAMETER, {**group, "lpwstrGroupName": "<All devices>"})
    j.fault(52, BAD_STUB, {**group, "dwNumDevices": 3})
    j.denied(52, group)
    j.good(55, "Süd", j.ids[1], 1)
    need(group_rows(j)["Süd"] == [j.ids[1], j.ids[0]])
    j.bad(55, BAD_PARAMETER, "Süd", j.ids[1], 3)
    j.bad(55, 7003, "Weg", j.ids[1], 1)
    j.denied(55, "Süd", j.ids[1], 1)


def rules(j):
    need(rule_rows(j) == {(0, 0): "<All devices>"})
    j.denied(59)
    j.good(56, 30, 49, 0, "Süd", 1)
    j.bad(56, 0x34, 30, 49, 0, "Süd", 1, decision=BY_RULE_OF_ITS_OWN)
    j.bad(56, 0x14, 0, 44, 999999, None, 0)
    j.bad(56, 7003, 0, 44, 0, "Weg", 1)
    j.bad(56, BAD_PARAMETER, 7, 0, j.ids[0], None, 0)
    j.denied(56, 0, 44, j.ids[0], None, 0)
    need(rule_rows(j)[49, 30] == "Süd")
    j.bad(53, 7004, "Süd")
    rule = {"dwAreaCode": 30, "dwCountryCode": 49, "Destination": (0, j.ids[1]), "bUseGroup": 0}
    j.good(58, rule)
    need(rule_rows(j)[49, 30] == j.ids[1])
    j.good(58, {**rule, "Destination": (1, "Süd"), "bUseGroup": 1})
    j.bad(58, 7003, {**rule, "Destination": (1, "Weg"), "bUseGroup": 1})
    j.bad(58, BAD_PARAMETER, {**rule, "dwAreaCode": 31})
    j.denied(58, rule)
    j.good(57, 30, 49)
    j.bad(57, 7005, 30, 49)
    j.bad(57, BAD_PARAMETER, 0, 0)
    j.denied(57, 30, 49)
    j.good(53, "Süd")
    j.bad(53, 7002, "Süd")
    j.bad(53, 0x10DD, "<All devices>")
    j.denied(53, "Süd")
    need(list(group_rows(j)) == ["<All devices>"])


ROWS = (general, outbox, logging, receipts, folders, countries, groups, rules)
