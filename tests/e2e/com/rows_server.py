# SPDX-License-Identifier: Apache-2.0
"""Rows of FaxServer, FaxPorts, FaxPort."""
from members_table import *


# ---- IFaxServer ----
def server_connect(w):
    s = com.create("FaxServer")
    eq(s.slot("get_Retries"), (NO_CONNECTION, 0))
    eq(s.slot("Connect", w.service.socket), (0, None))
    eq(s.slot("get_Retries"), (0, w.config()["Retries"]))
    # again: the old connection is dropped, its children with it
    ports = child(s, "GetPorts", "IFaxPorts")
    eq(s.slot("Connect", w.service.socket), (0, None))
    eq(ports.slot("get_Item", 1)[0], NO_CONNECTION)
    eq(s.slot("get_Retries")[0], 0)
    # NULL and "" are the local service, which CASELLI_SERVER names
    for name in (None, "", "localhost", "\\\\localhost\\Fax"):
        eq(s.slot("Connect", name), (0, None), repr(name))
    hr, _ = s.slot("Connect", w.service.dir + "/nobody")
    eq(hr, 0x800706BA)
    assert com.last_error()[1], "no sentence"
    eq(s.slot("get_Retries")[0], NO_CONNECTION)


def server_disconnect(w):
    s = com.create("FaxServer")
    eq(s.slot("Disconnect")[0], NO_CONNECTION)
    eq(s.slot("Connect", w.service.socket)[0], 0)
    eq(s.slot("Disconnect"), (0, None))
    eq(s.slot("get_Retries")[0], NO_CONNECTION)
    eq(s.slot("Disconnect")[0], NO_CONNECTION)


def server_create_document(w):
    doc = child(w.server, "CreateDocument", "IFaxDoc", "C:\\a b.txt")
    eq(doc.slot("get_FileName"), (0, "C:\\a b.txt"))
    eq(child(w.server, "CreateDocument", "IFaxDoc", None).slot("get_FileName"), (0, ""))
    doc = w.doc(FaxNumber=FAST)
    w.configure(PauseServerQueue=1)
    number = doc.slot("Send")[1]
    eq(w.job(number)["DocumentName"], "letter.txt")
    w.abort(number)


def server_get_ports(w):
    eq(w.ports().slot("get_Count"), (0, len(w.port_infos())))


def server_get_jobs(w):
    number, _ = w.paused_job()
    eq(w.jobs().slot("get_Count"), (0, w.other.queue_length()))
    w.abort(number)


row("IFaxServer", "Connect", None, server_connect)
row("IFaxServer", "Disconnect", None, server_disconnect)
row("IFaxServer", "GetPorts", "port_query", server_get_ports)
row("IFaxServer", "CreateDocument", None, server_create_document)
row("IFaxServer", "GetJobs", "job_query", server_get_jobs)


def setting(name, field, values, bad=(), read=lambda c, f: c[f], write=None):
    """Both rows of a setting: what the other client writes is read, what is put it reads."""
    write = write or (lambda w, f, v: w.configure(**{f: v.encode() if isinstance(v, str) else v}))

    def get(w):
        for v in values:
            write(w, field, v)
            eq(w.server.slot("get_" + name), (0, v), name)
            eq(w.server.get(name.lower()), v, name)

    def put(w):
        for v in reversed(values):
            eq(w.server.slot("put_" + name, v), (0, None), name)
            eq(read(w.config(), field), v, name)
            w.server.put(name.upper(), v)
            eq(w.server.slot("get_" + name), (0, v), name)

    row("IFaxServer", "get_" + name, "config_query", get)
    row("IFaxServer", "put_" + name, "config_set", put, [((v,), E_INVALIDARG) for v in bad])


def hour_or_minute(name, field, shift, values, bad):
    def write(w, f, v):
        old = w.config()[f]
        w.configure(**{f: old & ~(0xFFFF << shift) | v << shift})
    setting(name, field, values, bad, lambda cfg, f: cfg[f] >> shift & 0xFFFF, write)


setting("Retries", "Retries", [0, 7, 3], [-1])
setting("RetryDelay", "RetryDelay", [0, 12, 10], [-1])
setting("DirtyDays", "DirtyDays", [30, 0], [-2])
setting("Branding", "Branding", [0, 1])
setting("UseDeviceTsid", "UseDeviceTsid", [1, 0])
setting("ServerCoverpage", "ServerCp", [1, 0])
setting("PauseServerQueue", "PauseServerQueue", [1, 0])
setting("ArchiveOutboundFaxes", "ArchiveOutgoingFaxes", [1, 0])
setting("ArchiveDirectory", "ArchiveDirectory", [ARCHIVE, ""],
        write=lambda w, f, v: w.configure(ArchiveDirectory=v.encode()))
setting("ServerMapiProfile", "Reserved", ["Profile"],
        write=lambda w, f, v: w.configure(Reserved=v.encode()))
hour_or_minute("DiscountRateStartHour", "StartCheapTime", 0, [23, 0, 20], [-1, 24])
hour_or_minute("DiscountRateStartMinute", "StartCheapTime", 16, [59, 0], [-1, 60])
hour_or_minute("DiscountRateEndHour", "StopCheapTime", 0, [23, 0, 7], [-1, 24])
hour_or_minute("DiscountRateEndMinute", "StopCheapTime", 16, [59, 0], [-1, 60])


def dirty_days_never(w, old=ROWS["IFaxServer", "put_DirtyDays"].good):
    old(w)
    eq(w.server.slot("put_DirtyDays", -1)[0], 0)
    eq(w.config()["DirtyDays"], 0xFFFFFFFF)
    eq(w.server.slot("get_DirtyDays"), (0, -1))


def boolean_is_any_number(w, old=ROWS["IFaxServer", "put_Branding"].good):
    old(w)
    for v, want in ((-1, 1), (0, 0), (5, 1), (com.Typed(com.VT_BOOL, -1), 1), (False, 0),
                    (com.Typed(com.VT_I2, 2), 1), ("True", 1), ("0", 0), (0.25, 1), (None, 0)):
        w.server.put("Branding", v)
        eq(w.config()["Branding"], want, repr(v))
        eq(w.server.get("Branding"), want) # 1, not -1
    w.server.put("Branding", True)


ROWS["IFaxServer", "put_DirtyDays"].good = dirty_days_never
ROWS["IFaxServer", "put_Branding"].good = boolean_is_any_number


# ---- IFaxPorts, IFaxPort ----
def ports_item(w):
    ports, infos = w.ports(), w.port_infos()
    for i, info in enumerate(infos):
        port = child(ports, "get_Item", "IFaxPort", i + 1)
        eq(port.slot("get_DeviceId"), (0, info["DeviceId"]))
    a, b = (child(ports, "get_Item", "IFaxPort", 1) for _ in range(2))
    assert a.p != b.p, "Item gives the same object twice"


def out_of_range(n):
    return [((i,), E_INVALIDARG) for i in (0, -1, n + 1, 2147483647, -2147483648)]


row("IFaxPorts", "get_Count", "port_query",
    lambda w: eq(w.ports().slot("get_Count"), (0, len(w.port_infos()))))
row("IFaxPorts", "get_Item", "port_query", ports_item, out_of_range(2))


def port_get(name, field):
    def good(w):
        port = w.port()
        device = port.slot("get_DeviceId")[1]
        eq(port.slot("get_" + name), (0, w.port_info(device)[field] or ""), name)
        eq(port.get(name), w.port_info(device)[field] or "", name)
    row("IFaxPort", "get_" + name, "port_query", good)


def port_put(name, field, pairs, bad=()):
    """pairs: what is put, what the other client then sees"""
    def good(w):
        port = w.port()
        device = port.slot("get_DeviceId")[1]
        eq(port.slot("get_CanModify"), (0, 1))
        for value, want in pairs:
            eq(port.slot("put_" + name, value), (0, None), name)
            eq(w.port_info(device)[field], want, name)
            eq(port.slot("get_" + name), (0, want), name)
    row("IFaxPort", "put_" + name, "port_set", good, [((v,), E_INVALIDARG) for v in bad])


def port_flag(name, bit):
    def flags(w, device):
        return w.port_info(device)["Flags"] & bit

    def get(w):
        port = w.port()
        device = port.slot("get_DeviceId")[1]
        for on in (0, 1):
            fx.configure_port(w.other, device, Flags=w.port_info(device)["Flags"] & ~bit
                              | (bit if on else 0))
            eq(port.slot("get_" + name), (0, on), name)

    def put(w):
        port = w.port()
        device = port.slot("get_DeviceId")[1]
        for value in (0, -1, 0, 1):
            eq(port.slot("put_" + name, value), (0, None))
            eq(flags(w, device) != 0, value != 0, name)

    row("IFaxPort", "get_" + name, "port_query", get)
    row("IFaxPort", "put_" + name, "port_set", put)


def port_priority(w):
    ports = w.ports()
    a, b = (child(ports, "get_Item", "IFaxPort", i) for i in (1, 2))
    da, db = (p.slot("get_DeviceId")[1] for p in (a, b))
    for rank, others in ((2, 1), (1, 2)):
        eq(a.slot("put_Priority", rank), (0, None))
        eq(w.port_info(da)["Priority"], rank)
        eq(w.port_info(db)["Priority"], others) # renumbered
        eq(b.slot("get_Priority"), (0, others))


def port_status(w):
    port = w.port()
    status = child(port, "GetStatus", "IFaxStatus")
    eq(status.slot("get_DeviceId"), port.slot("get_DeviceId"))
    eq(status.slot("get_Description"), (0, "Available"))


ASCII20 = "0123456789ABCDEFGHIJ"
port_get("Name", "DeviceName")
port_get("DeviceId", "DeviceId")
port_get("Rings", "Rings")
port_put("Rings", "Rings", [(1, 1), (99, 99), (2, 2)], [0, 100, -1])
port_get("Csid", "Csid")
port_put("Csid", "Csid", [("+41 44 123", "+41 44 123"), (ASCII20 + "more", ASCII20),
                          ("a\u00fcb", "ab")])
port_get("Tsid", "Tsid")
port_put("Tsid", "Tsid", [("TSID 1", "TSID 1"), (ASCII20 + "more", ASCII20), ("a\u20acb", "ab")])
port_flag("Send", fx.SEND)
port_flag("Receive", fx.RECEIVE)
port_get("Priority", "Priority")
row("IFaxPort", "put_Priority", "port_set", port_priority,
    [((v,), E_INVALIDARG) for v in (0, -1, 3)])
row("IFaxPort", "get_CanModify", "port_query", lambda w: eq(w.port().slot("get_CanModify"), (0, 1)))
row("IFaxPort", "GetStatus", "port_query", port_status)
