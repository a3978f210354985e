# SPDX-License-Identifier: Apache-2.0
"""A reader and writer of NDR 2.0, and a reader of the buffers that [MS-FAX] marshals itself, both
driven by spec.py. Readers are strict: padding is zero, counts agree, nothing is left over."""
import re
import struct

from spec import LAYOUTS, OPS, STRUCTS

PARAM = re.compile(r"(><|>|<)(\w+):(\w+:)?([\w?!]+)(?:\[(\w+)\])?(?:\((\w+)\))?([!?]?)$")


class Bad(AssertionError):
    """What came is not what the document says."""


def need(ok, *why):
    if not ok:
        raise Bad(*why)


def params(op):
    """-> [(direction, name, kind, n)]; kind as in spec.py without the name of n."""
    out = []
    for token in OPS[op][1].split():
        m = PARAM.match(token)
        need(m, token)
        way, name, prefix, kind, size, _, mark = m.groups()
        if prefix:
            kind = prefix + kind
        elif size is not None:
            kind = kind + "[]" + mark
        elif kind == "ctx":
            kind = "ctx"
        out.append((way, name, kind, size))
    return out


class Writer:
    def __init__(self):
        self.b, self.ids, self.later = bytearray(), 0x20000, []

    def align(self, n):
        self.b += bytes(-len(self.b) % n)

    def put(self, fmt, *values):
        self.align(struct.calcsize("<" + fmt[-1]))
        self.b += struct.pack("<" + fmt, *values)

    def pointer(self, value):
        """A referent id, 0 for None. -> is there something behind it?"""
        if value is None:
            self.put("I", 0)
            return False
        self.put("I", self.ids)
        self.ids += 4
        return True

    def text(self, value):
        units = (value + "\0").encode("utf-16-le")
        self.put("III", len(units) // 2, 0, len(units) // 2)
        self.b += units

    def octets(self, value):
        self.put("I", len(value))
        self.b += value

    def structure(self, name, values):
        """In place, its pointees behind it (flush)."""
        values = dict(values)
        self.align(8 if " q:" in STRUCTS[name] else 4)
        for field in STRUCTS[name].split():
            kind, _, key = field.rpartition(":")
            if field.startswith("size="):
                self.put("I", values.pop("size", int(field[5:])))
                continue
            self.field(kind, key, values.pop(key, None), values)
        need(not values, name, "has no", list(values))

    def field(self, kind, key, value, others):
        if kind == "s":
            if self.pointer(value):
                self.later.append(lambda: self.text(value))
        elif kind == "u32a":
            if self.pointer(value):
                self.later.append(lambda: self.put(f"{len(value) + 1}I", len(value), *value))
        elif kind == "U":
            self.union(value)
        elif kind == "t":
            self.put("8H", *(value or [0] * 8))
        elif kind == "H":
            self.put("2H", *(value or (0, 0)))
        elif kind in ("e", "w"):
            self.put("H", value or 0)
        else:
            self.put("Q" if kind == "q" else "I", value or 0)

    def union(self, value):
        """FAX_RULE_DESTINATION: (switch, device or group)."""
        tag, what = value
        self.put("I", tag)
        if tag == 0:
            self.put("I", what)
        else:
            self.field("s", "", what, {})

    def flush(self):
        while self.later:
            self.later.pop(0)()

    def param(self, kind, value):
        if kind in ("u32", "e16", "u64"):
            self.put({"u32": "I", "e16": "H", "u64": "Q"}[kind], value)
        elif kind == "u32?":
            if self.pointer(value):
                self.put("I", value)
        elif kind == "wstr!":
            self.text(value)
        elif kind == "wstr?":
            if self.pointer(value):
                self.text(value)
        elif kind == "bytes[]!":
            self.octets(value)
        elif kind == "bytes[]?":
            if self.pointer(value):
                self.octets(value)
        elif kind == "ctx":
            self.align(4)
            self.b += value
        elif kind[:2] == "S:":
            self.structure(kind[2:], value)
            self.flush()
        elif kind[:2] == "A:":
            self.put("I", len(value))
            for row in value:
                self.structure(kind[2:], row)
            self.flush()
        else:
            raise Bad("no way to write " + kind)


def request(op, values):
    """The stub of a request. Counts of bytes need not be given."""
    values, w = dict(values), Writer()
    ins = [p for p in params(op) if ">" in p[0]]
    for _, name, kind, n in ins:
        if n and n not in values:
            values[n] = len(values[name] or b"")
    for _, name, kind, _ in ins:
        need(name in values, OPS[op][0], "wants", name)
        w.param(kind, values.pop(name))
    need(not values, OPS[op][0], "has no", list(values))
    return bytes(w.b)


class Reader:
    def __init__(self, b):
        self.b, self.at, self.ids = b, 0, set()

    def align(self, n):
        skip = -self.at % n
        need(not any(self.b[self.at:self.at + skip]), "padding is not zero at", self.at)
        self.at += skip

    def take(self, n):
        need(self.at + n <= len(self.b), "too short", self.at, n, len(self.b))
        self.at += n
        return self.b[self.at - n:self.at]

    def get(self, fmt):
        size = struct.calcsize("<" + fmt)
        self.align(size)
        return struct.unpack("<" + fmt, self.take(size))[0]

    def pointer(self):
        value = self.get("I")
        need(not value or value not in self.ids, "a referent id twice")
        self.ids.add(value)
        return value != 0

    def text(self):
        room, offset, n = self.get("I"), self.get("I"), self.get("I")
        need(offset == 0 and 0 < n <= room, "counts of a string", room, offset, n)
        units = self.take(2 * n)
        need(units[-2:] == b"\0\0", "a string without end")
        return units[:-2].decode("utf-16-le")

    def structure(self, name):
        out, texts = {}, []
        self.align(4)
        for field in STRUCTS[name].split():
            kind, _, key = field.rpartition(":")
            need(kind in ("", "w"), "only plain structures come back")
            out[key.split("=")[0]] = self.get("H" if kind == "w" else "I")
        need(not texts)
        return out

    def param(self, kind):
        if kind in ("u32", "e16", "u64"):
            return self.get({"u32": "I", "e16": "H", "u64": "Q"}[kind])
        if kind == "u32?":
            return self.get("I") if self.pointer() else None
        if kind == "wstr!":
            return self.text()
        if kind == "bytes[]!":
            return self.take(self.get("I"))
        if kind == "BUF[]":
            return self.take(self.get("I")) if self.pointer() else None
        if kind == "u64[]!":
            n = self.get("I")
            self.align(8)  # also when there are none
            return [self.get("Q") for _ in range(n)]
        if kind == "ctx":
            self.align(4)
            handle = self.take(20)
            need(handle[:4] == bytes(4), "attributes of a handle")
            return handle
        if kind[:2] == "S:":
            return self.structure(kind[2:])
        raise Bad("no way to read " + kind)


def answer(op, stub, ins):
    """All of a response. -> {name: value}, with "status"."""
    r, out, sizes = Reader(stub), {}, []
    for way, name, kind, n in params(op):
        if "<" in way:
            out[name] = r.param(kind)
            if n:
                sizes.append((name, n))
    out["status"] = r.get("I")
    need(r.at == len(stub), "bytes behind the status", stub[r.at:].hex())
    for name, n in sizes:
        want = out[n] if n in out else ins[n]
        need(len(out[name] or b"") == want, name, "has not", want)
    return out


# --- buffers ---

WIDTH = {"": 4, "s": 4, "p": 4, "q": 8, "t": 16, "F": 8, "H": 4, "w": 2, "v": 20, "z": 4}


class Buffer:
    """One or more structures and what they point at; done() tells of bytes nobody knows."""

    def __init__(self, data):
        need(len(data) % 8 == 0, "not padded to 8", len(data))
        self.data, self.known, self.fixed_end = data, bytearray(len(data)), 0

    def use(self, at, n):
        need(0 <= at and at + n <= len(self.data), "an offset beyond the end", at, n)
        self.known[at:at + n] = b"\1" * n
        return self.data[at:at + n]

    def text(self, at):
        if at == 0:
            return None
        need(at >= self.fixed_end, "a string inside the fixed part", at)
        end = at
        while self.use(end, 2) != b"\0\0":
            end += 2
        return self.data[at:end].decode("utf-16-le")

    def value(self, kind, raw):
        if kind == "s":
            return self.text(struct.unpack("<I", raw)[0])
        if kind in ("t", "H"):
            return struct.unpack(f"<{len(raw) // 2}H", raw)
        if kind == "v":
            return self.plain("FAX_VERSION", raw)
        return int.from_bytes(raw, "little")

    def plain(self, name, raw):
        out, at = {}, 0
        for field in LAYOUTS[name][1].split():
            kind, _, key = field.rpartition(":")
            out[key] = self.value(kind, raw[at:at + WIDTH[kind]])
            at += WIDTH[kind]
        need(out["dwSizeOfStruct"] == LAYOUTS[name][0], name, out)
        return out

    def one(self, name, at):
        size, fields = LAYOUTS[name]
        raw, out, n = self.use(at, size), {}, 0
        for field in fields.split():
            kind, _, key = field.rpartition(":")
            out[key] = self.value(kind, raw[n:n + WIDTH[kind]])
            need(kind != "z" or out[key] == 0, name, "padding", key)
            n += WIDTH[kind]
        need(n == size, name, n)
        first = fields.split()[0]
        need("SizeOfStruct" not in first or out[first] == size, name, out)
        return out

    def rows(self, name, count, behind=0):
        """`behind`: bytes of other fixed portions after these."""
        size = LAYOUTS[name][0]
        self.fixed_end = max(self.fixed_end, count * (size + behind))
        return [self.one(name, i * size) for i in range(count)]

    def words(self, at, n):
        return list(struct.unpack(f"<{n}I", self.use(at, 4 * n)))

    def done(self):
        stray = [i for i, k in enumerate(self.known) if not k and self.data[i]]
        need(not stray, "bytes that nothing points at", stray[:10])


def rows(name, data, count):
    b = Buffer(data or b"")
    out = b.rows(name, count)
    b.done()
    return out


def one(name, data):
    return rows(name, data, 1)[0]


def with_status(name, data, count):
    """Job entries, each with its FAX_JOB_STATUS."""
    b = Buffer(data or b"")
    out = b.rows(name, count, LAYOUTS["FAX_JOB_STATUS"][0])
    for i, row in enumerate(out):
        want = count * LAYOUTS[name][0] + i * LAYOUTS["FAX_JOB_STATUS"][0]
        need(row["pStatus"] == want, "pStatus", row["pStatus"], want)
        row["status"] = b.one("FAX_JOB_STATUS", want)
    b.done()
    return out


def pack(name, values):
    """A structure of LAYOUTS for the opnums that take one (93, 98)."""
    size, fields = LAYOUTS[name]
    fixed, behind = b"", b""
    for field in fields.split():
        kind, _, key = field.rpartition(":")
        value = size if key == "dwSizeOfStruct" else values.get(key)
        if kind == "s":
            at = -(-size // 8) * 8 + len(behind)
            fixed += struct.pack("<I", at if value is not None else 0)
            behind += (value + "\0").encode("utf-16-le") if value is not None else b""
        elif kind == "H":
            fixed += struct.pack("<2H", *(value or (0, 0)))
        else:
            fixed += struct.pack("<Q" if kind == "q" else "<I", value or 0)
    fixed += bytes(-len(fixed) % 8)
    data = fixed + behind
    return data + bytes(-len(data) % 8)
