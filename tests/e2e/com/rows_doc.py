# SPDX-License-Identifier: Apache-2.0
"""Rows of FaxDoc, the routing objects, FaxTiff."""
import glob

from members_table import *
from rows_status import FULL


# ---- IFaxDoc ----
ENTRY_OF = dict(FaxNumber="RecipientNumber", RecipientName="RecipientName", Tsid="Tsid",
                SenderName="SenderName", SenderCompany="SenderCompany",
                SenderDepartment="SenderDept", BillingCode="BillingCode",
                DisplayName="DocumentName")


def doc_pair(name, flag=False):
    """Both rows of a property: stored and read, and seen in the job where a job has it."""
    values = [1, 0, -1] if flag else ["text \u00e9\u20ac", "", "x" * 300]

    def get(w):
        doc = w.doc()
        for v in values:
            eq(doc.slot("put_" + name, v), (0, None), name)
            eq(doc.slot("get_" + name), (0, int(v != 0) if flag else v), name)
            eq(doc.get(name.lower()), int(v != 0) if flag else v, name)
        if not flag:
            eq(doc.slot("put_" + name, None), (0, None)) # a NULL BSTR is an empty text
            eq(doc.slot("get_" + name), (0, ""))

    def put(w):
        get(w)
        doc = w.doc()
        doc.put(name, values[0])
        eq(doc.slot("get_" + name), (0, values[0]), name)
        if name in ENTRY_OF:
            value = FAST if name == "FaxNumber" else "own 1"
            number, entry = w.paused_job(**({} if name == "FaxNumber" else {name: value}))
            eq(entry[ENTRY_OF[name]], value, name)
            w.abort(number)
    row("IFaxDoc", "get_" + name, None, get)
    row("IFaxDoc", "put_" + name, None, put)


for _name in """CoverpageName RecipientName RecipientCompany RecipientAddress RecipientCity
        RecipientState RecipientZip RecipientCountry RecipientTitle RecipientDepartment
        RecipientOffice RecipientHomePhone RecipientOfficePhone SenderName SenderCompany
        SenderAddress SenderTitle SenderDepartment SenderOffice SenderHomePhone SenderOfficePhone
        CoverpageNote CoverpageSubject Tsid BillingCode EmailAddress DisplayName FaxNumber
        SenderFax FileName""".split():
    doc_pair(_name)
for _name in "SendCoverpage ServerCoverpage DiscountSend".split():
    doc_pair(_name, flag=True)


def discount_is_seen(w, old=ROWS["IFaxDoc", "put_DiscountSend"].good):
    old(w)
    for value, action in ((1, 2), (0, 0)):
        number, entry = w.paused_job(DiscountSend=value)
        eq(entry["ScheduleAction"], action)
        w.abort(number)


def cover_is_a_page(w, old=ROWS["IFaxDoc", "put_SendCoverpage"].good):
    old(w)
    pages = []
    for cover in (0, 1):
        number, _ = w.paused_job(SendCoverpage=cover, ServerCoverpage=1, CoverpageName="generic",
                                 CoverpageNote="a note", CoverpageSubject="a subject")
        pages.append(until(lambda: w.job(number)["PageCount"], "pages"))
        w.abort(number)
    eq(pages, [1, 2])


def personal_cover(w, old=ROWS["IFaxDoc", "put_ServerCoverpage"].good):
    old(w)
    own = os.path.join(w.service.dir, "own.cover")
    with open(own, "w") as f:
        f.write('caselli-cover 1\ntext 20 20 100 size=30 bold "Fax"\n')
    w.configure(ServerCp=0)
    number, _ = w.paused_job(SendCoverpage=1, ServerCoverpage=0, CoverpageName=own)
    eq(until(lambda: w.job(number)["PageCount"], "pages"), 2)
    w.abort(number)
    w.configure(ServerCp=1) # only common ones now
    doc = w.doc(FaxNumber=FAST, SendCoverpage=1, ServerCoverpage=0, CoverpageName=own)
    hr, number = doc.slot("Send")
    assert hr & 0x80000000 and com.last_error()[1], hex(hr)
    eq(number, 0)
    w.configure(ServerCp=0)


ROWS["IFaxDoc", "put_DiscountSend"].good = discount_is_seen
ROWS["IFaxDoc", "put_SendCoverpage"].good = cover_is_a_page
ROWS["IFaxDoc", "put_ServerCoverpage"].good = personal_cover


def doc_send(w):
    number, entry = w.paused_job(**FULL)
    eq(entry["RecipientNumber"], FAST)
    assert 1 <= number <= 32767
    w.abort(number)
    doc = w.doc(FaxNumber=FAST) # the same one twice
    a, b = doc.slot("Send")[1], doc.slot("Send")[1]
    assert a != b and a > 0
    w.abort(a)
    w.abort(b)
    for values, code in (({"FileName": ""}, E_INVALIDARG), ({"FaxNumber": ""}, E_INVALIDARG),
                         ({"FileName": w.service.dir + "/none.txt"}, NOT_FOUND),
                         ({"SendCoverpage": 1}, E_INVALIDARG),
                         ({"SendCoverpage": 1, "CoverpageName": w.service.dir + "/none.cover"},
                          NOT_FOUND),
                         ({"CallHandle": 5}, NOT_SUPPORTED)):
        doc = w.doc(FaxNumber=FAST)
        for name, value in values.items():
            doc.slot("put_" + name, value)
        eq(doc.slot("Send"), (code, 0), repr(values))
        assert com.last_error()[1], "no sentence"


def doc_connection_object(w):
    doc = w.doc(FaxNumber=FAST)
    eq(doc.slot("putref_ConnectionObject", w.server), (0, None))
    eq(doc.slot("Send")[0], NOT_SUPPORTED)
    eq(doc.slot("putref_ConnectionObject", None), (0, None))
    ident = doc.id_of("connectionobject")[1][0]
    for flags in (com.PUTREF, com.PUT, com.PUT | com.PUTREF):
        eq(doc.invoke(ident, flags, w.server)[0], 0)
        eq(doc.slot("Send")[0], NOT_SUPPORTED)
    eq(doc.invoke(ident, com.GET)[0], com.MEMBERNOTFOUND)
    eq(doc.invoke(ident, com.PUTREF, 5)[0], com.TYPEMISMATCH)


def doc_call_handle(w):
    doc = w.doc(FaxNumber=FAST)
    eq(doc.slot("get_CallHandle"), (0, 0))
    for v in (5, -2147483648, 2147483647):
        eq(doc.slot("put_CallHandle", v), (0, None))
        eq(doc.slot("get_CallHandle"), (0, v))
    eq(doc.slot("Send")[0], NOT_SUPPORTED)


row("IFaxDoc", "Send", "job_submit", doc_send)
row("IFaxDoc", "putref_ConnectionObject", None, doc_connection_object)
row("IFaxDoc", "get_CallHandle", None, doc_call_handle)
row("IFaxDoc", "put_CallHandle", None, doc_call_handle)

# ---- IFaxRoutingMethods, IFaxRoutingMethod ----
Method = fx.struct("Method", *fx.each(fx.u32, "SizeOfStruct DeviceId"), ("Enabled", fx.flag),
                   *fx.each(fx.text, "DeviceName Guid FriendlyName FunctionName ImageName "
                                     "ExtensionName"))


def other_port(w, device, flags=1):
    h = c.c_void_p()
    w.other.call("FaxOpenPort", fx.u32(device), fx.u32(flags), c.byref(h))
    return h


def methods_of(w, device):
    h, rows, n = other_port(w, device), c.POINTER(Method)(), fx.u32()
    w.other.call("FaxEnumRoutingMethodsA", h, c.byref(rows), c.byref(n), first=False)
    out = [{f: getattr(rows[i], f) for f, _ in Method._fields_} for i in range(n.value)]
    fx.lib.FaxFreeBuffer(rows)
    fx.lib.FaxClose(h)
    return [{k: v.decode() if isinstance(v, bytes) else v for k, v in m.items()} for m in out]


def set_data(w, device, guid, s):
    data, h = (s + "\0").encode("utf-16-le"), other_port(w, device, 3)
    w.other.call("FaxSetRoutingInfoA", h, guid.encode(), data, fx.u32(len(data)), first=False)
    fx.lib.FaxClose(h)


def methods_count(w):
    port = w.port()
    device = port.slot("get_DeviceId")[1]
    methods = child(port, "GetRoutingMethods", "IFaxRoutingMethods")
    assert len(methods_of(w, device)) >= 4
    eq(methods.slot("get_Count"), (0, len(methods_of(w, device))))


def methods_item(w):
    port = w.port()
    want = methods_of(w, port.slot("get_DeviceId")[1])
    methods = child(port, "GetRoutingMethods", "IFaxRoutingMethods")
    got = [child(methods, "get_Item", "IFaxRoutingMethod", i + 1).slot("get_Guid")[1]
           for i in range(len(want))]
    eq([g.lower() for g in got], [m["Guid"].lower() for m in want]) # in order of priority


def method_get(name, field=None):
    def good(w):
        m = w.method()
        device = w.port().slot("get_DeviceId")[1]
        other = [x for x in methods_of(w, device) if x["Guid"].lower() == FOLDER][0]
        want = other[field or name]
        want = "" if want is None else want
        eq(m.slot("get_" + name), (0, want), name)
        eq(m.get(name.upper()), want, name)
    row("IFaxRoutingMethod", "get_" + name, "port_query", good)


def method_enable(w):
    m = w.method()
    device = m.slot("get_DeviceId")[1]
    set_data(w, device, FOLDER, w.service.dir)
    for value in (1, 0, -1, 0):
        eq(m.slot("put_Enable", value), (0, None), "Enable")
        other = [x for x in methods_of(w, device) if x["Guid"].lower() == FOLDER][0]
        eq(other["Enabled"] != 0, value != 0)
        eq(m.slot("get_Enable"), (0, int(value != 0)))


def method_data(w):
    m = w.method()
    for s in (w.service.dir, w.service.dir + "/\u00e9"):
        set_data(w, m.slot("get_DeviceId")[1], FOLDER, s)
        eq(m.slot("get_RoutingData"), (0, s))
        eq(m.get("RoutingData"), s)


row("IFaxPort", "GetRoutingMethods", "port_query", methods_count)
row("IFaxRoutingMethods", "get_Count", "port_query", methods_count)
row("IFaxRoutingMethods", "get_Item", "port_query", methods_item,
    [((i,), E_INVALIDARG) for i in (0, -1, 100, 2147483647, -2147483648)])
method_get("DeviceId")
method_get("Enable", "Enabled")
row("IFaxRoutingMethod", "put_Enable", "port_set", method_enable)
method_get("DeviceName")
method_get("Guid")
method_get("FunctionName")
method_get("ImageName")
method_get("FriendlyName")
method_get("ExtensionName")
row("IFaxRoutingMethod", "get_RoutingData", "port_query", method_data)


# ---- IFaxTiff: the files of one fax, sent and received ----
def in_queue(w, number):
    try:
        return w.job(number)
    except fx.Failed:
        return None


class Fax:
    def __init__(self, w):
        w.configure(PauseServerQueue=0, UseDeviceTsid=0, ArchiveOutgoingFaxes=1,
                    ArchiveDirectory=ARCHIVE.encode())
        before = {m["Id"] for m in w.other.messages(0)}
        doc = w.doc(FaxNumber=FAST, **dict(FULL, DiscountSend=0, SenderName="Ann",
                                           RecipientName="Bob \u20ac"))
        hr, number = doc.slot("Send")
        eq(hr, 0)
        self.inbox = until(lambda: [m for m in w.other.messages(0) if m["Id"] not in before],
                           "the fax")[0]
        until(lambda: not in_queue(w, number), "the message")
        self.sent = w.other.messages(1)[-1]
        self.files = {}
        for name in ("inbox", "sent"):
            for path in glob.glob(os.path.join(w.service.state, name, "*.tif")):
                t = com.create("FaxTiff")
                eq(t.slot("put_Image", path), (0, None))
                if t.slot("get_TiffTagString", 65109)[1] == str(getattr(self, name)["Id"]):
                    self.files[name] = path
        eq(set(self.files), {"inbox", "sent"})
        self.received, self.outgoing = com.create("FaxTiff"), com.create("FaxTiff")
        eq(self.received.slot("put_Image", self.files["inbox"]), (0, None))
        eq(self.outgoing.slot("put_Image", self.files["sent"]), (0, None))


def fax(w):
    if not hasattr(w, "fax"):
        w.fax = Fax(w)
    return w.fax


def tiff(name, received, sent):
    """received, sent: what the other client says of the message, as functions of it."""
    def good(w):
        f = fax(w)
        for obj, message, want in ((f.received, f.inbox, received), (f.outgoing, f.sent, sent)):
            eq(obj.slot("get_" + name), (0, want(message)), name)
            eq(obj.get(name), want(message), name)
    row("IFaxTiff", "get_" + name, None, good)


def M(field):
    return lambda m: (m[field] or b"").decode() or "Unavailable"


def tiff_image(w):
    f = fax(w)
    t = com.create("FaxTiff")
    for path in f.files.values():
        eq(t.slot("put_Image", path), (0, None))
        eq(t.slot("get_Image"), (0, path))
        t.put("IMAGE", path)
        eq(t.get("image"), path)
    eq(t.slot("put_Image", "/nowhere.tif"), (NOT_FOUND, None))
    eq(t.slot("get_Image"), (0, path))


def tiff_time(w):
    f = fax(w)
    for obj, m in ((f.received, f.inbox), (f.outgoing, f.sent)):
        text, raw = obj.slot("get_ReceiveTime")[1], obj.slot("get_RawReceiveTime")[1]
        at = raw // 10000000 - 11644473600
        assert m["StartedAt"] <= at <= m["EndedAt"] + 1, (at, m["StartedAt"])
        eq(text, time.strftime("%m/%d/%y@%H:%M:%S", time.localtime(at)))
        eq((obj.get("ReceiveTime"), obj.get("RawReceiveTime")), (text, raw))


def tiff_tag(w):
    f = fax(w)
    eq(f.received.slot("get_TiffTagString", 256), (0, "1728"))
    eq(f.received.slot("get_TiffTagString", 65108), (0, "received"))
    eq(f.outgoing.slot("get_TiffTagString", 65108), (0, "sent"))
    eq(f.outgoing.get("TiffTagString", 65112), "B-1")
    eq(f.outgoing.slot("get_TiffTagString", 40001), (0, "Unavailable"))
    archived = glob.glob(os.path.join(ARCHIVE, "*.tif")) # the copy has them too
    eq(len(archived), 1)
    copy = com.create("FaxTiff")
    eq(copy.slot("put_Image", archived[0]), (0, None))
    for name in ("RecipientName", "RecipientNumber", "SenderName", "Csid", "Tsid", "ReceiveTime"):
        eq(copy.get(name), f.outgoing.get(name), name)


UNAVAILABLE = lambda m: "Unavailable"
row("IFaxTiff", "get_ReceiveTime", None, tiff_time)
row("IFaxTiff", "get_RawReceiveTime", None, tiff_time)
row("IFaxTiff", "get_Image", None, tiff_image)
row("IFaxTiff", "put_Image", None, tiff_image,
    [((None,), E_INVALIDARG), (("",), E_INVALIDARG), (("/nowhere.tif",), NOT_FOUND),
     (("/",), INVALID_DATA), ((__file__,), INVALID_DATA)])
tiff("RecipientName", UNAVAILABLE, lambda m: "Bob \u20ac")
tiff("SenderName", UNAVAILABLE, lambda m: "Ann")
tiff("Routing", M("Routing"), UNAVAILABLE)
tiff("CallerId", M("CallerId"), UNAVAILABLE)
tiff("Csid", M("Csid"), M("Csid"))
tiff("Tsid", M("Tsid"), M("Tsid"))
tiff("RecipientNumber", M("Csid"), lambda m: FAST)
row("IFaxTiff", "get_TiffTagString", None, tiff_tag,
    [((v,), E_INVALIDARG) for v in (0, -1, 65536, 2147483647)])
