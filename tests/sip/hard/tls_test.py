# SPDX-License-Identifier: Apache-2.0
"""TLS: who is trusted and who is not, judged by Python's ssl as the other end.

The refusals matter most: a line missing in ua_tls.c would not show in any other test.
"""
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import warnings

from peer import End, Msg, main, unittest

warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.1 is tried to see it refused


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def make_certs(d):
    def path(name):
        return os.path.join(d, name)

    for ca in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", path(ca + ".key"), "-out", path(ca + ".pem"), "-days", "2", "-subj",
                "/CN=test " + ca)
    for name, san, ca in (("good", "DNS:sip.example.net", "ca"), ("bad", "DNS:www.example.org", "ca"),
                          ("foreign", "DNS:sip.example.net", "other"),
                          ("ip", "IP:127.0.0.1", "ca")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                path(name + ".key"), "-out", path(name + ".csr"), "-subj", "/CN=" + name)
        with open(path("ext"), "w") as f:
            f.write("subjectAltName=" + san)
        openssl("x509", "-req", "-in", path(name + ".csr"), "-CA", path(ca + ".pem"), "-CAkey",
                path(ca + ".key"), "-CAcreateserial", "-out", path(name + ".pem"), "-days", "2",
                "-extfile", path("ext"))
        with open(path(name + ".all"), "w") as f:
            for part in (".pem", ".key"):
                with open(path(name + part)) as p:
                    f.write(p.read())


class Server(threading.Thread):
    """Answers one request with 200 and remembers what it saw."""

    def __init__(self, cert, version=None):
        super().__init__(daemon=True)
        self.ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ctx.load_cert_chain(cert)
        if version:
            self.ctx.set_ciphers("ALL:@SECLEVEL=0")
            self.ctx.minimum_version = self.ctx.maximum_version = version
        self.ctx.sni_callback = self.on_sni
        self.sni = self.error = self.version = self.msg = None
        self.s = socket.create_server(("127.0.0.1", 0))
        self.port = self.s.getsockname()[1]
        self.start()

    def on_sni(self, sock, name, ctx):
        self.sni = name

    def run(self):
        try:
            c, _ = self.s.accept()
            c.settimeout(30)
            with self.ctx.wrap_socket(c, server_side=True) as t:
                data = t.recv(65536)
                if not data:
                    return
                self.version = t.version()
                m = self.msg = Msg(data)
                t.sendall(("SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=1\r\nCall-ID: %s\r\n"
                           "CSeq: %s\r\nContent-Length: 0\r\n\r\n" %
                           tuple(m.get(h) for h in ("Via", "From", "To", "Call-ID", "CSeq")))
                          .encode())
                t.recv(1)
        except (OSError, ssl.SSLError) as e:
            self.error = e


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        make_certs(cls.tmp.name)

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def setUp(self):
        self.end = End("udp", "127.0.0.1:0")

    def tearDown(self):
        self.end.close()

    def options(self, cert, host="sip.example.net", more="", version=None):
        s = Server(os.path.join(self.tmp.name, cert + ".all"), version)
        self.end("way w tls %s at=127.0.0.1:%d ca=%s %s" %
                 (host, s.port, os.path.join(self.tmp.name, "ca.pem"), more))
        self.end.wait("way w ok")
        self.end("options w 3000")
        reply = self.end.wait("^reply ")
        self.end("unway w")
        s.join(30)
        s.s.close()
        return s, reply

    def test_right_name(self):
        s, reply = self.options("good")
        self.assertIn("reply 200", reply)
        self.assertEqual((s.sni, s.version), ("sip.example.net", "TLSv1.3"))
        self.assertIn("SIP/2.0/TLS", s.msg.get("Via"))

    def test_wrong_name(self):
        s, reply = self.options("bad")
        self.assertIn("reply 0", reply)
        self.assertIsNone(s.msg)

    def test_wrong_ca(self):
        s, reply = self.options("foreign")
        self.assertIn("reply 0", reply)
        self.assertIsNone(s.msg)

    def test_other_name_by_setting(self):
        s, reply = self.options("bad", more="name=www.example.org")
        self.assertIn("reply 200", reply)
        self.assertEqual(s.sni, "www.example.org")

    def test_unverified_only_by_setting(self):
        self.assertIn("reply 200", self.options("foreign", more="trust=1")[1])

    def test_address_in_the_certificate(self):
        s, reply = self.options("ip", "127.0.0.1")
        self.assertIn("reply 200", reply)
        self.assertIsNone(s.sni)  # an address is no server name
        self.assertIn("reply 0", self.options("good", "127.0.0.1")[1])

    def test_tls_1_1_is_too_old(self):
        s, reply = self.options("good", version=ssl.TLSVersion.TLSv1_1)
        self.assertIn("reply 0", reply)
        self.assertIsNone(s.msg)

    def test_unreadable_files(self):
        self.end("way x tls h ca=/nonexistent")
        self.assertIn("trusted certificates", self.end.wait("way x failed"))

    def test_way_goes_while_it_shakes_hands(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.end("way w tls h at=127.0.0.1:%d ca=%s" %
                     (s.getsockname()[1], os.path.join(self.tmp.name, "ca.pem")))
            self.end("call w 200 offer")
            self.end.wait("leg 0 out")
            self.end("unway w")
            self.end.wait("leg 0 end us")


class Listening(unittest.TestCase):
    def test_server_side(self):
        """What callers see: our certificate, nothing below TLS 1.2."""
        with tempfile.TemporaryDirectory() as d:
            make_certs(d)
            end = End("tls", "127.0.0.1:0", "cert", os.path.join(d, "good.all"))
            for version, good in ((ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)):
                ctx = ssl.create_default_context(cafile=os.path.join(d, "ca.pem"))
                ctx.set_ciphers("ALL:@SECLEVEL=0")
                ctx.minimum_version = ssl.TLSVersion.TLSv1_1
                ctx.maximum_version = version
                try:
                    with socket.create_connection(("127.0.0.1", end.port["tls"])) as c, \
                            ctx.wrap_socket(c, server_hostname="sip.example.net") as t:
                        t.sendall(b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:1;branch="
                                  b"z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\n"
                                  b"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
                        self.assertIn(b"SIP/2.0 200", t.recv(65536))
                        self.assertTrue(good)
                except ssl.SSLError:
                    self.assertFalse(good)
            end.close()


class Tcp6(unittest.TestCase):
    def test_tcp_over_ipv6(self):
        one, two = End("tcp", "::1:0"), End("tcp", "::1:0")
        one("way w tcp ::1 at=::1:%d" % two.port["tcp"])
        one("call w 200 offer")
        one.wait("leg 0 answered answer")
        one("offer 0 t38")
        one.wait("leg 0 done 200 taken")
        one("hangup 0 16 done")
        self.assertIn("q850=16 retry=0 done", two.wait("leg 0 end them"))
        one.wait("leg 0 end us")
        one.close()
        two.close()


if __name__ == "__main__":
    main()
