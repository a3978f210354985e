# SPDX-License-Identifier: Apache-2.0
"""DCE/RPC by hand, both ways, as little as tests need: a caller without authentication, and a
program that takes events as [MS-FAX] has it (interface faxclient). Written from ms-fax.md 1.6
and 3.4, and shares nothing with the code under test.
"""
import queue
import socket
import struct
import threading
import uuid

NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
FAX = uuid.UUID("ea0a3165-4834-11d2-a6f8-00c04fa346cc").bytes_le + struct.pack("<I", 4)
FAXCLIENT = uuid.UUID("6099fc12-3eff-11d0-abd0-00c04fd91a4e").bytes_le + struct.pack("<I", 3)
REQUEST, RESPONSE, FAULT, BIND, BIND_ACK, BIND_NAK = 0, 2, 3, 11, 12, 13


def read(sock, n):
    data = b""
    while len(data) < n:
        piece = sock.recv(n - len(data))
        if not piece:
            raise EOFError("the other side hung up")
        data += piece
    return data


def read_pdu(sock):
    """@return type, flags, call id, body"""
    head = read(sock, 16)
    kind, flags, length, auth, call = head[2], head[3], *struct.unpack_from("<HHI", head, 8)
    assert head[:2] in (b"\5\0", b"\5\1") and head[4:8] == b"\x10\0\0\0", head.hex()
    assert auth == 0, "nothing was negotiated"
    return kind, flags, call, read(sock, length - 16)


def pdu(kind, call, body, flags=3):
    return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0,
                       call) + body


def wstr(text):
    raw = (text + "\0").encode("utf-16-le")
    data = struct.pack("<III", len(raw) // 2, 0, len(raw) // 2) + raw
    return data + b"\0" * (-len(data) % 4)


class Fault(Exception):
    pass


class Caller:
    """One connection to the fax interface. `call` returns the stub of the answer."""

    def __init__(self, sock, interface=FAX):
        self.sock = sock
        self.calls = 0
        self.lock = threading.Lock()
        sock.settimeout(60)
        sock.sendall(pdu(BIND, 1, struct.pack("<HHIIHBB", 4280, 4280, 0, 1, 0, 1, 0) +
                         interface + NDR))
        kind, _, _, body = read_pdu(sock)
        assert kind == BIND_ACK, kind
        self.calls = 1

    def call(self, opnum, stub=b""):
        with self.lock:
            self.calls += 1
            for at in range(0, max(len(stub), 1), 4000):
                flags = (at == 0) | (2 if at + 4000 >= len(stub) else 0)
                self.sock.sendall(pdu(REQUEST, self.calls, struct.pack(
                    "<IHH", len(stub), 0, opnum) + stub[at:at + 4000], flags))
            answer = b""
            while True:
                kind, flags, call, body = read_pdu(self.sock)
                assert call == self.calls
                if kind == FAULT:
                    raise Fault(struct.unpack_from("<I", body, 8)[0])
                assert kind == RESPONSE, kind
                answer += body[8:]
                if flags & 2:
                    return answer

    def close(self):
        self.sock.close()


def code(answer):
    return struct.unpack("<I", answer[-4:])[0]


class EventTaker(threading.Thread):
    """Serves faxclient on a free port of 127.0.0.1; what comes is put into `events` in order:
    ("open", context), ("legacy", bytes), ("ex", bytes), ("close",), ("gone",)."""

    HANDLE = b"\0\0\0\0" + bytes(range(1, 17))

    def __init__(self, status=0, answer=True):
        super().__init__(daemon=True)
        self.status, self.answer = status, answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.events = queue.Queue()
        self.connections = []
        self.start()

    def run(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(sock)
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        try:
            while True:
                self.one(sock)
        except (EOFError, OSError):
            self.events.put(("gone",))

    def one(self, sock):
        kind, _, call, body = read_pdu(sock)
        if kind == BIND:
            assert FAXCLIENT in body and NDR in body
            sock.sendall(pdu(BIND_ACK, call, struct.pack("<HHIHxxBxxxHH", 4280, 4280, 7, 0, 1, 0,
                                                         0) + NDR))
            return
        assert kind == REQUEST
        opnum, stub = struct.unpack_from("<H", body, 6)[0], body[8:]
        if opnum == 0:
            self.events.put(("open", struct.unpack("<Q", stub)[0]))
            out = (b"\0" * 20 if self.status else self.HANDLE) + struct.pack("<I", self.status)
        else:
            assert stub[:20] == self.HANDLE
            out = b"\0" * 4
            if opnum == 1:
                self.events.put(("legacy", stub[20:]))
            elif opnum == 2:
                self.events.put(("close",))
                out = b"\0" * 24
            else:
                n = struct.unpack_from("<I", stub, 20)[0]
                assert opnum == 3 and struct.unpack("<I", stub[-4:])[0] == n
                self.events.put(("ex", stub[24:24 + n]))
        if self.answer:
            sock.sendall(pdu(RESPONSE, call, struct.pack("<IHBx", len(out), 0, 0) + out))

    def next(self, seconds=60):
        return self.events.get(timeout=seconds)

    def hang_up(self):
        self.listener.close()
        for sock in self.connections:
            sock.close()
