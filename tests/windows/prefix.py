# SPDX-License-Identifier: Apache-2.0
"""A Windows to register in, and its registry as Python values.

The prefix is apart from that of wine.py's other tests, which have nothing registered.
"""
import os
import pathlib
import subprocess
import tempfile

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


def unquote(text):
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text


class Prefix:
    def __enter__(self):
        wine.prefix()
        self.folder = tempfile.TemporaryDirectory(prefix="caselli-reg-")
        self.interfaces = members()[1]
        # One server for all commands: volatile keys live as long as it does.
        subprocess.run(["wineserver", "-k"], env=wine.environment(), timeout=60, check=False)
        subprocess.run(["wineserver", "-w"], env=wine.environment(), timeout=60, check=False)
        subprocess.run(["wineserver", "-p"], env=wine.environment(), timeout=60, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *exc):
        subprocess.run(["wineserver", "-k"], env=wine.environment(), timeout=60, check=False)
        subprocess.run(["wineserver", "-w"], env=wine.environment(), timeout=60, check=False)
        self.folder.cleanup()

    def run(self, *cmd, check=True, seconds=120, **env):
        """-> exit code"""
        code, out = wine.limited(["wine", *cmd], wine.environment(**env), seconds)
        assert not check or code == 0, f"{cmd}: exit {code}: {out.decode(errors='replace')}"
        return code

    # ---- registry ----
    def path(self, name):
        return os.path.join(self.folder.name, name)

    def export(self, key):
        """-> {key: {value name: data}}; "" is the default value, text without its quotes."""
        self.run("regedit", "/E", wine.windows_path(self.path("export.reg")), key)
        out, here, line = {}, None, ""
        with open(self.path("export.reg"), encoding="utf-16") as f:
            parts = f.read().split("\n")
        for part in parts:
            line += part.strip()
            if line.endswith("\\") and not line.startswith("["):
                line = line[:-1]
                continue
            if line.startswith("["):
                here = out.setdefault(line[1:-1], {})
            elif here is not None and line.startswith("@="):
                here[""] = unquote(line[2:])
            elif here is not None and '"=' in line:
                end = line.index('"=', 1)
                here[line[1:end]] = unquote(line[end + 2:])
            line = ""
        return out

    def load(self, lines):
        with open(self.path("import.reg"), "w", encoding="utf-16", newline="\r\n") as f:
            f.write("\n".join(["Windows Registry Editor Version 5.00", "", *lines]) + "\n")
        self.run("regedit", "/S", wine.windows_path(self.path("import.reg")))

    def add(self, below, keys):
        out = []
        for key, values in keys.items():
            out.append(f"[{below}\\{key}]")
            for name, data in values.items():
                text = data if data.startswith("dword:") else f'"{data}"'
                out.append(("@" if name == "" else f'"{name}"') + "=" + text)
            out.append("")
        self.load(out)

    def delete(self, *keys):
        self.load([f"[-{k}]\n" for k in keys])


class Registered:
    """faxcom.dll registered for the machine, as long as this lasts."""

    def __enter__(self):
        wine.prefix()
        self.regsvr32()
        return self

    def __exit__(self, *exc):
        self.regsvr32("/u")

    @staticmethod
    def regsvr32(*how):
        code, out = wine.limited(["wine", "regsvr32", "/s", *how, wine.windows_path(FAXCOM)],
                                 wine.environment(), wine.RUN_S)
        assert code == 0, f"regsvr32 {how}: exit {code}: {out.decode(errors='replace')}"
