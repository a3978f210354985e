# SPDX-License-Identifier: Apache-2.0
"""The front door for the Python tests: libwinfax through ctypes, casellid as a process."""
import ctypes as c
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.environ["CASELLI_BUILD"]
u32, u64, i64, text, flag = c.c_uint32, c.c_uint64, c.c_int64, c.c_char_p, c.c_int32


def struct(name, *fields):
    return type(name, (c.Structure,), {"_fields_": list(fields)})


def each(kind, names):
    return [(n, kind) for n in names.split()]


SystemTime = struct("SystemTime", *each(c.c_uint16, "y m dow d h min s ms"))
JobParam = struct(
    "JobParam", ("SizeOfStruct", u32),
    *each(text, "RecipientNumber RecipientName Tsid SenderName SenderCompany SenderDept BillingCode"),
    ("ScheduleAction", u32), ("ScheduleTime", SystemTime), ("DeliveryReportType", u32),
    ("DeliveryReportAddress", text), ("DocumentName", text), ("CallHandle", u32),
    ("Reserved", c.c_size_t * 3))
assert c.sizeof(JobParam) == 136
Send = struct("Send", ("SizeOfStruct", u32), ("FileCount", u32), ("Files", c.POINTER(text)),
              *each(u32, "Resolution Quality Priority DeviceId"))
Job = struct("Job", ("Id", u64), *each(u32, "JobId JobType QueueStatus"), ("Finished", flag),
             *each(text, "State Words Outcome UserName Number RecipientName SenderName "
                         "DocumentName Tsid BillingCode"),
             *each(u32, "Priority Resolution Quality ScheduleAction DeviceId Tries Pages "
                        "PagesConfirmed SizeBytes"), ("Paused", flag),
             *each(i64, "SubmittedAt ScheduleAt NextTryAt StartedAt EndedAt"))
Attempt = struct("Attempt", *each(u64, "Id JobId"),
                 *each(u32, "DeviceId FirstPage PagesConfirmed PagesTotal RateBps EcmRetries"),
                 ("Ecm", flag), *each(i64, "StartedAt AnsweredAt EndedAt"),
                 *each(text, "Outcome Words Number PortName RemoteId Coding Transport"))
Message = struct("Message", ("Id", u64), *each(u32, "JobId Folder"), *each(flag, "Read Partial"),
                 *each(u32, "DeviceId Pages Resolution SizeBytes RateBps Tries"), ("Ecm", flag),
                 *each(i64, "SubmittedAt StartedAt EndedAt"),
                 *each(text, "PortName UserName Number RecipientName SenderName DocumentName Tsid "
                             "Csid CallerId Routing Words SenderNumber Subject Owners ReadBy"))

PortStatus = struct(
    "PortStatus", *each(u32, "DeviceId Status"), *each(text, "Name StatusText"),
    *each(flag, "Active Sending"),
    *each(u32, "JobId Page PagesTotal PagesConfirmed PageBytes PageBytesTotal RateBps Resolution"),
    ("Ecm", flag), *each(u32, "EcmRetries SizeBytes"),
    *each(text, "Coding Transport RemoteId LocalId CallerId Routing Number DocumentName SenderName "
                "RecipientName UserName"),
    ("Id", u64), *each(i64, "StartedAt SubmittedAt ElapsedMs"))
PortInfo = struct("PortInfo", *each(u32, "SizeOfStruct DeviceId State Flags Rings Priority"),
                  *each(text, "DeviceName Tsid Csid"))
Config = struct("Config", *each(u32, "SizeOfStruct Retries RetryDelay DirtyDays Branding "
                                "UseDeviceTsid ServerCp PauseServerQueue StartCheapTime "
                                "StopCheapTime ArchiveOutgoingFaxes"),
                ("ArchiveDirectory", text), ("Reserved", text))

RECEIVE, SEND = 1, 2  # FPF_*

# An instrumented library cannot be loaded into Python: then the client is of another build.
lib = c.CDLL(os.path.join(os.environ.get("CASELLI_CLIENT_BUILD", BUILD),
                          "clients/winfax/libwinfax.so"))
lib.CaselliLastReason.restype = text


class Failed(Exception):
    def __init__(self, what, code):
        super().__init__(f"{what}: error {code}: {(lib.CaselliLastReason() or b'').decode()}")
        self.code = code


class Client:
    """One connection; every method raises Failed."""

    def __init__(self, server):
        self.server = server
        self.handle = c.c_void_p()
        self.call("FaxConnectFaxServerA", server.encode(), c.byref(self.handle), first=False)

    def call(self, name, *args, first=True):
        args = (self.handle, *args) if first else args
        if not getattr(lib, name)(*args):
            raise Failed(name, lib.GetLastError())

    def close(self):
        if self.handle:
            lib.FaxClose(self.handle)
            self.handle = None

    def send(self, number, files, name, resolution=196, priority=1):
        """-> (64-bit id, job number), once the job is safe on disk."""
        return self.send_on(0, number, files, name, resolution, priority)

    def send_on(self, device, number, files, name, resolution=196, priority=1):
        """The same on one port; 0 is any."""
        paths = (text * len(files))(*[f.encode() for f in files])
        options = Send(SizeOfStruct=c.sizeof(Send), FileCount=len(files), Files=paths,
                       Resolution=resolution, Priority=priority, DeviceId=device)
        params = JobParam(SizeOfStruct=136, RecipientNumber=number.encode(),
                          DocumentName=name.encode())
        job, ident = u32(), u64()
        self.call("CaselliSend", c.byref(options), c.byref(params), None, c.byref(job),
                  c.byref(ident))
        return ident.value, job.value

    def _rows(self, kind, name, *args):
        rows, count = c.POINTER(kind)(), u32()
        self.call(name, *args, c.byref(rows), c.byref(count))
        out = [{f: getattr(rows[i], f) for f, _ in kind._fields_} for i in range(count.value)]
        lib.CaselliFree(rows)
        return out

    def port_status(self):
        return self._rows(PortStatus, "CaselliGetPortStatus", u32(0))

    def job(self, ident):
        row = c.POINTER(Job)()
        self.call("CaselliGetJob", u64(ident), c.byref(row))
        out = {f: getattr(row[0], f) for f, _ in Job._fields_}
        lib.CaselliFree(row)
        return out

    def attempts(self, ident):
        return self._rows(Attempt, "CaselliEnumAttempts", u64(ident))

    def messages(self, folder):
        out, after = [], 0
        while True:
            page = self._rows(Message, "CaselliEnumMessages", u32(folder), u64(after), u32(500))
            out += page
            if len(page) < 500:
                return out
            after = page[-1]["Id"]

    def tiff(self, ident):
        data, size = c.POINTER(c.c_ubyte)(), u32()
        self.call("CaselliView", u64(ident), u32(0), u32(1), c.byref(data), c.byref(size), None)
        out = bytes(data[:size.value])
        lib.CaselliFree(data)
        return out

    def jobs(self):
        """What `caselli jobs` shows."""
        return subprocess.run([f"{BUILD}/src/cli/caselli", "--server", self.server, "jobs"],
                              stdout=subprocess.PIPE, text=True, check=False).stdout

    def queue_length(self):
        entries, count = c.c_void_p(), u32()
        self.call("FaxEnumJobsA", c.byref(entries), c.byref(count))
        lib.FaxFreeBuffer(entries)
        return count.value


def configure(client, **values):
    """Change fields of FAX_CONFIGURATION."""
    row = c.POINTER(Config)()
    client.call("FaxGetConfigurationA", c.byref(row))
    for key, value in values.items():
        setattr(row[0], key, value)
    client.call("FaxSetConfigurationA", row)
    lib.FaxFreeBuffer(row)


def configure_port(client, device, **values):
    """Change fields of FAX_PORT_INFO of one port."""
    handle, row = c.c_void_p(), c.POINTER(PortInfo)()
    client.call("FaxOpenPort", u32(device), u32(2), c.byref(handle))
    try:
        client.call("FaxGetPortA", handle, c.byref(row), first=False)
        for key, value in values.items():
            setattr(row[0], key, value)
        client.call("FaxSetPortA", handle, row, first=False)
        lib.FaxFreeBuffer(row)
    finally:
        lib.FaxClose(handle)


class Service:
    """casellid with a state folder of its own; may be killed and started again."""

    def __init__(self, settings="", state=None, wrap=()):
        self.dir = tempfile.mkdtemp(prefix="fxe2e-")
        self.state = state or os.path.join(self.dir, "state")
        self.socket = os.path.join(self.dir, "rpc")
        self.conf = os.path.join(self.dir, "caselli.conf")
        self.wrap = list(wrap)
        with open(self.conf, "w") as f:
            f.write(settings)
        self.process = None

    def start(self, wait=True):
        self.log = open(os.path.join(self.dir, "log"), "a")
        self.process = subprocess.Popen(
            self.wrap + [f"{BUILD}/src/daemon/casellid", "--config", self.conf, "--state",
                         self.state, "--socket", self.socket],
            stdout=self.log, stderr=self.log, start_new_session=True)
        return self.connect() if wait else None

    def connect(self, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                return Client(self.socket)
            except Failed as e:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"casellid does not answer: {e}\n{self.log_tail()}")
                time.sleep(0.02)

    def children(self, name):
        """Process ids below casellid whose program has this name."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            try:
                kids = open(f"/proc/{pid}/task/{pid}/children").read().split()
                if open(f"/proc/{pid}/comm").read().strip().startswith(name[:15]):
                    found.append(pid)
            except OSError:
                continue
            todo += map(int, kids)
        return found

    def kill(self, name=None):
        """kill -9 of casellid (its children end with it), or of a child by name."""
        if name is None:
            self.process.kill()
            self.process.wait()
            return True
        victims = self.children(name)
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return bool(victims)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode if self.process else 0

    def log_tail(self, n=30):
        with open(os.path.join(self.dir, "log"), errors="replace") as f:
            return "".join(f.readlines()[-n:])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Whatever happened nothing goes on running; the folder stays after a failure."""
        if kind is None:
            self.remove()
        else:
            print(self.log_tail(), file=sys.stderr)
            self.stop()

    def remove(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


def text_document(path, title, pages=1):
    """A text whose every page names itself, so that no two pages look the same."""
    with open(path, "w") as f:
        for p in range(pages):
            seed = random.Random(f"{title}/{p}")
            f.write(f"{title} page {p + 1}\n\n")
            for _ in range(8):
                f.write(" ".join("%04x" % seed.randrange(65536) for _ in range(12)) + "\n")
            if p + 1 < pages:
                f.write("\f")
