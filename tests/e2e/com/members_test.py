# SPDX-License-Identifier: Apache-2.0
"""One row for each of the 185 members of the fax objects, on a real service.

A row says which right the member needs, does a good call whose effect a second client sees (or
whose result that client confirms), and lists the calls that must fail with their codes. What is
the same for all is done for every row: no place for the result, no connection or none any more, the
right missing.
A member without a row, or a row without a member, fails the run; the end says how many rows ran.

usage: members_test.py [INTERFACE...]
"""
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from members_table import *
import rows_server
import rows_status
from rows_status import held_job
import rows_doc
from rows_doc import fax


# ---- what is done for every row ----
def subject(w, interface):
    """An object of this interface that works."""
    return {"IFaxServer": lambda: w.server, "IFaxPorts": w.ports, "IFaxPort": w.port,
            "IFaxStatus": lambda: child(w.port(), "GetStatus", "IFaxStatus"),
            "IFaxRoutingMethods": w.methods, "IFaxRoutingMethod": w.method,
            "IFaxJobs": w.jobs, "IFaxJob": lambda: held_job(w)[1], "IFaxDoc": w.doc,
            "IFaxTiff": lambda: fax(w).received}[interface]()


def arguments(interface, name):
    """Something valid for each parameter that goes in."""
    out = []
    for pname, kind in com.MEMBERS[interface][name][3]:
        if kind.endswith("*") and kind != "IDispatch*":
            continue
        out.append({"LONG": 1, "INT": 256, "SHORT": 1, "BOOL": 1, "BSTR": "x",
                    "IDispatch*": None}[kind])
    return out


def has_result(interface, name):
    return any(k.endswith("*") and k != "IDispatch*" for _, k in com.MEMBERS[interface][name][3])


def common(w, interface, name, r):
    obj = subject(w, interface)
    if has_result(interface, name):
        hr, _ = obj.slot(name, *arguments(interface, name), null=True)
        eq(hr, E_POINTER, "NULL result")
        assert com.last_error()[1], "no sentence for NULL"
    shown = name if com.MEMBERS[interface][name][2] == "method" else name.split("_", 1)[1]
    for args, code in r.bad:
        hr, _ = obj.slot(name, *args)
        eq(hr, code, f"{args}")
        source, text = com.last_error()
        eq(source, "Fax" + interface[4:])
        assert text.endswith("."), text
        ident = obj.id_of(shown)[1][0]
        kind = com.MEMBERS[interface][name][2]
        flags = {"get": com.GET, "put": com.PUT, "putref": com.PUTREF, "method": com.METHOD}[kind]
        if None not in args:
            hr, _, failed, _ = obj.invoke(ident, flags, *args)
            eq((hr, failed[0]), (com.EXCEPTION, code), f"Invoke {args}")
            assert failed[2], "no description"
    cls = [k for k, (_, i) in com.CLASSES.items() if i == interface][0]
    free = com.create(cls) # no connection, no parent
    hr, _ = free.slot(name, *arguments(interface, name))
    if interface == "IFaxTiff" and name != "put_Image":
        eq(hr, E_UNEXPECTED, "before Image")
    elif interface == "IFaxTiff":
        eq(hr, NOT_FOUND)
    elif name in ("Connect", "CreateDocument") or interface == "IFaxDoc" and name != "Send":
        return
    else:
        eq(hr, NO_CONNECTION, "without a connection")
        assert "Connect" in com.last_error()[1]


def after_disconnect(w, interface, name):
    """What was read stays readable; what reaches the service fails."""
    if interface == "IFaxTiff" or name in ("Connect", "Disconnect", "CreateDocument"):
        return
    number = held_job(w)[0] if interface == "IFaxJob" else None
    ours, w.server = w.server, com.create("FaxServer")
    try:
        eq(w.server.slot("Connect", w.service.socket)[0], 0)
        obj = w.com_job(number) if number else subject(w, interface)
        eq(w.server.slot("Disconnect"), (0, None))
    finally:
        w.server = ours
    kept = (interface in ("IFaxStatus", "IFaxJob") and name.startswith("get_")
            or interface == "IFaxDoc" and name != "Send" or name == "get_Count")
    eq(obj.slot(name, *arguments(interface, name))[0], 0 if kept else NO_CONNECTION,
       "after Disconnect")


# ---- missing rights: another user, each right taken away in turn ----
def door(w, right):
    """Calls that need this right, made by a user who lacks it."""
    out = []
    for (interface, name), r in ROWS.items():
        if r.right == right:
            out.append((interface, name))
    return out


def denied_child(path, right, number):
    """Runs as nobody. Each member of this right is refused, at itself or at the only way to it."""
    s = com.create("FaxServer")
    eq(s.slot("Connect", path)[0], 0, "Connect as nobody")
    n = 0
    for interface, name in door(None, right):
        if right == "port_query" and interface != "IFaxServer":
            hr = s.slot("GetPorts")[0]      # no way to a port, its status, its methods
        elif right == "job_query" and interface != "IFaxServer":
            hr = s.slot("GetJobs")[0]
        else:
            if interface == "IFaxServer":
                obj, args = s, arguments(interface, name)
            elif interface in ("IFaxPort", "IFaxRoutingMethod"):
                obj = child(child(s, "GetPorts", "IFaxPorts"), "get_Item", "IFaxPort", 1)
                eq(obj.slot("get_CanModify"), (0, 0), "CanModify")
                args = [1] if name != "put_Csid" and name != "put_Tsid" else ["x"]
                if interface == "IFaxRoutingMethod":
                    obj = child(child(obj, "GetRoutingMethods", "IFaxRoutingMethods"), "get_Item",
                                "IFaxRoutingMethod", 1)
                    args = [0]
            elif interface == "IFaxJob":
                jobs = child(s, "GetJobs", "IFaxJobs")
                obj = [j for j in (child(jobs, "get_Item", "IFaxJob", i + 1)
                                   for i in range(jobs.slot("get_Count")[1]))
                       if j.slot("get_JobId")[1] == number][0]
                args = [2]
            else:
                obj = child(s, "CreateDocument", "IFaxDoc", __file__)
                obj.slot("put_FaxNumber", FAST)
                args = []
            hr = obj.slot(name, *args)[0]
        eq(hr, E_ACCESSDENIED, f"{interface}.{name} without {right}")
        text = com.last_error()[1]
        assert "denied" in text or "right" in text, text
        n += 1
    return n


def missing_rights(w, service):
    if os.geteuid() != 0:
        print("missing rights: not looked at, only root can become another user")
        return 0
    for path in (service.dir, service.socket):
        os.chmod(path, 0o777 if path == service.socket else 0o755)
    number, _ = w.paused_job()
    n = 0
    for right in ALL:
        with open(service.conf, "w") as f:
            f.write(settings(" ".join(r for r in ALL if r != right)))
        lines = service.log_tail(1000).count("settings reloaded")
        os.kill(service.process.pid, signal.SIGHUP)
        until(lambda: service.log_tail(1000).count("settings reloaded") > lines, "the reload")
        r, out = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setgid(65534)
                os.setuid(65534)
                os.write(out, str(denied_child(service.socket, right, number)).encode())
            except BaseException as e:
                os.write(out, f"{right}: {e!r}".encode())
            os._exit(0)
        os.close(out)
        told = os.read(r, 4096).decode()
        os.close(r)
        os.waitpid(pid, 0)
        assert told.isdigit(), told
        eq(int(told), len(door(None, right)))
        n += int(told)
    w.abort(number)
    return n


def settings(rights):
    return f"[rights]\nusers = {rights}\n[loop]\nports = 2\n"


def main():
    wanted = sys.argv[1:] or list(com.MEMBERS)
    members = [(i, n) for i in com.MEMBERS for n in com.MEMBERS[i]]
    eq(len(members), 185, "published members")
    eq(sorted(set(members) - set(ROWS)), [], "members without a row")
    eq(sorted(set(ROWS) - set(members)), [], "rows without a member")
    os.environ.update(LC_ALL="C", XDG_CONFIG_HOME="/nonexistent")
    ran, failed = 0, 0
    with fx.Service(settings(" ".join(ALL))) as service:
        service.start().close()
        os.environ["CASELLI_SERVER"] = service.socket
        w = World(service)
        for interface, name in members:
            if interface not in wanted:
                continue
            ran += 1
            try:
                r = ROWS[interface, name]
                r.good(w)
                common(w, interface, name, r)
                after_disconnect(w, interface, name)
            except Exception as e: # the table goes on: one run shows all that is wrong
                failed += 1
                print(f"FAILED {interface}.{name}: {type(e).__name__}: {e}")
        if hasattr(w, "held"):
            w.abort(w.held[0])
        denied = missing_rights(w, service)
        w.__dict__.clear()
        assert not failed, f"{failed} of {ran} rows failed"
    eq(com.lib.DllCanUnloadNow(), 0, "objects left")
    print(f"{ran} rows ran, {ran} of 185 members; {denied} refused for want of a right")
    assert sys.argv[1:] or ran == 185


if __name__ == "__main__":
    main()
