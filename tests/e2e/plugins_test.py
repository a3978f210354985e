#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plug-ins in the whole service, through libwinfax: the example provider and the example routing
extension are registered, the service is started again, a fax goes out and one comes in through the
provider, the extension routes it; then both are killed, and both are taken away again. A bad
provider beside them, and loop-back faxes all the while."""
import ctypes as c
import glob
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402

lib = fx.lib
GUID = "{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"
INBOX = 0
LOOP = "[loop]\nports = 2\ntransport = t38\nt38_pacing = unpaced\nring_delay_ms = 10\n"
BAD = f"[provider bad]\nimage = {fx.BUILD}/tests/unit/plugins/bad_fsp.so\nstep_s = 1\n"
lib.FaxRegisterServiceProviderW.argtypes = [c.c_char_p] * 4
lib.FaxOpenPort.argtypes = [c.c_void_p, c.c_uint32, c.c_uint32, c.POINTER(c.c_void_p)]
lib.FaxSetRoutingInfoW.argtypes = [c.c_void_p, c.c_char_p, c.c_char_p, c.c_uint32]
lib.FaxEnableRoutingMethodW.argtypes = [c.c_void_p, c.c_char_p, c.c_int32]
lib.FaxUnregisterServiceProviderW.argtypes = [c.c_char_p]
CALLBACK = c.CFUNCTYPE(c.c_int32, c.c_void_p, c.c_void_p, *[c.POINTER(c.c_uint16)] * 4)
lib.FaxRegisterRoutingExtensionW.argtypes = [c.c_void_p, c.c_char_p, c.c_char_p, c.c_char_p,
                                             CALLBACK, c.c_void_p]


class Plugin(c.Structure):
    _fields_ = [("Kind", c.c_uint32), ("Serving", c.c_int32), ("Methods", c.c_uint32),
                ("Name", c.c_char_p), ("Friendly", c.c_char_p), ("Image", c.c_char_p),
                ("State", c.c_char_p)]


def wide(s):
    return (s + "\0").encode("utf-16-le") + b"\0"  # ctypes adds one NUL; three in all


def check(what, ok):
    if not ok:
        raise fx.Failed(what, lib.GetLastError())


def until(what, fn, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = fn()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError("never: " + what)


def plugins(client):
    rows, n = c.POINTER(Plugin)(), c.c_uint32()
    check("CaselliEnumPlugins", lib.CaselliEnumPlugins(client.handle, c.byref(rows), c.byref(n)))
    got = {rows[i].Name.decode(): (rows[i].Kind, bool(rows[i].Serving), rows[i].State.decode())
           for i in range(n.value)}
    lib.CaselliFree(rows)
    return got


def register(service, client):
    image = os.path.join(fx.BUILD, "examples/caselli-folder-fsp.so")
    args = [wide("folder"), wide("Folder"), wide(image)]
    os.environ["CASELLI_SERVER"] = service.socket
    check("register", lib.FaxRegisterServiceProviderW(*args, wide("")))
    assert not lib.FaxRegisterServiceProviderW(*args, wide("")), "twice"
    assert lib.GetLastError() == 183, lib.GetLastError()
    assert not lib.FaxRegisterServiceProviderW(wide("x"), wide("x"), wide(image),
                                               wide("Unimodem")), "a telephony provider"
    assert lib.GetLastError() == 87
    assert not lib.FaxRegisterServiceProviderW(wide("y" * 200), wide("x"), wide(image), wide(""))
    assert lib.GetLastError() == 111, lib.GetLastError()
    methods = [["csv", "CSV file", "CsvRoute", GUID]]

    def describe(handle, context, *buffers):
        if not methods:
            return 0
        for text, buf in zip(methods.pop(), buffers):
            for i, unit in enumerate(text + "\0"):
                buf[i] = ord(unit)
        return 1

    check("extension", lib.FaxRegisterRoutingExtensionW(
        client.handle, wide("csv"), wide("CSV"),
        wide(os.path.join(fx.BUILD, "examples/caselli-csv-route.so")), CALLBACK(describe), None))
    for name, (_, serving, state) in plugins(client).items():
        assert not serving and ("next start" in state or name == "bad"), state


def send_over_loop(client, path):
    client.send("102", [path], "loop")
    until("loop fax", lambda: not client.queue_length())


def port_named(client, name):
    return next((p["DeviceId"] for p in client.port_status() if p["Name"] == name.encode()
                 and p["Status"] == 0x20100000), None)


def configure(client, device, csv, fresh):
    port = c.c_void_p()
    check("open", lib.FaxOpenPort(client.handle, device, 2, c.byref(port)))
    data = (csv + "\0").encode("utf-16-le")
    until("the extension serves", lambda: plugins(client)["csv"][1])
    if fresh:
        assert not lib.FaxEnableRoutingMethodW(port, wide(GUID), 1), "without its data"
    check("data", lib.FaxSetRoutingInfoW(port, wide(GUID), data, len(data)))
    check("enable", lib.FaxEnableRoutingMethodW(port, wide(GUID), 1))
    lib.FaxClose(port)


def through_the_provider(service, client, net, csv, fresh):
    device = until("the port", lambda: port_named(client, "Folder 7001"))
    second = until("the port", lambda: port_named(client, "Folder 7002"))
    for d in (device, second):
        configure(client, d, csv, fresh)
    path = os.path.join(service.dir, "a.txt")
    fx.text_document(path, "plug-in", 2)
    before = len(client.messages(INBOX))
    client.send_on(device, "0301234", [path], "out")
    sent = until("sent", lambda: glob.glob(net + "/out/0301234-*.tif"))
    until("finished", lambda: not client.queue_length())
    shutil.copy(sent[0], net + "/in/x.part")
    os.rename(net + "/in/x.part", net + "/in/x.tif")
    until("received", lambda: len(client.messages(INBOX)) == before + 1)
    line = until("routed", lambda: os.path.exists(csv) and open(csv).read())
    assert ";FOLDER;" in line and line.rstrip().endswith(";2"), line
    os.unlink(csv)


def main():
    with fx.Service(LOOP + BAD) as service:
        net = os.path.join(service.dir, "net")
        os.makedirs(net + "/in")
        os.makedirs(net + "/out")
        os.environ["CASELLI_EXAMPLE_FSP"] = net
        os.environ["BAD_FSP"] = "init crash"
        client = service.start()
        register(service, client)
        client.close()
        service.stop()
        client = service.start()
        path = os.path.join(service.dir, "l.txt")
        fx.text_document(path, "loop", 1)
        through_the_provider(service, client, net, os.path.join(service.dir, "faxes.csv"), True)
        send_over_loop(client, path)
        got = plugins(client)
        assert got["folder"] == (0, True, "ok") and got["csv"] == (1, True, "ok"), got
        # the bad one, of the settings file alone: why in words
        until("why", lambda: not plugins(client)["bad"][1] and "ended" in plugins(client)["bad"][2])
        # killed: told, started again, and all goes on
        assert service.kill("caselli-route-host"[:15])
        until("told", lambda: not plugins(client)["csv"][1])
        until("back", lambda: plugins(client)["csv"][1])
        assert service.kill("caselli-host")
        send_over_loop(client, path)
        through_the_provider(service, client, net, os.path.join(service.dir, "again.csv"), False)
        check("unregister", lib.FaxUnregisterServiceProviderW(wide("folder")))
        assert not lib.FaxUnregisterServiceProviderW(wide("folder"))
        client.close()
        service.stop()
        client = service.start()
        assert list(plugins(client)) == ["csv", "bad"]
        assert not port_named(client, "Folder 7001")
        client.close()
    print("plug-ins: ok")


if __name__ == "__main__":
    main()
