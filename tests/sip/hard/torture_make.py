# SPDX-License-Identifier: Apache-2.0
"""Writes torture/: equivalents of the messages of RFC 4475, after the groups of its text.

One file each. The first letter of the name says what must happen besides surviving:
a = answered with some status, s = silence is allowed. %PORT% is the port of the sender.
The files are in the tree; this program is how they came to be, and how a new one is made.
"""
import os
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torture")
SDP = "v=0\r\no=mhandley 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\n" \
    "t=0 0\r\nm=audio 49217 RTP/AVP 0\r\n"


def msg(first, *headers, body=b"", length=None, via=None, name="x"):
    if isinstance(body, str):
        body = body.encode()
    method = first.split()[0]
    h = list(headers)
    has = {x.split(":")[0].strip().lower() for x in h}
    base = []
    if via != "":
        base.append(via or "Via: SIP/2.0/UDP 127.0.0.1:%%PORT%%;branch=z9hG4bK%s" % name)
    for key, short, text in (
            ("max-forwards", "max-forwards", "Max-Forwards: 70"),
            ("from", "f", "From: <sip:caller@example.net>;tag=%s" % name),
            ("to", "t", "To: <sip:callee@example.com>"),
            ("call-id", "i", "Call-ID: %s@example.net" % name),
            ("cseq", "cseq", "CSeq: 9 %s" % method),
            ("contact", "m", "Contact: <sip:caller@127.0.0.1:%PORT%>")):
        if key not in has and short not in has and "!" + key not in has:
            base.append(text)
    h = [x for x in h if not x.startswith("!")]
    if body and "content-type" not in has and "c" not in has:
        h.append("Content-Type: application/sdp")
    if "content-length" not in has and "l" not in has:
        h.append("Content-Length: %s" % (len(body) if length is None else length))
    return ("\r\n".join([first] + base + h) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body


def inv(name, *headers, uri="sip:200@127.0.0.1", body=SDP, **kw):
    return msg("INVITE %s SIP/2.0" % uri, *headers, body=body, name=name, **kw)


def reg(name, *headers, uri="sip:127.0.0.1", **kw):
    return msg("REGISTER %s SIP/2.0" % uri, *headers, name=name, **kw)


def opt(name, *headers, uri="sip:200@127.0.0.1", **kw):
    return msg("OPTIONS %s SIP/2.0" % uri, *headers, name=name, **kw)


def res(status, name, *headers, **kw):
    return msg("SIP/2.0 %s" % status, "CSeq: 0 INVITE", *headers, name=name, **kw)


MESSAGES = {
    # 3.1.1 valid
    "a_wsinv": (
        "INVITE sip:vivekg@127.0.0.1;unknownparam SIP/2.0\r\n"
        "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
        "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>\r\n  ;\r\n"
        "  tag = 98asjd8\r\nMaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\n"
        "Content-Length   : 118\r\ncseq: 0009\r\n  INVITE\r\n"
        "Via  : SIP  /   2.0\r\n /UDP\r\n    127.0.0.1:%PORT%;branch=390skdjuw\r\ns :\r\n"
        "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
        "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\nRoute:\r\n"
        " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n"
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n"
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
        "m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =\r\n"
        "      newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n" + SDP).encode(),
    "a_intmeth": msg("!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)"
                     "&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@127.0.0.1"
                     " SIP/2.0", "To: \"BEL:\\\x07 NUL:\\\x01 DEL:\\\x7f\" <sip:1_unusual.URI~(to-"
                     "be!sure)&isn't+it$/crazy?,/;;*@example.com>",
                     "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
                     "extensionHeader-!.%*+_`'~:\ufeff\u5927\u505c\u96fb", name="intmeth"),
    "a_esc01": inv("esc01", "To: <sip:%75se%72@example.com>",
                   "From: <sip:I%20have%20spaces@example.net>;tag=938",
                   "Contact: <sip:cal%6Cer@127.0.0.1:%PORT%;%6C%72;n%61me=v%61lue%25%34%31>",
                   uri="sip:sips%3Auser%40example.com@127.0.0.1"),
    "a_escnull": reg("escnull", "To: sip:null-%00-null@example.com",
                     "From: sip:null-%00-null@example.com;tag=839923423",
                     "Contact: <sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>"),
    "s_esc02": msg("RE%47IST%45R sip:registrar.example.com SIP/2.0",
                   "Contact: <sip:alias1@host1.example.com>",
                   "Contact: <sip:alias%32@host2.example.com>", name="esc02"),
    "a_lwsdisp": opt("lwsdisp", "From: caller<sip:caller@example.com>;tag=323"),
    "a_longreq": inv("longreq", "To: \"" + "I have a user name of extreme proportion " * 3 +
                     "\"<sip:user@example.com:6000;" + "unknownparam1=very" + "long" * 40 +
                     "value;longparam" + "name" * 30 + "=shortvalue;very" + "long" * 30 +
                     "ParameterNameWithNoValue>", "From: sip:" + "amazinglylongcallername" * 8 +
                     "@example.net;tag=12" + "982424" * 8 + ";unknownheaderparam" + "name" * 20 +
                     "=unknowheaderparamvalue;unknownValueless" + "paramname" * 10,
                     "Call-ID: longreq.one" + "really" * 40 + "longcallid",
                     "Unknown-" + "Long" * 30 + "Name: unknown-" + "long" * 60 + "-value",
                     *["Via: SIP/2.0/TCP sip%d.example.com" % i for i in range(33, 2, -1)]),
    "a_dblreq": reg("dblreq", "Contact: sip:j.user@host.example.com") +
    inv("dblreq2").replace(b"%PORT%", b"5060"),
    "a_semiuri": opt("semiuri", uri="sip:user;par=u%40example.net@127.0.0.1"),
    "a_transports": opt("transports", "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKzzyyxx",
                        "Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK0099",
                        "Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bK1122"),
    "a_mpart01": msg("MESSAGE sip:kumiko@127.0.0.1 SIP/2.0", "MIME-Version: 1.0",
                     "Content-Type: multipart/mixed;boundary=7a9cbec02ceef655",
                     body=b"--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
                     b"--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n" +
                     bytes(range(256)) + b"\r\n--7a9cbec02ceef655--", name="mpart01"),
    "s_unreason": res("200 = 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e", "unreason"),
    "s_noreason": res("100 ", "noreason"),
    # 3.1.2 invalid
    "s_badinv01": inv("badinv01", "Contact: \"Joe\" <sip:joe@example.org>;;;;",
                      via="Via: SIP/2.0/UDP 127.0.0.1;;,;,,"),
    "s_clerr": inv("clerr", length=9999),
    "s_ncl": inv("ncl", length=-999),
    "a_scalar02": reg("scalar02", "CSeq: 36893488147419103232 REGISTER",
                      "Max-Forwards: 300", "Expires: 100000000000000000000000000000000000000",
                      "Contact: <sip:user@host129.example.com>;expires=280297596632815",
                      "Via: SIP/2.0/TCP c.example.com;branch=z9hG4bK342sdfoi3"),
    "s_scalarlg": res("503 Service Unavailable", "scalarlg", "CSeq: 9292394834772304023312 OPTIONS",
                      "Retry-After: 949302838503028349304023988", "Warning: 1812 overture \"Now\""),
    "a_quotbal": inv("quotbal", "To: \"Mr. J. User <sip:j.user@example.com>"),
    "s_ltgtruri": inv("ltgtruri", uri="<sip:user@127.0.0.1>"),
    "s_lwsruri": inv("lwsruri", uri="sip:user@127.0.0.1; lr"),
    "s_lwsstart": msg("INVITE  sip:user@127.0.0.1  SIP/2.0", body=SDP, name="lwsstart"),
    "s_trws": msg("OPTIONS sip:remote-target@127.0.0.1 SIP/2.0  ", name="trws"),
    "a_escruri": inv("escruri", uri="sip:user@127.0.0.1?Route=%3Csip:example.com%3E"),
    "a_baddate": inv("baddate", "Date: Fri, 01 Jan 2010 16:00:00 EST"),
    "a_regbadct": reg("regbadct", "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E"),
    "a_badaspec": opt("badaspec", "From: \"caller\" <sip:a@b> junk;tag=1"),
    "a_baddn": opt("baddn", "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43"),
    "s_badvers": msg("OPTIONS sip:t.watson@127.0.0.1 SIP/7.0", via="Via: SIP/7.0/UDP 127.0.0.1:"
                     "%PORT%;branch=z9hG4bKkdjuw", name="badvers"),
    "a_mismatch01": opt("mismatch01", "CSeq: 8 INVITE"),
    "a_mismatch02": msg("NEWMETHOD sip:user@127.0.0.1 SIP/2.0", "CSeq: 8 INVITE", body=SDP,
                        name="mismatch02"),
    "s_bigcode": res("4294967301 better not break the receiver", "bigcode"),
    # 3.2 transaction layer
    "a_badbranch": opt("badbranch", via="Via: SIP/2.0/UDP 127.0.0.1:%PORT%;branch=z9hG4bK"),
    # 3.3 application layer
    "s_insuf": msg("INVITE sip:user@127.0.0.1 SIP/2.0", "!from", "!to", "!call-id", body=SDP,
                   name="insuf").replace(b"From: <sip:caller@example.net>;tag=insuf\r\n", b"")
    .replace(b"Call-ID: insuf@example.net\r\n", b"")
    .replace(b"To: <sip:callee@example.com>\r\n", b""),
    "a_unkscm": opt("unkscm", uri="nobodyKnowsThisScheme:totallyopaquecontent"),
    "a_unkscm_inv": inv("unkscmi", uri="nobodyKnowsThisScheme:totallyopaquecontent"),
    "a_novelsc": opt("novelsc", uri="soap.beep://192.0.2.103:3002"),
    "s_unksm2": reg("unksm2", "To: isbn:2983792873", "From: <http://www.example.com>;tag=3234233",
                    "Contact: <name:John_Smith>"),
    "a_bext01": opt("bext01", "Require: nothingSupportsThis, nothingSupportsThisEither",
                    "Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis"),
    "a_invut": inv("invut", "Content-Type: application/unknownformat",
                   body="<audio>\r\n <pcmu port=\"443\"/>\r\n</audio>\r\n"),
    "a_regaut01": reg("regaut01", "Authorization: NoOneKnowsThisScheme opaque-data=here"),
    "a_multi01": inv("multi01", "CSeq: 5 INVITE", "CSeq: 59 INVITE", "Call-ID: multi01.a@b",
                     "Call-ID: multi01.c@d", "To: sip:a@b", "To: sip:c@d", "Max-Forwards: 70",
                     "Max-Forwards: 5", "From: sip:x@y;tag=3413415", "From: sip:x@y;tag=2923420",
                     "Content-Type: application/sdp", "Content-Type: text/plain"),
    "a_mcl01": opt("mcl01", "Content-Length: 13", "Content-Length: 5", body="There's no way to "
                   "know how many octets are supposed to be here.\r\n"),
    "s_bcast": res("200 OK", "bcast", "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK14", body=SDP,
                   via="Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"),
    "a_zeromf": opt("zeromf", "Max-Forwards: 0"),
    "a_cparam01": reg("cparam01", "Contact: sip:+19725552222@gw1.example.net;unknownparam"),
    "a_cparam02": reg("cparam02", "Contact: <sip:+19725552222@gw1.example.net;unknownparam>"),
    "a_regescrt": reg("regescrt", "Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>"),
    "a_sdp01": inv("sdp01", "Accept: text/nobodyKnowsThis"),
    # 3.4 backward compatibility
    "s_inv2543": (
        "INVITE sip:UserB@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%PORT%\r\n"
        "Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>\r\n"
        "From: sip:UserA@example.net\r\nTo: sip:UserB@example.com\r\nCall-ID: inv2543.1@x\r\n"
        "CSeq: 1 INVITE\r\nContact: <sip:UserA@127.0.0.1:%PORT%>\r\nContent-Type: application/sdp"
        "\r\n\r\n" + SDP).encode(),
    # beyond the RFC: seen to break stacks (sip-t38 11)
    **{"a_contact%d" % i: inv("contact%d" % i, "Contact: " + c) for i, c in enumerate((
        "*", "<tel:+1>", "<foo:bar>", "<http://x/>", "<sip:>", "<sip:a@[::1>", "<sip:a@[::1]:99999>",
        "\"", "<", "sip:", "<sips:a@b>"))},
    "s_nothing": b"\r\n\r\n\r\n\r\n\r\n\r\n", "s_nul": b"\0" * 64,
    "s_onlyname": b"INVITE sip:a@b SIP/2.0\r\nVia\r\n\r\n",
    "s_folds": b"INVITE sip:a@b SIP/2.0\r\n" + b"a:\r\n \r\n \r\n" * 400 + b"\r\n",
    "s_commas": inv("commas", "Require: " + "," * 3000),
    "s_routes": inv("routes", *["Record-Route: <sip:10.0.0.%d;lr>" % (i % 256)
                                for i in range(400)]),
    "s_stun": bytes.fromhex("000100002112a442000102030405060708090a0b"),
}

if __name__ == "__main__":
    os.makedirs(HERE, exist_ok=True)
    for name, data in MESSAGES.items():
        with open(os.path.join(HERE, name + ".dat"), "wb") as f:
            f.write(data)
    print("%d messages" % len(MESSAGES))
    sys.exit(0)
