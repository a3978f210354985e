#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Samba's Python modules judge security descriptors: they write golden/secdesc.bin, byte for byte,
and read what secdesc_dump writes. With --write they make the golden file."""
import subprocess
import sys

try:
    from samba.dcerpc import security
    from samba.ndr import ndr_pack, ndr_unpack
except ImportError:
    print("python3-samba is not here")
    sys.exit(77)

SDDL = "O:BAG:BAD:(A;;0x1f03ff;;;BA)(A;;0x7;;;S-1-22-1-1000)(D;;0x1f03f8;;;S-1-22-1-1000)(A;;0x200af;;;WD)"


def theirs():
    sd = security.descriptor.from_sddl(SDDL, security.dom_sid("S-1-5-21-1-2-3"))
    sd.type |= security.SEC_DESC_SELF_RELATIVE
    return sd


def same(a, b):
    assert str(a.owner_sid) == str(b.owner_sid), (a.owner_sid, b.owner_sid)
    assert str(a.group_sid) == str(b.group_sid), (a.group_sid, b.group_sid)
    one = [(e.type, e.access_mask, str(e.trustee)) for e in a.dacl.aces]
    two = [(e.type, e.access_mask, str(e.trustee)) for e in b.dacl.aces]
    assert one == two, (one, two)


def main():
    golden = sys.argv[1]
    packed = ndr_pack(theirs())
    if "--write" in sys.argv:
        with open(golden, "wb") as f:
            f.write(packed)
        return
    with open(golden, "rb") as f:
        assert f.read() == packed, "the golden file is not what Samba writes"
    out = subprocess.run([sys.argv[2]], check=True, stdout=subprocess.PIPE).stdout
    same(ndr_unpack(security.descriptor, out), theirs())
    back = subprocess.run([sys.argv[2], "read"], input=packed, check=True, stdout=subprocess.PIPE).stdout
    same(ndr_unpack(security.descriptor, back), theirs())
    print("ok: %d bytes theirs, %d bytes ours" % (len(packed), len(out)))


main()
