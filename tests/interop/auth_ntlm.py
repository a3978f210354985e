#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""impacket's NTLM against ours: its client's messages to our server, our client's to its keys.

usage: auth_ntlm.py AUTH_DRIVER
"""
import hashlib
import hmac
import os
import struct
import sys
import tempfile

try:
    from impacket import ntlm
    from Cryptodome.Cipher import ARC4
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
from auth_end import End

DRIVER = sys.argv[1]
NTLM, INTEGRITY, PRIVACY = 10, 5, 6
EACCES, EPROTO = -13, -1002
USER, PASSWORD = "clerk", "correct horse"
HEAD, DATA, TAIL = b"head" * 6, b"sixteen bytes of" * 5, b"\x10\x06\x00\x00\x01\x00\x00\x00"
MODES = {"client": "Client", "server": "Server"}


def md4(data):
    from Cryptodome.Hash import MD4
    return MD4.new(data).digest()


class Peer:
    """Signing and sealing of MS-NLMP 3.4.4.2, by keys that impacket made."""

    def __init__(self, flags, exported, role):
        other = {"client": "server", "server": "client"}[role]
        self.flags = flags
        self.keys = {way: ntlm.SIGNKEY(flags, exported, MODES[way]) for way in (role, other)}
        self.ciphers = {way: ARC4.new(ntlm.SEALKEY(flags, exported, MODES[way])) for way in (role, other)}
        self.role, self.other = role, other
        self.seq = {role: 0, other: 0}

    def token(self, way, plain):
        seq = struct.pack("<I", self.seq[way])
        self.seq[way] += 1
        mac = hmac.new(self.keys[way], seq + plain, hashlib.md5).digest()[:8]
        if self.flags & ntlm.NTLMSSP_NEGOTIATE_KEY_EXCH:
            mac = self.ciphers[way].encrypt(mac)
        return b"\x01\0\0\0" + mac + seq

    def protect(self, level, head, data, tail):
        sealed = self.ciphers[self.role].encrypt(data) if level == PRIVACY else data
        return sealed, self.token(self.role, head + data + tail)

    def unprotect(self, level, head, data, tail, token):
        if level == PRIVACY:
            data = self.ciphers[self.other].decrypt(data)
        assert self.token(self.other, head + data + tail) == token
        return data


def talk(us, peer, level):
    assert us.size() == 16
    for head, tail in ((b"", b""), (HEAD, TAIL)):
        for n in (0, 16, 80, 4096):
            data = (DATA * 60)[:n]
            out, token = peer.protect(level, head, data, tail)
            assert us.unprotect(head, out, tail, token) == (0, data)
            out, token = us.protect(head, data, tail)
            assert peer.unprotect(level, head, out, tail, token) == data
    out, token = peer.protect(level, HEAD, DATA, TAIL)
    assert us.unprotect(HEAD, out, TAIL[::-1], token)[0] == EACCES


def server(users, level):
    us = End(DRIVER, "server", NTLM, level, users, "-")
    assert us.rc == 0, us.why
    return us


def their_client(us, user=USER, password=PASSWORD, domain="OFFICE", v2=True, change=None):
    """impacket's two messages. Returns our verdict, flags, key."""
    first = ntlm.getNTLMSSPType1("PC", domain, signingRequired=True, use_ntlmv2=v2)
    rc, challenge = us.step(first.getData())
    assert rc == 1, challenge
    third, key = ntlm.getNTLMSSPType3(first, challenge, user, password, domain, use_ntlmv2=v2)
    data = third.getData()
    return us.step(change(data) if change else data), third["flags"], key, data


def test_their_client(users):
    for level in (INTEGRITY, PRIVACY):
        us = server(users, level)
        (rc, answer), flags, key, _ = their_client(us)
        assert (rc, answer) == (0, b""), answer
        assert us.peer() == (USER, "", "ntlm")
        talk(us, Peer(flags, key, "client"), level)
        us.close()


def test_their_client_refused(users):
    for who in ({"password": "wrong"}, {"user": "nobody"}, {"user": ""}, {"v2": False}):
        us = server(users, PRIVACY)
        (rc, why), *_ = their_client(us, **who)
        assert rc == EACCES, (who, rc, why)
        us.close()
    old = their_client(server(users, PRIVACY))[3]
    us = server(users, PRIVACY)
    (rc, why), *_ = their_client(us, change=lambda data: old)
    assert rc == EACCES and "wrong password" in why, why
    for cut in (12, 64, 88, len(old) - 1):
        (rc, why), *_ = their_client(server(users, PRIVACY), change=lambda data: data[:cut])
        assert rc < 0, cut


def their_server(us, level):
    """Challenge by impacket's structures; proof and keys by its functions."""
    rc, first = us.step(None)
    assert rc == 1
    negotiate = ntlm.NTLMAuthNegotiate()
    negotiate.fromString(first)
    pairs = ntlm.AV_PAIRS()
    pairs[ntlm.NTLMSSP_AV_HOSTNAME] = "SERVER".encode("utf-16le")
    pairs[ntlm.NTLMSSP_AV_DOMAINNAME] = "OFFICE".encode("utf-16le")
    pairs[ntlm.NTLMSSP_AV_TIME] = struct.pack("<Q", 133000000000000000)
    challenge = ntlm.NTLMAuthChallenge()
    challenge["flags"] = negotiate["flags"] | ntlm.NTLMSSP_NEGOTIATE_TARGET_INFO
    challenge["domain_len"] = challenge["domain_max_len"] = 12
    challenge["domain_offset"] = 56
    challenge["domain_name"] = "OFFICE".encode("utf-16le")
    challenge["challenge"] = b"\x01\x23\x45\x67\x89\xab\xcd\xef"
    challenge["Version"] = b"\x06\x01\xb1\x1d\0\0\0\x0f"
    challenge["VersionLen"] = 8
    challenge["TargetInfoFields_len"] = challenge["TargetInfoFields_max_len"] = len(pairs)
    challenge["TargetInfoFields"] = pairs
    challenge["TargetInfoFields_offset"] = 56 + 12
    second = challenge.getData()
    rc, third = us.step(second)
    assert rc == 0, third
    return first, second, third


def test_their_server(users):
    for level in (INTEGRITY, PRIVACY):
        us = End(DRIVER, "client", NTLM, level, "server.example.org", USER, "OFFICE", PASSWORD)
        first, second, third = their_server(us, level)
        auth = ntlm.NTLMAuthChallengeResponse()
        auth.fromString(third)
        assert auth["user_name"].decode("utf-16le") == USER
        assert auth["domain_name"].decode("utf-16le") == "OFFICE"
        owf = ntlm.NTOWFv2(USER, PASSWORD, "OFFICE")
        proof, temp = auth["ntlm"][:16], auth["ntlm"][16:]
        assert hmac.new(owf, b"\x01\x23\x45\x67\x89\xab\xcd\xef" + temp, hashlib.md5).digest() == proof
        base = hmac.new(owf, proof, hashlib.md5).digest()
        size, _, at = struct.unpack_from("<HHI", third, 52)  # impacket looks for this field elsewhere
        key = ntlm.generateEncryptedSessionKey(base, third[at:at + size])  # RC4 either way
        mic = hmac.new(key, first + second + third[:72] + bytes(16) + third[88:], hashlib.md5).digest()
        assert mic == third[72:88]
        talk(us, Peer(auth["flags"], key, "server"), level)
        us.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        users = os.path.join(folder, "users")
        with open(users, "w") as f:
            f.write(f"{USER}:{md4(PASSWORD.encode('utf-16le')).hex()}::\n")
        os.chmod(users, 0o600)
        for name, fn in sorted(globals().items()):
            if name.startswith("test_"):
                fn(users)
                print("ok", name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
