# SPDX-License-Identifier: Apache-2.0
"""NTLM on connections to our server, with each answer's signature verified: what impacket's own
client does not do. Keys, RC4 and HMAC-MD5 after [MS-NLMP] 3.4.4, on impacket's primitives.

  Watch    stands between impacket's DCERPC_v5 and its socket, and checks what comes
  Session  a client by hand, for PDUs that no client sends; header signing as asked
"""
import hashlib
import hmac
import socket
import struct
import uuid

from Cryptodome.Cipher import ARC4
from impacket import ntlm

NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
FAX = uuid.UUID("ea0a3165-4834-11d2-a6f8-00c04fa346cc").bytes_le + struct.pack("<I", 4)
REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK, ALTER, ALTER_RESP, AUTH3, CANCEL, ORPHANED = (
    0, 2, 3, 11, 12, 13, 14, 15, 16, 18, 19)
FIRST, LAST, HEADER_SIGN, MULTIPLEX = 1, 2, 4, 0x10
CONNECT, INTEGRITY, PRIVACY = 2, 5, 6
NTLM = 10


class Forged(AssertionError):
    """An answer that its signature does not cover."""


class Fault(Exception):
    """args[0] is the status."""


class Channel:
    """Signing and sealing of one connection, by the key that both sides made."""

    def __init__(self, flags, key):
        self.flags, self.seq = flags, {"Client": 0, "Server": 0}
        self.sign = {m: ntlm.SIGNKEY(flags, key, m) for m in self.seq}
        self.rc4 = {m: ARC4.new(ntlm.SEALKEY(flags, key, m)) for m in self.seq}

    def token(self, way, plain):
        seq = struct.pack("<I", self.seq[way])
        self.seq[way] += 1
        mac = hmac.new(self.sign[way], seq + plain, hashlib.md5).digest()[:8]
        if self.flags & ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH:
            mac = self.rc4[way].encrypt(mac)
        return b"\1\0\0\0" + mac + seq

    def verify(self, pdu, level, whole):
        """An answer, or a fault, from the first byte to the last. -> its stub in the clear"""
        auth, = struct.unpack_from("<H", pdu, 10)
        at = len(pdu) - auth - 8
        kind, got, pad, _, context = struct.unpack_from("<BBBBI", pdu, at)
        if auth != 16 or (kind, got) != (NTLM, level) or pad > at - 24 or pdu[at + 3]:
            raise Forged("trailer", kind, got, pad, auth)
        data = pdu[24:at]
        if level == PRIVACY:
            data = self.rc4["Server"].encrypt(data)
        covered = pdu[:24] + data + pdu[at:at + 8] if whole else data
        if not hmac.compare_digest(self.token("Server", covered), pdu[at + 8:]):
            raise Forged("signature", pdu[:24].hex())
        return data[:len(data) - pad], context


def keys(challenge, authenticate, password):
    """-> Channel, from the messages that went over the wire and what only the two know."""
    def field(at):
        n, _, offset = struct.unpack_from("<HHI", authenticate, at)
        return authenticate[offset:offset + n]

    nt, key = field(20), field(52)
    domain, user = (field(at).decode("utf-16-le") for at in (28, 36))
    flags, = struct.unpack_from("<I", authenticate, 60)
    owf = ntlm.NTOWFv2(user, password, domain)
    proof = hmac.new(owf, challenge[24:32] + nt[16:], hashlib.md5).digest()
    assert proof == nt[:16], "the client's own proof"
    base = hmac.new(owf, proof, hashlib.md5).digest()
    return Channel(flags, ARC4.new(base).encrypt(key)
                   if flags & ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH else base)


def token_of(pdu):
    n, = struct.unpack_from("<H", pdu, 10)
    return pdu[len(pdu) - n:] if n else b""


class Watch:
    """Put into the place of the transport's socket. `verified` counts answers; `fault` is the
    status of the last fault."""

    def __init__(self, sock, password, level, whole=True):
        self.sock, self.password, self.level, self.whole = sock, password, level, whole
        self.inbox, self.waiting, self.channel, self.challenge = b"", b"", None, b""
        self.verified, self.fault = 0, None

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def send(self, data, *more):
        if data[2] == AUTH3:
            self.channel = keys(self.challenge, token_of(data), self.password)
        self.sock.sendall(data)
        return len(data)

    sendall = send

    def recv(self, n, *more):
        while not self.waiting:
            self.pump()
        out, self.waiting = self.waiting[:n], self.waiting[n:]
        return out

    def pump(self):
        """One whole PDU; whoever reads sees it only when it is genuine."""
        while len(self.inbox) < 16 or len(self.inbox) < struct.unpack_from("<H", self.inbox, 8)[0]:
            piece = self.sock.recv(65536)
            if not piece:
                raise EOFError("the server hung up")
            self.inbox += piece
        n, = struct.unpack_from("<H", self.inbox, 8)
        pdu, self.inbox = self.inbox[:n], self.inbox[n:]
        if pdu[2] == BIND_ACK:
            self.challenge = token_of(pdu)
        elif pdu[2] == RESPONSE:
            if self.level >= INTEGRITY:
                self.channel.verify(pdu, self.level, self.whole)
                self.verified += 1
        elif pdu[2] == FAULT:
            self.fault, = struct.unpack_from("<I", pdu, 24)
        self.waiting += pdu


def read(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(n - len(data))
        if not piece:
            raise EOFError("the server hung up")
        data += piece
    return data


def pdu(kind, call, body, token=b"", flags=FIRST | LAST):
    """`body` with its trailer, when there is a token."""
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0",
                       16 + len(body) + len(token), len(token), call) + body + token


def trailer(level, pad=0, context=7, kind=NTLM):
    return struct.pack("<BBBBI", kind, level, pad, 0, context)


class Session:
    """One connection. Nothing happens by itself: bind(), auth3(), then requests."""

    def __init__(self, port, user, password, level=PRIVACY, header_sign=True, group=0,
                 domain="", host="127.0.0.1"):
        self.sock = socket.create_connection((host, port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.user, self.password, self.domain = user, password, domain
        self.level, self.header_sign, self.group = level, header_sign, group
        self.calls, self.channel, self.context, self.verified = 1, None, 7, 0

    def log_in(self, interfaces=(FAX,), **more):
        self.bind(interfaces, **more)
        self.auth3()
        return self

    def offer(self, interfaces):
        body = struct.pack("<HHIBxxx", 4280, 4280, self.group, len(interfaces))
        for i, interface in enumerate(interfaces):
            body += struct.pack("<HBx", i, 1) + interface + NDR
        return body

    def bind(self, interfaces=(FAX,), kind=BIND, token=None, flags=FIRST | LAST | MULTIPLEX):
        """Sends NEGOTIATE (or the token given). -> what came back, as receive()"""
        if token is None:
            self.first = ntlm.getNTLMSSPType1("", "", signingRequired=True, use_ntlmv2=True)
            token = self.first.getData()
        sign = HEADER_SIGN if self.header_sign else 0
        body = self.offer(interfaces)
        if token:
            body += trailer(self.level, 0, self.context)
        self.sock.sendall(pdu(kind, self.calls, body, token, flags | sign))
        back = self.receive()
        if back[0] == BIND_ACK:
            self.group, = struct.unpack_from("<I", back[3], 4)
            self.challenge = token_of(self.last)
            if not back[1] & HEADER_SIGN:
                self.header_sign = False
        return back

    def authenticate(self, **more):
        """-> AUTHENTICATE; self.channel is ready."""
        values = dict(user=self.user, password=self.password, domain=self.domain)
        values.update(more)
        third, key = ntlm.getNTLMSSPType3(self.first, self.challenge, **values)
        self.channel = Channel(third["flags"], key)
        return third.getData()

    def auth3(self, token=None, level=None, context=None, **more):
        token = self.authenticate(**more) if token is None else token
        self.sock.sendall(pdu(AUTH3, self.calls, bytes(4) + trailer(
            level or self.level, 0, self.context if context is None else context), token))

    def request(self, op, stub=b"", call=None, flags=FIRST | LAST, ctx=0, level=None, context=None,
                hint=None):
        """The bytes of one fragment; the channel counts it."""
        if call is None:
            self.calls += 1
            call = self.calls
        level = self.level if level is None else level
        head = struct.pack("<IHH", len(stub) if hint is None else hint, ctx, op)
        if level < INTEGRITY or not self.channel:
            return pdu(REQUEST, call, head + stub, flags=flags)
        pad = -len(stub) % 16
        data, tail = stub + bytes(pad), trailer(level, pad, self.context if context is None
                                                else context)
        full = struct.pack("<BBBB4sHHI", 5, 0, REQUEST, flags, b"\x10\0\0\0",
                           24 + len(data) + 8 + 16, 16, call) + head
        sealed = self.channel.rc4["Client"].encrypt(data) if level == PRIVACY else data
        covered = full + data + tail if self.header_sign else data
        return full + sealed + tail + self.channel.token("Client", covered)

    def advice(self, kind, call):
        """CANCEL or ORPHANED, which have no body, with a token."""
        tail = trailer(self.level, 0, self.context)
        head = struct.pack("<BBBB4sHHI", 5, 0, kind, FIRST | LAST, b"\x10\0\0\0",
                           16 + 8 + 16, 16, call)
        return head + tail + self.channel.token("Client", head + tail if self.header_sign else b"")

    def send(self, raw):
        try:
            self.sock.sendall(raw)
        except ConnectionError:
            pass  # what came before it went is still to be read

    def receive(self):
        """-> type, flags, call id, stub of an answer (verified) or body; EOFError at the end"""
        head = read(self.sock, 16)
        n, = struct.unpack_from("<H", head, 8)
        self.last = head + read(self.sock, n - 16)
        kind, flags, call = head[2], head[3], struct.unpack_from("<I", head, 12)[0]
        if kind == RESPONSE and self.channel and self.level >= INTEGRITY:
            stub, context = self.channel.verify(self.last, self.level, self.header_sign)
            assert context == self.context, context
            self.verified += 1
            return kind, flags, call, stub
        return kind, flags, call, self.last[24:] if kind == RESPONSE else self.last[16:]

    def answer(self):
        """-> call id, stub of a whole answer, or Fault"""
        stub = b""
        while True:
            kind, flags, call, piece = self.receive()
            if kind == FAULT:
                raise Fault(struct.unpack_from("<I", piece, 8)[0])
            assert kind == RESPONSE, kind
            stub += piece
            if flags & LAST:
                return call, stub

    def call(self, op, stub=b"", ctx=0):
        for at in range(0, max(len(stub), 1), 4000):
            flags = (FIRST if at == 0 else 0) | (LAST if at + 4000 >= len(stub) else 0)
            self.send(self.request(op, stub[at:at + 4000], self.calls + (at == 0), flags, ctx))
            self.calls += at == 0
        call, out = self.answer()
        assert call == self.calls, (call, self.calls)
        return out

    def hung_up(self):
        """What came before the end of the connection: (type, status of a fault)."""
        seen = []
        try:
            while True:
                kind, _, _, body = self.receive()
                seen.append((kind, struct.unpack_from("<I", body, 8)[0] if kind == FAULT else 0))
        except (EOFError, ConnectionError):
            return seen

    def close(self):
        self.sock.close()
