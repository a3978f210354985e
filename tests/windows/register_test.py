# SPDX-License-Identifier: Apache-2.0
"""regsvr32 both ways, judged by exports of the registry before and after.

Whatever stood in our keys before is there again afterwards, to the byte: on an empty machine, on
one with a fax library of its own, for the machine and for one user, after two registrations, after an
interrupted one and after one that failed half-way. What somebody else registered over us stays.

usage: register_test.py
"""
import contextlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prefix import FAXCOM, TESTS, Prefix, members
import wine

MACHINE, USER = "HKEY_LOCAL_MACHINE\\Software", "HKEY_CURRENT_USER\\Software"
CLASSES, _, _ = members()
SERVER = "{D73733C8-CC80-11D0-B225-00C04FB6C2F5}"
SERVER_IID = "{D73733C7-CC80-11D0-B225-00C04FB6C2F5}"
AS_32 = os.path.join(TESTS, "faxcom_as_32.dll")
LIBID = "{87099223-C7AF-11D0-B225-00C04FB6C2F5}"

# A fax library that is not ours, with more in its keys than we write.
FOREIGN = {
    f"CLSID\\{SERVER}": {"": "Somebody's FaxServer", "AppID": "{11111111-2222-3333-4444-555555555555}"},
    f"CLSID\\{SERVER}\\InprocServer32": {"": "C:\\\\windows\\\\system32\\\\other.dll",
                                         "ThreadingModel": "Apartment"},
    f"CLSID\\{SERVER}\\TreatAs": {"": "{11111111-2222-3333-4444-555555555555}"},
    f"CLSID\\{SERVER}\\Empty": {},
    "FaxServer.FaxServer": {"": "Somebody's FaxServer", "EditFlags": "dword:00010000"},
    "FaxServer.FaxServer\\CLSID": {"": SERVER},
    f"Interface\\{SERVER_IID}": {"": "IFaxServer", "NumMethods": "40"},
    f"TypeLib\\{LIBID}\\1.0": {"": "somebody's library"},
    f"TypeLib\\{LIBID}\\1.0\\0\\win32": {"": "C:\\\\windows\\\\syswow64\\\\other.dll"},
    f"TypeLib\\{LIBID}\\1.0\\0\\win64": {"": "C:\\\\windows\\\\system32\\\\other.dll"},
    f"TypeLib\\{LIBID}\\1.0\\HELPDIR": {"": "C:\\\\windows\\\\help"},
}


def classes(export, hive):
    """-> {key below Classes: {value: text}} of an export."""
    head = f"[{hive}\\Classes\\".lower()
    return {k[len(head) - 1:]: v for k, v in export.items() if ("[" + k).lower().startswith(head)}


class Machine(Prefix):
    def register(self, hive, on, dll=FAXCOM, fails=False):
        args = ["/s"] + ([] if on else ["/u"]) + (["/n", "/i:user"] if hive == USER else [])
        code = self.run("regsvr32", *args, wine.windows_path(dll), check=False)
        assert (code != 0) == fails, f"regsvr32 {args}: exit {code}"

    @contextlib.contextmanager
    def same_after(self, hive, what):
        before = self.export(hive)
        yield before
        after = self.export(hive)
        assert before == after, f"{what}: " + difference(before, after)
        print(f"ok {what} ({hive.split('_')[2].split(chr(92))[0].lower()})")


def difference(a, b):
    out = [f"lost [{k}]" for k in a if k not in b] + [f"new [{k}]" for k in b if k not in a]
    out += [f"[{k}] {a[k]} is now {b[k]}" for k in a if k in b and a[k] != b[k]]
    return "; ".join(out[:6])


def check_registered(m, hive, part="win64", dll=FAXCOM):
    c = {k.lower(): v for k, v in classes(m.export(hive), hive).items()}
    path = wine.windows_path(dll).replace("\\", "\\\\")
    get = lambda k: c.get(k.lower(), {})
    for name, clsid, iface in CLASSES:
        k, iid = f"CLSID\\{{{clsid}}}", "{%s}" % m.interfaces[iface]
        want = {
            k: {"": name + " Class"}, k + "\\InprocServer32": {"": path, "ThreadingModel": "Both"},
            k + "\\ProgID": {"": f"{name}.{name}.1"},
            k + "\\VersionIndependentProgID": {"": f"{name}.{name}"},
            k + "\\TypeLib": {"": LIBID},
            f"{name}.{name}": {"": name + " Class"}, f"{name}.{name}\\CLSID": {"": f"{{{clsid}}}"},
            f"{name}.{name}\\CurVer": {"": f"{name}.{name}.1"},
            f"{name}.{name}.1": {"": name + " Class"},
            f"{name}.{name}.1\\CLSID": {"": f"{{{clsid}}}"},
            f"Interface\\{iid}": {"": iface},
            f"Interface\\{iid}\\TypeLib": {"": LIBID, "Version": "1.0"},
            f"Interface\\{iid}\\ProxyStubClsid32": {"": "{00020424-0000-0000-C000-000000000046}"},
        }
        for key, values in want.items():
            assert get(key) == values, f"{key}: {get(key)} is not {values}"
    lib = f"TypeLib\\{LIBID}\\1.0"
    assert get(lib) == {"": "faxcom 1.0 Type Library"}, get(lib)
    assert get(lib + "\\FLAGS") == {"": "0"}
    assert get(f"{lib}\\0\\{part}") == {"": path}, get(f"{lib}\\0\\{part}")
    return c


def plain(m, hive):
    with m.same_after(hive, "register and unregister"):
        m.register(hive, True)
        check_registered(m, hive)
        m.register(hive, False)
    with m.same_after(hive, "register twice, unregister once"):
        m.register(hive, True)
        first = m.export(hive)
        m.register(hive, True)
        assert first == m.export(hive), "the second registration changed something"
        m.register(hive, False)
    with m.same_after(hive, "unregister what was never registered"):
        m.register(hive, False)


def originals(m, hive):
    m.add(hive + "\\Classes", FOREIGN)
    with m.same_after(hive, "a foreign fax library is put back"):
        m.register(hive, True)
        c = check_registered(m, hive)
        # What would lead past us is gone for now, what is not ours to replace is there.
        assert f"clsid\\{SERVER}\\treatas".lower() not in c
        assert c[f"typelib\\{LIBID}\\1.0\\0\\win32".lower()][""].endswith("other.dll")
        m.register(hive, True)
        check_registered(m, hive)
        m.register(hive, False)
    with m.same_after(hive, "somebody registers over us and stays"):
        m.register(hive, True)
        m.add(hive + "\\Classes", FOREIGN)
        m.register(hive, False)
        c = classes(m.export(hive), hive)
        assert c[f"CLSID\\{SERVER}\\InprocServer32"][""].endswith("other.dll")
        m.delete(f"{hive}\\Classes\\CLSID\\{SERVER}", f"{hive}\\Classes\\TypeLib\\{LIBID}",
                 f"{hive}\\Classes\\FaxServer.FaxServer", f"{hive}\\Classes\\Interface\\{SERVER_IID}")
        m.add(hive + "\\Classes", FOREIGN)
    with m.same_after(hive, "somebody registered over us is an original when we come again"):
        m.register(hive, True)
        m.delete(f"{hive}\\Classes\\CLSID\\{SERVER}")
        m.add(hive + "\\Classes", {k: v for k, v in FOREIGN.items() if k.startswith("CLSID")})
        m.register(hive, True)
        check_registered(m, hive)
        m.register(hive, False)
    with m.same_after(hive, "an interrupted registration"):
        m.register(hive, True)
        m.delete(f"{hive}\\Classes\\CLSID\\{SERVER}\\InprocServer32")
        m.add(hive, {f"Caselli\\faxcom\\Registration\\64 CLSID {SERVER}": {"Busy": "dword:00000001"}})
        m.register(hive, True)
        check_registered(m, hive)
        m.register(hive, False)
    m.delete(*{f"{hive}\\Classes\\" + "\\".join(k.split("\\")[:1 if "." in k.split("\\")[0] else 2])
               for k in FOREIGN})


def extras(m, hive):
    """Somebody adds to our key: that value is not ours to delete."""
    m.register(hive, True)
    mine = {f"CLSID\\{SERVER}": {"Note": "mine"}}
    m.add(hive + "\\Classes", mine)
    m.register(hive, False)
    c = classes(m.export(hive), hive)
    assert c[f"CLSID\\{SERVER}"] == {"Note": "mine"}, c[f"CLSID\\{SERVER}"]
    m.delete(f"{hive}\\Classes\\CLSID\\{SERVER}")
    m.register(hive, False) # the folder CLSID that we made goes once nothing is in it
    print("ok what others add to our keys stays")


def both_builds(m, hive):
    """The 64-bit and the 32-bit library share names and the key of the type library."""
    # On 64-bit Windows this key is always there.
    m.add(hive + "\\Classes", {"Wow6432Node": {}})
    with m.same_after(hive, "two builds, first in first out"):
        m.register(hive, True)
        m.register(hive, True, AS_32)
        m.register(hive, False)
        c = {k.lower(): v for k, v in classes(m.export(hive), hive).items()}
        lib = f"typelib\\{LIBID}\\1.0\\0\\".lower()
        assert lib + "win64" not in c and lib + "win32" in c, sorted(k for k in c if lib in k)
        assert c["faxserver.faxserver\\clsid"] == {"": SERVER}
        m.register(hive, False, AS_32)
    m.add(hive + "\\Classes", FOREIGN)
    with m.same_after(hive, "two builds over a foreign library"):
        m.register(hive, True, AS_32)
        m.register(hive, True)
        m.register(hive, False)
        c = {k.lower(): v for k, v in classes(m.export(hive), hive).items()}
        assert c[lib + "win64"][""].endswith("other.dll"), c[lib + "win64"]
        assert c[lib + "win32"][""].endswith("faxcom_as_32.dll"), c[lib + "win32"]
        m.register(hive, False, AS_32)
    m.delete(*{f"{hive}\\Classes\\" + "\\".join(k.split("\\")[:1 if "." in k.split("\\")[0] else 2])
               for k in FOREIGN})


def failing(m):
    """Below a volatile key no lasting one can be made: the registration fails in the middle."""
    m.delete(USER + "\\Classes\\Interface")
    m.run(os.path.join(TESTS, "reg_volatile.exe"), "Software\\Classes\\Interface")
    with m.same_after(USER, "a registration that fails half-way"):
        m.register(USER, True, fails=True)
    with m.same_after(USER, "and its unregistration"):
        m.register(USER, False)
    m.run(os.path.join(TESTS, "reg_volatile.exe"), "/d", "Software\\Classes\\Interface")


def main():
    with Machine() as m:
        assert m.run("regsvr32", "/s", "/n", "/i:nonsense", wine.windows_path(FAXCOM), check=False)
        for hive in MACHINE, USER:
            plain(m, hive)
            originals(m, hive)
        extras(m, USER)
        both_builds(m, USER)
        failing(m)
    print("END")


if __name__ == "__main__":
    main()
