# SPDX-License-Identifier: Apache-2.0
"""regsvr32 both ways, judged by exports of the registry before and after.

Whatever stood in our keys before is there again afterwards, to the byte: on an empty machine, on
one with a fax library of its own, for the machine and for one user, after two registrations, after an
interrupted one and after one that failed half-way. What somebody else registered over us stays.

usage: register_test.py
"""
import contextlib
import difflib
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prefix import FAXCOM, TESTS, Registry, members, regsvr32
import wine

MACHINE, USER = "HKLM\\Software", "HKCU\\Software"
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


# The folders that hold keys of ours among those of others, and our keys in them.
FOLDERS = ["", "CLSID", "Interface", "TypeLib", "Wow6432Node"]


def our_keys(interfaces):
    out = [f"TypeLib\\{LIBID}"]
    for name, clsid, iface in CLASSES:
        out += [f"CLSID\\{{{clsid}}}", f"{name}.{name}", f"{name}.{name}.1",
                f"Interface\\{{{interfaces[iface]}}}"]
    return out + ["Wow6432Node\\" + k for k in out]


def classes(export, hive):
    """-> {key below Classes: {value: text}} of an export."""
    head = f"{hive}\\Classes\\".lower()
    return {k[len(head):]: v for k, v in export.items() if k.lower().startswith(head)}


class Machine(Registry):
    interfaces = members()[1]

    def register(self, hive, on, dll=FAXCOM, fails=False):
        _, code = self.ask("install", wine.windows_path(dll), "01"[on],
                           "user" if hive == USER else "machine")
        assert (code != 0) == fails, f"{on} {hive}: {code & 0xffffffff:x}"

    def export(self, hive):
        """All our keys, and the names of what lies beside them."""
        out = self.tree(hive + "\\Caselli")
        for key in our_keys(self.interfaces):
            out |= self.tree(f"{hive}\\Classes\\{key}")
        for folder in [hive] + [f"{hive}\\Classes\\{f}".rstrip("\\") for f in FOLDERS]:
            out["names in " + folder] = {n: "" for n in self.names(folder)}
        return out

    @contextlib.contextmanager
    def all_same_after(self, what):
        """The whole registry, as regedit writes it."""
        before = regedit()
        yield
        after = regedit()
        changed = [line for line in difflib.unified_diff(before, after, n=1, lineterm="")]
        assert not changed, f"{what}: {changed[:30]}"
        print("ok the whole registry is as before")

    @contextlib.contextmanager
    def same_after(self, hive, what):
        before = self.export(hive)
        yield before
        after = self.export(hive)
        assert before == after, f"{what}: " + difference(before, after)
        print(f"ok {what} ({hive.split(chr(92))[0]})")


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
    m.do("volatile", USER + "\\Classes\\Interface")
    with m.same_after(USER, "a registration that fails half-way"):
        m.register(USER, True, fails=True)
    with m.same_after(USER, "and its unregistration"):
        m.register(USER, False)
    m.delete(USER + "\\Classes\\Interface")


def by_regsvr32(m):
    """The program itself, as people use it: machine, user, and nonsense."""
    regsvr32(FAXCOM, "/n", "/i:nonsense", fails=True)
    for hive, how in (MACHINE, []), (USER, ["/n", "/i:user"]):
        with m.same_after(hive, "regsvr32 both ways"):
            regsvr32(FAXCOM, *how)
            check_registered(m, hive)
            regsvr32(FAXCOM, "/u", *how)


def regedit():
    """-> lines of both hives' Software."""
    out = []
    for hive in "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER":
        with tempfile.TemporaryDirectory(prefix="caselli-reg-") as folder:
            path = os.path.join(folder, "export.reg")
            code, text = wine.limited(["wine", "regedit", "/E", wine.windows_path(path),
                                       hive + "\\Software"], wine.environment(), 120)
            assert code == 0, text
            with open(path, encoding="utf-16") as f:
                text = re.split(r"\n(?=\[)", f.read())
            # Wine keeps notes of its own there, when it likes
            out += [line for key in text if not key.startswith("[HKEY_CURRENT_USER\\Software\\Wine")
                    for line in key.split("\n") if line]
    return out


def main():
    with Machine() as m:
        # two keys that are made and taken away below
        m.delete(USER + "\\Classes\\Interface", USER + "\\Classes\\Wow6432Node")
        fresh = "Classes" not in m.names(USER)
        with m.all_same_after("all of it"):
            by_regsvr32(m)
            for hive in MACHINE, USER:
                plain(m, hive)
                originals(m, hive)
            extras(m, USER)
            both_builds(m, USER)
            failing(m)
            m.delete(USER + "\\Classes\\Wow6432Node")
            if fresh: # what the foreign library above needed
                m.delete(USER + "\\Classes")
    print("END")


if __name__ == "__main__":
    main()
