#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Watch the fax ports from Python, with nothing but ctypes.

    python3 port-status.py [--once] [SERVER]

The objects of faxcom.h are tables of functions: slots 0 to 2 are IUnknown, 3 to 6
IDispatch, 7 onwards the interface's own members in the order of faxcom.h. Here each
member is found by its name through IDispatch, as a script engine would.
"""
import ctypes as c
import sys
import time
import uuid

try:
    fax = c.CDLL("libfaxcom.so.0")
except OSError as e:
    sys.exit("libfaxcom.so.0 is not installed (%s); set LD_LIBRARY_PATH to where it is" % e)
fax.SysAllocStringLen.restype = c.c_void_p
fax.SysAllocStringLen.argtypes = [c.c_char_p, c.c_uint32]
fax.SysStringLen.argtypes = fax.SysFreeString.argtypes = [c.c_void_p]

IUNKNOWN = uuid.UUID("00000000-0000-0000-C000-000000000046").bytes_le
IDISPATCH = uuid.UUID("00020400-0000-0000-C000-000000000046").bytes_le
VT_I4, VT_DATE, VT_BSTR, VT_DISPATCH = 3, 7, 8, 9
METHOD, GET, PUT = 1, 2, 4


class Value(c.Union):
    _fields_ = [("i", c.c_int32), ("d", c.c_double), ("p", c.c_void_p)]


class Variant(c.Structure):
    _fields_ = [("vt", c.c_uint16), ("reserved", c.c_uint16 * 3), ("v", Value), ("more", c.c_void_p)]


class Params(c.Structure):
    _fields_ = [("args", c.POINTER(Variant)), ("named", c.c_void_p), ("n", c.c_uint32),
                ("n_named", c.c_uint32)]


class Exc(c.Structure):
    _fields_ = [("code", c.c_uint16), ("r", c.c_uint16), ("source", c.c_void_p), ("text", c.c_void_p),
                ("help", c.c_void_p), ("context", c.c_uint32), ("pv", c.c_void_p),
                ("fn", c.c_void_p), ("scode", c.c_int32)]


def bstr(text):
    raw = text.encode("utf-16-le")
    return fax.SysAllocStringLen(raw, len(raw) // 2)


def take_text(p):
    text = c.string_at(p, 2 * fax.SysStringLen(p)).decode("utf-16-le") if p else ""
    fax.SysFreeString(p)
    return text


class Object:
    """One fax object; attributes are its properties, call() its methods."""

    def __init__(self, pointer):
        self.p = pointer

    def __del__(self):
        self.slot(2)(self.p)

    def slot(self, n, *types):
        table = c.cast(c.cast(self.p, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
        return c.CFUNCTYPE(c.c_int32, c.c_void_p, *types)(table[n])

    def dispid(self, name):
        text = c.create_string_buffer((name + "\0").encode("utf-16-le"))
        names, found = (c.c_void_p * 1)(c.addressof(text)), c.c_int32()
        if self.slot(5, c.c_char_p, c.c_void_p, c.c_uint32, c.c_uint32, c.c_void_p)(
                self.p, bytes(16), names, 1, 0x400, c.byref(found)) < 0:
            raise AttributeError(name)
        return found.value

    def call(self, name, *args):
        values = (Variant * max(1, len(args)))()
        for slot, a in zip(values, reversed(args)):  # the last argument stands first
            slot.vt = VT_BSTR if isinstance(a, str) else VT_I4
            if isinstance(a, str):
                slot.v.p = bstr(a)
            else:
                slot.v.i = a
        params = Params(values, None, len(args), 0)
        result, exc = Variant(), Exc()
        hr = self.slot(6, c.c_int32, c.c_char_p, c.c_uint32, c.c_uint16, c.c_void_p, c.c_void_p,
                       c.c_void_p, c.c_void_p)(
            self.p, self.dispid(name), bytes(16), 0x400, METHOD | GET, c.byref(params),
            c.byref(result), c.byref(exc), None)
        for slot in values[:len(args)]:
            fax.VariantClear(c.byref(slot))
        if hr < 0:
            take_text(exc.source)
            raise RuntimeError("%s: %s (%08X)" % (name, take_text(exc.text),
                                                 (exc.scode or hr) & 0xffffffff))
        if result.vt == VT_DISPATCH:
            return Object(result.v.p)
        if result.vt == VT_BSTR:
            return take_text(result.v.p)
        return result.v.d if result.vt == VT_DATE else result.v.i

    __getattr__ = call


def create(progid):
    clsid, out = c.create_string_buffer(16), c.c_void_p()
    name = c.create_string_buffer((progid + "\0").encode("utf-16-le"))
    hr = fax.CLSIDFromProgID(name, clsid)
    if hr >= 0:
        hr = fax.CoCreateInstance(clsid, None, 1, IDISPATCH, c.byref(out))
    if hr < 0:
        raise RuntimeError("%s: %08X" % (progid, hr & 0xffffffff))
    return Object(out.value)


def line(s):
    way = "sending to %s" % s.Address if s.Send else "receiving" if s.Receive else "idle"
    return "%s: %s, %s, page %d of %d" % (s.DeviceName, s.Description, way, s.CurrentPage, s.PageCount)


def main():
    names = [a for a in sys.argv[1:] if a != "--once"]
    server = create("FaxServer.FaxServer")
    server.call("Connect", names[0] if names else "")
    ports = server.call("GetPorts")
    all_status = [ports.call("Item", i + 1).call("GetStatus") for i in range(ports.Count)]
    shown = [None] * len(all_status)
    while True:
        for i, s in enumerate(all_status):
            if line(s) != shown[i]:
                shown[i] = line(s)
                print(shown[i], flush=True)
        if "--once" in sys.argv:
            break
        time.sleep(0.2)
        for s in all_status:
            s.call("Refresh")
    server.call("Disconnect")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except RuntimeError as e:
        sys.exit(str(e))
