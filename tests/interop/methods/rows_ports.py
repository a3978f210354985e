# SPDX-License-Identifier: Apache-2.0
"""Connection, ports, routing of received faxes, providers: opnums 0-3, 8, 10-18, 25, 26, 37, 45-50,
60-62, 78, 80, 85, 101, 104."""
import ndr
from judge import (BAD_HANDLE, BAD_PARAMETER, BAD_STUB, NULL_HANDLE, STRANGE_HANDLE)
from ndr import need

AVAILABLE, OFFLINE = 0x20100000, 0x20010000
FOLDER = "{92041a90-9af2-11d0-abf7-00c04fd91a4e}"
NOBODY = "{00000000-0000-0000-0000-000000000000}"
MAXIMUM_ALLOWED = 0x02000000


def buffer(name, out, key, count=None):
    """Rows of the buffer `key` of an answer."""
    return ndr.rows(name, out[key], 1 if count is None else out[count])


def connection(j):
    out = j.good(80, 0x30000)
    need(out["lpdwServerAPIVersion"] == 0x30000 and any(out["pHandle"]), out)
    j.good(80, 0x90000)
    j.denied(80, 0x30000)
    opened = j.good(1, NULL_HANDLE, 1)["Handle"]
    need(any(opened) and opened != out["pHandle"])
    need(j.good(1, opened, 2)["CanShare"] == 0)
    need(j.good(1, opened, 0)["Handle"] == NULL_HANDLE)
    j.bad(1, BAD_PARAMETER, NULL_HANDLE, 0)
    j.bad(1, BAD_PARAMETER, out["pHandle"], 7)
    j.fault(1, BAD_HANDLE, opened, 0)
    version = {"bValid": 0}
    got = j.good(37, version)["pVersion"]
    need(got["size"] == 20 and got["bValid"] == 1 and got["wMajorVersion"] >= 5, got)
    j.denied(37, version)
    need(j.good(85)["pServerSKU"] == 4)
    j.denied(85)
    j.good(1, out["pHandle"], 0)


def rights(j):
    for op, everything in ((25, 0x7FF), (101, 0x3FF)):
        out = j.good(op, everything, 0)
        need(out["pfAccess"] == 1 and out["lpdwRights"] == everything, out)
        need(j.good(op, 0, None)["pfAccess"] == 0)
        need(j.good(op, MAXIMUM_ALLOWED, 0)["lpdwRights"] & everything == everything)
        out = j.good(op, 0x20, 0, by=j.poor)
        need(out["pfAccess"] == 0 and out["lpdwRights"] == 0, out)
        j.fault(op, BAD_STUB, raw=b"\1\0\0")
    j.of_others(26, 1)
    need(j.good(104, 0)["lpdwValue"] in (0, 1) and j.good(104, 1)["lpdwValue"] == 0)
    need(j.good(104, 2)["lpdwValue"] == 0 and j.good(104, 3)["lpdwValue"] == 1)
    j.bad(104, BAD_PARAMETER, 9)
    j.denied(104, 0)


def ports(j):
    rows = buffer("FAX_PORT_INFO", j.good(10), "PortBuffer", "PortsReturned")
    need([r["DeviceName"] for r in rows] == ["Loop 1", "Loop 2", "Loop 3"], rows)
    need(all(r["State"] == AVAILABLE and r["Flags"] & 3 == 3 for r in rows), rows)
    need(sorted(r["Priority"] for r in rows) == [1, 2, 3], rows)
    j.denied(10)
    later = buffer("FAX_PORT_INFO_EXW", j.good(48), "Buffer", "lpdwNumPorts")
    need([r["lpcwstrDeviceName"] for r in later] == [r["DeviceName"] for r in rows], later)
    need(all(r["bSend"] == 1 and r["ReceiveMode"] == 1 and r["lpcwstrProviderName"]
             for r in later), later)
    j.denied(48)
    j.ids = [r["DeviceId"] for r in rows]
    one_port(j, rows[0], later[0])
    one_port_later(j, later[0])


def one_port(j, row, later):
    j.port = j.good(2, j.ids[0], 2)["FaxPortHandle"]
    need(any(j.port))
    j.bad(2, 6, j.ids[0], 2)
    j.bad(2, 0x14, 999999, 1)
    j.denied(2, j.ids[0], 1)
    status = buffer("FAX_DEVICE_STATUS", j.good(8, j.port), "StatusBuffer")[0]
    need(status["DeviceId"] == j.ids[0] and status["DeviceName"] == "Loop 1", status)
    need(status["Status"] == AVAILABLE and status["JobType"] == 0 and status["StartTime"] == 0)
    need(status["StatusString"] is None and status["PhoneNumber"] is None, status)
    j.fault(8, BAD_HANDLE, STRANGE_HANDLE)
    need(buffer("FAX_PORT_INFO", j.good(11, j.port), "PortBuffer")[0] == row)
    j.fault(11, BAD_HANDLE, NULL_HANDLE)
    info = {"DeviceId": j.ids[0], "Flags": 7, "Rings": 4, "Priority": 3, "Tsid": "JUDGE T",
            "Csid": "JUDGE C"}  # 4: virtual, which it is anyway
    j.good(12, j.port, info)
    now = buffer("FAX_PORT_INFO", j.good(11, j.port), "PortBuffer")[0]
    need({k: now[k] for k in info} == info and now["DeviceName"] == "Loop 1", now)
    j.bad(12, BAD_PARAMETER, j.port, {**info, "Priority": 4})
    j.bad(12, BAD_PARAMETER, j.port, {**info, "Priority": 0})
    j.good(12, j.port, {**info, "Priority": 1, "Rings": row["Rings"]})
    other = j.good(2, j.ids[1], 1)["FaxPortHandle"]
    need(j.good(3, other)["FaxPortHandle"] == NULL_HANDLE)
    j.fault(3, BAD_HANDLE, other)


def one_port_later(j, row):
    def now():
        return ndr.one("FAX_PORT_INFO_EXW", j.good(46, j.ids[0])["Buffer"])

    need(now()["lpcwstrDeviceName"] == row["lpcwstrDeviceName"])
    j.bad(46, BAD_PARAMETER, 0)
    j.bad(46, 0x14, 999999)
    info = {"dwDeviceID": j.ids[0], "lpwstrDescription": "Am Fenster", "bSend": 1,
            "ReceiveMode": 1, "dwRings": 3, "lpwstrCsid": "JUDGE C", "lpwstrTsid": "JUDGE T"}
    j.good(47, j.ids[0], info)
    got = now()
    need({k: got[k] for k in info} == info, got)
    j.bad(47, BAD_PARAMETER, 0, info)
    j.bad(47, 0x14, 999999, info)
    j.bad(47, 0x6F, j.ids[0], {**info, "lpwstrDescription": "x" * 300})
    j.bad(47, BAD_PARAMETER, j.ids[0], {**info, "ReceiveMode": 2})
    j.good(47, j.ids[0], {**info, "dwRings": row["dwRings"]})


def routing(j):
    def methods():
        return buffer("FAX_ROUTING_METHOD", j.good(13, j.port), "RoutingInfoBuffer",
                      "PortsReturned")

    def order():
        return buffer("FAX_GLOBAL_ROUTING_INFOW", j.good(17), "RoutingInfoBuffer",
                      "MethodsReturned")

    rows = methods()
    need(any(r["Guid"] == FOLDER for r in rows) and all(
        r["DeviceId"] == j.ids[0] and r["FriendlyName"] and r["FunctionName"] for r in rows), rows)
    j.fault(13, BAD_HANDLE, STRANGE_HANDLE)
    ranks = order()
    need([r["Priority"] for r in ranks] == list(range(1, len(rows) + 1)), ranks)
    need({r["Guid"] for r in ranks} == {r["Guid"] for r in rows})
    j.denied(17)
    last = ranks[-1]
    j.good(18, {"Priority": 1, "Guid": last["Guid"].upper()})
    need([r["Guid"] for r in order()] == [last["Guid"]] + [r["Guid"] for r in ranks[:-1]])
    j.good(18, {"Priority": len(ranks), "Guid": last["Guid"]})
    need(order() == ranks)
    j.bad(18, BAD_PARAMETER, {"Priority": 99, "Guid": last["Guid"]})
    j.bad(18, 0xD, {"Priority": 1, "Guid": NOBODY})
    data = (j.service.dir + "\0").encode("utf-16-le")
    j.good(16, j.port, FOLDER, data)
    need(j.good(15, j.port, FOLDER)["RoutingInfoBuffer"] == data)
    j.good(14, j.port, FOLDER, 1)
    need([r["Enabled"] for r in methods() if r["Guid"] == FOLDER] == [1])
    j.good(14, j.port, FOLDER, 0)
    j.good(16, j.port, FOLDER, b"")
    need(j.good(15, j.port, FOLDER)["RoutingInfoBuffer"] is None)
    for code, guid in ((0xD, NOBODY), (BAD_PARAMETER, None)):
        j.bad(14, code, j.port, guid, 1)
        j.bad(15, code, j.port, guid)
        j.bad(16, code, j.port, guid, data)
    j.bad(16, BAD_PARAMETER, j.port, FOLDER, None)
    j.fault(16, BAD_STUB, j.port, FOLDER, data, RoutingInfoBufferSize=3)


def extension_data(j):
    guid, data = "{6d1a7c1e-0000-4000-8000-000000000001}", b"what an extension keeps \0\1\2"
    j.bad(49, 2, 0, guid)
    j.good(50, "", 0, guid, data)
    need(j.good(49, 0, guid)["ppData"] == data)
    j.bad(50, BAD_PARAMETER, "", 999999, guid, data)
    j.bad(50, BAD_PARAMETER, "", 0, "no GUID", data)
    j.fault(50, BAD_STUB, "", 0, guid, data, dwDataSize=len(data) + 1)
    j.good(50, "", 0, guid, b"")
    j.bad(49, 2, 0, guid)


def plugins(j):
    """Root and the service's own user may register, nobody over the network (decision 0434)."""
    name, image = "Judge", "/usr/lib/nowhere/judge.so"
    values = (name, "A judge", image, "", 0x10000, 0)
    over_network = j.asker if j.me else j.poor
    j.bad(60, 5, *values, by=over_network)
    j.good(60, *values, by=j.local)
    j.bad(60, 0xB7, *values, by=j.local)
    j.bad(60, BAD_PARAMETER, *values[:4], 7, 0, by=j.local)
    row = buffer("FAX_DEVICE_PROVIDER_INFO", j.good(45), "Buffer", "lpdwNumProviders")[0]
    need([row[k] for k in ("lpcwstrFriendlyName", "lpcwstrImageName", "lpcwstrProviderName")] ==
         ["A judge", image, name] and row["Status"] == 6 and row["dwCapabilities"] == 0, row)
    j.denied(45)
    j.bad(61, 5, name, by=over_network)
    j.good(61, name, by=j.local)
    need(j.good(45)["lpdwNumProviders"] == 0)
    need(j.good(78)["lpdwNumExts"] == 0)
    j.denied(78)
    register_extension(j)
    j.bad(62, 5, "Judge-ext", by=over_network)
    row = buffer("FAX_ROUTING_EXTENSION_INFO", j.good(78), "Buffer", "lpdwNumExts")[0]
    need(row["lpcwstrExtensionName"] == "Judge-ext" and row["lpcwstrImageName"] == image, row)
    j.good(62, "Judge-ext", by=j.local)
    need(j.good(78)["lpdwNumExts"] == 0)
    out = j.good(0)
    for row in ndr.rows("FAX_PRINTER_INFOW", out["lpBuffer"], out["lpdwPrintersReturned"]):
        need(row["lpwstrPrinterName"], row)
    j.denied(0)


def register_extension(j):
    """No method of the fax interface registers one; operation 35 of our own does."""
    from judge import Asker
    ours = Asker(j.service, interface=("b34746e8-80a0-4155-89a0-4f1a0d1d6469", "1.0"))
    w = ndr.Writer()
    for text in ("Judge-ext", "An extension", "/usr/lib/nowhere/judge.so",
                 "judge\tJudge\tJudgeMe\t{6d1a7c1e-0000-4000-8000-000000000002}\n"):
        w.text(text)
    need(ours.raw(35, bytes(w.b)) == bytes(4))
    ours.close()


ROWS = (connection, rights, ports, routing, extension_data, plugins)
