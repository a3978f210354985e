#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tshark judges our datagrams: every packet of a call decodes, nothing is malformed, no complaint.

usage: tshark_test.py SIP_CAPTURE

Repeated datagrams (indicators and ends of signals go out three times) are taken out before the
judgement of T.38, since the reassembly of tshark takes the repeat of an end for a lost beginning.
"""
import re
import subprocess
import sys
import tempfile

PORT = "udp.port==40000"
COMPLAINT = "_ws.malformed || _ws.expert || _ws.unreassembled || _ws.short || icmp"
FRAMES = ["DIS", "TSI", "DCS", "CFR", "PPS", "MCF", "DCN"]


def run(*args):
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(args)}: {done.stderr}")
    return done.stdout


def tshark(path, protocol, *args):
    return run("tshark", "-n", "-r", path, "-d", f"{PORT},{protocol}", "-o",
               "t38.dissect_possible_rtpv2_packets_as_rtp:TRUE", *args)


def check(what, good, shown=""):
    print(f"{what}: {'ok' if good else 'FAILED'}")
    if not good:
        raise SystemExit(str(shown)[:3000])


def no_complaint(how, path, protocol):
    complaints = tshark(path, protocol, "-Y", COMPLAINT)
    check(f"{how}: no complaint", complaints == "", complaints)
    frames = tshark(path, protocol, "-T", "fields", "-e", "frame.protocols").splitlines()
    strange = [f for f in frames if not re.search(r":udp:.*(t38|rtp)", f)]
    check(f"{how}: all {len(frames)} packets decoded", len(frames) > 300 and not strange, strange[:5])


def t38(how, path, once):
    """The signals of a whole call, in order, and the kind of protection that was asked for."""
    run("editcap", "-D", "4", path, once)
    no_complaint(how, once, "t38")
    info = tshark(once, "t38", "-T", "fields", "-e", "_ws.col.Info")
    at = -1
    for frame in FRAMES:
        at = info.find(f"Reassembled: {frame} - ", at + 1)
        check(f"{how}: {frame} in its place", at >= 0, info)
    pages = info.count("Reassembled: PPS")
    check(f"{how}: both pages end", pages == 2, pages)


def protection(how, once):
    rows = [line.split("\t") for line in
            tshark(once, "t38", "-Y", "t38", "-T", "fields", "-e", "t38.error_recovery",
                   "-e", "t38.secondary_ifp_packets", "-e", "t38.fec_npackets",
                   "-e", "t38.fec_data").splitlines()]
    most = {"none": lambda r: r[1] == "0", "redundancy": lambda r: r[1] == "3",
            "switch": lambda r: r[1] == "3", "fec": lambda r: r[2] == "3" and r[3] == "3"}[how]
    n = sum(map(most, rows))
    check(f"{how}: protected so ({n} of {len(rows)})", n > len(rows) * 0.9, rows[:20])


def rtp(how, path, name):
    no_complaint(how, path, "rtp")
    streams = [line for line in tshark(path, "rtp", "-q", "-z", "rtp,streams").splitlines()
               if line.lstrip()[:1].isdigit()]
    check(f"{how}: two streams of {name}", len(streams) == 2 and
          all(f" {name} " in line for line in streams), streams)
    check(f"{how}: nothing lost, no jitter, no problem",
          all(re.search(r" 0 \(0\.0%\) +20\.000 +20\.000 +20\.000 .* 0\.000 *$", line)
              for line in streams), streams)


def main():
    with tempfile.TemporaryDirectory() as d:
        path, once = f"{d}/call.pcap", f"{d}/once.pcap"
        for how, name in (("pcma", "g711A"), ("pcmu", "g711U")):
            run(sys.argv[1], how, path)
            rtp(how, path, name)
        for how in ("none", "redundancy", "fec", "switch"):
            run(sys.argv[1], how, path)
            t38(how, path, once)
            protection(how, once)
    print("tshark has no complaint")


if __name__ == "__main__":
    main()
