#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The wire judged by impacket's NDR and DCE/RPC, which others wrote.

usage: rpc_impacket.py SERVER-PROGRAM
The program is started on a socket of its own. With CASELLI_INTEROP_SOCKET set, a running
service is asked instead, and only what holds for any service is checked.
Exit code 77 (skipped) when impacket is missing.
"""
import os
import socket
import struct
import subprocess
import sys
import tempfile

try:
    from impacket.dcerpc.v5 import rpcrt
    from impacket.dcerpc.v5.dtypes import (DWORD, LPWSTR, NULL, ULONGLONG, WSTR, WORD)
    from impacket.dcerpc.v5.ndr import (NDRCALL, NDRPOINTER, NDRSTRUCT, NDRUniConformantArray,
                                        NDRUniFixedArray, NDRENUM, NDRUNION)
    from impacket.dcerpc.v5.rpcrt import DCERPCException, DCERPC_v5
    from impacket.uuid import uuidtup_to_bin
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)

FAX = ("ea0a3165-4834-11d2-a6f8-00c04fa346cc", "4.0")


class UnixTransport:
    """What DCERPC_v5 asks of a transport, over a Unix socket."""

    def __init__(self, path):
        self.path = path
        self.sock = None

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(10)
        self.sock.connect(self.path)
        return 1

    def disconnect(self):
        self.sock.close()

    def send(self, data, forceWriteAndx=0, forceRecv=0):
        self.sock.sendall(data)

    def recv(self, forceRecv=0, count=0):
        data = b""
        while count and len(data) < count:
            piece = self.sock.recv(count - len(data))
            if not piece:
                raise EOFError("the server hung up")
            data += piece
        return data if count else self.sock.recv(65536)

    def get_credentials(self):
        return ("", "", "", "", "", None, None, None)

    def set_credentials(self, *args):
        pass

    def get_kerberos(self):
        return False

    def doesSupportNTLMv2(self):
        return True


class CTX(NDRSTRUCT):
    structure = (("Bytes", "20s=b''"),)

    def getAlignment(self):
        return 4


class BYTES(NDRUniConformantArray):
    item = "c"


class PBYTES(NDRPOINTER):
    referent = (("Data", BYTES),)


class PDWORD(NDRPOINTER):
    referent = (("Data", DWORD),)


class ID_ARRAY(NDRUniConformantArray):
    item = ULONGLONG


class SYSTEMTIME(NDRSTRUCT):
    structure = tuple((n, WORD) for n in ("Year", "Month", "DayOfWeek", "Day", "Hour", "Minute",
                                          "Second", "Milliseconds"))


class COVERPAGE(NDRSTRUCT):
    structure = (("Size", DWORD), ("Format", DWORD), ("FileName", LPWSTR), ("ServerBased", DWORD),
                 ("Note", LPWSTR), ("Subject", LPWSTR))


class PROFILE(NDRSTRUCT):
    structure = (("Size", DWORD),) + tuple(
        (n, LPWSTR) for n in ("Name", "FaxNumber", "Company", "Street", "City", "State", "Zip",
                              "Country", "Title", "Department", "Office", "HomePhone",
                              "OfficePhone", "Email", "BillingCode", "TSID"))


class PROFILES(NDRUniConformantArray):
    item = PROFILE


class PRIORITY(NDRENUM):
    class enumItems(__import__("enum").Enum):
        LOW = 0
        NORMAL = 1
        HIGH = 2


class JOB_PARAM(NDRSTRUCT):
    structure = (("Size", DWORD), ("ScheduleAction", DWORD), ("Schedule", SYSTEMTIME),
                 ("ReceiptType", DWORD), ("ReceiptAddress", LPWSTR), ("Priority", PRIORITY),
                 ("Call", DWORD), ("R0", DWORD), ("R1", DWORD), ("R2", DWORD), ("R3", DWORD),
                 ("DocumentName", LPWSTR), ("PageCount", DWORD))


class FAX_PORT(NDRSTRUCT):
    structure = (("Size", DWORD), ("DeviceId", DWORD), ("State", DWORD), ("Flags", DWORD),
                 ("Rings", DWORD), ("Priority", DWORD), ("Name", LPWSTR), ("Tsid", LPWSTR),
                 ("Csid", LPWSTR))


class DWORD_ARRAY(NDRUniConformantArray):
    item = "<L"


class PDWORD_ARRAY(NDRPOINTER):
    referent = (("Data", DWORD_ARRAY),)


class GROUP_STATUS(NDRENUM):
    class enumItems(__import__("enum").Enum):
        ALL_VALID = 0
        EMPTY = 1
        NONE_VALID = 2
        SOME_NOT_VALID = 3


class OUTBOUND_GROUP(NDRSTRUCT):
    structure = (("Size", DWORD), ("Name", LPWSTR), ("Count", DWORD), ("Devices", PDWORD_ARRAY),
                 ("Status", GROUP_STATUS))


class DESTINATION(NDRUNION):
    commonHdr = (("tag", DWORD),)
    union = {0: ("DeviceId", DWORD), 1: ("Group", LPWSTR)}


class OUTBOUND_RULE(NDRSTRUCT):
    structure = (("Size", DWORD), ("Area", DWORD), ("Country", DWORD), ("CountryName", LPWSTR),
                 ("Destination", DESTINATION), ("UseGroup", DWORD))


class GLOBAL_ROUTING(NDRSTRUCT):
    structure = (("Size", DWORD), ("Priority", DWORD)) + tuple(
        (n, LPWSTR) for n in ("Guid", "FriendlyName", "FunctionName", "Image", "Extension"))


def call(name, op, ins, outs):
    """A request and its response class, the way impacket finds them by name."""
    req = type(name, (NDRCALL,), {"opnum": op, "structure": tuple(ins)})
    resp = type(name + "Response", (NDRCALL,), {"structure": tuple(outs) + (("ErrorCode", DWORD),)})
    globals()[name], globals()[name + "Response"] = req, resp
    return req


BUF = (("Buffer", PBYTES), ("Size", DWORD))
BUF_N = BUF + (("Count", DWORD),)
Connect = call("Connect", 80, [("Api", DWORD)], [("Api", DWORD), ("Handle", CTX)])
EnumPorts = call("EnumPorts", 10, [], BUF_N)
OpenPort = call("OpenPort", 2, [("DeviceId", DWORD), ("Flags", DWORD)], [("Handle", CTX)])
GetDeviceStatus = call("GetDeviceStatus", 8, [("Handle", CTX)], BUF)
SetPort = call("SetPort", 12, [("Handle", CTX), ("Info", FAX_PORT)], [])
ClosePort = call("ClosePort", 3, [("Handle", CTX)], [("Handle", CTX)])
EnumRouting = call("EnumRouting", 13, [("Handle", CTX)], BUF_N)
EnableRouting = call("EnableRouting", 14,
                     [("Handle", CTX), ("Guid", LPWSTR), ("Enabled", DWORD)], [])
GetRouting = call("GetRouting", 15, [("Handle", CTX), ("Guid", LPWSTR)], BUF)
SetRouting = call("SetRouting", 16, [("Handle", CTX), ("Guid", LPWSTR), ("Data", PBYTES),
                                     ("Size", DWORD)], [])
AddGroup = call("AddGroup", 51, [("Name", WSTR)], [])
SetGroup = call("SetGroup", 52, [("Group", OUTBOUND_GROUP)], [])
RemoveGroup = call("RemoveGroup", 53, [("Name", WSTR)], [])
EnumGroups = call("EnumGroups", 54, [], BUF_N)
OrderDevice = call("OrderDevice", 55,
                   [("Name", WSTR), ("DeviceId", DWORD), ("Place", DWORD)], [])
AddRule = call("AddRule", 56, [("Area", DWORD), ("Country", DWORD), ("DeviceId", DWORD),
                               ("Group", LPWSTR), ("UseGroup", DWORD)], [])
RemoveRule = call("RemoveRule", 57, [("Area", DWORD), ("Country", DWORD)], [])
SetRule = call("SetRule", 58, [("Rule", OUTBOUND_RULE)], [])
EnumRules = call("EnumRules", 59, [], BUF_N)
EnumProviders = call("EnumProviders", 45, [], BUF_N)
EnumExtensions = call("EnumExtensions", 78, [], BUF_N)
RegisterProvider = call("RegisterProvider", 60,
                        [("Name", WSTR), ("Friendly", WSTR), ("Image", WSTR), ("Tsp", WSTR),
                         ("Version", DWORD), ("Capabilities", DWORD)], [])
EnumGlobalRouting = call("EnumGlobalRouting", 17, [], BUF_N)
SetGlobalRouting = call("SetGlobalRouting", 18, [("Info", GLOBAL_ROUTING)], [])
GetConfiguration = call("GetConfiguration", 19, [], BUF)
EnumJobs = call("EnumJobs", 4, [], BUF_N)
StartCopy = call("StartCopy", 68, [("Ext", WSTR), ("Name", WSTR)], [("Name", WSTR), ("Handle", CTX)])
WriteFile = call("WriteFile", 70, [("Handle", CTX), ("Data", BYTES), ("Size", DWORD)], [])
EndCopy = call("EndCopy", 72, [("Handle", CTX)], [("Handle", CTX)])
SendDocument = call("SendDocument", 27,
                    [("File", LPWSTR), ("Cover", COVERPAGE), ("Sender", PROFILE), ("N", DWORD),
                     ("Recipients", PROFILES), ("Param", JOB_PARAM), ("JobId", PDWORD)],
                    [("JobId", PDWORD), ("MessageId", ULONGLONG), ("Ids", ID_ARRAY)])
GetRecipientsLimit = call("GetRecipientsLimit", 84, [], [("Limit", DWORD)])
SetOutbound = call("SetOutbound", 83, [("Limit", DWORD)], [])


def text(buf, offset):
    if not offset:
        return None
    end = offset
    while buf[end:end + 2] != b"\0\0":
        end += 2
    return buf[offset:end].decode("utf-16le")


def data(resp):
    return b"".join(resp["Buffer"])


def ask(dce, request, want=0):
    resp = dce.request(request, checkError=False)
    assert resp["ErrorCode"] == want, (request.__class__.__name__, resp["ErrorCode"])
    return resp


def fault(dce, request, want):
    try:
        dce.request(request, checkError=False)
    except DCERPCException as e:
        got = e.get_error_code() or 0
        assert got == want or want is None or rpcrt.rpc_status_codes.get(want, "%x" % want) in str(e), str(e)
        return
    raise AssertionError("no fault")


def check_ports(dce):
    resp = ask(dce, EnumPorts())
    buf, n = data(resp), resp["Count"]
    assert n >= 1 and len(buf) == resp["Size"] and len(buf) % 8 == 0
    ids = []
    for i in range(n):
        f = struct.unpack_from("<9I", buf, 36 * i)
        assert f[0] == 36 and f[2] >> 28 == 2 and text(buf, f[6])
        ids.append(f[1])
    req = OpenPort()
    req["DeviceId"], req["Flags"] = ids[0], 2
    handle = ask(dce, req)["Handle"]
    assert any(handle["Bytes"])
    req["DeviceId"] = 999999
    ask(dce, req, 0x14)
    status = GetDeviceStatus()
    status["Handle"] = handle
    resp = ask(dce, status)
    buf = data(resp)
    f = struct.unpack_from("<22I", buf, 0)
    assert f[0] == 88 and f[4] == ids[0] and f[15] >> 28 == 2 and text(buf, f[5])
    return handle


def close_port(dce, handle):
    req = ClosePort()
    req["Handle"] = handle
    closed = ask(dce, req)["Handle"]
    assert closed["Bytes"] == b"\0" * 20
    req["Handle"] = handle
    fault(dce, req, 0x1C00001A)


def upload(dce, content):
    req = StartCopy()
    req["Ext"], req["Name"] = ".tif\0", "x" * 254 + "\0"
    resp = ask(dce, req)
    name, handle = resp["Name"].rstrip("\0"), resp["Handle"]
    assert name.endswith(".tif"), name
    for i in range(0, len(content), 16384):
        req = WriteFile()
        piece = content[i:i + 16384]
        req["Handle"], req["Data"], req["Size"] = handle, list(bytes([b]) for b in piece), len(piece)
        ask(dce, req)
    req = EndCopy()
    req["Handle"] = handle
    ask(dce, req)
    return name


def profile(name, number):
    p = PROFILE()
    for field, _ in PROFILE.structure[3:]:
        p[field] = NULL
    p["Size"], p["Name"], p["FaxNumber"] = 136, name + "\0", number + "\0"
    return p


def send(dce, name):
    req = SendDocument()
    req["File"] = name + "\0"
    cover = req["Cover"]
    cover["Size"], cover["Subject"] = 40, "Subject é\0"
    cover["FileName"] = cover["Note"] = NULL
    for field, value in (("Name", "Sender\0"), ("FaxNumber", "100\0")):
        req["Sender"][field] = value
    for field, _ in PROFILE.structure[3:]:
        req["Sender"][field] = NULL
    req["Sender"]["Size"] = 136
    req["N"] = 1
    req["Recipients"].append(profile("Rcpt", "5551234"))
    p = req["Param"]
    p["Size"], p["Priority"], p["DocumentName"] = 96, 1, "letter\0"
    p["ReceiptAddress"] = NULL
    req["JobId"] = 0
    resp = ask(dce, req)

    first = resp["Ids"][0]
    assert resp["JobId"] >= 1 and resp["MessageId"] == getattr(first, "fields", {}).get("Data", first)
    return resp["JobId"]


def read_routing(dce, handle):
    """Layouts of 13 and 17 (ms-fax.md 4.2). -> GUIDs in order of priority"""
    req = EnumRouting()
    req["Handle"] = handle
    resp = ask(dce, req)
    buf, n = data(resp), resp["Count"]
    assert n >= 1 and len(buf) == resp["Size"] and len(buf) % 8 == 0
    methods = [struct.unpack_from("<9I", buf, 36 * i) for i in range(n)]
    guids = [text(buf, m[4]) for m in methods]
    for m in methods:
        assert m[0] == 36 and m[2] in (0, 1) and all(text(buf, o) for o in m[3:])
    resp = ask(dce, EnumGlobalRouting())
    buf = data(resp)
    assert resp["Count"] == n and len(buf) == resp["Size"]
    for i in range(n):
        g = struct.unpack_from("<7I", buf, 28 * i)
        assert g[:2] == (28, i + 1) and text(buf, g[2]) == guids[i]
        assert all(text(buf, o) for o in g[3:])
    assert all(g[0] == "{" and g[-1] == "}" and len(g) == 38 for g in guids), guids
    return guids


def list_plugins(dce, register):
    """Layouts of 45 and 78 (ms-fax.md 6)."""
    if register:
        req = RegisterProvider()
        for field, value in (("Name", "folder\0"), ("Friendly", "Folder\0"), ("Image", "/f.so\0"),
                             ("Tsp", "\0"), ("Version", 0x10000), ("Capabilities", 0)):
            req[field] = value
        ask(dce, req)
    resp = ask(dce, EnumProviders())
    assert resp["Count"] == 1
    buf = data(resp)
    assert len(buf) == resp["Size"] and len(buf) % 8 == 0
    p = struct.unpack_from("<8I4H3I", buf)
    assert p[0] == 52 and [text(buf, o) for o in p[1:4]] == ["Folder", "/f.so", "folder"], p
    assert p[5] == 0 and p[6:8] == (20, 0) and p[13] == 6, p
    assert ask(dce, EnumExtensions())["Count"] == 0


def change_routing(dce, handle, guid):
    """14, 15, 16, 18 and their errors (7.1)."""
    enable, get, put, order = EnableRouting(), GetRouting(), SetRouting(), SetGlobalRouting()
    for req in (enable, get, put):
        req["Handle"], req["Guid"] = handle, guid + "\0"
    put["Data"], put["Size"] = NULL, 0
    ask(dce, put, 0x57)
    put = SetRouting()  # a pointer that was NULL stays so
    put["Handle"], put["Guid"] = handle, guid + "\0"
    put["Data"], put["Size"] = [bytes([b]) for b in b"/\0x\0\0\0"], 6
    ask(dce, put)
    resp = ask(dce, get)
    assert data(resp) == b"/\0x\0\0\0" and resp["Size"] == 6
    enable["Enabled"] = 1
    ask(dce, enable)
    info = order["Info"]
    for field, value in (("Size", 48), ("Priority", 1), ("Guid", guid.upper() + "\0"),
                         ("FriendlyName", NULL), ("FunctionName", NULL), ("Image", NULL),
                         ("Extension", NULL)):
        info[field] = value
    ask(dce, order)
    assert read_routing(dce, handle)[0] == guid
    info["Priority"] = 99
    ask(dce, order, 0x57)
    for req in (enable, get, put):
        req["Guid"] = "{00000000-0000-0000-0000-000000000000}\0"
        ask(dce, req, 0xD)
        req["Guid"] = NULL
        ask(dce, req, 0x57)
    info["Guid"] = "nothing\0"
    ask(dce, order, 0xD)
    info["Guid"] = NULL
    ask(dce, order, 0x57)


def with_values(req, **values):
    for key, value in values.items():
        req[key] = value
    return req


def set_rule(country, area, tag, value):
    req = SetRule()
    rule = req["Rule"]
    for key, v in (("Size", 40), ("Area", area), ("Country", country), ("CountryName", NULL),
                   ("UseGroup", tag)):
        rule[key] = v
    rule["Destination"]["tag"] = tag
    rule["Destination"]["Group" if tag else "DeviceId"] = value
    return req


def outbound(dce):
    """Groups and rules; each method with a good call and a bad one."""
    name = "Nord\0"
    ask(dce, with_values(AddGroup(), Name=name))
    ask(dce, with_values(AddGroup(), Name=name), 0x34)
    req = SetGroup()
    for key, value in (("Size", 40), ("Name", name), ("Count", 2), ("Devices", [1, 2]),
                       ("Status", 0)):
        req["Group"][key] = value
    ask(dce, req)
    req["Group"]["Devices"], req["Group"]["Name"] = [2, 2], name
    ask(dce, req, 0x57)
    ask(dce, with_values(OrderDevice(), Name=name, DeviceId=2, Place=1))
    ask(dce, with_values(OrderDevice(), Name=name, DeviceId=2, Place=3), 0x57)
    resp = ask(dce, EnumGroups())
    rows = [struct.unpack_from("<5I", data(resp), 20 * i) for i in range(resp["Count"])]
    assert [text(data(resp), r[1]) for r in rows] == ["<All devices>", "Nord"], rows
    assert struct.unpack_from("<2I", data(resp), rows[1][3]) == (2, 1), rows
    rule = dict(Area=30, Country=49, DeviceId=0, Group=name, UseGroup=1)
    ask(dce, with_values(AddRule(), **rule))
    ask(dce, with_values(AddRule(), **rule), 0x34)
    ask(dce, with_values(RemoveGroup(), Name=name), 7004)
    ask(dce, set_rule(49, 30, 0, 1))
    ask(dce, set_rule(49, 30, 0, 99), 0x14)
    ask(dce, set_rule(49, 30, 1, name))
    ask(dce, set_rule(49, 30, 1, "Weg\0"), 7003)
    resp = ask(dce, EnumRules())
    assert resp["Count"] == 2
    rows = [struct.unpack_from("<6I", data(resp), 24 * i) for i in range(2)]
    assert rows[0][1:3] == (0, 0) and text(data(resp), rows[0][4]) == "<All devices>"
    assert rows[1][1:3] == (30, 49) and text(data(resp), rows[1][4]) == "Nord"
    assert text(data(resp), rows[1][3]) == "Germany" and rows[1][5] == 1
    ask(dce, with_values(RemoveRule(), Area=30, Country=49))
    ask(dce, with_values(RemoveRule(), Area=30, Country=49), 7005)
    ask(dce, with_values(RemoveGroup(), Name=name))
    ask(dce, with_values(RemoveGroup(), Name=name), 7002)


def main():
    path = os.environ.get("CASELLI_INTEROP_SOCKET")
    server = tmp = None
    if not path:
        tmp = tempfile.TemporaryDirectory()
        path = tmp.name + "/rpc"
        server = subprocess.Popen([sys.argv[1], path], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        assert server.stdout.readline() == b"ready\n"
    for max_frag in (-1, 64):
        dce = DCERPC_v5(UnixTransport(path))
        dce.connect()
        dce.bind(uuidtup_to_bin(FAX))
        req = Connect()
        req["Api"] = 0x30000
        resp = ask(dce, req)
        assert resp["Api"] == 0x30000
        handle = check_ports(dce)
        resp = ask(dce, GetConfiguration())
        assert struct.unpack_from("<I", data(resp))[0] == 52
        guids = read_routing(dce, handle)
        if server:
            list_plugins(dce, max_frag == -1)
            change_routing(dce, handle, guids[-1])
            outbound(dce)
            req = SetPort()
            req["Handle"] = handle
            for field, value in (("Size", 48), ("DeviceId", 1), ("State", 0), ("Flags", 3),
                                 ("Rings", 4), ("Priority", 1), ("Name", NULL),
                                 ("Tsid", "T S\0"), ("Csid", "C S\0")):
                req["Info"][field] = value
            ask(dce, req)
            # requests in many fragments; impacket never sends an empty one in this mode
            dce.set_max_fragment_size(max_frag)
            name = upload(dce, b"II*\0" + bytes(range(256)) * 100)
            job = send(dce, name)
            dce.set_max_fragment_size(-1)
            resp = ask(dce, EnumJobs())
            entries = [struct.unpack_from("<23I", data(resp), 92 * i)
                       for i in range(resp["Count"])]
            mine = [e for e in entries if e[1] == job]
            assert mine and text(data(resp), mine[0][8]) == "5551234"
        assert ask(dce, GetRecipientsLimit())["Limit"] >= 1
        ask(dce, SetOutbound(), 0x32)
        close_port(dce, handle)
        bad = call("Bad", 79, [], [])
        fault(dce, bad(), None)
        dce.disconnect()
    if server:
        server.stdin.close()
        assert server.wait(10) == 0
        tmp.cleanup()
    print("impacket agrees")


if __name__ == "__main__":
    main()
