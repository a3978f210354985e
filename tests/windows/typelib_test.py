# SPDX-License-Identifier: Apache-2.0
"""The type library as a reader that is not ours finds it, against members.txt.

Every member: vtable slot, DISPID, invoke kind, calling convention, parameter names, types and
directions; the library, the classes and the interfaces with their GUIDs and flags. Read from inside
faxcom.dll and from the library of the 32-bit build.

usage: typelib_test.py
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prefix import FAXCOM, TESTS, members
import wine

KINDS = {"method": 1, "get": 2, "put": 4, "putref": 8} # INVOKE_*
TYPES = {"LONG": "I4", "INT": "INT", "SHORT": "I2", "BOOL": "I4", "BSTR": "BSTR", "DATE": "DATE",
         "VARIANT": "VARIANT", "IDispatch": "DISPATCH"}
STDCALL, DUAL_DISPATCHABLE, CAN_CREATE = 4, 0x1040, 2
IN, OUT_RETVAL, DEFAULT = 1, 2 | 8, 1


def wanted(syskind):
    classes, interfaces, rows = members()
    out = {f"library FAXCOMLib 87099223-C7AF-11D0-B225-00C04FB6C2F5 1.0 {syskind} 0"}
    out |= {f"class {n} {c} 5 {CAN_CREATE:x} {i}:{DEFAULT}" for n, c, i in classes}
    out |= {f"interface {n} {i} 4 {DUAL_DISPATCHABLE:x}" for n, i in interfaces.items()}
    for interface, slot, dispid, kind, name, *params in rows:
        text = []
        for p in params:
            pname, t = p.split(":")
            star = "*" if t.endswith("*") and t != "IDispatch*" else ""
            way = OUT_RETVAL if star else IN
            # Names go by DISPID: a put shows the name of its get.
            pname = {"put": "pVal", "putref": "-"}.get(kind, pname)
            text.append(f" {pname}:{star}{TYPES[t.rstrip('*')]}:{way}")
        shown = name if kind == "method" else name.split("_", 1)[1]
        out.add(f"member {interface} {slot} {dispid} {KINDS[kind]} {shown} {STDCALL} HRESULT"
                + "".join(text))
    return out


def check(path, syskind):
    lines = wine.run(wine.test_program("typelib_dump"), wine.windows_path(path))
    found = [line.split(" # ") for line in lines]
    assert all(len(f) == 2 and f[1] for f in found), "something has no help string"
    got, want = [f[0].rstrip() for f in found], wanted(syskind)
    assert len(set(got)) == len(got)
    missing, more = sorted(want - set(got)), sorted(set(got) - want)
    assert not missing and not more, f"missing {missing[:5]}, more {more[:5]}"
    n = sum(g.startswith("member") for g in got)
    assert n == 185, n
    order = [g.split()[1] for g in got if g.startswith("interface")]
    assert order == list(members()[1]), order
    print(f"ok {os.path.basename(path)}: {n} members")


def main():
    check(FAXCOM, 3) # SYS_WIN64
    check(os.path.join(wine.WIN, "clients/faxcom/win/faxcom.tlb"), 3)
    small = os.path.join(TESTS, "faxcom32.tlb")
    if os.path.exists(small):
        check(small, 1)
    print("END")


if __name__ == "__main__":
    main()
