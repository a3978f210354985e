#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is refused on TCP, by PDUs that no client sends (ntlm_check.Session): logins that prove
nothing, requests changed in each of their bytes, replayed, out of order, cut, of somebody else;
and what holds over several connections: handles, association groups, calls that overtake.

Whatever is done the service answers the next client. Exit code 77 (skipped) without impacket.
usage: refusals_test.py [CASE ...]
"""
import struct
import sys
import uuid

try:
    from impacket import ntlm
    import ntlm_check as nc
    import service as casellid
except ImportError as e:
    if "impacket" not in str(e) and "Cryptodome" not in str(e):
        raise
    print("python3-impacket is not installed")
    sys.exit(77)

DENIED, NO_MEMORY, BAD_HANDLE, UNKNOWN_IF = 5, 0x1C00001B, 0x1C00001A, 0x1C010003
SKU, GET_COUNTRIES, ENUM_PORTS = 85, 30, 10
SKU_ANSWER = struct.pack("<II", 4, 0)
OURS = uuid.UUID("b34746e8-80a0-4155-89a0-4f1a0d1d6469").bytes_le + struct.pack("<I", 1)
WAIT = 18
FIRST, LAST, WHOLE = nc.FIRST, nc.LAST, nc.FIRST | nc.LAST


def session(service, user="clerk", password=None, **more):
    return nc.Session(service.port, user, password or casellid.USERS.get(user, "?"), **more)


def logged_in(service, user="clerk", interfaces=(nc.FAX,), **more):
    s = session(service, user, **more).log_in(interfaces)
    assert s.call(SKU) == SKU_ANSWER
    return s


def no_answer(s, what, faults=()):
    """The end of the connection without a response, with no faults but these."""
    try:
        s.sock.shutdown(1)  # whoever waits for more bytes has them all now
    except OSError:
        pass
    seen = s.hung_up()
    assert [k for k, _ in seen if k != nc.FAULT] == [], (what, seen)
    assert [f for _, f in seen if f not in faults] == [], (what, seen)
    s.close()


def not_in(s, what):
    """A login that proved nothing: the first call is refused, and the connection ends."""
    s.channel = None
    s.send(s.request(SKU))
    seen = s.hung_up()
    assert seen in ([(nc.FAULT, DENIED)], []), (what, seen)
    s.close()


# --- logins ---

def wrong_logins(service):
    for user, password in (("clerk", "wrong"), ("nobody-here", "x"), ("root", "x"),
                           ("locked", casellid.USERS["locked"]), ("clerk", " ")):
        s = session(service, user, password)
        s.bind()
        s.auth3()
        not_in(s, user)
    service.wait_log("wrong password for user clerk")
    assert "locked" in service.text()


def weak_logins(service):
    s = session(service)
    s.bind()
    first, challenge = s.first, s.challenge
    s.auth3(user="", password="")
    not_in(s, "anonymous")
    service.wait_log("anonymous")
    s = session(service)
    s.bind()
    third, _ = ntlm.getNTLMSSPType3(s.first, s.challenge, "clerk", casellid.USERS["clerk"], "",
                                    use_ntlmv2=False)
    s.auth3(third.getData())
    not_in(s, "NTLMv1")
    service.wait_log("NTLMv1")
    # a client that asks for less than 128 bits or no extended security does not get a challenge,
    # or an answer to it
    for flag in (ntlm.NTLMSSP_NEGOTIATE_128, ntlm.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY,
                 ntlm.NTLMSSP_NEGOTIATE_UNICODE):
        s = session(service)
        token = first.getData()
        flags, = struct.unpack_from("<I", token, 12)
        back = s.bind(token=token[:12] + struct.pack("<I", flags & ~flag) + token[16:])
        if back[0] == nc.BIND_ACK:
            s.first = first
            s.auth3(s.authenticate())
            not_in(s, hex(flag))
        else:
            assert back[0] == nc.BIND_NAK, back
    assert challenge


def replayed_login(service):
    """AUTHENTICATE of one connection, on another."""
    s = session(service)
    s.bind()
    old = s.authenticate()
    s.auth3(old)
    assert s.call(SKU) == SKU_ANSWER
    other = session(service)
    other.bind()
    other.auth3(old)
    not_in(other, "replayed AUTHENTICATE")
    s.close()


def broken_tokens(service):
    """No message cut or stuffed is a login; none has a challenge or kills the service."""
    s = session(service)
    s.bind()
    whole, first = s.authenticate(), s.first.getData()
    s.close()
    for token in (whole[:at] for at in range(0, len(whole), 16)):
        s = session(service)
        s.bind()
        s.auth3(token)
        no_answer(s, len(token), (DENIED,))
    for token in (first[:8], first[:12], b"x" * 100, whole, b"NTLMSSP\0\2\0\0\0" + bytes(60),
                  first + bytes(5000), b"NTLMSSP\0\1\0\0\0" + b"\xff" * 40):
        s = session(service)
        back = s.bind(token=token)
        assert back[0] in (nc.BIND_NAK, nc.BIND_ACK), (len(token), back[0])
        s.channel = None
        s.send(s.request(SKU))
        no_answer(s, token[:16], (DENIED,))
    # the largest fragment there is, all of it token; and one that is longer than its fragment
    s = session(service)
    s.send(nc.pdu(nc.BIND, 1, s.offer((nc.FAX,)) + nc.trailer(6), b"y" * 65000))
    no_answer(s, "a token of 65000 bytes")
    s = session(service)
    raw = bytearray(nc.pdu(nc.BIND, 1, s.offer((nc.FAX,)) + nc.trailer(6), first))
    struct.pack_into("<H", raw, 10, 4000)
    s.send(bytes(raw))
    no_answer(s, "auth_length beyond the fragment")


def out_of_turn(service):
    for stub in (b"", bytes(32)):  # a request before auth3: nobody asks
        s = session(service)
        s.bind()
        s.send(s.request(SKU, stub))
        no_answer(s, "before auth3", (DENIED,))
    s = session(service)
    s.bind()
    s.authenticate()
    s.send(s.request(SKU))
    no_answer(s, "sealed before auth3")
    s = logged_in(service)
    s.auth3(s.authenticate())
    no_answer(s, "auth3 twice", (DENIED,))
    s = session(service)
    s.auth3(b"NTLMSSP\0\3\0\0\0" + bytes(80))
    no_answer(s, "auth3 before bind", (DENIED,))
    s = logged_in(service)  # a second login on the connection of the first
    s.user, s.password = "anna", casellid.USERS["anna"]
    first = ntlm.getNTLMSSPType1("", "", signingRequired=True, use_ntlmv2=True).getData()
    s.send(nc.pdu(nc.ALTER, 9, s.offer((nc.FAX,)) + nc.trailer(6), first, WHOLE | nc.HEADER_SIGN))
    no_answer(s, "another user by alter_context", (DENIED,))
    s = logged_in(service)  # without a token it is fine, and the login stays
    s.send(nc.pdu(nc.ALTER, 9, s.offer((nc.FAX, OURS))))
    assert s.receive()[0] == nc.ALTER_RESP and s.call(SKU) == SKU_ANSWER
    s.close()
    s = logged_in(service)
    s.send(nc.pdu(nc.BIND, 9, s.offer((nc.FAX,))))
    no_answer(s, "a second bind")


# --- requests ---

def each_byte(service):
    """One bit of each byte of a sealed request, in turn; with signed headers every byte counts,
    without them what is sealed and its token."""
    for sign, level in ((True, nc.PRIVACY), (True, nc.INTEGRITY), (False, nc.PRIVACY)):
        size = len(logged_in(service, header_sign=sign, level=level).request(SKU, b"stub"))
        for at in range(size):
            if not sign and (at < 24 or size - 24 <= at < size - 16):
                continue
            s = logged_in(service, header_sign=sign, level=level)
            raw = bytearray(s.request(SKU, b"stub"))
            raw[at] ^= 1 << at % 8
            s.send(bytes(raw))
            no_answer(s, (sign, level, at))


def replayed(service):
    s = logged_in(service)
    raw = s.request(SKU)
    s.send(raw)
    assert s.answer()[1] == SKU_ANSWER
    s.send(raw)
    no_answer(s, "replayed")
    s = logged_in(service)
    one, two = s.request(SKU), s.request(SKU)
    s.send(two + one)
    no_answer(s, "two requests in the wrong order")
    s = logged_in(service)
    s.request(SKU)
    s.send(s.request(SKU))
    no_answer(s, "one request left out")
    s, other = logged_in(service), logged_in(service)
    s.send(other.request(SKU))
    no_answer(s, "the signature of another connection")
    assert other.receive  # its channel went on without it
    other.close()


def fragments(service):
    def pieces(s, flags):
        s.calls += 1
        return [s.request(SKU, bytes(16), s.calls, f) for f in flags]

    s = logged_in(service)
    s.send(b"".join(pieces(s, (FIRST, 0, 0, LAST))))
    assert s.answer()[1] == SKU_ANSWER
    s.close()
    for what, order in (("swapped", (0, 2, 1, 3)), ("left out", (0, 1, 3)),
                        ("twice", (0, 1, 1, 2, 3))):
        s = logged_in(service)
        cut = pieces(s, (FIRST, 0, 0, LAST))
        s.send(b"".join(cut[i] for i in order))
        no_answer(s, "a fragment " + what)
    for flags in ((0, LAST), (FIRST, FIRST), (LAST,)):
        s = logged_in(service)
        s.send(b"".join(pieces(s, flags)))
        no_answer(s, flags)
    s = logged_in(service)  # of two calls, into each other
    s.send(s.request(SKU, bytes(16), 50, FIRST) + s.request(SKU, bytes(16), 51, FIRST))
    no_answer(s, "a call begun in another")


def trailers(service):
    def changed(s, fn):
        raw = bytearray(s.request(SKU, b"stub"))
        return bytes(fn(raw) or raw)

    def auth_length(n):
        return lambda raw: struct.pack_into("<H", raw, 10, n)

    def pad(n):
        return lambda raw: raw.__setitem__(len(raw) - 22, n)

    def shorter(n):
        def fn(raw):
            struct.pack_into("<H", raw, 8, len(raw) - n)
            return raw[:-n]
        return fn

    for sign in (True, False):
        for what, fn in [(f"auth_length {n}", auth_length(n)) for n in (0, 1, 15, 17, 32, 65535)] + [
                (f"padding {n}", pad(n)) for n in (17, 200, 255)] + [
                (f"{n} bytes less", shorter(n)) for n in (1, 8, 16, 17, 24, 40)]:
            s = logged_in(service, header_sign=sign)
            s.send(changed(s, fn))
            no_answer(s, (sign, what))
        for more in ({"level": nc.INTEGRITY}, {"level": nc.CONNECT}, {"level": 1}, {"level": 7},
                     {"context": 8}, {"context": 0}):
            s = logged_in(service, header_sign=sign)
            s.send(s.request(SKU, **more))
            no_answer(s, (sign, more))
        s = logged_in(service, header_sign=sign)
        s.send(nc.pdu(nc.REQUEST, 5, struct.pack("<IHH", 0, 0, SKU)))
        no_answer(s, "unsigned on a connection with privacy")
    s = logged_in(service)  # a context that was never offered: a fault, and it goes on
    s.send(s.request(SKU, ctx=9))
    try:
        s.answer()
        raise AssertionError("presentation context 9 is served")
    except nc.Fault as e:
        assert e.args[0] == UNKNOWN_IF, hex(e.args[0])
    assert s.call(SKU) == SKU_ANSWER
    s.close()


def memory_kb(service):
    with open(f"/proc/{service.process.pid}/status", encoding="ascii") as f:
        return int(next(line for line in f if line.startswith("VmRSS")).split()[1])


def endless(service):
    """16 MiB of fragments, by a user and by nobody: nothing is kept of it."""
    s, before = logged_in(service, level=nc.INTEGRITY), memory_kb(service)
    s.calls += 1
    piece = bytes(4176)
    for i in range(16 * 1024 * 1024 // len(piece)):
        s.send(s.request(SKU, piece, s.calls, 0 if i else FIRST))
    grown = memory_kb(service) - before
    assert grown < 12 * 1024, (grown, "KiB for a request that is too long")
    s.send(s.request(SKU, piece, s.calls, LAST))
    try:
        s.answer()
        raise AssertionError("a request of 16 MiB is taken")
    except nc.Fault as e:
        assert e.args[0] == NO_MEMORY, hex(e.args[0])
    assert s.call(SKU) == SKU_ANSWER
    s.close()
    s, before = session(service), memory_kb(service)
    s.send(nc.pdu(nc.BIND, 1, s.offer((nc.FAX,))))
    assert s.receive()[0] == nc.BIND_ACK
    try:
        for i in range(4000):
            s.send(nc.pdu(nc.REQUEST, 2, struct.pack("<IHH", 0, 0, SKU) + piece,
                          flags=0 if i else FIRST))
        s.send(nc.pdu(nc.REQUEST, 2, struct.pack("<IHH", 0, 0, SKU), flags=LAST))
    except ConnectionError:
        pass
    no_answer(s, "16 MiB of nobody", (DENIED, NO_MEMORY))
    assert memory_kb(service) - before < 4 * 1024


# --- several connections ---

def open_port(s, device=1):
    out = s.call(2, struct.pack("<II", device, 1))
    assert out[20:] == bytes(4) and any(out[:20]), out.hex()
    return out[:20]


def works(s, handle):
    try:
        return s.call(11, handle)[-4:] == bytes(4)
    except nc.Fault as e:
        assert e.args[0] == BAD_HANDLE, hex(e.args[0])
        return False


def handles(service):
    one, same, other = logged_in(service), logged_in(service), logged_in(service, "anna")
    handle = open_port(one)
    assert works(one, handle)
    assert not works(same, handle), "a handle of another association of the same user"
    assert not works(other, handle), "another user's handle"
    joined = logged_in(service, group=one.group)
    assert joined.group == one.group and works(joined, handle)
    assert not works(one, handle[:19] + bytes([handle[19] ^ 1]))
    one.close()
    assert works(joined, handle), "the association lives as long as one of its connections"
    guest = logged_in(service, "anna", group=joined.group)
    assert guest.group == joined.group and not works(guest, handle), "another user of the group"
    theirs = open_port(guest)
    assert works(guest, theirs) and not works(joined, theirs)
    guest.close()
    assert works(joined, handle)
    group = joined.group
    joined.close()
    while True:  # it may take a moment until the service sees that it is gone
        late = session(service, group=group)
        kind = late.bind()[0]
        if kind == nc.BIND_NAK:
            break
        late.close()
    none = session(service, group=0x7FFFFFFF)
    assert none.bind()[0] == nc.BIND_NAK, "an association that never was"
    for s in (same, other):
        assert s.call(SKU) == SKU_ANSWER
        s.close()


def wait_stub(since, ms):
    return struct.pack("<QIxxxxQI", since, 0, 0, ms)


def overtaking(service):
    """Calls that wait are overtaken, orphaned and cancelled; answers say which call they are of."""
    s = logged_in(service, interfaces=(nc.FAX, OURS))
    now, = struct.unpack_from("<Q", s.call(WAIT, wait_stub(0, 0), ctx=1))
    s.send(s.request(WAIT, wait_stub(now, 25000), call=100, ctx=1))
    s.send(s.request(WAIT, wait_stub(now, 25000), call=101, ctx=1))
    s.send(s.request(SKU, call=102))
    assert s.answer() == (102, SKU_ANSWER), "a call is held up by one that waits"
    s.send(s.advice(nc.ORPHANED, 100) + s.advice(nc.CANCEL, 101))
    s.send(nc.pdu(nc.ORPHANED, 101, b""))  # without a token it is anybody's (0666)
    s.send(s.request(SKU, call=103))
    assert s.answer() == (103, SKU_ANSWER)
    s.send(s.request(33, struct.pack("<I", 4), call=104))  # SetQueue: something changes
    ended = sorted(s.answer()[0] for _ in range(2))
    assert ended == [101, 104], (ended, "100 was orphaned")
    s.send(nc.pdu(nc.ORPHANED, 9999, b"") + nc.pdu(nc.CANCEL, 9999, b""))
    s.call(33, struct.pack("<I", 0))
    forged = bytearray(nc.pdu(nc.ORPHANED, 1, nc.trailer(nc.PRIVACY), bytes(16)))
    s.send(bytes(forged))
    no_answer(s, "a forged orphan")
    s = logged_in(service)  # half a request, orphaned: the next one is whole
    s.send(s.request(SKU, bytes(16), 60, FIRST))
    s.send(s.advice(nc.ORPHANED, 60))
    assert s.call(SKU) == SKU_ANSWER
    s.close()
    s = logged_in(service, interfaces=(nc.FAX, OURS))  # who is called does not change behind a call
    s.send(nc.pdu(nc.ALTER, 9, s.offer((OURS, nc.FAX))))
    assert s.receive()[0] == nc.ALTER_RESP and s.call(SKU) == SKU_ANSWER
    s.close()


def connect_level(service):
    """At level connect nothing is signed, but who it is counts all the same."""
    s = logged_in(service, level=nc.CONNECT)
    handle = open_port(s)
    assert works(s, handle)
    s.close()
    s = session(service, "clerk", "wrong", level=nc.CONNECT)
    s.bind()
    s.auth3()
    not_in(s, "wrong password at level connect")


CASES = (wrong_logins, weak_logins, replayed_login, broken_tokens, out_of_turn, each_byte, replayed,
         fragments, trailers, endless, handles, overtaking, connect_level)


def main():
    with casellid.Service() as service:
        for case in CASES:
            if len(sys.argv) > 1 and case.__name__ not in sys.argv:
                continue
            case(service)
            assert service.alive()
            logged_in(service).close()
            print("ok", case.__name__, flush=True)


if __name__ == "__main__":
    main()
