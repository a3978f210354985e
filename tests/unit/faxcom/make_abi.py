# SPDX-License-Identifier: Apache-2.0
"""From members.txt, the published tables: programs that hold the header and the library to them.

usage: make_abi.py MEMBERS OUTPUT        (.c: slots and ids from C, .cpp: slots as C++ sees them)
"""
import sys

classes, ifaces, members = [], {}, []
for line in open(sys.argv[1]):
    w = line.split()
    if not w or line.startswith("#"):
        continue
    if w[0] == "class":
        classes.append((w[1], w[2]))
    elif w[0] == "interface":
        ifaces[w[1]] = (w[2], int(w[3]), int(w[4]))
    else:
        members.append(w)

cpp = sys.argv[2].endswith(".cpp")
o = ["/* SPDX-License-Identifier: Apache-2.0 */", "#include <stddef.h>", "#include <stdio.h>",
     "#include <string.h>", "#include <faxcom.h>", "static int bad;",
     "static void guid(const char *name, const GUID &g, const char *want)" if cpp else
     "static void guid(const char *name, REFGUID g, const char *want)",
     "{\n\tOLECHAR w[39];\n\tchar a[39];\n\tint i;",
     "\tStringFromGUID2(g, w, 39);",
     "\tfor (i = 0; i < 39; i++) {\n\t\ta[i] = (char)w[i];\n\t}",
     "\tif (strncmp(a + 1, want, 36) != 0) {\n\t\tprintf(\"%s is %s, not %s\\n\", name, a, want);"
     "\n\t\tbad = 1;\n\t}\n}"]
if cpp:
    o += ["template <class T> static void slot(const char *name, T f, size_t want)",
          "{\n\t/* Itanium ABI: a pointer to a virtual member holds its offset in the table plus 1 */",
          "\tsize_t v;\n\tmemcpy(&v, &f, sizeof(v));",
          "\tif ((v - 1) / sizeof(void *) != want) {\n\t\tprintf(\"%s: slot %zu, not %zu\\n\", name,"
          " (v - 1) / sizeof(void *), want);\n\t\tbad = 1;\n\t}\n}"]
else:
    for w in members:
        o.append("_Static_assert(offsetof(%sVtbl, %s) == %s * sizeof(void *), \"%s\");" %
                 (w[0], w[4], w[1], w[4]))
    for i, (_, n, _) in ifaces.items():
        o.append("_Static_assert(sizeof(%sVtbl) == %d * sizeof(void *), \"%s\");" % (i, 7 + n, i))
if cpp:
    o += ["/* A member's name leads to its DISPID, in any case; no place for a result is said. */",
          "static void id(IDispatch *d, const char *name, DISPID want)",
          "{\n\tOLECHAR w[40];\n\tLPOLESTR p = w;\n\tDISPID got = -1;\n\tint i;",
          "\tfor (i = 0; i < 39 && name[i]; i++) {\n\t\tw[i] = name[i] ^ ((i & 1) && name[i] >= 'a' ? 32 : 0);\n\t}",
          "\tw[i] = 0;",
          "\tif (d->GetIDsOfNames(IID_NULL, &p, 1, 0x400, &got) != S_OK || got != want) {",
          "\t\tprintf(\"%s: DISPID %d, not %d\\n\", name, (int)got, (int)want);\n\t\tbad = 1;\n\t}\n}",
          "template <class T> static T *make(const CLSID &clsid, const IID &iid)",
          "{\n\tvoid *p = NULL;\n\tIUnknown *u = NULL, *v = NULL;",
          "\tif (CoCreateInstance(clsid, NULL, 1, iid, &p) != S_OK) {\n\t\tprintf(\"a class is not there\\n\");"
          "\n\t\tbad = 1;\n\t\treturn NULL;\n\t}",
          "\tT *t = static_cast<T *>(p);",
          "\tif (t->QueryInterface(IID_IUnknown, (void **)&u) != S_OK ||"
          " t->QueryInterface(IID_IDispatch, (void **)&v) != S_OK || u != v) {",
          "\t\tprintf(\"identity\\n\");\n\t\tbad = 1;\n\t}",
          "\tif (u) {\n\t\tu->Release();\n\t}\n\tif (v) {\n\t\tv->Release();\n\t}\n\treturn t;\n}",
          "static void is_null(const char *name, HRESULT hr)",
          "{\n\tif (hr != E_POINTER) {\n\t\tprintf(\"%s of NULL: %08X\\n\", name, (unsigned)hr);"
          "\n\t\tbad = 1;\n\t}\n}"]
o.append("int main(void)\n{")
amp = "" if cpp else "&"
for c, g in classes:
    o.append("\tguid(\"%s\", %sCLSID_%s, \"%s\");" % (c, amp, c, g))
for i, (g, _, _) in ifaces.items():
    o.append("\tguid(\"%s\", %sIID_%s, \"%s\");" % (i, amp, i, g))
if cpp:
    for w in members:
        o.append("\tslot(\"%s::%s\", &%s::%s, %s);" % (w[0], w[4], w[0], w[4], w[1]))
    iface_of = {w[1]: w[3] for w in (line.split() for line in open(sys.argv[1])) if w and w[0] == "class"}
    for c, i in iface_of.items():
        o.append("\t{\n\t\t%s *t = make<%s>(CLSID_%s, IID_%s);\n\t\tif (!t) {\n\t\t\treturn 1;\n\t\t}" % (i, i, c, i))
        for w in members:
            if w[0] != i:
                continue
            o.append("\t\tid(t, \"%s\", %s);" % (w[4] if w[3] == "method" else w[4].split("_", 1)[1], w[2]))
            params = [p.split(":") for p in w[5:]]
            if params and params[-1][1].endswith("*") and params[-1][1] != "IDispatch*":
                ins = "".join("0, " for _ in params[:-1])
                o.append("\t\tis_null(\"%s\", t->%s(%sNULL));" % (w[4], w[4], ins))
        o.append("\t\tt->Release();\n\t}")
    o.append("\tif (DllCanUnloadNow() != S_OK) {\n\t\tprintf(\"objects are left\\n\");\n\t\tbad = 1;\n\t}")
o.append("\tif (!bad) {\n\t\tprintf(\"%d members, %d interfaces, %d classes\\n\");\n\t}" %
         (len(members), len(ifaces), len(classes)))
o.append("\treturn bad;\n}")
open(sys.argv[2], "w").write("\n".join(o) + "\n")
