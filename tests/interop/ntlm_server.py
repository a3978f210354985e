# SPDX-License-Identifier: Apache-2.0
"""A fax server that shares no code with ours: DCE/RPC frames by hand, NTLM on impacket's
primitives, answers as the byte examples of the golden files. No interface but the fax one, as on
Windows. It checks all that clients send, and can be told to answer as a forger would:

  good        right in every way; takes header signing if it is offered
  no-header   the same without header signing
  flip-token  one bit of the signature of each answer is turned
  flip-data   one bit of the sealed stub
  flip-head   one bit of the header (the cancel count), which header signing covers
  unsigned    answers in the clear, without trailer
  replay      each answer with the sequence number of the first
  lower       the trailer of answers says a lower level
  hang-up     closes the connection on a wrong password (others answer with a fault)
  nak         does not know NTLM
  stranger    does not have the fax interface
"""
import hmac
import os
import socket
import struct
import threading
import uuid

from Cryptodome.Cipher import ARC4
from impacket import ntlm

NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
FAX = uuid.UUID("ea0a3165-4834-11d2-a6f8-00c04fa346cc").bytes_le + struct.pack("<I", 4)
EPM = uuid.UUID("e1af8308-5d1f-11c9-91a4-08002b14a0fa").bytes_le + struct.pack("<I", 3)
REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK, ALTER, ALTER_RESP, AUTH3 = (
    0, 2, 3, 11, 12, 13, 14, 15, 16)
HEADER_SIGN, INTEGRITY, PRIVACY = 4, 5, 6
CONNECT = 2
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden", "msfax")
SIGN, SEAL, ALWAYS_SIGN, EXTENDED, KEY_EXCH, KEY_128, KEY_56, UNICODE, TARGET, INFO, NTLM = (
    0x10, 0x20, 0x8000, 0x80000, 0x40000000, 0x20000000, 0x80000000, 1, 4, 0x800000, 0x200)
WANTED = UNICODE | NTLM | EXTENDED | KEY_128


def golden(name):
    out = b""
    for line in open(os.path.join(GOLDEN, name + ".hex"), encoding="ascii"):
        if not line.startswith(("#", ";")) and line.strip():
            out += bytes.fromhex("".join(line.split()[1:]))
    return out


def read(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(n - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


class BadClient(Exception):
    """What a client sent is wrong."""


class Security:
    """The server's side of NTLM for one connection."""

    def __init__(self, users):
        self.users, self.ok, self.sent, self.got = users, False, 0, 0

    def challenge(self, token):
        if token[:12] != b"NTLMSSP\0\1\0\0\0":
            raise BadClient("no NEGOTIATE_MESSAGE")
        self.negotiate = token
        flags, = struct.unpack_from("<I", token, 12)
        if flags & WANTED != WANTED:
            raise BadClient(f"flags {flags:08x}")
        self.flags = flags & (WANTED | SIGN | SEAL | ALWAYS_SIGN | KEY_EXCH | KEY_56) | TARGET | INFO
        self.nonce = os.urandom(8)
        name = "TEST".encode("utf-16-le")
        info = b"".join(struct.pack("<HH", i, len(v)) + v for i, v in (
            (2, name), (1, name), (4, name), (3, name),
            (7, struct.pack("<Q", 133500000000000000)), (0, b"")))
        at = 56
        self.challenge_token = b"NTLMSSP\0" + struct.pack(
            "<IHHII8s8xHHI8x", 2, len(name), len(name), at, self.flags, self.nonce, len(info),
            len(info), at + len(name)) + name + info
        return self.challenge_token

    def authenticate(self, token):
        if token[:12] != b"NTLMSSP\0\3\0\0\0":
            raise BadClient("no AUTHENTICATE_MESSAGE")

        def field(at):
            n, _, offset = struct.unpack_from("<HHI", token, at)
            if offset + n > len(token):
                raise BadClient("a field beyond the end")
            return token[offset:offset + n]

        nt, key = field(20), field(52)
        domain, user = (field(at).decode("utf-16-le") for at in (28, 36))
        self.flags, = struct.unpack_from("<I", token, 60)
        self.user = (domain, user)
        password = self.users.get(user)
        if password is None:
            return
        owf = ntlm.NTOWFv2(user, password, domain)
        proof = ntlm.hmac_md5(owf, self.nonce + nt[16:])
        if not hmac.compare_digest(proof, nt[:16]):
            return
        base = ntlm.hmac_md5(owf, proof)
        self.key = ARC4.new(base).encrypt(key) if self.flags & KEY_EXCH else base
        zeroed = token[:72] + bytes(16) + token[88:]
        if token[72:88] != ntlm.hmac_md5(self.key, self.negotiate + self.challenge_token + zeroed):
            raise BadClient("the MIC is wrong")
        self.sign = {m: ntlm.SIGNKEY(self.flags, self.key, m) for m in ("Client", "Server")}
        self.seal = {m: ARC4.new(ntlm.SEALKEY(self.flags, self.key, m)).encrypt
                     for m in ("Client", "Server")}
        self.ok = True

    def open(self, level, head, data, tail, token):
        if level == PRIVACY:
            data = self.seal["Client"](data)
        want = ntlm.MAC(self.flags, self.seal["Client"], self.sign["Client"], self.got,
                        head + data + tail).getData()
        if want != token:
            raise BadClient("the signature is wrong")
        self.got += 1
        return data

    def protect(self, level, head, data, tail, number=None):
        seq = self.sent if number is None else number
        self.sent += 1
        sealed = self.seal["Server"](data) if level == PRIVACY else data
        return sealed, ntlm.MAC(self.flags, self.seal["Server"], self.sign["Server"], seq,
                                head + data + tail).getData()


class Connection:
    def __init__(self, server, sock):
        self.server, self.sock, self.mode = server, sock, server.mode
        self.auth, self.level, self.header_sign, self.context = None, 0, False, 0

    def put(self, kind, call, body, token=b"", flags=3, tail=b""):
        length = 16 + len(body) + len(tail) + len(token)
        self.sock.sendall(struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", length,
                                      len(token), call) + body + tail + token)

    def run(self):
        while True:
            head = read(self.sock, 16)
            kind, flags, length, auth_len, call = head[2], head[3], *struct.unpack_from(
                "<HHI", head, 8)
            body = read(self.sock, length - 16)
            token = body[len(body) - auth_len:] if auth_len else b""
            trailer = body[len(body) - auth_len - 8:len(body) - auth_len] if auth_len else b""
            if auth_len:
                body = body[:len(body) - auth_len - 8]
            if kind == BIND:
                self.bind(flags, call, body, trailer, token)
            elif kind == AUTH3:
                self.auth.authenticate(token)
                if not self.auth.ok and self.mode == "hang-up":
                    return
            elif kind == REQUEST:
                self.request(head, call, body, trailer, token)
            else:
                raise BadClient(f"PDU of type {kind}")

    def bind(self, flags, call, body, trailer, token):
        wanted = EPM if self.server.is_mapper else self.server.INTERFACE
        if token and self.mode == "nak":
            self.put(BIND_NAK, call, struct.pack("<HBBB", 8, 1, 5, 0))
            return
        n, at, results = body[8], 12, b""
        group = struct.unpack_from("<I", body, 4)[0] or 0x4711
        for _ in range(n):
            transfers, abstract = body[at + 2], body[at + 4:at + 24]
            offered = [body[at + 24 + 20 * i:at + 44 + 20 * i] for i in range(transfers)]
            at += 24 + 20 * transfers
            good = abstract == wanted and NDR in offered and self.mode != "stranger"
            results += struct.pack("<HH", 0, 0) + NDR if good else (
                struct.pack("<HH", 2, 1) + bytes(20))
        ack = struct.pack("<HHIH", 4280, 4280, group, 4) + b"135\0" + b"\0\0" + struct.pack(
            "<Bxxx", n) + results
        self.server.groups.append(group)
        if not token:
            if not self.server.is_mapper:
                raise BadClient("a bind without authentication")
            self.put(BIND_ACK, call, ack)
            return
        if trailer[0] != 10:
            raise BadClient(f"authentication type {trailer[0]}")
        self.level, self.context = trailer[1], trailer[4:8]
        self.auth = Security(self.server.users)
        self.header_sign = bool(flags & HEADER_SIGN) and self.mode != "no-header"
        self.server.header_sign_offered = bool(flags & HEADER_SIGN)
        pad = -len(ack) % 4
        self.put(BIND_ACK, call, ack + bytes(pad), self.auth.challenge(token),
                 3 | (HEADER_SIGN if self.header_sign else 0),
                 struct.pack("<BBBx", 10, self.level, pad) + self.context)

    def fault(self, call, status):
        self.put(FAULT, call, struct.pack("<IHBxII", 0, 0, 0, status, 0), flags=0x23)

    def request(self, head, call, body, trailer, token):
        opnum, = struct.unpack_from("<H", body, 6)
        stub = body[8:]
        if self.auth and not self.auth.ok:
            self.fault(call, 5)
            return
        if self.auth and self.level >= INTEGRITY:
            if trailer[1] != self.level or trailer[4:8] != self.context:
                raise BadClient("another trailer than agreed")
            covered = (head + body[:8], trailer) if self.header_sign else (b"", b"")
            stub = self.auth.open(self.level, covered[0], stub, covered[1], token)
            stub = stub[:len(stub) - trailer[2]]
        self.server.calls.append(opnum)
        answer = self.server.answer(opnum, stub)
        if isinstance(answer, int):
            self.protected(FAULT, call, struct.pack("<II", answer, 0))
        else:
            self.protected(RESPONSE, call, answer)

    def protected(self, kind, call, stub):
        """Cut into fragments of 1,000 bytes, so that answers of several are seen, too."""
        pieces = [stub[i:i + 992] for i in range(0, len(stub), 992)] or [b""]
        for i, piece in enumerate(pieces):
            flags = (i == 0) | (2 if i == len(pieces) - 1 else 0)
            start = struct.pack("<IHBx", len(stub), 0, 0)
            if not self.auth or self.level < INTEGRITY or self.mode == "unsigned":
                self.put(kind, call, start + piece, flags=flags)
                continue
            pad = -len(piece) % 16
            data = piece + bytes(pad)
            level = self.level - 1 if self.mode == "lower" else self.level
            tail = struct.pack("<BBBx", 10, level, pad) + self.context
            head = struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0",
                               16 + 8 + len(data) + 8 + 16, 16, call) + start
            covered = (head, tail) if self.header_sign else (b"", b"")
            data, token = self.auth.protect(self.level, covered[0], data, covered[1],
                                            0 if self.mode == "replay" else None)
            if self.mode == "flip-token":
                at = self.server.flip_at
                token = token[:at] + bytes([token[at] ^ 1]) + token[at + 1:]
            if self.mode == "flip-data":
                data = bytes([data[0] ^ 1]) + data[1:]
            if self.mode == "flip-head":
                head = head[:22] + b"\1" + head[23:]
            self.sock.sendall(head + data + tail + token)


class Server(threading.Thread):
    """On a free port of 127.0.0.2 (127.0.0.1 is a name of the local service). `bad`: what clients did wrong, in words."""

    INTERFACE = FAX
    ADDRESS = "127.0.0.2"
    HANDLE = golden("connect_response")[4:24]
    PORT = b"\0\0\0\0" + b"port" * 4

    def __init__(self, mode="good", users=None, mapper_of=None, more_ports=0):
        super().__init__(daemon=True)
        self.mode, self.users, self.mapper_of = mode, users or {}, mapper_of
        self.is_mapper = mapper_of is not None
        self.calls, self.bad, self.groups, self.more_ports = [], [], [], more_ports
        self.header_sign_offered = None
        self.flip_at = 7  # in the signature: 0 version, 4 checksum, 12 sequence number
        self.listener = socket.create_server((self.ADDRESS, 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with sock:
            try:
                Connection(self, sock).run()
            except (EOFError, ConnectionError):
                pass
            except BadClient as e:
                self.bad.append(str(e))

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def answer(self, opnum, stub):
        """The stub of the answer, or the status of a fault."""
        if self.is_mapper:
            return self.map(stub) if opnum == 3 else 0x1C010002
        if opnum == 80:
            return golden("connect_response")
        if opnum == 1:
            if stub[:20] != self.HANDLE:
                return 6
            return (self.HANDLE if stub[20:24] != bytes(4) else bytes(20)) + struct.pack("<II", 1, 0)
        if opnum == 10:
            return self.ports()
        if opnum == 2:
            return self.PORT + bytes(4)
        if opnum == 8:
            return golden("device_status_response") if stub[:20] == self.PORT else 6
        if opnum == 3:
            return bytes(24) if stub[:20] == self.PORT else 6
        return 0x1C010002  # an old server: GetVersion (37) is not there

    def ports(self):
        if not self.more_ports:
            return golden("enum_ports_response")
        n = self.more_ports
        rows, texts = b"", b""
        for i in range(n):
            at = 36 * n + len(texts)
            text = f"T38-{i + 1}\0".encode("utf-16-le")
            texts += text
            rows += struct.pack("<9I", 36, i + 1, 0x20100000, 3, 2, i + 1, at, at, at)
        block = rows + texts
        block += bytes(-len(block) % 4)
        return struct.pack("<II", 0x20000, len(block)) + block + struct.pack("<III", len(block), n,
                                                                              0)

    def map(self, stub):
        tower = stub[32:32 + struct.unpack_from("<I", stub, 28)[0]]
        if FAX[:16] not in tower or self.mapper_of == 0:
            return bytes(20) + struct.pack("<5I", 0, 8, 0, 0, 0x16C9A0D6)
        at = tower.index(b"\1\0\7\2\0") + 5
        tower = tower[:at] + struct.pack(">H", self.mapper_of) + tower[at + 2:]
        body = struct.pack("<II", len(tower), len(tower)) + tower
        body += bytes(-len(body) % 4)
        return bytes(20) + struct.pack("<5I", 1, 8, 0, 1, 3) + body + bytes(4)
