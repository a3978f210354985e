#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a fax file says about itself, from Python, with nothing but ctypes and no service.

    python3 fax-file.py FAX.TIF... [--tag NUMBER]

FaxTiff is used early bound here: by the slots of its table of functions, in the order of
faxcom.h. port-status.py shows the other way, by name.
"""
import ctypes as c
import datetime
import os
import sys
import uuid

try:
    fax = c.CDLL("libfaxcom.so.0")
except OSError as e:
    sys.exit("libfaxcom.so.0 is not installed (%s); set LD_LIBRARY_PATH to where it is" % e)
fax.SysAllocStringLen.restype = c.c_void_p
fax.SysAllocStringLen.argtypes = [c.c_char_p, c.c_uint32]
fax.SysStringLen.argtypes = fax.SysFreeString.argtypes = [c.c_void_p]

CLSID_FAXTIFF = uuid.UUID("87099231-C7AF-11D0-B225-00C04FB6C2F5").bytes_le
IID_IFAXTIFF = uuid.UUID("B19BB45F-B91C-11D1-83E1-00C04FB6E984").bytes_le
RELEASE, RECEIVE_TIME, PUT_IMAGE, RAW_RECEIVE_TIME, TIFF_TAG_STRING = 2, 7, 9, 17, 18
TEXTS = {"received at": RECEIVE_TIME, "recipient": 10, "sender": 11, "routing": 12, "caller id": 13,
         "CSID": 14, "TSID": 15, "recipient number": 16}


class Variant(c.Structure):
    _fields_ = [("vt", c.c_uint16), ("r", c.c_uint16 * 3), ("cy", c.c_int64), ("more", c.c_int64)]


def slot(obj, n, *types):
    table = c.cast(c.cast(obj, c.POINTER(c.c_void_p))[0], c.POINTER(c.c_void_p))
    return c.CFUNCTYPE(c.c_int32, c.c_void_p, *types)(table[n])


def take_text(p):
    text = c.string_at(p, 2 * fax.SysStringLen(p)).decode("utf-16-le") if p else ""
    fax.SysFreeString(p)
    return text


def why():
    """The sentence of the last failure."""
    info, text = c.c_void_p(), c.c_void_p()
    if fax.GetErrorInfo(0, c.byref(info)):
        return "no reason given"
    slot(info, 5, c.c_void_p)(info, c.byref(text)) # IErrorInfo::GetDescription
    slot(info, RELEASE)(info)
    return take_text(text.value)


def check(hr):
    if hr < 0:
        raise RuntimeError(why())


def show(tiff, path, tag):
    raw = os.path.abspath(path).encode("utf-16-le")
    name = fax.SysAllocStringLen(raw, len(raw) // 2)
    hr = slot(tiff, PUT_IMAGE, c.c_void_p)(tiff, name)
    fax.SysFreeString(name)
    check(hr)
    text = c.c_void_p()
    if tag is not None:
        check(slot(tiff, TIFF_TAG_STRING, c.c_int32, c.c_void_p)(tiff, tag, c.byref(text)))
        print(take_text(text.value))
        return
    print(path)
    for label, n in TEXTS.items():
        check(slot(tiff, n, c.c_void_p)(tiff, c.byref(text)))
        print("    %-17s %s" % (label, take_text(text.value)))
    time = Variant()
    check(slot(tiff, RAW_RECEIVE_TIME, c.c_void_p)(tiff, c.byref(time)))
    if time.cy: # a FILETIME: 100 ns since 1601, UTC
        at = datetime.datetime(1601, 1, 1) + datetime.timedelta(microseconds=time.cy // 10)
        print("    %-17s %s UTC" % ("", at.isoformat(" ", "seconds")))


def main():
    args, tag = sys.argv[1:], None
    if "--tag" in args:
        at = args.index("--tag")
        tag = int(args[at + 1])
        del args[at:at + 2]
    if not args:
        sys.exit(__doc__)
    tiff = c.c_void_p()
    check(fax.CoCreateInstance(CLSID_FAXTIFF, None, 1, IID_IFAXTIFF, c.byref(tiff)))
    try:
        for path in args:
            show(tiff, path, tag)
    except RuntimeError as e:
        sys.exit("fax-file: %s" % e)
    finally:
        slot(tiff, RELEASE)(tiff)


if __name__ == "__main__":
    main()
