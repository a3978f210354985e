# SPDX-License-Identifier: Apache-2.0
"""A Windows to register in, and its registry as Python values.

Tests that register run alone, one after the other, and leave the registry as it was.
"""
import os
import pathlib
import subprocess
import tempfile
import threading

import wine

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TESTS = os.path.join(wine.WIN, "tests/windows")
FAXCOM = os.path.join(wine.WIN, "clients/faxcom/faxcom.dll")


def members():
    """-> classes [[name, clsid, interface]], {interface: iid}, [member lines] of members.txt."""
    classes, interfaces, rows = [], {}, []
    for line in (ROOT / "clients/faxcom/members.txt").read_text().splitlines():
        w = line.split()
        if not w or w[0].startswith("#"):
            continue
        if w[0] == "class":
            classes.append(w[1:4])
        elif w[0] == "interface":
            interfaces[w[1]] = w[2]
        else:
            rows.append(w)
    return classes, interfaces, rows


class Registered:
    """faxcom.dll registered for the machine by regsvr32, as long as this lasts."""

    def __enter__(self):
        wine.prefix()
        regsvr32(FAXCOM)
        return self

    def __exit__(self, *exc):
        regsvr32(FAXCOM, "/u")


def regsvr32(dll, *how, fails=False):
    code, out = wine.limited(["wine", "regsvr32", "/s", *how, wine.windows_path(dll)],
                             wine.environment(), wine.RUN_S)
    assert (code != 0) == fails, f"regsvr32 {how}: exit {code}: {out.decode(errors='replace')}"


class Registry:
    """The registry of the prefix, through registry.exe, which stays for all commands: a start of
    regedit takes longer than all that it does here. Keys begin with HKLM\\ or HKCU\\."""

    def __enter__(self):
        wine.prefix()
        # its errors go to a file: Wine's services would hold a pipe
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(["wine", wine.test_program("registry")],
                                        env=wine.environment(), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors,
                                        start_new_session=True)
        return self

    def __exit__(self, *exc):
        self.process.stdin.close()
        try:
            self.process.wait(wine.RUN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def ask(self, *fields):
        """-> (lines as lists of fields, error code)"""
        timer = threading.Timer(wine.RUN_S, self.process.kill)
        timer.start()
        try:
            self.process.stdin.write(("\t".join(fields) + "\n").encode())
            self.process.stdin.flush()
            out = []
            while True:
                line = self.process.stdout.readline().decode().rstrip("\r\n")
                assert line, f"registry.exe ended at {fields}"
                out.append(line.split("\t"))
                if out[-1][0] == ".":
                    return out[:-1], int(out[-1][1])
        finally:
            timer.cancel()

    def do(self, *fields):
        out, code = self.ask(*fields)
        assert code == 0, f"{fields}: error {code & 0xffffffff:x}"
        return out

    def tree(self, key):
        """-> {key: {value name: data}} of a key and all below it; data as regedit writes it, text
        without its quotes, "" is the default value. {}: no such key"""
        out, here = {}, None
        for kind, name, *data in self.do("tree", key):
            if kind == "K":
                here = out.setdefault(name, {})
            else:
                here[name] = data[0]
        return out

    def names(self, key):
        """-> names of the subkeys"""
        return [name for _, name in self.do("names", key)]

    def add(self, below, keys):
        for key, values in keys.items():
            self.do("create", f"{below}\\{key}")
            for name, data in values.items():
                word = data.startswith("dword:")
                self.do("set", f"{below}\\{key}", name, "dword" if word else "sz",
                        data[6:] if word else data.replace("\\\\", "\\"))

    def delete(self, *keys):
        for key in keys:
            self.do("delete", key)
