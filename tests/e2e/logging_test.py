#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Categories of the log, set over the wire: what is off is not written, and stays off."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import caselli as fx  # noqa: E402

LOOP = "[loop]\nports = 2\ntransport = t38\nt38_pacing = unpaced\nring_delay_ms = 0\n"


def caselli(service, *words):
    return subprocess.run([f"{fx.BUILD}/src/cli/caselli", "--server", service.socket, *words],
                          check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def outbound_lines(service, since):
    with open(os.path.join(service.dir, "log"), errors="replace") as f:
        return [x for x in f.read()[since:].splitlines() if " queue: job=" in x]


def send(service, billing):
    """-> the lines about sending that this fax left, once it has gone."""
    since = os.path.getsize(os.path.join(service.dir, "log"))
    doc = os.path.join(service.dir, "doc.txt")
    fx.text_document(doc, billing, 1)
    caselli(service, "send", "102", doc, "--billing", billing, "--wait")
    end = time.monotonic() + 20
    while caselli(service, "jobs", "--json") != "[]" and time.monotonic() < end:
        time.sleep(0.05)
    return outbound_lines(service, since)


def main():
    with fx.Service(LOOP) as service:
        service.start().close()
        lines = send(service, "CODE-1")
        sent = [x for x in lines if " is sent, " in x]
        assert len(sent) == 1 and "billing=CODE-1" in sent[0], f"billing code: {lines}"
        everything = len(lines)
        caselli(service, "config", "set", "log-outbound", "med")
        lines = send(service, "CODE-2")
        assert 0 < len(lines) < everything, f"med: {len(lines)} of {everything}"
        assert any("billing=CODE-2" in x for x in lines), lines
        caselli(service, "config", "set", "log-outbound", "none")
        assert send(service, "CODE-3") == [], "none still writes"
        assert service.stop() == 0
        service.start().close()
        assert caselli(service, "config", "get", "log-outbound") == "none", "not kept"
        assert send(service, "CODE-4") == [], "none is not kept over a restart"
        caselli(service, "config", "set", "log-outbound", "max")
        assert len(send(service, "CODE-5")) == everything, "max is not everything"
        caselli(service, "config", "set", "log-start", "none")
        assert service.stop() == 0
        since = os.path.getsize(os.path.join(service.dir, "log"))
        service.start().close()
        with open(os.path.join(service.dir, "log"), errors="replace") as f:
            assert "casellid: ready" not in f.read()[since:], "the start is written"
        print(f"a fax leaves {everything} lines at max, none at none, also after a restart")
    return 0


if __name__ == "__main__":
    sys.exit(main())
