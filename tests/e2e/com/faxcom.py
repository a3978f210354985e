# SPDX-License-Identifier: Apache-2.0
"""libfaxcom through ctypes: every member early bound (by vtable slot) and late bound (by name).

The slots come from clients/faxcom/members.txt, the published table, not from a header.
"""
import ctypes as c
import os
import pathlib
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[3]
lib = c.CDLL(os.path.join(os.environ.get("CASELLI_CLIENT_BUILD", os.environ["CASELLI_BUILD"]),
                          "clients/faxcom/libfaxcom.so"))
lib.SysAllocStringLen.restype = c.c_void_p
lib.SysAllocStringLen.argtypes = [c.c_char_p, c.c_uint32]
lib.SysStringLen.argtypes = lib.SysFreeString.argtypes = [c.c_void_p]

METHOD, GET, PUT, PUTREF = 1, 2, 4, 8
VT_EMPTY, VT_NULL, VT_I2, VT_I4, VT_R8, VT_CY, VT_DATE, VT_BSTR = 0, 1, 2, 3, 5, 6, 7, 8
VT_DISPATCH, VT_ERROR, VT_BOOL, VT_VARIANT, VT_UI1, VT_BYREF = 9, 10, 11, 12, 17, 0x4000
S_OK, E_POINTER, E_INVALIDARG, E_UNEXPECTED = 0, 0x80004003, 0x80070057, 0x8000FFFF
E_ACCESSDENIED, NO_CONNECTION, GONE = 0x80070005, 0x80070006, 0x80041B61
NOT_FOUND, NOT_SUPPORTED, INVALID_DATA = 0x80070002, 0x80070032, 0x8007000D
MEMBERNOTFOUND, TYPEMISMATCH, UNKNOWNNAME = 0x80020003, 0x80020005, 0x80020006
EXCEPTION, OVERFLOW, BADPARAMCOUNT = 0x80020009, 0x8002000A, 0x8002000E
PARAMNOTFOUND, PARAMNOTOPTIONAL = 0x80020004, 0x8002000F

CLASSES, IIDS, MEMBERS = {}, {}, {}
for _line in open(ROOT / "clients/faxcom/members.txt"):
    _w = _line.split()
    if not _w or _line.startswith("#"):
        continue
    if _w[0] == "class":
        CLASSES[_w[1]] = (_w[2], _w[3])
    elif _w[0] == "interface":
        IIDS[_w[1]] = _w[2]
    else:
        MEMBERS.setdefault(_w[0], {})[_w[4]] = (int(_w[1]), int(_w[2]), _w[3],
                                                [tuple(p.split(":")) for p in _w[5:]])


class Value(c.Union):
    _fields_ = [("h", c.c_int16), ("i", c.c_int32), ("d", c.c_double), ("p", c.c_void_p),
                ("q", c.c_int64), ("b", c.c_uint8)]


class Variant(c.Structure):
    _fields_ = [("vt", c.c_uint16), ("r", c.c_uint16 * 3), ("v", Value), ("more", c.c_uint64)]


class Params(c.Structure):
    _fields_ = [("args", c.c_void_p), ("named", c.c_void_p), ("n", c.c_uint32), ("nn", c.c_uint32)]


class Exc(c.Structure):
    _fields_ = [("code", c.c_uint16), ("r", c.c_uint16), ("source", c.c_void_p),
                ("text", c.c_void_p), ("help", c.c_void_p), ("context", c.c_uint32),
                ("pv", c.c_void_p), ("fn", c.c_void_p), ("scode", c.c_int32)]


PLAIN = {"LONG": c.c_int32, "BOOL": c.c_int32, "INT": c.c_int32, "SHORT": c.c_int16,
         "DATE": c.c_double, "BSTR": c.c_void_p, "VARIANT": Variant, "IDispatch*": c.c_void_p}


def guid(s):
    return uuid.UUID(s).bytes_le


def bstr(s):
    if s is None:
        return None
    raw = s.encode("utf-16-le")
    return lib.SysAllocStringLen(raw, len(raw) // 2)


def take(p):
    """Text of a BSTR, which is freed."""
    s = c.string_at(p, 2 * lib.SysStringLen(p)).decode("utf-16-le") if p else None
    lib.SysFreeString(p)
    return s


def last_error():
    """(source, sentence) of the thread's error information, or None; it is gone afterwards."""
    info = c.c_void_p()
    if lib.GetErrorInfo(0, c.byref(info)) != 0:
        return None
    table = c.cast(c.cast(info, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
    out = []
    for n in (4, 5):
        s = c.c_void_p()
        c.CFUNCTYPE(c.c_int32, c.c_void_p, c.c_void_p)(table[n])(info, c.byref(s))
        out.append(take(s.value))
    c.CFUNCTYPE(c.c_uint32, c.c_void_p)(table[2])(info)
    return tuple(out)


class ComError(Exception):
    def __init__(self, code, text=None):
        super().__init__(f"0x{code:08X} {text or ''}")
        self.code, self.text = code, text


class Typed:
    """A VARIANT of a given type as argument: Typed(VT_BOOL, -1)."""

    def __init__(self, vt, value=0):
        self.vt, self.value = vt, value


def variant(x):
    """The VARIANT of a Python value, and what must stay alive with it."""
    v = Variant()
    if isinstance(x, Typed):
        v.vt = x.vt
        if x.vt & VT_BYREF:
            inner, keep = variant(x.value)
            if x.vt == VT_VARIANT | VT_BYREF:
                v.v.p = c.addressof(inner)
            else:
                v.v.p = c.addressof(inner) + 8
            return v, (inner, keep)
        if x.vt == VT_BSTR:
            v.v.p = bstr(x.value)
        elif x.vt in (VT_R8, VT_DATE):
            v.v.d = x.value
        elif x.vt in (VT_BOOL, VT_I2):
            v.v.h = x.value
        else:
            v.v.q = x.value
    elif isinstance(x, bool):
        v.vt, v.v.h = VT_BOOL, -1 if x else 0
    elif isinstance(x, int):
        v.vt, v.v.i = VT_I4, x
    elif isinstance(x, float):
        v.vt, v.v.d = VT_R8, x
    elif isinstance(x, str):
        v.vt, v.v.p = VT_BSTR, bstr(x)
    elif isinstance(x, Obj):
        v.vt, v.v.p = VT_DISPATCH, x.p
    return v, None


def value_of(v):
    if v.vt == VT_DISPATCH:
        return Obj(v.v.p)
    return {VT_EMPTY: None, VT_I2: v.v.h, VT_I4: v.v.i, VT_DATE: v.v.d, VT_CY: v.v.q}.get(
        v.vt, None) if v.vt != VT_BSTR else take(v.v.p)


class Obj:
    """One reference of an object, released with it. Raw calls: slot(), invoke(). As a script
    would: get(), put(), call(), which raise ComError."""

    def __init__(self, p, interface=None):
        self.p = p
        self.interface = interface

    def __del__(self):
        if self.p:
            self.release()

    def raw(self, n, *types):
        table = c.cast(c.cast(self.p, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
        return c.CFUNCTYPE(c.c_int32, c.c_void_p, *types)(table[n])

    def add_ref(self):
        return self.raw(1)(self.p)

    def release(self):
        p, self.p = self.p, None
        table = c.cast(c.cast(p, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
        return c.CFUNCTYPE(c.c_int32, c.c_void_p)(table[2])(p)

    def query(self, iid):
        out = c.c_void_p()
        hr = self.raw(0, c.c_char_p, c.c_void_p)(self.p, guid(iid), c.byref(out)) & 0xFFFFFFFF
        return hr, out.value

    def as_(self, interface):
        """The same object through QueryInterface, as .NET casts it."""
        hr, p = self.query(IIDS[interface])
        assert hr == 0, (interface, hex(hr))
        return Obj(p, interface)

    def slot(self, name, *args, null=False):
        """-> (HRESULT, result). Strings become BSTRs; null: no place for the result."""
        n, _, _, params = MEMBERS[self.interface][name]
        types, values, strings, out = [], [], [], None
        args = list(args)
        for _, kind in params:
            if kind.endswith("*") and kind != "IDispatch*":
                out = PLAIN[kind[:-1]]()
                types.append(c.c_void_p)
                values.append(None if null else c.byref(out))
                continue
            x = args.pop(0)
            types.append(PLAIN[kind])
            if kind == "BSTR":
                x = bstr(x)
                strings.append(x)
            elif kind == "IDispatch*":
                x = x.p if x else None
            values.append(x)
        assert not args, (name, args)
        hr = self.raw(n, *types)(self.p, *values) & 0xFFFFFFFF
        for s in strings:
            lib.SysFreeString(s)
        if out is None:
            return hr, None
        if isinstance(out, Variant):
            return hr, value_of(out)
        if PLAIN["BSTR"] == type(out):
            return hr, take(out.value)
        return hr, out.value

    def id_of(self, *names):
        keep = [c.create_string_buffer((x + "\0").encode("utf-16-le")) for x in names]
        ptr = (c.c_void_p * len(names))(*[c.addressof(k) for k in keep])
        out = (c.c_int32 * len(names))()
        hr = self.raw(5, c.c_char_p, c.c_void_p, c.c_uint32, c.c_uint32, c.c_void_p)(
            self.p, bytes(16), ptr, len(names), 0x400, out) & 0xFFFFFFFF
        return hr, list(out)

    def invoke(self, ident, flags, *args, named=None, want=True):
        """-> (HRESULT, result or None, EXCEPINFO as (code, source, text), argErr)"""
        made = [variant(x) for x in reversed(args)]
        vs = (Variant * max(len(made), 1))(*[m[0] for m in made])
        ids = (c.c_int32 * 1)(named if named is not None else -3)
        p = Params(c.addressof(vs), c.addressof(ids), len(made),
                   1 if named is not None or flags & (PUT | PUTREF) else 0)
        out, exc, argerr = Variant(), Exc(), c.c_uint32(99)
        hr = self.raw(6, c.c_int32, c.c_char_p, c.c_uint32, c.c_uint16, c.c_void_p, c.c_void_p,
                      c.c_void_p, c.c_void_p)(self.p, ident, bytes(16), 0x400, flags, c.byref(p),
                                              c.byref(out) if want else None, c.byref(exc),
                                              c.byref(argerr)) & 0xFFFFFFFF
        for v in vs:
            if v.vt == VT_BSTR:
                lib.SysFreeString(v.v.p)
        failed = None
        if hr == EXCEPTION:
            failed = (exc.scode & 0xFFFFFFFF, take(exc.source), take(exc.text))
        return hr, value_of(out), failed, argerr.value

    def _named(self, name, flags, *args):
        hr, ids = self.id_of(name)
        if hr:
            raise ComError(hr, name)
        hr, value, failed, _ = self.invoke(ids[0], flags, *args)
        if hr:
            raise ComError(failed[0] if failed else hr, failed[2] if failed else name)
        return value

    def get(self, name, *args):
        return self._named(name, GET | METHOD, *args)

    def put(self, name, value):
        return self._named(name, PUT, value)

    def call(self, name, *args):
        return self._named(name, METHOD, *args)


def create(cls):
    """CoCreateInstance for the dual interface."""
    out = c.c_void_p()
    hr = lib.CoCreateInstance(guid(CLASSES[cls][0]), None, 1, guid(IIDS[CLASSES[cls][1]]),
                              c.byref(out))
    assert hr == 0, (cls, hex(hr & 0xFFFFFFFF))
    return Obj(out.value, CLASSES[cls][1])


def create_object(progid):
    """As a script engine does: by ProgID, as IDispatch."""
    clsid, out = c.create_string_buffer(16), c.c_void_p()
    w = c.create_string_buffer((progid + "\0").encode("utf-16-le"))
    hr = lib.CLSIDFromProgID(w, clsid) & 0xFFFFFFFF
    if hr == 0:
        hr = lib.CoCreateInstance(clsid, None, 1, guid("00020400-0000-0000-C000-000000000046"),
                                  c.byref(out)) & 0xFFFFFFFF
    if hr:
        raise ComError(hr, progid)
    return Obj(out.value)
