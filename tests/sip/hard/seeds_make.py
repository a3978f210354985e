# SPDX-License-Identifier: Apache-2.0
"""Writes seeds/: the messages that calls are made of, for mutations."""
import os

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds")
AUDIO = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" \
    "m=audio 4000 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\n"
IMAGE = "m=image 4002 udptl t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n" \
    "a=T38FaxUdpEC:t38UDPRedundancy\r\n"
MULTI = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\n" + \
    AUDIO + "\r\n--b--\r\n"


def req(method, extra="", body="", tag="", ctype="application/sdp", branch="1"):
    return ("%s sip:200@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5090;branch=z9hG4bK%s;rport"
            "\r\nMax-Forwards: 70\r\nFrom: \"A\" <sip:100@127.0.0.1>;tag=a\r\nTo: <sip:200@127.0.0.1>"
            "%s\r\nCall-ID: seed\r\nCSeq: 1 %s\r\nContact: <sip:100@127.0.0.1:5090>\r\n%s%s"
            "Content-Length: %d\r\n\r\n%s" %
            (method, branch, tag and ";tag=" + tag, method, extra,
             "Content-Type: %s\r\n" % ctype if body else "", len(body), body))


SEEDS = {
    "invite_audio": req("INVITE", body=AUDIO), "invite_both": req("INVITE", body=AUDIO + IMAGE),
    "invite_multi": req("INVITE", body=MULTI, ctype="multipart/mixed;boundary=b"),
    "invite_none": req("INVITE"),
    "invite_rel": req("INVITE", "Require: 100rel\r\nSupported: timer, 100rel\r\n", AUDIO),
    "invite_timer": req("INVITE", "Supported: timer\r\nSession-Expires: 1800;refresher=uas\r\n"
                        "Min-SE: 90\r\nRecord-Route: <sip:127.0.0.1:5091;lr>\r\n"
                        "P-Asserted-Identity: <sip:1@x>\r\nDiversion: <sip:2@x>\r\n", AUDIO),
    "reinvite": req("INVITE", body=AUDIO + IMAGE, tag="t"), "ack": req("ACK", tag="t"),
    "bye": req("BYE", "Reason: Q.850;cause=16;text=\"x\"\r\n", tag="t"), "cancel": req("CANCEL"),
    "update": req("UPDATE", "Session-Expires: 90\r\n", tag="t"), "options": req("OPTIONS"),
    "prack": req("PRACK", "RAck: 1 1 INVITE\r\n", tag="t"),
    "info": req("INFO", body="Signal=1\r\n", tag="t", ctype="application/dtmf-relay"),
    "two": req("OPTIONS", branch="2") + req("INVITE", body=AUDIO, branch="3"),
}

if __name__ == "__main__":
    os.makedirs(HERE, exist_ok=True)
    for name, text in SEEDS.items():
        with open(os.path.join(HERE, name + ".dat"), "wb") as f:
            f.write(text.encode())
