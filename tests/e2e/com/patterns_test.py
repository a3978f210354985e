# SPDX-License-Identifier: Apache-2.0
"""What existing programs do with the fax objects: late bound, in their order and spelling.

Each function is one of the numbered patterns that callers are known for; it works, or fails as a
program can bear it. Seen by a second client.
"""
import ctypes as c
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), HERE]
import caselli as fx
import faxcom as com
from faxcom import ComError, Typed, create_object
from members_table import FAST, World, eq, one, until


def fails(code, fn, *args):
    try:
        fn(*args)
    except ComError as e:
        eq(e.code, code, str(e))
        assert e.text and len(e.text) > 10, f"no sentence: {e.text!r}"
        return e.text
    raise AssertionError("it should have failed")


def connected(w):
    s = create_object("FaxServer.FaxServer")
    s.call("Connect", w.service.socket)
    return s


def p01_shortest_send_without_disconnect(w):
    s = connected(w)
    d = s.call("CreateDocument", w.letter)
    d.put("FaxNumber", FAST)
    number = d.call("Send")
    eq(w.job(number)["RecipientNumber"], FAST)
    del d
    del s
    eq(com.lib.DllCanUnloadNow(), 1) # the table's own server object alone
    w.abort(number)


def p02_typical_properties(w):
    s = connected(w)
    for off in (0, False, Typed(com.VT_BOOL, 0)):
        d = s.call("CreateDocument", w.letter)
        for name, value in (("DisplayName", "My Fax"), ("RecipientName", "R"), ("SenderName", "S"),
                            ("SenderFax", "0 12"), ("CoverpageSubject", "Sub"),
                            ("CoverpageNote", "Note"), ("RecipientTitle", "Dr"),
                            ("RecipientCompany", "Co"), ("DiscountSend", off),
                            ("SendCoverpage", off), ("ServerCoverpage", 0), ("CoverpageName", ""),
                            ("FaxNumber", FAST)):
            d.put(name, value)
            got = d.get(name)
            eq(got, value if isinstance(value, str) else 0, name)
        number = d.call("Send")
        eq(w.job(number)["DocumentName"], "My Fax")
        w.abort(number)


def p02_cover_page_of_the_server(w):
    s = connected(w)
    d = s.call("CreateDocument", w.letter)
    for name, value in (("SendCoverpage", True), ("ServerCoverpage", 1),
                        ("CoverpageName", "generic.cov"), ("CoverpageSubject", "Sub"),
                        ("FaxNumber", FAST)):
        d.put(name, value)
    number = d.call("Send")
    eq(until(lambda: w.job(number)["PageCount"], "pages"), 2)
    w.abort(number)
    # no name: an error that says what to do, not a fax without its cover page
    d.put("CoverpageName", "")
    assert "CoverpageName" in fails(com.E_INVALIDARG, d.call, "Send")


def p03_job_number_fits_16_bits(w):
    s = connected(w)
    d = s.call("CreateDocument", w.letter)
    d.put("FaxNumber", FAST)
    number = d.call("Send")
    eq(c.c_int16(number).value, number)
    jobs = s.call("GetJobs")
    found = [j for j in (jobs.get("Item", i + 1) for i in range(jobs.get("Count")))
             if j.get("JobId") == number]
    eq(len(found), 1)
    found[0].call("SetStatus", Typed(com.VT_I2, 1)) # CInt(JC_DELETE)
    fails(com.GONE, found[0].call, "Refresh")


def p04_create_document_before_connect(w):
    s = create_object("FaxServer.FaxServer")
    d = s.call("CreateDocument", w.letter)
    d.put("FaxNumber", FAST)
    assert "Connect" in fails(com.NO_CONNECTION, d.call, "Send")
    s.call("Connect", w.service.socket)
    number = d.call("Send")
    w.abort(number)
    s.call("Disconnect")
    fails(com.NO_CONNECTION, d.call, "Send")


def p05_properties_before_connect_fail(w):
    s = create_object("FaxServer.FaxServer")
    before = w.config()
    for name, value in (("Retries", 3), ("RetryDelay", 5), ("ServerCoverpage", 0),
                        ("ArchiveDirectory", "C:\\"), ("Branding", True)):
        assert "Connect" in fails(com.NO_CONNECTION, s.put, name, value)
        fails(com.NO_CONNECTION, s.get, name)
    eq(w.config(), before)


def p06_properties_right_after_connect(w):
    s = connected(w)
    for name, value in (("ServerCoverpage", 0), ("Retries", 3), ("RetryDelay", 5)):
        s.put(name, value)
    cfg = w.config()
    eq((cfg["ServerCp"], cfg["Retries"], cfg["RetryDelay"]), (0, 3, 5))


def p07_file_names(w):
    s = connected(w)
    d = s.call("CreateDocument", Typed(com.VT_EMPTY))
    eq(d.get("FileName"), "")
    d.put("FaxNumber", FAST)
    assert "FileName" in fails(com.E_INVALIDARG, d.call, "Send")
    d.put("FileName", w.letter) # assigned again
    w.abort(d.call("Send"))
    before = os.getcwd()
    os.chdir(os.path.dirname(w.letter)) # a name without a path
    try:
        d = s.call("CreateDocument", os.path.basename(w.letter))
        d.put("FaxNumber", FAST)
        number = d.call("Send")
    finally:
        os.chdir(before)
    eq(w.job(number)["DocumentName"], os.path.basename(w.letter))
    w.abort(number)


def p08_document_deleted_after_send(w):
    s = connected(w)
    gone = os.path.join(w.service.dir, "gone.txt")
    shutil.copy(w.letter, gone)
    d = s.call("CreateDocument", gone)
    d.put("FaxNumber", FAST)
    number = d.call("Send")
    os.unlink(gone)
    eq(until(lambda: w.job(number)["PageCount"], "pages"), 1)
    w.abort(number)
    assert "gone.txt" in fails(com.NOT_FOUND, d.call, "Send")


def p09_number_is_passed_through(w):
    s = connected(w)
    for text in ("0,123-45 67", "+49 (30) 1234", "001 44-1"):
        d = s.call("CreateDocument", w.letter)
        d.put("FaxNumber", text)
        number = d.call("Send")
        eq(w.job(number)["RecipientNumber"], text)
        w.abort(number)
    d.put("FaxNumber", 102) # a number, not a text
    eq(d.get("FaxNumber"), "102")


def p10_any_case_and_progids(w):
    for progid in ("FaxServer.FaxServer.1", "faxserver.faxserver", "FAXSERVER.FAXSERVER"):
        s = create_object(progid)
        s.call("CONNECT", w.service.socket)
        s.call("getports").get("count")
        s.call("DisConnect")
        fails(com.NO_CONNECTION, s.call, "disconnect")
    for progid in ("FaxTiff.FaxTiff", "faxtiff.faxtiff.1"):
        create_object(progid)
    s = create_object("FaxServer.FaxServer")
    eq(s.id_of("NoSuchName")[0], com.UNKNOWNNAME)
    try:
        create_object("FaxServer.FaxServer.2")
        raise AssertionError("no such version")
    except ComError as e:
        eq(e.code, 0x800401F3)


def p11_casts_and_identity(w):
    unknown, dispatch = ("00000000-0000-0000-C000-000000000046",
                         "00020400-0000-0000-C000-000000000046")
    s = connected(w)
    d = s.call("CreateDocument", w.letter)
    port = s.call("GetPorts").get("Item", 1)
    for obj, iface in ((s, "IFaxServer"), (d, "IFaxDoc"), (port, "IFaxPort")):
        seen = set()
        for iid in (unknown, dispatch, com.IIDS[iface], unknown):
            hr, p = obj.query(iid)
            eq(hr, 0)
            seen.add(p)
            com.Obj(p) # released
        eq(len(seen), 1)
        hr, see = obj.query("DF0B3D60-548F-101B-8E65-08002B2BD119") # ISupportErrorInfo
        eq(hr, 0)
        see = com.Obj(see)
        eq(see.raw(3, c.c_char_p)(see.p, com.guid(com.IIDS[iface])), 0)
        eq(see.raw(3, c.c_char_p)(see.p, com.guid(unknown)), 1)
        hr, p = see.query(unknown)
        eq((hr, {p}), (0, seen))
        com.Obj(p)
        eq(obj.query("00000003-0000-0000-C000-000000000046")[0], 0x80004002) # IMarshal
        cast = obj.as_(iface)
        eq(cast.p, obj.p)
    eq(d.as_("IFaxDoc").slot("get_FileName"), (0, w.letter))


def p12_ports_item_each_time(w):
    s = connected(w)
    ports = s.call("GetPorts")
    for i in range(1, ports.get("Count") + 1):
        assert isinstance(ports.get("Item", i).get("Name"), str)
        eq(ports.get("Item", i).get("CanModify"), 1)
        device = ports.get("Item", i).get("DeviceId")
        for name, value in (("Csid", "C"), ("Tsid", "T"), ("Rings", 1), ("Receive", 1),
                            ("Send", -1)):
            ports.get("Item", Typed(com.VT_R8, float(i))).put(name, value)
        info = w.port_info(device)
        eq((info["Csid"], info["Tsid"], info["Rings"], info["Flags"] & 3), ("C", "T", 1, 3))
    try:
        ports.get("Item", ports.get("Count") + 1)
        raise AssertionError("no such port")
    except ComError as e:
        eq(e.code, com.E_INVALIDARG)
    # no default member, no enumerator: DISPID 0 and _NewEnum
    eq(ports.invoke(0, com.GET | com.METHOD, 1)[0], com.MEMBERNOTFOUND)
    eq(ports.id_of("_NewEnum")[0], com.UNKNOWNNAME)


def p13_routing_methods(w):
    methods = connected(w).call("GetPorts").get("Item", 1).call("GetRoutingMethods")
    names = []
    for j in range(1, methods.get("Count") + 1):
        m = methods.get("Item", j)
        names.append(m.get("FriendlyName"))
        assert isinstance(m.get("RoutingData"), str)
        m.put("Enable", False)
        eq(m.get("Enable"), 0)
    eq(len(set(names)), len(names))
    assert all(names)


def p14_job_that_vanishes(w):
    s = connected(w)
    d = s.call("CreateDocument", w.letter)
    d.put("FaxNumber", FAST)
    numbers = [d.call("Send") for _ in range(3)]
    jobs = s.call("GetJobs")
    n = jobs.get("Count")
    w.abort(numbers[1])
    seen = [jobs.get("Item", i).get("JobId") for i in range(1, n + 1)]
    assert set(numbers) <= set(seen)
    for command, text in ((2, "Paused"), (3, "Pending")):
        for i in range(1, n + 1):
            job = jobs.get("Item", i)
            if job.get("JobId") == numbers[0]:
                job.call("SetStatus", command)
                job.call("Refresh")
                eq(job.get("QueueStatus"), text)
    for number in (numbers[0], numbers[2]):
        [j for j in (jobs.get("Item", i) for i in range(1, n + 1))
         if j.get("JobId") == number][0].call("SetStatus", 1)
    eq(w.other.queue_length(), 0)


def p15_a_failure_has_number_and_text(w):
    s = connected(w)
    d = s.call("CreateDocument", w.service.dir + "/missing.doc")
    d.put("FaxNumber", FAST)
    ident = d.id_of("Send")[1][0]
    hr, _, failed, _ = d.invoke(ident, com.METHOD)
    eq((hr, failed[0], failed[1]), (com.EXCEPTION, com.NOT_FOUND, "FaxDoc"))
    assert "missing.doc does not exist" in failed[2]
    eq(com.last_error(), None) # moved into EXCEPINFO
    eq(d.as_("IFaxDoc").slot("Send")[0], com.NOT_FOUND)
    eq(com.last_error()[0], "FaxDoc")


def dispatch_rules(w):
    """Named arguments, counts, types, kinds of access, and which argument is at fault."""
    s = connected(w)
    ports = s.call("GetPorts")
    item = ports.id_of("Item", "Index")
    eq(item, (0, [2, 0]))
    eq(ports.id_of("Item", "Nonsense"), (com.UNKNOWNNAME, [2, -1]))
    eq(ports.invoke(2, com.GET, 1, named=0)[0], 0)
    eq(ports.invoke(2, com.GET, 1, named=7)[0::3], (com.PARAMNOTFOUND, 0))
    eq(ports.invoke(2, com.METHOD, Typed(com.VT_I4 | com.VT_BYREF, 1))[0], 0)
    eq(ports.invoke(2, com.METHOD, Typed(com.VT_VARIANT | com.VT_BYREF, 1))[0], 0)
    eq(ports.invoke(2, com.METHOD)[0], com.BADPARAMCOUNT)
    eq(ports.invoke(2, com.METHOD, 1, 2)[0], com.BADPARAMCOUNT)
    eq(ports.invoke(2, com.GET, "one")[0::3], (com.TYPEMISMATCH, 0))
    eq(ports.invoke(2, com.GET, 1e12)[0::3], (com.OVERFLOW, 0))
    eq(ports.invoke(2, com.GET, Typed(com.VT_NULL))[0::3], (com.TYPEMISMATCH, 0))
    eq(ports.invoke(2, com.GET, Typed(com.VT_ERROR, 0x80020004))[0::3], (com.PARAMNOTOPTIONAL, 0))
    eq(ports.invoke(2, com.PUT, 1)[0], com.MEMBERNOTFOUND)
    eq(ports.invoke(1, com.METHOD)[1], 2)             # a get called as a method
    eq(type(s.invoke(3, com.GET)[1]), com.Obj)        # a method read as a property
    eq(ports.invoke(1, com.PUT, 1)[0], com.MEMBERNOTFOUND)
    eq(s.invoke(99, com.GET)[0], com.MEMBERNOTFOUND)
    eq(ports.invoke(1, com.GET, want=False)[0], 0)    # nobody wants the result
    rings = ports.get("Item", 1)
    for value, want in ((True, None), ("3", 3), (2.5, 2), (Typed(com.VT_UI1, 4), 4),
                        (Typed(com.VT_DATE, 5.0), 5)):
        if want is None:
            fails(com.E_INVALIDARG, rings.put, "Rings", value) # -1
        else:
            rings.put("Rings", value)
            eq(rings.get("Rings"), want)
    d = s.call("CreateDocument", Typed(com.VT_NULL))
    for value, want in ((5, "5"), (True, "-1"), (1.5, "1.5"), (Typed(com.VT_NULL), ""),
                        (Typed(com.VT_EMPTY), ""), (Typed(com.VT_BSTR | com.VT_BYREF, "x"), "x")):
        d.put("Tsid", value)
        eq(d.get("Tsid"), want, repr(value))
    for value, want in ((Typed(com.VT_BOOL, -1), 1), (Typed(com.VT_EMPTY), 0), ("true", 1),
                        (Typed(com.VT_BOOL | com.VT_BYREF, Typed(com.VT_BOOL, -1)), 1)):
        d.put("DiscountSend", value)
        eq(d.get("DiscountSend"), want, repr(value))
    fails(com.TYPEMISMATCH, d.put, "DiscountSend", "perhaps")


def either_order_of_release(w):
    for children_first in (True, False):
        s = connected(w)
        ports = s.call("GetPorts")
        port = ports.get("Item", 1)
        status, jobs = port.call("GetStatus"), s.call("GetJobs")
        order = [s, ports, port, status, jobs]
        for obj in reversed(order) if children_first else order:
            if obj is status and not children_first:
                obj.call("Refresh") # its parents are gone, the connection is not
            eq(obj.release(), 1 if not children_first and obj is port else 0)
            obj.p = None
        del order, s, ports, port, status, jobs
    s = connected(w)
    port = s.call("GetPorts").get("Item", 1)
    status = port.call("GetStatus")
    s.call("Disconnect")
    fails(com.NO_CONNECTION, port.get, "Rings")
    fails(com.NO_CONNECTION, status.call, "Refresh")
    eq(status.get("Description"), "Available") # what was read stays readable


def main():
    os.environ.update(LC_ALL="C", XDG_CONFIG_HOME="/nonexistent")
    tests = [(n, f) for n, f in globals().items()
             if callable(f) and (n[0] == "p" and n[1:3].isdigit()
                                 or n in ("dispatch_rules", "either_order_of_release"))]
    eq({int(n[1:3]) for n, _ in tests if n[0] == "p"}, set(range(1, 16)), "patterns")
    with fx.Service("[loop]\nports = 2\n") as service:
        service.start().close()
        w = World(service)
        w.configure(PauseServerQueue=1)
        for name, fn in tests:
            if len(sys.argv) > 1 and sys.argv[1] not in name:
                continue
            fn(w)
            print("ok", name, flush=True)
        w.__dict__.clear()
    eq(com.lib.DllCanUnloadNow(), 0, "objects left")


if __name__ == "__main__":
    main()
