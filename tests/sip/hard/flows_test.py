# SPDX-License-Identifier: Apache-2.0
"""Calls against a hand-made other end: what only shows when it does odd things."""
import hashlib
import re
import socket

from peer import Case, Peer, End, main


class CallerEnds(Case):
    """We call."""

    def test_two_branches_answer(self):
        inv = self.call_out()
        self.peer.reply(inv, 180, tag="a")
        self.peer.reply(inv, 180, tag="b")
        self.peer.reply(inv, 200, body="one", tag="a")
        self.assertEqual(self.peer.recv("ACK").tag("To"), "a")
        self.peer.reply(inv, 200, body="two", tag="b")
        self.assertEqual(self.peer.recv("ACK").tag("To"), "b")
        bye = self.peer.recv("BYE")
        self.assertEqual(bye.tag("To"), "b")
        self.peer.reply(bye, 200)
        self.end.wait("leg 0 answered one")
        self.peer.dialog(inv, "a")
        self.bye_from_us()
        # and one that answers when the call is over
        self.peer.reply(inv, 200, body="three", tag="c")
        self.assertEqual(self.peer.recv("ACK").tag("To"), "c")
        self.assertEqual(self.peer.recv("BYE").tag("To"), "c")

    def test_repeated_200_has_the_same_ack(self):
        inv = self.call_out()
        self.peer.reply(inv, 200, body="a")
        one = self.peer.recv("ACK")
        self.peer.reply(inv, 200, body="a")
        two = self.peer.recv("ACK")
        self.assertEqual(one.get("Via"), two.get("Via"))
        self.bye_from_us()

    def test_cancel_waits_for_1xx(self):
        inv = self.call_out()
        self.end("hangup 0 16")
        self.peer.none("CANCEL")
        self.peer.reply(inv, 100)
        cancel = self.peer.recv("CANCEL")
        self.peer.reply(cancel, 200)
        self.peer.reply(inv, 487, "Request Terminated")
        self.peer.recv("ACK")
        self.assertIn("us status=487", self.over())

    def test_cancel_crosses_200(self):
        inv = self.call_out()
        self.peer.reply(inv, 180)
        self.end.wait("progress 180")
        self.end("hangup 0 16")
        self.peer.recv("CANCEL")
        self.peer.reply(inv, 200, body="a")
        self.peer.recv("ACK")
        bye = self.peer.recv("BYE")
        self.peer.reply(bye, 200)
        self.assertIn("end us", self.over())

    def test_freed_while_it_rings_then_answered(self):
        inv = self.call_out()
        self.peer.reply(inv, 180)
        self.end.wait("progress 180")
        self.end("free 0")
        self.peer.recv("CANCEL")
        self.peer.reply(inv, 200, body="a")   # the transaction's, swallowed by the library
        self.peer.reply(inv, 200, body="a")   # repeated, as 2xx are
        self.peer.recv("ACK")
        self.peer.reply(self.peer.recv("BYE"), 200)

    def test_silent_target_answers_late(self):
        self.end("target_ms 300")
        inv = self.call_out()
        self.assertIn("no response from the trunk within 300 ms", self.over("nobody"))
        self.peer.reply(inv, 180)
        self.peer.recv("CANCEL")
        self.peer.reply(inv, 200, body="a")
        self.peer.reply(inv, 200, body="a")
        self.peer.recv("ACK")
        self.peer.recv("BYE")

    def test_redirection_is_not_followed(self):
        inv = self.call_out()
        self.peer.reply(inv, 302, "Moved", contact="<sip:900@%s:%d>" % ("127.0.0.1",
                                                                      self.peer.port))
        self.peer.recv("ACK")
        self.assertIn("status=302 q850=0 retry=0 redirected", self.over("them"))
        self.peer.none("INVITE")

    def test_503_with_retry_after_and_reasons(self):
        inv = self.call_out()
        self.peer.reply(inv, 503, "Busy", 'Retry-After: 120 (later);duration=5\r\n'
                        'Reason: SIP;cause=503, Q.850;cause=42;text="no; \\"way\\""\r\n')
        self.peer.recv("ACK")
        self.assertIn('status=503 q850=42 retry=120 no; \\"way\\"', self.over("them"))

    def test_422_is_heeded_once(self):
        inv = self.call_out()
        self.assertEqual(inv.get("Session-Expires"), "1800")
        self.peer.reply(inv, 422, "Too Small", "Min-SE: 3600\r\n")
        self.peer.recv("ACK")
        two = self.peer.recv("INVITE", not_=inv)
        self.assertEqual(two.get("Session-Expires"), "3600")
        self.assertEqual(two.get("Call-ID"), inv.get("Call-ID"))
        self.assertEqual(two.cseq[0], inv.cseq[0] + 1)
        self.peer.reply(two, 422, "Too Small", "Min-SE: 7200\r\n")
        self.assertIn("status=422", self.over("them"))

    def test_contact_that_is_none(self):
        for i, contact in enumerate(("*", "<tel:+1>", "<foo:bar>", "<http://x/>", "<sip:>",
                                     "<sip:a@[::1>", "")):
            self.way() if not i else None
            self.end("call w 200 offer")
            inv = self.peer.recv("INVITE")
            self.peer.reply(inv, 200, body="a", contact=contact)
            self.end.wait("leg %d end them.*Contact" % i)
            self.peer.ping()

    def test_host_name_in_contact_and_dns_hangs(self):
        """Its resolver is a port that nobody answers on: the end comes by our own guard."""
        inv = self.call_out()
        self.peer.reply(inv, 200, body="a", contact="<sip:x@unknown.example>")
        self.end.wait("leg 0 answered")
        self.end("hangup 0 16")
        self.assertIn("did not confirm", self.over("us"))
        self.peer.ping()

    def test_200_without_sdp(self):
        inv = self.call_out()
        self.peer.reply(inv, 200)
        self.peer.recv("ACK")
        self.end.wait("leg 0 answered $")

    def test_unasked_100rel_gets_its_prack(self):
        inv = self.call_out()
        rel = "Require: 100rel\r\nRSeq: 77\r\n"
        self.peer.reply(inv, 183, headers=rel, body="early")
        prack = self.peer.recv("PRACK")
        self.assertEqual(prack.get("RAck"), "77 %d INVITE" % inv.cseq[0])
        self.peer.reply(prack, 200)
        self.peer.reply(inv, 183, headers=rel, body="early")
        self.peer.none("PRACK")
        self.end.wait("progress 183 early")
        self.peer.reply(inv, 200)
        self.peer.recv("ACK")
        self.end.wait("answered early")  # said in the reliable 183
        bye = self.bye_from_us()
        self.assertGreater(bye.cseq[0], prack.cseq[0])

    def test_requests_before_the_answer(self):
        inv = self.call_out()
        self.peer.reply(inv, 180)
        self.peer.dialog(inv)
        self.peer.request("UPDATE", contact=self.peer.contact)
        self.peer.recv(200, of="UPDATE")
        self.peer.request("UPDATE", "offer", contact=self.peer.contact)
        self.peer.recv(491)
        self.peer.request("OPTIONS")
        self.peer.recv(200, of="OPTIONS")
        self.peer.request("BYE")
        self.peer.recv(481)
        self.peer.reply(inv, 200, body="a")
        self.peer.recv("ACK")
        self.end.wait("answered a")
        self.bye_from_us()


class CalledEnd(Case):
    """They call."""

    def test_contact_that_is_none(self):
        for contact in ("*", "<tel:+1>", "<foo:bar>", "<http://x/>", "<sip:>", "<sip:a@[::1>",
                        "nothing"):
            self.peer.invite(contact=contact)
            self.peer.recv(400)
            self.peer.ping()

    def test_contact_that_is_none_in_the_call(self):
        self.up_in()
        for contact in ("*", "<tel:+1>", "<foo:bar>", "<http://x/>"):
            self.peer.request("INVITE", "b", contact=contact)
            self.peer.recv(400)
        self.bye_from_us()

    def test_bad_extensions(self):
        self.peer.invite(headers="Require: timer, foo, bar\r\n")
        self.assertEqual(self.peer.recv(420).get("Unsupported"), "foo, bar")
        self.peer.invite(headers="Session-Expires: 10;refresher=uac\r\n")
        self.assertEqual(self.peer.recv(422).get("Min-SE"), "90")
        self.peer.invite(headers="x: 10\r\n")
        self.peer.recv(422)
        self.end.quiet("leg")

    def test_bodies(self):
        self.peer.invite(headers="Content-Encoding: gzip\r\n")
        self.peer.recv(415)
        self.peer.d = None
        self.peer.invite()
        self.peer.recv(200, of="INVITE")
        for length in ("99999", "-5", "18446744073709551617", "x"):
            self.peer.send("INVITE sip:2@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;"
                           "branch=z9hG4bK%s\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
                           "To: <sip:b@c>\r\nCall-ID: l%s\r\nCSeq: 1 INVITE\r\nContact: %s\r\n"
                           "Content-Type: application/sdp\r\nContent-Length: %s\r\n\r\nv=0" %
                           (self.peer.port, length, length, self.peer.contact, length))
            self.peer.recv(400)

    def test_prack_course(self):
        self.end("mode hold")
        self.peer.invite(headers="Require: 100rel\r\n")
        self.end.wait("leg 0 in")
        self.end("progress 0 180")
        ring = self.peer.recv(180)
        self.assertEqual(ring.get("Require"), "100rel")
        again = self.peer.recv(180)  # until its PRACK
        self.assertEqual(again.get("RSeq"), ring.get("RSeq"))
        remote = self.peer.d["remote"]
        self.peer.d["remote"] = ring.get("To")
        self.peer.request("PRACK", headers="RAck: 99 1 INVITE\r\n")
        self.peer.recv(481)
        self.peer.request("PRACK", headers="RAck: %s 1 INVITE\r\n" % ring.get("RSeq"))
        self.peer.recv(200, of="PRACK")
        self.end("progress 0 183 early")
        two = self.peer.recv(183)
        self.assertEqual(int(two.get("RSeq")), int(ring.get("RSeq")) + 1)
        self.end("answer 0 yes")
        ok = self.peer.recv(200, of="INVITE")
        # the PRACK comes after the 200
        self.peer.request("PRACK", headers="RAck: %s 1 INVITE\r\n" % two.get("RSeq"))
        self.peer.recv(200, of="PRACK")
        self.peer.d["remote"] = remote
        self.peer.answered(ok)
        self.bye_from_us()

    def test_cancel_while_reliable_ringing_waits(self):
        self.end("mode hold")
        self.peer.invite(headers="Require: 100rel\r\n")
        self.end.wait("leg 0 in")
        self.end("progress 0 180")
        self.peer.recv(180)
        self.peer.request("CANCEL", cseq=1, branch=self.peer.branch)
        self.peer.recv(200, of="CANCEL")
        self.peer.recv(487)
        self.over("them status=487")
        self.peer.got.clear()
        self.peer.none(180, 1.2)

    def test_update_and_reinvite_before_the_answer(self):
        self.end("mode hold")
        self.peer.invite()
        self.end.wait("leg 0 in")
        self.end("progress 0 180")
        self.peer.d["remote"] = self.peer.recv(180).get("To")
        self.peer.request("UPDATE", "b", contact=self.peer.contact)
        self.assertLessEqual(int(self.peer.recv(500).get("Retry-After")), 10)
        self.peer.request("UPDATE", contact=self.peer.contact)
        self.peer.recv(200, of="UPDATE")
        self.peer.request("INVITE", "b", contact=self.peer.contact)
        self.assertLessEqual(int(self.peer.recv(500).get("Retry-After")), 10)
        self.end("answer 0 yes")
        self.peer.answered(self.peer.recv(200, of="INVITE"))
        self.end.quiet("offer")

    def test_offerless_invite_and_answer_in_ack(self):
        self.end("body ours")
        self.peer.invite("")
        ok = self.peer.recv(200, of="INVITE")
        self.assertEqual(ok.body, b"ours")
        self.peer.answered(ok, "theirs")
        self.end.wait("leg 0 ack theirs")

    def test_offerless_invite_with_100rel(self):
        """A reliable ringing would need our offer: so there is none."""
        self.peer.invite("", headers="Require: 100rel\r\n")
        self.peer.answered(self.peer.recv(200, of="INVITE"), "theirs")
        self.assertFalse([m for m in self.peer.got if m.status == 180])
        self.end.wait("leg 0 ack theirs")

    def test_no_ack_ends_it(self):
        self.peer.invite()
        ok = self.peer.recv(200, of="INVITE")
        self.peer.d["remote"] = ok.get("To")
        bye = self.peer.recv("BYE")  # after 32 s
        self.assertGreaterEqual(len([m for m in self.peer.got if m.status == 200]), 8)
        self.peer.reply(bye, 200)
        self.assertIn("never acknowledged", self.over())

    def test_bye_waits_for_the_ack(self):
        self.peer.invite()
        ok = self.peer.recv(200, of="INVITE")
        self.end("hangup 0 16")
        self.peer.none("BYE")
        self.peer.answered(ok)
        self.peer.reply(self.peer.recv("BYE"), 200)
        self.over("us")

    def test_rejected_with_time(self):
        self.end("mode hold")
        self.peer.invite()
        self.end.wait("leg 0 in")
        self.end("reject 0 503 30")
        self.assertEqual(self.peer.recv(503).get("Retry-After"), "30")
        self.over("us status=503")

    def test_identity(self):
        self.end("mode hold")
        self.peer.invite(user="+4930%20a", headers="P-Asserted-Identity: <sip:+491@x>\r\n"
                         "Diversion: <sip:555@x>;reason=unknown\r\nDiversion: <sip:666@x>\r\n")
        self.assertIn("user=+4930 a from=peer name= pai=+491 div=555",
                      self.end.wait("leg 0 in"))

    def test_long_call_id(self):
        self.peer.invite(call_id="x" * 900)
        self.peer.answered(self.peer.recv(200, of="INVITE"))
        self.peer.request("BYE")
        self.peer.recv(200, of="BYE")
        self.over("them")

    def test_strangers(self):
        self.end("drop 1")
        self.peer.invite()
        self.peer.d["remote"] += ";tag=no"
        self.peer.request("BYE")
        self.peer.none(481)
        self.end("drop 403")
        self.peer.d["remote"] = "<sip:a@b>"
        self.peer.request("OPTIONS")
        self.peer.recv(403)
        self.end("drop 0")
        self.peer.d["remote"] = "<sip:a@b>;tag=no"
        self.peer.request("BYE")
        self.peer.recv(481)


class InTheCall(Case):
    def test_offer_again_after_refusal_is_no_refresh(self):
        self.up_in()
        self.end("offers 488")
        for _ in range(2):
            self.peer.request("INVITE", "t38", contact=self.peer.contact)
            m = self.peer.recv(488)
            self.peer.request("ACK", cseq=m.cseq[0], branch=self.peer.branch)
            self.end.wait("leg 0 offer t38")
        self.end("offers accept")
        self.peer.request("INVITE", "t38", contact=self.peer.contact)
        ok = self.peer.recv(200, of="INVITE")
        while ok.cseq[0] == 1:
            ok = self.peer.recv(200, of="INVITE")
        self.assertEqual(ok.body, b"taken")
        self.peer.ack(ok)
        self.end.wait("leg 0 offer t38")

    def test_refreshes(self):
        self.end("body run")
        ok = self.up_in(headers="Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n")
        self.assertEqual(ok.get("Session-Expires"), "90;refresher=uac")
        self.assertEqual(ok.get("Require"), "timer")
        for body in ("offer", ""):
            self.peer.got.clear()
            n = self.peer.request("INVITE", body, contact=self.peer.contact)
            ok = self.peer.recv(200, of="INVITE")
            while ok.cseq[0] != n:
                ok = self.peer.recv(200, of="INVITE")
            self.assertEqual(ok.body, b"run")
            self.peer.ack(ok, "" if body else "offer")
        self.end.wait("leg 0 ack offer")
        self.peer.request("UPDATE", contact=self.peer.contact,
                          headers="Session-Expires: 300;refresher=uas\r\nSupported: timer\r\n")
        self.assertEqual(self.peer.recv(200, of="UPDATE").get("Session-Expires"),
                         "300;refresher=uas")
        self.peer.request("UPDATE", contact=self.peer.contact, headers="Session-Expires: 20\r\n")
        self.peer.recv(422)
        self.end.quiet("offer")

    def test_offer_by_update(self):
        self.up_in()
        self.peer.request("UPDATE", "t38", contact=self.peer.contact)
        self.assertEqual(self.peer.recv(200, of="UPDATE").body, b"taken")
        self.end.wait("leg 0 offer t38")

    def test_offer_while_one_is_open(self):
        self.up_in()
        self.end("offers hold")
        self.peer.request("INVITE", "one", contact=self.peer.contact)
        self.end.wait("leg 0 offer one")
        self.peer.request("UPDATE", "two", contact=self.peer.contact)
        self.assertTrue(self.peer.recv(500).get("Retry-After"))
        self.end("accept 0 yes")
        ok = self.peer.recv(200, of="INVITE")
        while ok.body != b"yes":
            ok = self.peer.recv(200, of="INVITE")
        # no ACK, but the next offer: it must have been lost
        self.end("offers accept")
        n = self.peer.request("INVITE", "three", contact=self.peer.contact)
        while ok.cseq[0] != n:
            ok = self.peer.recv(200, of="INVITE")
        self.peer.ack(ok)
        self.end.wait("leg 0 offer three")

    def test_glare(self):
        self.up_out()
        self.end("offer 0 t38")
        inv = self.peer.recv("INVITE")
        self.peer.request("INVITE", "mine", contact=self.peer.contact)
        self.peer.recv(491)
        self.peer.reply(inv, 491, "Request Pending")
        self.peer.recv("ACK")
        self.peer.request("INVITE", "mine", contact=self.peer.contact)
        ok = self.peer.recv(200, of="INVITE")
        self.peer.ack(ok)
        self.end.wait("leg 0 done 491")
        self.end.wait("leg 0 offer mine")

    def test_glare_alone(self):
        self.up_out()
        self.end("offer 0 t38")
        inv = self.peer.recv("INVITE")
        self.peer.reply(inv, 491, "Request Pending")
        two = self.peer.recv("INVITE", not_=inv)
        self.peer.reply(two, 500, "Wait", "Retry-After: 1\r\n")
        three = self.peer.recv("INVITE", not_=two)
        self.peer.reply(three, 200, body="port 0")
        self.peer.recv("ACK")
        self.end.wait("leg 0 done 200 port 0")

    def test_repeated_200_to_an_offer_of_the_called_side(self):
        self.up_in()
        self.end("offer 0 t38")
        inv = self.peer.recv("INVITE")
        for _ in range(2):
            self.peer.reply(inv, 200, body="yes", tag="")
            self.peer.recv("ACK")
        self.end.wait("leg 0 done 200 yes")

    def test_bye_while_we_offer(self):
        self.up_out()
        self.end("offer 0 t38")
        self.peer.recv("INVITE")
        self.peer.request("BYE", headers='Reason: Q.850;cause=16;text="Terminated"\r\n')
        self.peer.recv(200, of="BYE")
        self.assertIn("q850=16 retry=0 Terminated", self.over("them"))

    def test_bye_while_they_offer(self):
        self.up_out()
        self.end("offers hold")
        self.peer.request("INVITE", "t38", contact=self.peer.contact)
        self.end.wait("leg 0 offer")
        self.peer.request("BYE")
        self.peer.recv(200, of="BYE")
        self.peer.recv(487)
        self.over("them")

    def test_info_and_unknown(self):
        self.up_in()
        self.peer.request("INFO", "Signal=5\r\n", type_="application/dtmf-relay")
        self.peer.recv(200, of="INFO")
        self.end.wait(r"info application/dtmf-relay Signal=5\\r\\n")
        self.peer.request("PUBLISH")
        self.assertIn("UPDATE", self.peer.recv(405).get("Allow"))
        self.peer.request("INVITE", "<xml/>", contact=self.peer.contact, type_="text/xml")
        self.peer.recv(415)
        self.peer.d["cseq"] = 1
        self.peer.request("INFO")
        self.peer.recv(500)

    def test_we_refresh(self):
        """Session-Expires 90: at 45 s by UPDATE, refused by 405, then by re-INVITE."""
        self.end("se 90")
        inv = self.up_out(headers="Session-Expires: 90;refresher=uac\r\nAllow: INVITE, UPDATE\r\n"
                          "Require: timer\r\n")
        self.assertEqual(inv.get("Session-Expires"), "90")
        upd = self.peer.recv("UPDATE")
        self.assertEqual(upd.body, b"")
        self.peer.reply(upd, 405)
        two = self.peer.recv("INVITE")
        self.assertEqual(two.body, b"answer")  # what runs, unchanged
        self.peer.reply(two, 200, "OK", "Session-Expires: 90;refresher=uac\r\n", "answer")
        self.peer.recv("ACK")
        self.end.quiet("done|offer")


class Digest(Case):
    CHALLENGES = ('Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth,auth-int"',
                  'Digest realm="r", nonce="n2", algorithm=MD5, qop="auth", opaque="op"',
                  'Digest realm="r", nonce="n3", algorithm=MD5-sess, qop="auth"')

    def one(self, order, alg, nonce):
        self.way('user=fax"a" pass=s3:cret')
        self.end("call w 200 offer")
        inv = self.peer.recv("INVITE")
        self.peer.reply(inv, 401, "Unauthorized", "".join("WWW-Authenticate: %s\r\n" %
                                                          self.CHALLENGES[i] for i in order))
        self.peer.recv("ACK")
        two = self.peer.recv("INVITE", not_=inv)
        self.checked(two, "Authorization", alg, nonce)
        self.peer.reply(two, 200, body="a")
        ack = self.peer.recv("ACK")
        self.assertEqual(ack.get("Authorization"), two.get("Authorization"))
        self.end.wait("leg 0 answered")

    def checked(self, msg, header, alg, nonce):
        h = msg.get(header)
        self.assertIn('username="fax\\"a\\""', h)
        v = dict(re.findall(r'(\w+)="?((?:[^",\\]|\\.)*)"?', h))
        fn = hashlib.sha256 if alg == "SHA-256" else hashlib.md5
        hx = lambda s: fn(s.encode()).hexdigest()
        self.assertEqual((v["nonce"], v["algorithm"], v["uri"]),
                         (nonce, alg, msg.first.split()[1]))
        ha1, ha2 = hx('fax"a":r:s3:cret'), hx("%s:%s" % (msg.method, v["uri"]))
        mid = ":".join((v["nc"], v["cnonce"], "auth")) + ":" if "qop" in v else ""
        self.assertEqual(v["response"], hx("%s:%s:%s%s" % (ha1, nonce, mid, ha2)))

    def test_sha256_before_md5(self):
        self.one((0, 1), "SHA-256", "n1")

    def test_md5_before_sha256(self):
        self.one((2, 1, 0), "SHA-256", "n1")

    def test_md5_alone(self):
        self.one((2, 1), "MD5", "n2")

    def test_proxy_and_server(self):
        self.way('user=fax"a" pass=s3:cret')
        self.end("call w 200 offer")
        inv = self.peer.recv("INVITE")
        self.peer.reply(inv, 407, "x", 'Proxy-Authenticate: Digest realm="r", nonce="p"\r\n')
        two = self.peer.recv("INVITE", not_=inv)
        self.checked(two, "Proxy-Authorization", "MD5", "p")
        self.peer.reply(two, 401, "x", "WWW-Authenticate: %s\r\n" % self.CHALLENGES[0])
        three = self.peer.recv("INVITE", not_=two)
        self.checked(three, "Proxy-Authorization", "MD5", "p")
        self.checked(three, "Authorization", "SHA-256", "n1")
        self.peer.reply(three, 401, "x", "WWW-Authenticate: %s\r\n" % self.CHALLENGES[0])
        self.assertIn("status=401", self.over("them"))

    def test_stale_and_later_requests(self):
        self.way('user=fax"a" pass=s3:cret')
        self.end("call w 200 offer")
        inv = self.peer.recv("INVITE")
        one = 'WWW-Authenticate: Digest realm="r", nonce="%s", qop="auth"%s\r\n'
        self.peer.reply(inv, 401, "x", one % ("a", ""))
        two = self.peer.recv("INVITE", not_=inv)
        self.peer.reply(two, 401, "x", one % ("b", ", stale=true"))
        three = self.peer.recv("INVITE", not_=two)
        self.checked(three, "Authorization", "MD5", "b")
        self.peer.reply(three, 200, body="a")
        self.peer.recv("ACK")
        self.end.wait("leg 0 answered")
        self.peer.got.clear()
        for nonce in ("c", "d", "e"):  # each later request may bring a new one
            self.end("offer 0 t38")
            req = self.peer.recv("INVITE")
            self.peer.reply(req, 401, "x", one % (nonce, ""))
            again = self.peer.recv("INVITE", not_=req)
            self.checked(again, "Authorization", "MD5", nonce)
            self.peer.reply(again, 200, body="b")
            self.peer.recv("ACK", of="ACK")
            self.end.wait("leg 0 done 200")
        self.end("hangup 0 16")
        bye = self.peer.recv("BYE")
        self.peer.reply(bye, 401, "x", one % ("f", ""))
        bye = self.peer.recv("BYE", not_=bye)
        self.checked(bye, "Authorization", "MD5", "f")
        self.peer.reply(bye, 200)
        self.over("us")

    def test_called_side_is_challenged(self):
        self.way('user=fax"a" pass=s3:cret')
        self.up_in()
        self.end("use 0 w")
        self.end("offer 0 t38")
        req = self.peer.recv("INVITE")
        self.peer.reply(req, 407, "x", 'Proxy-Authenticate: Digest realm="r", nonce="p"\r\n')
        again = self.peer.recv("INVITE", not_=req)
        self.checked(again, "Proxy-Authorization", "MD5", "p")
        self.peer.reply(again, 200, body="b", tag="")
        self.end.wait("leg 0 done 200")
        self.end("unway w")  # the call goes on without its digest
        self.bye_from_us()

    def test_register(self):
        self.way('user=fax"a" pass=s3:cret from=100')
        self.end("register w 300 5000")
        req = self.peer.recv("REGISTER")
        self.peer.reply(req, 401, "x", "WWW-Authenticate: %s\r\n" % self.CHALLENGES[0])
        two = self.peer.recv("REGISTER", not_=req)
        self.checked(two, "Authorization", "SHA-256", "n1")
        self.peer.reply(two, 423, "Brief", "Min-Expires: 600\r\n")
        three = self.peer.recv("REGISTER", not_=two)
        self.assertEqual(three.get("Expires"), "600")
        ours = re.search(r"<[^>]+>", three.get("Contact")).group(0)
        self.peer.reply(three, 200, "OK", "Expires: 7\r\n",
                        contact="<sip:100@10.9.8.7>;expires=33, %s;expires=555" % ours)
        self.assertIn("reply 200 expires=555", self.end.wait("reply"))

    def test_unknown_challenge(self):
        self.way('user=fax"a" pass=s3:cret')
        self.end("call w 200 offer")
        inv = self.peer.recv("INVITE")
        self.peer.reply(inv, 401, "x", "WWW-Authenticate: %s\r\nWWW-Authenticate: Basic "
                        'realm="x"\r\n' % self.CHALLENGES[2])
        self.over("status=401")


class Ends(Case):
    """The whole goes while calls are on."""

    def test_free_with_calls_in_every_state(self):
        self.way()
        self.end("call w 201 o")
        up = self.peer.recv("INVITE")
        self.peer.reply(up, 200, body="a")
        self.peer.recv("ACK")
        self.end.wait("leg 0 answered")
        self.end("call w 202 o")
        ringing = self.peer.recv("INVITE")
        self.peer.reply(ringing, 180)
        self.end.wait("leg 1 progress")
        self.end("mode hold")
        self.peer.invite()
        self.end.wait("leg 2 in")
        self.end("quit")
        self.peer.reply(self.peer.recv("BYE"), 200)
        self.peer.reply(self.peer.recv("CANCEL"), 200)
        self.peer.reply(ringing, 487)
        self.peer.recv(480)
        out = self.end.close().decode()
        for i in range(3):
            self.assertIn("leg %d end us" % i, "\n".join(self.end.lines) + out)

    def test_free_when_nobody_answers(self):
        self.way()
        self.end("call w 201 o")
        self.peer.recv("INVITE")
        self.end("quit")
        self.assertIn("leg 0 end", self.end.close().decode())

    def test_way_goes_with_its_calls(self):
        self.up_out()
        self.end("options w 5000")
        self.peer.recv("OPTIONS")
        self.end("unway w")
        self.end.wait("unway ok")
        self.peer.recv("BYE")
        self.assertIn("out of service", self.over("us"))
        self.peer.ping()

    def test_way_without_target(self):
        self.end("way n udp no.such.host")
        self.end("call n 200 offer")
        self.assertIn("no address is known", self.end.wait("leg 0 failed"))
        self.end("options n 1000")
        self.end.wait("reply failed")

    def test_resolver_hangs(self):
        """Its port is open and silent: the look-up ends by its guard."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dns:
            dns.bind(("127.0.0.1", 0))
            end = End("udp", "127.0.0.1:0", "dns", "127.0.0.1:%d" % dns.getsockname()[1])
            end("resolve fax.example 0")
            self.assertIn("no DNS server answered", end.wait("resolved failed"))
            end.close()


class OtherAddresses(Case):
    args = ("udp", "[::1]:0".replace("[", "").replace("]", ""))

    def setUp(self):
        self.end = End("udp", "::1:0")
        self.peer = Peer(socket.AF_INET6, ("::1", self.end.port["udp"]))

    def test_ipv6(self):
        self.end("way w udp ::1 at=::1:%d shown=A\"b" % self.peer.port)
        self.end("call w 200 offer")
        inv = self.peer.recv("INVITE")
        self.assertIn("sip:200@[::1]", inv.first)
        self.assertIn("sip:100@[::1]", inv.get("From"))
        self.assertTrue(inv.get("From").startswith('"A\\"b" <'))
        self.assertIn("@[::1]:%d>" % self.end.port["udp"], inv.get("Contact"))
        self.peer.reply(inv, 200, body="a")
        self.peer.recv("ACK")
        self.bye_from_us()
        self.end.wait("leg 0 answered")
        self.peer.invite()
        self.peer.answered(self.peer.recv(200, of="INVITE"))
        self.peer.request("BYE")
        self.peer.recv(200, of="BYE")
        self.end.wait("leg 1 end them")


if __name__ == "__main__":
    main()
