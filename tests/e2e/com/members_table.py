# SPDX-License-Identifier: Apache-2.0
"""The table of rows, and the world they run in: a service, objects, a second client."""
import atexit
import ctypes as c
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), HERE]
import caselli as fx
import faxcom as com
from faxcom import (E_ACCESSDENIED, E_INVALIDARG, E_POINTER, E_UNEXPECTED, GONE, INVALID_DATA,
                    NO_CONNECTION, NOT_FOUND, NOT_SUPPORTED)

FOLDER = "{92041a90-9af2-11d0-abf7-00c04fd91a4e}" # the method that stores in a folder
ALL = "job_submit job_query config_query config_set port_query port_set job_manage".split()
FAST = "102;transport=t38;t38_pacing=unpaced"
SLOW = "102;transport=t38"
ROWS = {}
ARCHIVE = tempfile.mkdtemp(prefix="archive \u00e9")
atexit.register(shutil.rmtree, ARCHIVE, True)


class Row:
    """right: of the service's seven, None = none. bad: (arguments, code) of calls that fail."""

    def __init__(self, right, good, bad=(), denied=None):
        self.right, self.good, self.bad, self.denied = right, good, list(bad), denied


def row(interface, name, right, good, bad=(), denied=None):
    assert (interface, name) not in ROWS, name
    ROWS[interface, name] = Row(right, good, bad, denied)


def eq(got, want, what=""):
    assert got == want, f"{what}: {got!r}, not {want!r}"


def until(fn, what, seconds=30):
    end = time.monotonic() + seconds
    while True:
        out = fn()
        if out:
            return out
        assert time.monotonic() < end, f"waited for {what} in vain"
        time.sleep(0.02)


# ---- the second client: libwinfax, another connection ----
JobEntry = fx.struct(
    "JobEntry", ("SizeOfStruct", fx.u32), ("JobId", fx.u32), ("UserName", fx.text),
    *fx.each(fx.u32, "JobType QueueStatus Status Size PageCount"),
    *fx.each(fx.text, "RecipientNumber RecipientName Tsid SenderName SenderCompany SenderDept "
                      "BillingCode"),
    ("ScheduleAction", fx.u32), ("ScheduleTime", fx.SystemTime), ("DeliveryReportType", fx.u32),
    ("DeliveryReportAddress", fx.text), ("DocumentName", fx.text))
assert c.sizeof(JobEntry) == 136


def one(client, kind, function, *args, first=True):
    p = c.POINTER(kind)()
    client.call(function, *args, c.byref(p), first=first)
    out = {f: getattr(p[0], f) for f, _ in kind._fields_}
    fx.lib.FaxFreeBuffer(p)
    return {k: v.decode() if isinstance(v, bytes) else v for k, v in out.items()}


class World:
    """The service, the objects under test, and the other client."""

    def __init__(self, service):
        self.service = service
        self.other = service.connect()
        until(lambda: len([p for p in self.other.port_status()
                           if p["StatusText"] == b"Available"]) >= 2, "ports")
        self.letter = os.path.join(service.dir, "letter.txt")
        fx.text_document(self.letter, "letter")
        self.server = com.create("FaxServer")
        eq(self.server.slot("Connect", service.socket), (0, None), "Connect")

    def config(self):
        return one(self.other, fx.Config, "FaxGetConfigurationA")

    def configure(self, **values):
        fx.configure(self.other, **values)

    def port_infos(self):
        rows, n = c.POINTER(fx.PortInfo)(), fx.u32()
        self.other.call("FaxEnumPortsA", c.byref(rows), c.byref(n))
        out = [{f: getattr(rows[i], f) for f, _ in fx.PortInfo._fields_} for i in range(n.value)]
        fx.lib.FaxFreeBuffer(rows)
        return [{k: v.decode() if isinstance(v, bytes) else v for k, v in p.items()} for p in out]

    def port_info(self, device):
        return [p for p in self.port_infos() if p["DeviceId"] == device][0]

    def job(self, number):
        return one(self.other, JobEntry, "FaxGetJobA", fx.u32(number))

    def ports(self):
        return child(self.server, "GetPorts", "IFaxPorts")

    def port(self, index=1):
        return child(self.ports(), "get_Item", "IFaxPort", index)

    def jobs(self):
        return child(self.server, "GetJobs", "IFaxJobs")

    def com_job(self, number):
        jobs = self.jobs()
        for i in range(1, jobs.slot("get_Count")[1] + 1):
            job = child(jobs, "get_Item", "IFaxJob", i)
            if job.slot("get_JobId")[1] == number:
                return job
        raise AssertionError(f"job {number} is not in FaxJobs")

    def doc(self, **values):
        doc = child(self.server, "CreateDocument", "IFaxDoc", self.letter)
        for name, value in values.items():
            eq(doc.slot("put_" + name, value), (0, None), name)
        return doc

    def methods(self):
        return child(self.port(), "GetRoutingMethods", "IFaxRoutingMethods")

    def method(self, guid=None):
        """The one that stores in a folder."""
        methods = self.methods()
        for i in range(1, methods.slot("get_Count")[1] + 1):
            m = child(methods, "get_Item", "IFaxRoutingMethod", i)
            if m.slot("get_Guid")[1].lower() == (guid or FOLDER):
                return m
        raise AssertionError("no such routing method")

    def paused_job(self, **values):
        """A job that stays where it is. -> (number, entry as the other client sees it)"""
        self.configure(PauseServerQueue=1)
        hr, number = self.doc(FaxNumber=FAST, **values).slot("Send")
        eq(hr, 0, "Send")
        return number, self.job(number)

    def abort(self, number):
        self.other.call("FaxAbort", fx.u32(number))


def child(obj, name, interface, *args):
    hr, out = obj.slot(name, *args)
    assert hr == 0, f"{obj.interface}.{name}: 0x{hr:08X} {com.last_error()}"
    return out.as_(interface)
