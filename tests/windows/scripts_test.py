# SPDX-License-Identifier: Apache-2.0
"""The scripts of examples/windows, as they are, under Wine's two script engines against casellid on
TCP; what they print is held against what another client sees on the Unix socket.

usage: scripts_test.py [TOPIC...]
"""
import ctypes as c
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../e2e"), os.path.join(HERE, "../e2e/com")]
import network
import wine
from prefix import Registered
import caselli as fx
from faxcom import create_object
from rows_doc import set_data
from members_table import FAST, FOLDER, SLOW, World, eq, until

EXAMPLES = os.path.join(HERE, "../../examples/windows")
ENGINES = "vbs", "js"
READER = "reader"
# what the engines call the types
TEXT = {"vbs": "String", "js": "string"}
NUMBER = {"vbs": "Long", "js": "number"}
DATE = {"vbs": "Date", "js": "date"}
SHORT = {"vbs": "Integer", "js": "number"}
ENV = {}


def example(name, engine, *args, **more):
    return wine.script(os.path.join(EXAMPLES, f"{name}.{engine}"), *args, **{**ENV, **more})


def rows(lines):
    """"  Name (type) = value" -> {Name: (type, value)}"""
    out = {}
    for line in lines:
        m = re.fullmatch(r"  (\w+) \((\w+)\) = (.*)", line)
        if m:
            out[m[1]] = m[2], m[3]
    return out


def blocks(lines, word):
    """[(number, rows)] of parts that begin with "word NUMBER"."""
    out = []
    for line in lines:
        m = re.match(word + r" (\d+)\b", line)
        if m and not line.startswith(f"{word} {m[1]}  "):
            out.append((int(m[1]), []))
        elif out:
            out[-1][1].append(line)
    return [(n, rows(part)) for n, part in out]


def job_of(lines):
    return int(re.fullmatch(r"job (\d+)", lines[-1])[1])


# ---- topics ----
def stamp(at):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at))


def near(text, at):
    """The text is this moment, or its neighbour: the engines round."""
    assert text in [stamp(at + d) for d in (-1, 0, 1)], (text, stamp(at))


def check_idle(engine, got, device):
    t, n, d = TEXT[engine], NUMBER[engine], DATE[engine]
    kinds = {"DeviceId": n, "DeviceName": t, "Description": t, "Send": n, "Receive": n,
             "CurrentPage": n, "PageCount": n, "DocumentName": t, "DocumentSize": n, "Address": t,
             "RecipientName": t, "SenderName": t, "Tsid": t, "Csid": t, "CallerId": t,
             "RoutingString": t, "StartTime": d, "SubmittedTime": d, "ElapsedTime": d}
    eq({k: v[0] for k, v in got.items()}, kinds, engine)
    eq(got["DeviceId"][1], str(device))


def check_sending(w, engine, got, number):
    entry = w.job(number)
    port = next(p for p in w.other.port_status() if p["Sending"])
    assert port["JobId"] == number
    want = {"Send": "1", "Receive": "0", "PageCount": "2", "DocumentName": "A letter",
            "Address": SLOW, "RecipientName": "Marie Curie", "SenderName": "Rene\u00e9",
            "Tsid": "OWN TSID", "DocumentSize": str(entry["Size"]),
            "DeviceName": port["Name"].decode(), "CallerId": "", "RoutingString": ""}
    eq({k: got[k][1] for k in want}, want, engine)
    assert got["Description"][1] in ("Dialing", "Sending"), got
    near(got["StartTime"][1], port["StartedAt"])
    near(got["SubmittedTime"][1], port["SubmittedAt"])
    assert re.fullmatch(r"0:0\d:\d\d|-", got["ElapsedTime"][1]), got


def follow(lines, engine):
    """What status printed while it watched the two ports."""
    out = {1: [], 2: []}
    for line in lines:
        m = re.fullmatch(r"port (\d)  (\w+) \((\w+)\) = (.*)", line)
        if m:
            out[int(m[1])].append((m[2], m[4]))
    sender, other = out.values()
    if ("Send", "0") not in sender:
        sender, other = other, sender
    # both ends come and go; pages count up; the far end's name is learnt on the way
    for seen, word in ((sender, "Send"), (other, "Receive")):
        eq([v for k, v in seen if k == "Description"][-1], "Available", engine)
        eq((word, "0") in seen, True, f"{engine}: {word} ends")
    pages = [int(v) for k, v in sender if k == "CurrentPage"]
    assert pages[-1] == 0 and pages[:-1] == sorted(pages[:-1]) and max(pages) >= 2, pages
    seconds = [v for k, v in sender if k == "ElapsedTime"]
    assert len(seconds) > 2 and seconds[-1] == "-", seconds


def status(w):
    """All properties with types and values while a fax goes, Refresh until it has gone."""
    w.configure(PauseServerQueue=0, UseDeviceTsid=0)
    doc = w.doc(FileName=w.pages(2), FaxNumber=SLOW, RecipientName="Marie Curie",
                SenderName="Rene\u00e9", DisplayName="A letter", Tsid="OWN TSID")
    for engine in ENGINES:
        for i, (n, got) in enumerate(blocks(example("status", engine), "port")):
            eq(n, i + 1)
            check_idle(engine, got, w.port_infos()[i]["DeviceId"])
            eq(got["Description"], (TEXT[engine], "Available"))
            eq([got[k][1] for k in ("StartTime", "SubmittedTime", "ElapsedTime")], ["-"] * 3)
    hr, number = doc.slot("Send")
    eq(hr, 0)
    until(lambda: any(p["Sending"] for p in w.other.port_status()), "the call")
    results = {}

    def watch(engine):
        try:
            results[engine] = example("status", engine, w.server_name, "120", seconds=180)
        except AssertionError as e:
            results[engine] = e

    threads = [threading.Thread(target=watch, args=(e,)) for e in ENGINES]
    for t in threads:
        t.start()
    for engine in ENGINES: # and one look at this moment
        both = dict(blocks(example("status", engine), "port"))
        eq(sorted(both), [1, 2])
        out = next(b for b in both.values() if b["Send"][1] == "1")
        check_sending(w, engine, out, number)
        check_idle(engine, out, out["DeviceId"][1])
    for t in threads:
        t.join()
    for engine in ENGINES:
        if isinstance(results[engine], AssertionError):
            raise results[engine]
        follow(results[engine], engine)


def send(w):
    """The shortest send: by CASELLI_SERVER and by name; the document may be deleted at once."""
    w.configure(PauseServerQueue=1)
    for engine in ENGINES:
        for server in ([], [w.server_name], ["\\\\" + w.server_name]):
            number = job_of(example("send", engine, wine.windows_path(w.letter), FAST, *server))
            job = w.job(number)
            eq((job["RecipientNumber"], job["DocumentName"], job["UserName"]),
               (FAST, "letter.txt", network.USER))
            w.abort(number)
        eq(example("send", engine, "only one", code=2)[0][:6], "usage:")
    w.configure(PauseServerQueue=0)
    old = len(w.other.messages(1))
    number = job_of(example("send", "js", wine.windows_path(w.letter), FAST))
    until(lambda: len(w.other.messages(1)) > old, "the fax to be sent", 60)
    eq(w.other.messages(1)[-1]["JobId"], number)


COVER = "caselli-cover 1\n" + "".join(
    f'text 20 {20 + 9 * i} -20 size=11 "{name}: {{{name}}}"\n' for i, name in enumerate(
        "recipient-name recipient-fax recipient-company recipient-address recipient-city "
        "recipient-state recipient-zip recipient-country recipient-title recipient-department "
        "recipient-office recipient-home-phone recipient-office-phone sender-name sender-fax "
        "sender-company sender-address sender-title sender-department sender-office "
        "sender-home-phone sender-office-phone subject note".split()))


def tiff_of(w, number):
    """The pages as they will be sent."""
    until(lambda: w.job(number)["PageCount"] == 2, "pages")
    data, size = c.POINTER(c.c_ubyte)(), fx.u32()
    ident = next(p["Id"] for p in w.other._rows(fx.Job, "CaselliEnumJobs") if p["JobId"] == number)

    def seen():
        """The pages are counted a moment before they lie where a view finds them."""
        try:
            w.other.call("CaselliView", fx.u64(ident), fx.u32(0), fx.u32(1), c.byref(data),
                         c.byref(size), None)
            return True
        except fx.Failed as e:
            eq(e.code, 13)
            return False

    until(seen, "the pages")
    out = bytes(data[:size.value])
    fx.lib.CaselliFree(data)
    return out


def cover(w):
    """Every property of FaxDoc put and read back; the cover page that comes of them is the one that
    the same values make on Linux."""
    w.configure(PauseServerQueue=1)
    path = os.path.join(w.service.dir, "all.cover")
    with open(path, "w", encoding="ascii") as f:
        f.write(COVER)
    page = wine.windows_path(path)
    pictures, values = {}, {}
    for engine in ENGINES:
        lines = example("cover", engine, wine.windows_path(w.letter), FAST, page, "",
                        "me@example.org")
        got, number = rows(lines), job_of(lines)
        flags = {"SendCoverpage": "1", "ServerCoverpage": "0", "DiscountSend": "0",
                 "CallHandle": "0"}
        for name, (kind, value) in got.items():
            eq(kind, NUMBER[engine] if name in flags else TEXT[engine], name)
            assert value, name
        eq({n: got[n][1] for n in flags}, flags)
        values[engine] = {n: v for n, (_, v) in got.items() if n not in flags}
        eq(len(values[engine]), 30, "texts")
        job = w.job(number)
        for name, field in (("RecipientName", "RecipientName"), ("Tsid", "Tsid"),
                            ("SenderName", "SenderName"), ("SenderCompany", "SenderCompany"),
                            ("SenderDepartment", "SenderDept"), ("BillingCode", "BillingCode"),
                            ("DisplayName", "DocumentName"), ("FaxNumber", "RecipientNumber"),
                            ("EmailAddress", "DeliveryReportAddress")):
            eq(job[field], got[name][1], name)
        pictures[engine] = tiff_of(w, number)
        eq(w.job(number)["PageCount"], 2)
        w.abort(number)
    eq(values["vbs"], values["js"])
    values = {**values["js"], "FileName": w.letter, "CoverpageName": path, "EmailAddress": ""}
    for note, same in ((values["CoverpageNote"], True), ("another", False)):
        doc = w.doc(SendCoverpage=1, **{**values, "CoverpageNote": note})
        number = doc.slot("Send")[1]
        pictures["here"] = tiff_of(w, number)
        w.abort(number)
        eq((pictures["here"] == pictures["vbs"], pictures["vbs"] == pictures["js"]), (same, True))
    # a page of the service, by its name
    number = job_of(example("cover", "vbs", wine.windows_path(w.letter), FAST, "generic.cov"))
    until(lambda: w.job(number)["PageCount"] == 2, "pages")
    w.abort(number)


FULL = dict(RecipientName="Marie Curie", Tsid="OWN", SenderName="Rene\u00e9", SenderCompany="Co",
            SenderDepartment="De", BillingCode="B-1", DisplayName="A letter", DiscountSend=1)


def jobs(w):
    """The queue as another client has it, and the commands with what they do."""
    number, _ = w.paused_job(**FULL)
    other, _ = w.paused_job()
    until(lambda: w.job(number)["PageCount"], "pages")
    for engine in ENGINES:
        t, n, found = TEXT[engine], NUMBER[engine], dict(blocks(example("jobs", engine), "job"))
        eq(sorted(found), sorted([number, other]))
        eq(found[number], {
            "JobId": (n, str(number)), "Type": (n, "1"), "UserName": (t, w.job(number)["UserName"]),
            "QueueStatus": (t, "Pending"), "DeviceStatus": (t, "Unknown"), "PageCount": (n, "1"),
            "FaxNumber": (t, FAST), "RecipientName": (t, "Marie Curie"), "Tsid": (t, "OWN"),
            "SenderName": (t, "Rene\u00e9"), "SenderCompany": (t, "Co"), "SenderDept": (t, "De"),
            "BillingCode": (t, "B-1"), "DisplayName": (t, "A letter"), "DiscountSend": (n, "1")})
        for command, was, now in (("pause", "Pending", "Paused"), ("resume", "Paused", "Pending"),
                                  ("restart", "Pending", "Pending")):
            eq(example("jobs", engine, str(number), command, w.server_name),
               [f"was {was}", f"is {now}"], command)
            eq(w.job(number)["QueueStatus"] & 8, 8 if command == "pause" else 0)
        eq(example("jobs", engine, str(number), "9", code=1)[0].lower()[:14], "error 80070057")
        third, _ = w.paused_job()
        lines = example("jobs", engine, str(third), "delete")
        eq(lines[0], "was Pending")
        assert re.match("gone: .*left the queue", lines[1]), lines
        eq(w.other.queue_length(), 2)
    for job in number, other:
        w.abort(job)


def routing(w):
    """The methods of each port; one switched, seen from outside."""
    set_data(w, w.port_infos()[0]["DeviceId"], FOLDER, w.service.dir)
    for engine in ENGINES:
        t, n = TEXT[engine], NUMBER[engine]
        ports = {int(m[1]): m[2] for m in (re.match(r"port (\d+) (.*)", line)
                                           for line in example("routing", engine)) if m}
        eq(ports, {i + 1: p["DeviceName"] for i, p in enumerate(w.port_infos())})
        part = [rows(p) for p in methods_of_port_1(example("routing", engine))]
        eq(len(part), w.methods().slot("get_Count")[1])
        for i, got in enumerate(part):
            method = w.methods().slot("get_Item", i + 1)[1].as_("IFaxRoutingMethod")
            want = {k: ((n if k in ("DeviceId", "Enable") else t),
                        str(method.slot("get_" + k)[1] or (0 if k == "Enable" else "")))
                    for k in ("DeviceId DeviceName FriendlyName Guid Enable FunctionName ImageName "
                              "ExtensionName RoutingData").split()}
            eq(got, want, f"{engine} method {i + 1}")
        folder = next(p for p in part if p["Guid"][1].lower() == FOLDER)
        eq(folder["RoutingData"][1], w.service.dir)
        friendly = folder["FriendlyName"][1]
        for name, state, value in ((friendly, "on", 1), (FOLDER, "off", 0)):
            eq(example("routing", engine, "1", name, state), [f"{friendly}: Enable = {value}"])
            eq(w.method().slot("get_Enable"), (0, value))


def methods_of_port_1(lines):
    out = []
    for line in lines:
        if line.startswith("port 2"):
            break
        if line.startswith("method "):
            out.append([])
        elif out:
            out[-1].append(line)
    return out


def ports(w):
    """How the ports are set up, and each property changed."""
    new = {"Csid": "+41 44 1", "Tsid": "+41 44 2", "Rings": 5, "Send": 0, "Receive": 0,
           "Priority": 2}
    old = {"Csid": "102", "Tsid": "102", "Rings": 2, "Send": 1, "Receive": 1, "Priority": 1}
    for engine in ENGINES:
        for server, values in ([], old), ([w.server_name], new), ([], old):
            lines = example("ports", engine, *server, "1", *(f"{k}={v}" for k, v in values.items()))
            found = dict(blocks(lines, "port"))
            eq(sorted(found), [1, 2])
            for i, info in enumerate(w.port_infos()):
                text = {"Name": info["DeviceName"], "Csid": info["Csid"], "Tsid": info["Tsid"]}
                number = {"DeviceId": info["DeviceId"], "Rings": info["Rings"],
                          "Send": int(info["Flags"] & fx.SEND != 0),
                          "Receive": int(info["Flags"] & fx.RECEIVE != 0),
                          "Priority": info["Priority"], "CanModify": 1}
                eq(found[i + 1], {k: (TEXT[engine], v) for k, v in text.items()}
                   | {k: (NUMBER[engine], str(v)) for k, v in number.items()}, engine)
            eq({k: found[1][k][1] for k in values}, {k: str(v) for k, v in values.items()}, engine)
        eq(blocks(example("ports", engine, w.server_name), "port"), sorted(found.items()))
        eq(example("ports", engine, "3", "Rings=5", code=1)[0].lower()[:14], "error 80070057")
        eq(example("ports", engine, "1", "Rings=0", code=1)[0].lower()[:14], "error 80070057")


SETTINGS = {"Retries": 7, "RetryDelay": 12, "DirtyDays": 30, "Branding": 0, "UseDeviceTsid": 1,
            "ServerCoverpage": 1, "PauseServerQueue": 1, "ArchiveOutboundFaxes": 0,
            "ArchiveDirectory": "/tmp", "ServerMapiProfile": "Profile",
            "DiscountRateStartHour": 21, "DiscountRateStartMinute": 30, "DiscountRateEndHour": 6,
            "DiscountRateEndMinute": 45}


def server(w):
    """Every setting of the service read and written."""
    before = w.config()
    names = {"ServerCp": "ServerCoverpage", "ArchiveOutgoingFaxes": "ArchiveOutboundFaxes",
             "Reserved": "ServerMapiProfile"}
    for engine in ENGINES:
        fx.configure(w.other, **{k: v.encode() if isinstance(v, str) else v or None
                                 if k in ("ArchiveDirectory", "Reserved") else v
                                 for k, v in before.items() if k != "SizeOfStruct"})
        got = rows(example("server", engine))
        eq(len(got), 14)
        for name, (kind, value) in got.items():
            short, text = name.startswith("DiscountRate"), isinstance(SETTINGS[name], str)
            eq(kind, (SHORT if short else TEXT if text else NUMBER)[engine], name)
        for field, value in before.items():
            name = names.get(field, field)
            if name in got:
                eq(got[name][1], str(value or (0 if isinstance(value, int) else "")), name)
        got = rows(example("server", engine, w.server_name,
                           *(f"{k}={v}" for k, v in SETTINGS.items())))
        eq({k: v for k, (_, v) in got.items()}, {k: str(v) for k, v in SETTINGS.items()})
        now = w.config()
        for field, value in now.items():
            name = names.get(field, field)
            if name in SETTINGS:
                eq(value, SETTINGS[name], name)
        eq((now["StartCheapTime"], now["StopCheapTime"]), (21 | 30 << 16, 6 | 45 << 16))
        eq(example("server", engine, "Retries=-1", code=1)[0].lower()[:14], "error 80070057")
    fx.configure(w.other, **{k: v for k, v in before.items() if isinstance(v, int)
                             and k != "SizeOfStruct"})


def tiff(w):
    """A received and a sent fax, as the service keeps them."""
    w.configure(PauseServerQueue=0, UseDeviceTsid=0)
    old = len(w.other.messages(0))
    doc = w.doc(FaxNumber=FAST, RecipientName="Marie Curie", SenderName="Caselli", Tsid="OWN TSID")
    eq(doc.slot("Send")[0], 0)
    until(lambda: len(w.other.messages(0)) > old and not w.other.queue_length(), "the fax", 60)
    here = create_object("FaxTiff.FaxTiff")
    for folder, want in ((0, {"Tsid": "OWN TSID"}),
                         (1, {"SenderName": "Caselli", "RecipientName": "Marie Curie",
                              "RecipientNumber": FAST, "Tsid": "OWN TSID"})):
        path = os.path.join(w.service.dir, f"fax{folder}.tif")
        message = w.other.messages(folder)[-1]
        with open(path, "wb") as f:
            f.write(w.other.tiff(message["Id"]))
        here.put("Image", path)
        for engine in ENGINES:
            got = rows(example("tiff", engine, wine.windows_path(path), "256", "65108"))
            eq({k: v[0] for k, v in got.items() if k != "RawReceiveTime"},
               {k: TEXT[engine] for k in got if k != "RawReceiveTime"})
            eq(got["Image"][1], wine.windows_path(path))
            eq((got["256"][1], got["65108"][1]), ("1728", ("received", "sent")[folder]))
            for name in "RecipientName RecipientNumber SenderName Routing CallerId Csid Tsid".split():
                eq(got[name][1], want.get(name, here.get(name)), name)
                eq(got[name][1], here.get(name), name)
            assert re.fullmatch(r"\d+/\d+/\d{2,4}@\d+:\d\d:\d\d( [AP]M)?", got["ReceiveTime"][1])
            if engine == "vbs":
                kind, value = got["RawReceiveTime"]
                eq(kind, "Currency")
                at = float(value) * 1e4 / 1e7 - 11644473600
                assert abs(at - message["StartedAt"]) < 2, (value, message["StartedAt"])


# number of faxcom's own errors; VBScript on Windows may show a number of its own for some
DENIED, INVALID, NO_HANDLE = "80070005", "80070057", "80070006"
ERRORS = {
    "not connected": (NO_HANDLE, "FaxServer", "Connect"),
    "server down": ("800706ba", "FaxServer", "No fax service answers"),
    "no such host": ("800706ba", "FaxServer", "no.such.host.invalid"),
    "connected": ("0", "", ""),
    "no right to configure": (DENIED, "FaxServer", "Access is denied"),
    "no right to send": (DENIED, "FaxDoc", "Access is denied"),
    "no right to a port": (DENIED, "FaxPort", "FAX_PORT_SET is missing"),
    "no right to route": (DENIED, "FaxRoutingMethod", "Access is denied"),
    "no right to a job": (DENIED, "FaxJob", "Access is denied"),
    "port 0": (INVALID, "FaxPorts", "no port 0; Index runs from 1 to 2"),
    "port after the last": (INVALID, "FaxPorts", "no port 3; Index runs from 1 to 2"),
    "job 0": (INVALID, "FaxJobs", "no job 0 in this list; Index runs from 1 to 1"),
    "job after the last": (INVALID, "FaxJobs", "no job 2 in this list; Index runs from 1 to 1"),
    "method -1": (INVALID, "FaxRoutingMethods", "-1"),
    "index is no number": (("d", "800a000d", "80020005"), None, None),
    "no index": (("1c2", "800a01c2", "8002000e"), None, None),
    "unknown member": (("1b6", "800a01b6"), None, None),
    "read only": (("1b6", "800a01b6", "80020003", "1f5", "800a01f5"), None, None),
    "no such file": ("80070002", "FaxDoc", "file.pdf"),
    "no number": (INVALID, "FaxDoc", "FaxNumber is empty"),
    "no image": ("8000ffff", "FaxTiff", "set Image"),
    "no such image": ("80070002", "FaxTiff", "file.tif"),
    "no fax": ("8007000d", "FaxTiff", "broken.tif"),
    "disconnected": (NO_HANDLE, "FaxPorts", "Connect"),
    "disconnected twice": (NO_HANDLE, "FaxServer", "Connect"),
}


def errors(w):
    """Numbers and sentences: server down, no right, bad file, bad index, and the rest."""
    number, _ = w.paused_job()
    broken = os.path.join(w.service.dir, "broken.tif")
    with open(broken, "wb") as f:
        f.write(b"II*\0 nothing more")
    for engine in ENGINES:
        lines = wine.script(os.path.join(HERE, "errors." + engine), wine.windows_path(w.letter),
                            f"127.0.0.1:{network.free_port()}", wine.windows_path(broken),
                            **{**ENV, **as_user(READER)})
        assert "CanModify 0" in lines and lines[-1].lower() == "no such class true", lines
        got = {p[0]: p[1:] for p in (line.split("|") for line in lines) if len(p) == 4}
        eq(set(got), set(ERRORS), engine)
        for name, (code, source, text) in ERRORS.items():
            codes = code if isinstance(code, tuple) else (code,)
            assert got[name][0] in codes, (engine, name, got[name])
            if source:
                assert text.lower() in got[name][2].lower(), (engine, name, got[name])
                if engine == "vbs":
                    eq(got[name][1], source, name)
    for engine in ENGINES: # a wrong password, as the scripts themselves say it
        lines = example("send", engine, wine.windows_path(w.letter), "102", code=1,
                        **as_user(network.USER, "wrong"))
        assert lines[0].lower().startswith("error 80070005"), lines
    eq(w.job(number)["JobId"], number) # the reader could not delete it
    w.abort(number)


# ---- the scene ----
def as_user(name, password=network.PASSWORD):
    path = os.path.join(network.FOLDER, f"password-{name}-{len(password)}")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        f.write(password + "\n")
    return {"CASELLI_USER": name, "CASELLI_PASSWORD_FILE": wine.windows_path(path)}


class Office(World):
    server_name = network.server()

    def pages(self, n):
        path = os.path.join(self.service.dir, f"pages{n}.txt")
        fx.text_document(path, "long", n)
        return path


TOPICS = ports, status, send, cover, jobs, routing, server, tiff, errors


def main(names):
    os.environ.update(LC_ALL="C", XDG_CONFIG_HOME=network.FOLDER, TZ="UTC") # nobody's settings
    network.add_user()
    network.add_user(name=READER)
    ENV.update(CASELLI_SERVER=network.server(), **as_user(network.USER))
    settings = network.settings() + f"user {READER} = read\n[mail]\nserver = 127.0.0.1:9\n"
    with fx.Service(settings + "from = fax@example.org\n[loop]\nports = 2\n") as service:
        service.start().close()
        w = Office(service)
        with Registered():
            for topic in TOPICS:
                if names and topic.__name__ not in names:
                    continue
                start = time.monotonic()
                topic(w)
                print("ok %s (%.1f s)" % (topic.__name__, time.monotonic() - start), flush=True)
        w.__dict__.clear()
    print("END")


if __name__ == "__main__":
    main(sys.argv[1:])
