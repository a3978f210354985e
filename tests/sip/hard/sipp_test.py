# SPDX-License-Identifier: Apache-2.0
"""Calls against sipp: its transactions and its reading of what we send are not ours.

Each scenario is a list of steps, made into sipp's XML here. Shapes of bodies after what is seen
in the wild: audio, audio and image on one line or on two, image alone, image first, port 0.
"""
import os
import subprocess
import tempfile

from peer import End, main, unittest

C = "c=IN IP4 127.0.0.1\r\n"
HEAD = "v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\n" + C + "t=0 0\r\n"
AUDIO = "m=audio 4000 RTP/AVP 8 0\r\n"
IMAGE = "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n"
SHAPES = {
    "same m-line": HEAD % 2 + IMAGE, "two m-lines": HEAD % 2 + AUDIO.replace("4000", "0") + IMAGE,
    "audio and image": HEAD % 1 + AUDIO + IMAGE, "image then audio": HEAD % 1 + IMAGE + AUDIO,
    "direct image": HEAD % 1 + IMAGE, "port 0": HEAD % 2 + IMAGE.replace("4000", "0"),
}
BASE = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\r\n"
US = "<sip:s@[local_ip]:[local_port]>"


def request(method, cseq, body="", to="[peer_tag_param]", extra="", branch=True):
    return ("%s sip:200@[remote_ip]:[remote_port] SIP/2.0\r\n%sMax-Forwards: 70\r\n"
            "From: <sip:s@[local_ip]>;tag=[call_number]\r\nTo: <sip:200@[remote_ip]>%s\r\n"
            "Call-ID: [call_id]\r\nCSeq: %d %s\r\nContact: %s\r\n%s%sContent-Length: [len]\r\n\r\n%s"
            % (method, BASE, to, cseq, method, US, extra,
               "Content-Type: application/sdp\r\n" if body else "", body))


def back(method, cseq):
    """A request of the called side, in the dialog of the INVITE that came."""
    return lambda body="", extra="": (
        "%s sip:100@[remote_ip]:[remote_port] SIP/2.0\r\n%sMax-Forwards: 70\r\n"
        "From: <sip:200@[local_ip]>;tag=[call_number]\r\nTo: [$1]\r\nCall-ID: [call_id]\r\n"
        "CSeq: %d %s\r\nContact: %s\r\n%s%sContent-Length: [len]\r\n\r\n%s" %
        (method, BASE, cseq, method, US, extra,
         "Content-Type: application/sdp\r\n" if body else "", body))


def reply(status, body="", extra="", tag=";tag=[call_number]"):
    return ("SIP/2.0 %s\r\n[last_Via:]\r\n[last_From:]\r\n[last_To:]%s\r\n[last_Call-ID:]\r\n"
            "[last_CSeq:]\r\nContact: %s\r\n%s%sContent-Length: [len]\r\n\r\n%s" %
            (status, tag, US, extra, "Content-Type: application/sdp\r\n" if body else "", body))


def send(text, retrans=False):
    return '<send%s><![CDATA[\n%s\n]]></send>' % (
        ' retrans="500"' if retrans else "", text.replace("\r\n", "\n"))


def want(what, body="", optional=False, keep=""):
    kind = "response" if isinstance(what, int) else "request"
    act = ""
    if body:
        act += '<ereg regexp="%s" search_in="body" check_it="true" assign_to="2"/>' % body
    if keep:
        act += '<ereg regexp="&lt;.*" search_in="hdr" header="%s:" check_it="true" assign_to="1"/>' \
            % keep
    return '<recv %s="%s"%s%s>%s</recv>' % (
        kind, what, ' optional="true"' if optional else "",
        ' rtd="true"' if what == 200 else "", "<action>%s</action>" % act if act else "")


def scenario(*steps):
    text = "\n".join(steps)
    refs = ",".join(n for n in "12" if 'assign_to="%s"' % n in text)
    return ('<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="x">\n' + text +
            ('\n<Reference variables="%s"/>' % refs if refs else "") + "\n</scenario>\n")


def calling(body, cseq=1, extra=""):
    """Their INVITE up to our 200 and the ACK."""
    return (send(request("INVITE", cseq, body, "", extra), True), want(100, optional=True),
            want(180, optional=True), want(200), send(request("ACK", cseq)))


def bye(cseq):
    return send(request("BYE", cseq), True), want(200)


class Sipp(unittest.TestCase):
    args = ("udp", "127.0.0.1:0", "tcp", "127.0.0.1:0")

    def setUp(self):
        self.end = End(*self.args)
        self.tmp = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.end.close()
        self.tmp.cleanup()

    def start(self, xml, calls=1, port=None, more=()):
        path = os.path.join(self.tmp.name, "s.xml")
        with open(path, "w") as f:
            f.write(xml)
        cmd = ["sipp", "-sf", path, "-i", "127.0.0.1", "-m", str(calls), "-nostdin", "-timeout",
               "60s", "-timeout_error", "-trace_err", "-error_file",
               os.path.join(self.tmp.name, "err"), *more]
        if port:
            cmd.insert(1, "127.0.0.1:%d" % port)
        return subprocess.Popen(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                stdin=subprocess.DEVNULL)

    def good(self, p):
        code = p.wait(120)
        err = ""
        if code and os.path.exists(os.path.join(self.tmp.name, "err")):
            with open(os.path.join(self.tmp.name, "err"), errors="replace") as f:
                err = f.read()[-3000:]
        self.assertEqual(code, 0, err)

    def call_in(self, *steps, **kw):
        self.good(self.start(scenario(*steps), port=self.end.port["udp"], **kw))

    def call_out(self, *steps):
        with __import__("socket").socket(2, 2) as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        p = self.start(scenario(*steps), more=("-p", str(port)))
        self.end("way w udp 127.0.0.1 at=127.0.0.1:%d" % port)
        self.end("call w 200 v=0 offer")  # repeated until sipp is there
        return p

    # ---- they call
    def test_first_invites(self):
        for name in ("audio and image", "image then audio", "direct image"):
            with self.subTest(name):
                self.call_in(*calling(SHAPES[name]), *bye(2))
                self.assertIn("m=image", self.end.wait(" in user=200"))

    def test_offers_in_the_call(self):
        for name in ("same m-line", "two m-lines"):
            with self.subTest(name):
                self.call_in(*calling(HEAD % 1 + AUDIO), *calling_again(SHAPES[name], "taken"),
                             *bye(3))
                self.assertIn("m=image", self.end.wait(" offer "))

    def test_offer_refused(self):
        self.end("offers 488")
        self.call_in(*calling(HEAD % 1 + AUDIO), send(request("INVITE", 2, SHAPES["same m-line"]),
                                                      True), want(100, optional=True), want(488),
                     send(request("ACK", 2)), *bye(3))

    def test_extensions(self):
        for extra, status in (("Require: foo\r\n", 420), ("Session-Expires: 10\r\n", 422)):
            self.call_in(send(request("INVITE", 1, HEAD % 1 + AUDIO, "", extra), True),
                         want(status), send(request("ACK", 1)))

    def test_update_info_options(self):
        self.call_in(*calling(HEAD % 1 + AUDIO), send(request("UPDATE", 2), True), want(200),
                     send(request("INFO", 3), True), want(200), send(request("OPTIONS", 4), True),
                     want(200), *bye(5))

    def test_two_hundred_at_once(self):
        self.call_in(*calling(HEAD % 1 + AUDIO), '<pause milliseconds="1500"/>', *bye(2),
                     calls=200, more=("-r", "200", "-l", "200"))

    def test_over_tcp(self):
        self.good(self.start(scenario(*calling(HEAD % 1 + AUDIO), *bye(2)), calls=20,
                             port=self.end.port["tcp"], more=("-t", "t1")))

    # ---- they are called
    def test_answered_and_hung_up_by_us(self):
        p = self.call_out(want("INVITE", "v=0 offer"), send(reply("180 Ringing")),
                          send(reply("200 OK", HEAD % 1 + AUDIO), True), want("ACK"), want("BYE"),
                          send(reply("200 OK", tag="")))
        self.end.wait("leg 0 answered v=0")
        self.end("hangup 0 16")
        self.good(p)
        self.end.wait("leg 0 end us")

    def test_called_side_offers(self):
        p = self.call_out(want("INVITE", keep="From"),
                          send(reply("200 OK", HEAD % 1 + AUDIO), True), want("ACK"),
                          send(back("INVITE", 5)(SHAPES["same m-line"]), True),
                          want(100, optional=True), want(200, "taken"), send(back("ACK", 5)()),
                          send(back("BYE", 6)(), True), want(200))
        self.assertIn("m=image 4000", self.end.wait("leg 0 offer "))
        self.good(p)
        self.end.wait("leg 0 end them")

    def test_our_offer(self):
        for answer, status in (("488 Not Acceptable Here", 488), ("200 OK", 200)):
            body = SHAPES["port 0"] if status == 200 else ""
            i = 0 if status == 488 else 1
            p = self.call_out(want("INVITE"), send(reply("200 OK", HEAD % 1 + AUDIO), True),
                              want("ACK"), want("INVITE"), send(reply(answer, body, tag="")),
                              want("ACK"), want("BYE"), send(reply("200 OK", tag="")))
            self.end.wait("leg %d answered" % i)
            self.end("offer %d t38" % i)
            self.end.wait("leg %d done %d" % (i, status))
            self.end("hangup %d 16" % i)
            self.good(p)
            self.end("unway w")

    def test_cancelled(self):
        p = self.call_out(want("INVITE"), send(reply("180 Ringing")), want("CANCEL"),
                          send(reply("200 OK", tag="")),
                          send("SIP/2.0 487 Gone\r\n[last_Via:]\r\n[last_From:]\r\n[last_To:]"
                               ";tag=[call_number]\r\n[last_Call-ID:]\r\nCSeq: [cseq] INVITE\r\n"
                               "Content-Length: 0\r\n\r\n"), want("ACK"))
        self.end.wait("progress 180")
        self.end("hangup 0 16")
        self.assertIn("end us status=487", self.end.wait("leg 0 end"))
        self.good(p)

    def test_redirected(self):
        p = self.call_out(want("INVITE"), send(reply("302 Moved")), want("ACK"))
        self.assertIn("redirected", self.end.wait("leg 0 end them"))
        self.good(p)


def calling_again(body, answer):
    return (send(request("INVITE", 2, body), True), want(100, optional=True), want(200, answer),
            send(request("ACK", 2)))


if __name__ == "__main__":
    main()
