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
o.append("int main(void)\n{")
amp = "" if cpp else "&"
for c, g in classes:
    o.append("\tguid(\"%s\", %sCLSID_%s, \"%s\");" % (c, amp, c, g))
for i, (g, _, _) in ifaces.items():
    o.append("\tguid(\"%s\", %sIID_%s, \"%s\");" % (i, amp, i, g))
if cpp:
    for w in members:
        o.append("\tslot(\"%s::%s\", &%s::%s, %s);" % (w[0], w[4], w[0], w[4], w[1]))
o.append("\tif (!bad) {\n\t\tprintf(\"%d members, %d interfaces, %d classes\\n\");\n\t}" %
         (len(members), len(ifaces), len(classes)))
o.append("\treturn bad;\n}")
open(sys.argv[2], "w").write("\n".join(o) + "\n")
