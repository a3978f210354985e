#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""sipp as the far end of a whole fax: it answers with audio, asks for T.38 and plays the UDPTL of
a recorded called side; our fax is delivered to it. One call has its T.38 refused by policy, and
then hears nothing: it ends in words and is not tried for ever.

usage: sipp_test.py SIP_CAPTURE
"""
import socket
import struct
import subprocess
import sys

import office as o
from office import fx
import peers

A, FAR = "127.0.0.12", "127.0.0.13"
HEAD = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[call_number]
To:[$from]
[last_Call-ID:]
CSeq: {cseq} {method}
Contact: <sip:far@[local_ip]:[local_port];transport=[transport]>
Max-Forwards: 70
"""
REPLY = """[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:far@[local_ip]:[local_port];transport=[transport]>
"""
AUDIO = """v=0
o=far 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""
IMAGE = """v=0
o=far 1 2 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=image [media_port] udptl t38
a=T38FaxVersion:0
a=T38MaxBitRate:14400
a=T38FaxRateManagement:transferredTCF
a=T38FaxMaxBuffer:1800
a=T38FaxMaxDatagram:400
a=T38FaxUdpEC:t38UDPRedundancy
"""


def send(start, head, body=""):
    head += "Content-Type: application/sdp\n" if body else ""
    return f"<send retrans=\"500\"><![CDATA[\n{start}\n{head}Content-Length: [len]\n\n{body}]]></send>\n"


def once(text):
    return text.replace(' retrans="500"', "")


def scenario(pcap, status):
    """@param status  what their re-INVITE must hear: 200, or 488 and then they only wait"""
    grab = "".join(f'<ereg regexp="{r}" search_in="hdr" header="{h}:" assign_to="{v}"/>'
                   for r, h, v in ((".*", "From", "from"), (".*", "To", "to"),
                                   ("sip:[^&gt;]*", "Contact", "contact")))
    play = f'<nop><action><exec play_pcap_image="{pcap}"/></action></nop>' if status == 200 else ""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="far">\n'
            f'<recv request="INVITE"><action>{grab}</action></recv>\n'
            + once(send("SIP/2.0 180 Ringing", REPLY)) + send("SIP/2.0 200 OK", REPLY, AUDIO) +
            '<recv request="ACK"/>\n<pause milliseconds="1500"/>\n' +
            send("INVITE [$contact] SIP/2.0", HEAD.format(cseq=1, method="INVITE"), IMAGE) +
            '<recv response="100" optional="true"/>\n' f'<recv response="{status}"/>\n' +
            once(send("ACK [$contact] SIP/2.0", HEAD.format(cseq=1, method="ACK"))) + play +
            '<recv request="BYE" timeout="100000"/>\n' + once(send("SIP/2.0 200 OK", REPLY)) +
            "</scenario>\n")


def ethernet(path, source):
    """Keep what `source` (the last octet) sent; sipp reads only Ethernet captures."""
    with open(path, "rb") as f:
        data = f.read()
    out, at = bytearray(data[:20] + struct.pack("<I", 1)), 24
    while at < len(data):
        sec, usec, size, full = struct.unpack_from("<IIII", data, at)
        packet = data[at + 16:at + 16 + size]
        if packet[15] == source:
            out += struct.pack("<IIII", sec, usec, size + 14, full + 14) + bytes(12) + b"\x08\x00"
            out += packet
        at += 16 + size
    with open(path, "wb") as f:
        f.write(out)


def fax(a, ca, pcap, status, number, seconds):
    """-> the one try of a fax to sipp"""
    with peers.sipp(a.dir, f"far{status}", scenario(pcap, status), None, a.far, "-m", "1") as far:
        a.wait_ports(1)
        job, _ = ca.send(number, [a.document(number)], number)
        code = far.wait(seconds)
        assert code == 0, f"sipp says {code}:\n{a.run('log', str(job))[1]}\n{far.output()[-3000:]}"
    o.wait(20, "the try has ended", lambda: ca.attempts(job) and ca.attempts(job)[-1]["EndedAt"])
    return job, ca.attempts(job)[-1]


def main():
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP).close()
    except PermissionError:
        print("skipped: sipp plays captures through a raw socket, which needs CAP_NET_RAW")
        return 77
    with o.Office(A) as a:
        a.far, pcap = (FAR, o.free_port(FAR)), f"{a.dir}/called.pcap"
        subprocess.run([sys.argv[1], "called", pcap], check=True)
        ethernet(pcap, 2)
        a.write(o.trunk("far", a.far, "keepalive_s = 0\nto 200 = g711\n", ports=1))
        ca = a.open()
        fx.configure(ca, Retries=0)
        job, tried = fax(a, ca, pcap, 200, "100", 100)
        assert tried["Transport"] == b"T.38" and tried["PagesConfirmed"] == 1, (
            tried, a.run("log", str(job))[1])
        o.sent(a, ca, [job], 10)
        o.say("a page by T.38 to sipp")
        job, tried = fax(a, ca, pcap, 488, "200", 110)
        assert tried["Words"] and tried["PagesConfirmed"] == 0, tried
        o.say(f"T.38 refused by policy, then silence: {tried['Words'].decode()}")
        a.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
