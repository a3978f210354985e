# SPDX-License-Identifier: Apache-2.0
"""SSPI: winfax.dll logs in by NTLM at a server that is not ours, which checks all that it signs
and seals, and refuses the answers of forgers. NTLM of Wine needs /usr/bin/ntlm_auth (winbind)."""
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "interop")]
try:
    import ntlm_server
except ImportError:
    print("python3-impacket is not installed")
    sys.exit(77)
import wine  # noqa: E402

GOOD = ["port 1 T38-1", "port 2 T38-2", "status 20100000 CS1"]
FORGED = ["connect: error 1825"]


def run(mode, level, password="s e\"cret", flip_at=None, expect=GOOD):
    server = ntlm_server.Server(mode, {"anna": "s e\"cret"})
    server.flip_at = flip_at or server.flip_at
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as secret:
        secret.write(password + "\r\n")
        secret.flush()
        lines = wine.run(wine.test_program("net"), f"127.0.0.2:{server.port}",
                         CASELLI_USER="OFFICE\\anna", CASELLI_AUTH_LEVEL=level,
                         CASELLI_PASSWORD_FILE=wine.windows_path(secret.name))
    server.close()
    assert lines == expect, (mode, level, lines)
    assert not server.bad, (mode, level, server.bad)
    assert server.header_sign_offered
    print("ok", mode, level)
    return server


if not shutil.which("ntlm_auth"):
    print("ntlm_auth (package winbind) is not installed")
    sys.exit(77)
for level in ("privacy", "integrity", "connect"):
    calls = run("good", level).calls
    assert calls == [37, 80, 10, 2, 8, 3, 1], calls
run("no-header", "privacy")
run("flip-data", "privacy", expect=FORGED)
run("flip-data", "integrity", expect=FORGED)
run("flip-head", "privacy", expect=FORGED)
run("unsigned", "privacy", expect=FORGED)
run("replay", "privacy", expect=FORGED)
# Wine 8 looks at the second half of a signature's checksum alone
run("flip-token", "privacy", flip_at=8, expect=FORGED)
run("good", "privacy", password="wrong", expect=["connect: error 5"])
