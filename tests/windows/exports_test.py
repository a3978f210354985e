# SPDX-License-Identifier: Apache-2.0
"""The DLLs from outside: exports, imports, machine, and that a build can be repeated.

usage: exports_test.py OBJDUMP       needs CASELLI_WIN
"""
import os
import re
import subprocess
import sys

WIN = os.environ["CASELLI_WIN"]
BOTH = """CompleteJobParams ConnectFaxServer EnableRoutingMethod EnumGlobalRoutingInfo EnumJobs
EnumPorts EnumRoutingMethods GetConfiguration GetDeviceStatus GetJob GetLoggingCategories GetPort
GetRoutingInfo PrintCoverPage SendDocument SendDocumentForBroadcast SetConfiguration
SetGlobalRoutingInfo SetJob SetLoggingCategories SetPort SetRoutingInfo StartPrintJob""".split()
PLAIN = """Abort AccessCheck Close FreeBuffer GetPageData InitializeEventQueue OpenPort
RegisterRoutingExtensionW RegisterServiceProviderW UnregisterServiceProviderW""".split()
WINFAX = {"Fax" + n + c for n in BOTH for c in "AW"} | {"Fax" + n for n in PLAIN}
FAXCOM = {"DllGetClassObject", "DllCanUnloadNow"}
FAXCOM_MORE = {"DllRegisterServer", "DllUnregisterServer", "DllInstall"}
SYSTEM = {"kernel32", "advapi32", "msvcrt", "oleaut32", "ole32", "ws2_32", "secur32", "user32"}
IMPORT_LIBRARY = "/usr/x86_64-w64-mingw32/lib/libwinfax.a"  # of mingw-w64: a second opinion


def headers(objdump, dll):
    return subprocess.run([objdump, "-p", dll], check=True, capture_output=True, text=True).stdout


def exports(text):
    table = text.split("[Ordinal/Name Pointer] Table", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\s+\[ *\d+\].*?(\S+)$", table, re.M))


def imports(text):
    return {n.lower().removesuffix(".dll") for n in re.findall(r"DLL Name: (\S+)", text)}


def check(objdump, room, wanted, more=frozenset()):
    dll = os.path.join(WIN, "clients", room, room + ".dll")
    text = headers(objdump, dll)
    found = exports(text)
    assert wanted <= found <= wanted | more, (
        f"{dll}: lacks {sorted(wanted - found)}, has too many {sorted(found - wanted - more)}")
    foreign = imports(text) - SYSTEM
    assert not foreign, f"{dll} needs {sorted(foreign)}"
    assert re.search(r"^Time/Date\s+Thu Jan\s+1 00:00:00 1970", text, re.M), f"{dll} has a date"
    # the addresses of a DLL are not fixed, and data is not code
    for flag in ("DYNAMIC_BASE", "NX_COMPAT"):
        assert flag in text, f"{dll}: not {flag}"


def main(objdump):
    assert len(WINFAX) == 56
    if "x86_64" in objdump and os.path.exists(IMPORT_LIBRARY):  # there is no 32-bit one
        names = subprocess.run([objdump, "-t", IMPORT_LIBRARY], check=True, capture_output=True,
                               text=True, errors="replace").stdout
        theirs = set(re.findall(r"\b__imp_(Fax\w+)", names))
        assert theirs == WINFAX, sorted(theirs ^ WINFAX)
    check(objdump, "winfax", WINFAX)
    check(objdump, "faxcom", FAXCOM, FAXCOM_MORE)
    print("END")


if __name__ == "__main__":
    main(sys.argv[1])
