#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""All 104 methods of the fax interface, each with good calls, whose answers are read by a reader
of our own (ndr.py, spec.py) that knows [MS-FAX] and nothing of the code under test, and with bad
ones and the codes of ms-fax.md 7.1. impacket is the client; the signature of each answer is
verified (ntlm_check.py). A method that is not asked both ways fails the run.

usage: methods_test.py [--level connect|integrity|privacy] [--auth ntlm|none]
Exit code 77 (skipped) when impacket is missing.
"""
import argparse
import sys

try:
    import judge
except ImportError as e:
    if "impacket" not in str(e) and "Cryptodome" not in str(e):
        raise
    print("python3-impacket is not installed")
    sys.exit(77)
import rows_archive  # noqa: E402
import rows_config  # noqa: E402
import rows_hostile  # noqa: E402
import rows_jobs  # noqa: E402
import rows_ports  # noqa: E402

ROWS = (*rows_ports.ROWS, *rows_config.ROWS, rows_archive.nothing_yet, *rows_jobs.ROWS,
        *rows_archive.ROWS[:-1], *rows_hostile.ROWS, rows_archive.removed)


def outside(j):
    """What the interface does not have, and the interface that the server does not have."""
    for op in (79, 105, 106, 255, 65535):
        try:
            j.asker.raw(op, bytes(64))
            raise judge.ndr.Bad(op, "is served")
        except judge.ntlm_check.Fault as e:
            judge.need(e.args[0] == judge.OP_RANGE, op, hex(e.args[0]))
    try:
        judge.Asker(j.service, "clerk", interface=judge.FAXCLIENT)
        raise judge.ndr.Bad("faxclient is served")
    except judge.DCERPCException as e:
        judge.need("abstract_syntax" in str(e), str(e))


def run(level, auth):
    user = "clerk" if auth == "ntlm" else None
    with judge.casellid.Service() as service:
        asker = judge.Asker(service, user, level)
        j = judge.Judge(service, asker, judge.Asker(service, "poor", "privacy"),
                        judge.Asker(service))
        j.poor.call(85)
        # he came in, and then lost the little that he had
        service.change("user poor = read_control", "user poor = none")
        for row in ROWS:
            j.row = f"{row.__module__[5:]}.{row.__name__}"  # without rows_
            row(j)
            print("ok", row.__name__, flush=True)
        outside(j)
        seen = asker.watch.verified
        judge.need(level == "connect" or user is None or seen > 50, "answers verified:", seen)
        print(f"{auth} {level}: the signatures of {seen} answers are right")
        j.count()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--level", choices=judge.LEVELS, default="privacy")
    p.add_argument("--auth", choices=("ntlm", "none"), default="ntlm")
    a = p.parse_args()
    run(a.level, a.auth)


if __name__ == "__main__":
    main()
