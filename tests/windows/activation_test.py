# SPDX-License-Identifier: Apache-2.0
"""faxcom.dll created by COM: a C program in both apartment kinds, and both script engines.

Registered for the machine; unregistered, nothing can be created. Wine 8 looks for classes in the
machine's part of the registry alone, so what register_test.py finds in the user's is all there is
to judge of a registration for one user.

usage: activation_test.py
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from prefix import Registered, members
import wine

HERE = os.path.dirname(os.path.abspath(__file__))


def check_all():
    for kind in "sta", "mta":
        lines = wine.run(wine.test_program("faxcom_early"), kind, seconds=120)
        assert len(lines) == 7, lines
        print("ok early binding,", kind)
    names = [c[0] for c in members()[0]]
    for engine in "vbs", "js":
        lines = wine.script(os.path.join(HERE, "create." + engine))
        want = [f"{n} {n}.{n}{v} I{n}" for n in names for v in ("", ".1")]
        if engine == "js":
            want = [w.rsplit(" ", 1)[0] for w in want]
        assert lines[:20] == want, (lines, want)
        assert lines[20] == "1722 800706ba", lines[20]
        assert len(lines[21]) > 10, lines
        assert lines[22:] == ["6 80070006"], lines[22:]
        print("ok", engine)


def main():
    with Registered():
        check_all()
    try:
        wine.run(wine.test_program("faxcom_early"), "sta")
    except AssertionError as e:
        assert "800401f3" in str(e), e # CO_E_CLASSSTRING
    else:
        raise AssertionError("created without registration")
    print("END")


if __name__ == "__main__":
    main()
