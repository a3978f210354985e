# SPDX-License-Identifier: Apache-2.0
"""The built libfaxcom from outside: by vtable slot and by IDispatch, against members.txt.

usage: abi_test.py LIBFAXCOM MEMBERS
Slots are proven by use: what a put slot stores, the DISPID of the same name reads, and the
other way round; every name answers with its DISPID; a child made without a parent fails
cleanly in every slot. No object may be left at the end.
"""
import ctypes as c
import sys
import uuid

lib = c.CDLL(sys.argv[1])
classes, iids, members = {}, {}, {}
for line in open(sys.argv[2]):
    w = line.split()
    if not w or line.startswith("#"):
        continue
    if w[0] == "class":
        classes[w[1]] = (w[2], w[3])
    elif w[0] == "interface":
        iids[w[1]] = (w[2], int(w[3]), int(w[4]))
    else:
        members.setdefault(w[0], []).append((int(w[1]), int(w[2]), w[3], w[4],
                                             [p.split(":") for p in w[5:]]))


class VARIANT(c.Structure):
    _fields_ = [("vt", c.c_uint16), ("r", c.c_uint16 * 3), ("val", c.c_uint64), ("val2", c.c_uint64)]


class DISPPARAMS(c.Structure):
    _fields_ = [("args", c.c_void_p), ("named", c.c_void_p), ("n", c.c_uint32), ("nn", c.c_uint32)]


assert c.sizeof(VARIANT) == 24
lib.SysAllocStringLen.restype = c.c_void_p
lib.SysAllocStringLen.argtypes = [c.c_char_p, c.c_uint32]
for f in ("SysFreeString", "SysStringLen"):
    getattr(lib, f).argtypes = [c.c_void_p]


def bstr(s):
    b = s.encode("utf-16-le")
    return lib.SysAllocStringLen(b, len(b) // 2)


def text(p):
    s = c.string_at(p, lib.SysStringLen(p) * 2).decode("utf-16-le")
    lib.SysFreeString(p)
    return s


def guid(s):
    return uuid.UUID(s).bytes_le


def slot(obj, n, *types):
    table = c.cast(c.cast(obj, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
    return c.CFUNCTYPE(c.c_int32, c.c_void_p, *types)(table[n])


def release(obj):
    return slot(obj, 2)(obj)


def make(cls):
    out = c.c_void_p()
    hr = lib.CoCreateInstance(guid(classes[cls][0]), None, 1, guid(iids[classes[cls][1]][0]),
                              c.byref(out))
    assert hr == 0, (cls, hex(hr & 0xffffffff))
    return out.value


def dispid(obj, name):
    w = c.create_string_buffer((name + "\0").encode("utf-16-le"))
    names = (c.c_void_p * 1)(c.addressof(w))
    out = c.c_int32()
    hr = slot(obj, 5, c.c_char_p, c.c_void_p, c.c_uint32, c.c_uint32, c.c_void_p)(
        obj, bytes(16), names, 1, 0x400, c.byref(out))
    return out.value if hr == 0 else None


def invoke(obj, ident, flags, arg=None):
    p, out, named = DISPPARAMS(), VARIANT(), c.c_int32(-3)
    if arg is not None:
        p.args, p.n = c.addressof(arg), 1
        if flags & 12:
            p.named, p.nn = c.addressof(named), 1
    hr = slot(obj, 6, c.c_int32, c.c_char_p, c.c_uint32, c.c_uint16, c.c_void_p, c.c_void_p,
              c.c_void_p, c.c_void_p)(obj, ident, bytes(16), 0x400, flags, c.byref(p), c.byref(out),
                                      None, None)
    return hr & 0xffffffff, out


count = 0
for cls, (clsid, iface) in classes.items():
    obj = make(cls)
    assert len(members[iface]) == iids[iface][1]
    assert len({m[1] for m in members[iface]}) == iids[iface][2]
    for n, ident, kind, name, params in members[iface]:
        shown = name if kind == "method" else name.split("_", 1)[1]
        for spelling in (shown, shown.lower(), shown.upper()):
            assert dispid(obj, spelling) == ident, (iface, shown)
        # A NULL result is refused by each slot that has one, so the slot is of that kind.
        outs = [p for p in params if p[1].endswith("*") and p[1] != "IDispatch*"]
        if outs and len(params) == 1:
            hr = slot(obj, n, c.c_void_p)(obj, None) & 0xffffffff
            assert hr == 0x80004003, (iface, name, hex(hr))
        count += 1
    assert dispid(obj, "NoSuchMember") is None
    # Identity: IUnknown is the same pointer from both interfaces.
    unk, disp = c.c_void_p(), c.c_void_p()
    query = slot(obj, 0, c.c_char_p, c.c_void_p)
    assert query(obj, guid("00000000-0000-0000-C000-000000000046"), c.byref(unk)) == 0
    assert query(obj, guid("00020400-0000-0000-C000-000000000046"), c.byref(disp)) == 0
    assert unk.value == disp.value == obj
    assert release(obj) == 2 and release(obj) == 1 and release(obj) == 0

# FaxDoc stores: each put slot, read by the DISPID of its name, and the get slot after an Invoke.
doc = make("FaxDoc")
table = {m[3]: m for m in members["IFaxDoc"]}
for name, (n, ident, kind, _, params) in table.items():
    if kind != "put" or params[0][1] != "BSTR":
        continue
    s = bstr("put " + name)
    assert slot(doc, n, c.c_void_p)(doc, s) == 0
    lib.SysFreeString(s)
for name, (n, ident, kind, _, params) in table.items():
    if kind != "put" or params[0][1] != "BSTR":
        continue
    hr, v = invoke(doc, ident, 2)
    assert hr == 0 and v.vt == 8 and text(v.val) == "put " + name, name
    arg = VARIANT(vt=8, val=bstr("dispatch " + name))
    assert invoke(doc, ident, 4, arg)[0] == 0
    lib.SysFreeString(arg.val)
    out = c.c_void_p()
    get = table["get_" + name.split("_", 1)[1]]
    assert slot(doc, get[0], c.c_void_p)(doc, c.byref(out)) == 0
    assert text(out.value) == "dispatch " + name
assert release(doc) == 0

# Not connected: a code a program knows, from the slot and from Invoke.
server = make("FaxServer")
n32 = c.c_int32()
for n, ident, kind, name, params in members["IFaxServer"]:
    if kind == "get" and params[0][1] == "LONG*":
        assert slot(server, n, c.c_void_p)(server, c.byref(n32)) & 0xffffffff == 0x80070006
        assert invoke(server, ident, 2)[0] == 0x80020009
assert release(server) == 0
assert lib.DllCanUnloadNow() == 0
print("%d members" % count)
