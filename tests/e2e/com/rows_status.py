# SPDX-License-Identifier: Apache-2.0
"""Rows of FaxStatus, FaxJobs, FaxJob."""
from members_table import *
from rows_server import server_get_jobs


# ---- IFaxStatus: a fax that goes out on one port and comes in on the other ----
class Call:
    """Both ports in one call, held for all rows of the interface; made once."""

    def __init__(self, w):
        w.configure(PauseServerQueue=0, UseDeviceTsid=0)
        self.document = os.path.join(w.service.dir, "long.txt")
        fx.text_document(self.document, "long", 6)
        doc = w.doc(FileName=self.document, FaxNumber=SLOW, RecipientName="Rec\u00edpient",
                    SenderName="Sender", DisplayName="A letter", Tsid="OWN TSID")
        hr, self.number = doc.slot("Send")
        eq(hr, 0)
        for _ in range(200):
            ports = w.ports()
            self.objects = [child(child(ports, "get_Item", "IFaxPort", i), "GetStatus",
                                  "IFaxStatus") for i in (1, 2)]
            self.other = {p["DeviceId"]: {k: v.decode() if isinstance(v, bytes) else v
                                          for k, v in p.items()} for p in w.other.port_status()}
            out = [o for o in self.objects if o.slot("get_Send")[1]]
            into = [o for o in self.objects if o.slot("get_Receive")[1]]
            if out and into and out[0].slot("get_Description")[1] == "Sending" and \
                    into[0].slot("get_Description")[1] == "Receiving":
                self.out, self.into = out[0], into[0]
                self.o_out, self.o_in = (self.other[x.slot("get_DeviceId")[1]]
                                         for x in (self.out, self.into))
                w.abort(self.number)
                return
            time.sleep(0.05)
        raise AssertionError("the call never came to Sending and Receiving")


def call(w):
    if not hasattr(w, "call"):
        w.call = Call(w)
    return w.call


def status_both(name, of_out, of_in):
    """Expected values from the other client's view: functions of its row, or None: not looked at."""
    def good(w):
        k = call(w)
        for obj, row_, want in ((k.out, k.o_out, of_out), (k.into, k.o_in, of_in)):
            if want:
                eq(obj.slot("get_" + name), (0, want(row_)), name)
                eq(obj.get(name), want(row_), name)
    row("IFaxStatus", "get_" + name, None, good)


def ole(at):
    return at / 86400 + 25569


def status_time(name, field):
    def good(w):
        k = call(w)
        got = k.out.slot("get_" + name)[1]
        assert abs(got - ole(k.o_out[field])) * 86400 < 2, (name, got, k.o_out[field])
        eq(k.out.invoke(k.out.id_of(name)[1][0], com.GET)[1], got)
        eq(idle(w).slot("get_" + name), (0, 0.0)) # no active job
    row("IFaxStatus", "get_" + name, None, good)


def idle(w):
    """A status of a port where nothing goes on."""
    call(w)
    return until(lambda: next((s for s in [child(w.port(), "GetStatus", "IFaxStatus")]
                               if s.slot("get_Description")[1] == "Available"), None), "idle")


def status_elapsed(w):
    k = call(w)
    seconds = k.out.slot("get_ElapsedTime")[1] * 86400
    assert 0 <= seconds < 60, seconds
    eq(k.out.slot("get_ElapsedTime")[1], k.out.slot("get_ElapsedTime")[1])
    eq(idle(w).slot("get_ElapsedTime"), (0, 0.0))


def status_refresh(w):
    k = call(w)
    eq(k.out.slot("get_Send"), (0, 1)) # though the call was aborted long ago
    def again():
        eq(k.out.slot("Refresh"), (0, None))
        return k.out.slot("get_Description")[1] == "Available"
    kept = k.out
    until(again, "the port to be idle")
    eq(kept.slot("get_Send"), (0, 0))
    eq(kept.slot("get_CurrentPage"), (0, 0))
    del w.call


def T(field):
    return lambda r: r[field] or ""


status_both("CallerId", None, T("CallerId"))
status_both("Csid", T("RemoteId"), T("LocalId"))
status_both("CurrentPage", lambda r: 1, None)
status_both("DeviceId", lambda r: r["DeviceId"], lambda r: r["DeviceId"])
status_both("DeviceName", T("Name"), T("Name"))
status_both("DocumentName", lambda r: "A letter", lambda r: "")
status_both("Send", lambda r: 1, lambda r: 0)
status_both("Receive", lambda r: 0, lambda r: 1)
status_both("Address", lambda r: SLOW, lambda r: "")
status_both("RoutingString", None, T("Routing"))
status_both("SenderName", lambda r: "Sender", None)
status_both("RecipientName", lambda r: "Rec\u00edpient", None)
status_both("DocumentSize", lambda r: r["SizeBytes"], lambda r: 0)
status_both("Description", lambda r: "Sending", lambda r: "Receiving")
status_both("PageCount", lambda r: r["PagesTotal"], None)
status_both("Tsid", lambda r: "OWN TSID", lambda r: "OWN TSID")
status_time("StartTime", "StartedAt")
status_time("SubmittedTime", "SubmittedAt")
row("IFaxStatus", "get_ElapsedTime", None, status_elapsed)
row("IFaxStatus", "Refresh", "port_query", status_refresh)


# ---- IFaxJobs, IFaxJob ----
def jobs_item(w):
    number, _ = w.paused_job()
    job = w.com_job(number)
    eq(job.slot("get_JobId"), (0, number))
    eq(w.jobs().slot("get_Item", w.other.queue_length() + 1)[0], E_INVALIDARG)
    # a job that leaves between Count and Item is given as it was in the list
    jobs = w.jobs()
    n = jobs.slot("get_Count")[1]
    w.abort(number)
    ids = [child(jobs, "get_Item", "IFaxJob", i).slot("get_JobId")[1] for i in range(1, n + 1)]
    assert number in ids


row("IFaxJobs", "get_Count", "job_query", server_get_jobs)
row("IFaxJobs", "get_Item", "job_query", jobs_item,
    [((i,), E_INVALIDARG) for i in (0, -1, 2147483647, -2147483648)])
FULL = dict(RecipientName="Rec\u00edpient", Tsid="OWN", SenderName="S", SenderCompany="Co",
            SenderDepartment="De", BillingCode="B-1", DisplayName="A letter", DiscountSend=1)


def held_job(w):
    if not hasattr(w, "held"):
        number, _ = w.paused_job(**FULL)
        until(lambda: w.job(number)["PageCount"], "pages")
        w.held = number, w.com_job(number)
    return w.held


def job_get(name, want):
    def good(w):
        number, job = held_job(w)
        entry = w.job(number)
        value = want(entry) if callable(want) else want
        eq(job.slot("get_" + name), (0, value), name)
        eq(job.get(name), value, name)
    row("IFaxJob", "get_" + name, None, good)


def job_set_status(w):
    number, job = held_job(w)
    for command, bit in ((2, 8), (3, 0)):
        eq(job.slot("SetStatus", command), (0, None))
        eq(w.job(number)["QueueStatus"] & 8, bit)
    eq(job.slot("SetStatus", 1), (0, None))
    try:
        w.job(number)
        raise AssertionError("the job is still there")
    except fx.Failed as e:
        eq(e.code, 87)
    eq(job.slot("SetStatus", 1)[0] & 0x80000000, 0x80000000)
    del w.held


def job_refresh(w):
    number, job = held_job(w)
    w.other.call("FaxSetJobA", fx.u32(number), fx.u32(2), None)
    eq(job.slot("get_QueueStatus"), (0, "Pending")) # a snapshot
    eq(job.slot("Refresh"), (0, None))
    eq(job.slot("get_QueueStatus"), (0, "Paused"))
    w.abort(number)
    eq(job.slot("Refresh"), (GONE, None))
    assert "left the queue" in com.last_error()[1]
    eq(job.slot("get_QueueStatus"), (0, "Paused")) # the old values stay
    eq(job.slot("get_BillingCode"), (0, "B-1"))
    del w.held


job_get("JobId", lambda e: e["JobId"])
job_get("Type", 1)
job_get("UserName", lambda e: e["UserName"])
job_get("QueueStatus", "Pending")
job_get("DeviceStatus", "Unknown")
job_get("PageCount", lambda e: e["PageCount"])
job_get("FaxNumber", FAST)
job_get("RecipientName", "Rec\u00edpient")
job_get("Tsid", "OWN")
job_get("SenderName", "S")
job_get("SenderCompany", "Co")
job_get("SenderDept", "De")
job_get("BillingCode", "B-1")
job_get("DisplayName", "A letter")
job_get("DiscountSend", lambda e: int(e["ScheduleAction"] == 2))
row("IFaxJob", "SetStatus", "job_manage", job_set_status,
    [((v,), E_INVALIDARG) for v in (0, 4, -1)])
row("IFaxJob", "Refresh", "job_query", job_refresh)
