"""Mask files made to harm whoever reads them, opcode by opcode."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

TWO = b"\x80\x02"
FOUR = b"\x80\x04"


def name(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def text(value: str) -> bytes:
    raw = value.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(raw)) + raw


def data(raw: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(raw)) + raw


def integer(value: int) -> bytes:
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(raw)]) + raw


def dtype(code: str = "b1", state: bytes = b"") -> bytes:
    state = state or b"(K\x03" + text("|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t"
    return name("numpy", "dtype") + text(code) + b"K\x00K\x01\x87R" + state + b"b"


def array(
    raw: bytes, shape: bytes | None = None, of: bytes | None = None, payload: bytes | None = None
) -> bytes:
    return (
        name("numpy.core.multiarray", "_reconstruct")
        + name("numpy", "ndarray")
        + b"K\x00\x85"
        + data(b"b")
        + b"\x87R(K\x01"
        + (integer(len(raw)) + b"\x85" if shape is None else shape)
        + (dtype() if of is None else of)
        + b"\x89"
        + (data(raw) if payload is None else payload)
        + b"tb"
    )


def flags(*values: int) -> bytes:
    return array(bytes(values))


GOOD = text("hf") + flags(0, 1, 1) + text("sat") + flags(1, 0, 0)


def mask(*items: bytes, start: bytes = b"\x80\x04") -> bytes:
    """A mask whose `hf` and `sat` are good, with further keys and values."""
    return start + b"}(" + GOOD + b"".join(items) + b"u."


def with_value(value: bytes) -> bytes:
    return mask(text("x"), value)


def with_hf(value: bytes) -> bytes:
    return b"\x80\x04}(" + text("hf") + value + text("sat") + flags(1, 0, 0) + b"u."


def command(canary: str) -> bytes:
    return text(f"touch {canary}")


# What would run a command or import a module, or is made of things no mask needs: left out by key.
INERT: dict[str, Callable[[str], bytes]] = {
    "REDUCE os.system": lambda c: name("os", "system") + command(c) + b"\x85R",
    "REDUCE posix.system": lambda c: name("posix", "system") + command(c) + b"\x85R",
    "REDUCE eval": lambda c: name("builtins", "eval") + text(f"open({c!r},'w')") + b"\x85R",
    "REDUCE exec, Python 2": lambda c: name("__builtin__", "eval") + text("1") + b"\x85R",
    "REDUCE open": lambda c: name("io", "open") + text(c) + text("w") + b"\x86R",
    "REDUCE subprocess": lambda c: name("subprocess", "Popen") + command(c) + b"\x85R",
    "REDUCE of an import": lambda c: name("antigravity", "fly") + b")R",
    "INST": lambda c: b"(" + command(c) + b"ios\nsystem\n",
    "OBJ": lambda c: b"(" + name("os", "system") + command(c) + b"o",
    "NEWOBJ": lambda c: name("os", "system") + command(c) + b"\x85\x81",
    "NEWOBJ_EX": lambda c: name("os", "system") + command(c) + b"\x85}\x92",
    "STACK_GLOBAL": lambda c: text("os") + text("system") + b"\x93" + command(c) + b"\x85R",
    "dotted name": lambda c: (
        text("numpy") + text("core.multiarray.os.system") + b"\x93" + command(c) + b"\x85R"
    ),
    "dotted name of an allowed one": lambda c: (
        text("numpy") + text("dtype.__class__.__subclasses__") + b"\x93)R"
    ),
    "name with a space": lambda c: text("numpy dtype") + text("") + b"\x93)R",
    "module and name exchanged": lambda c: name("dtype", "numpy") + text("b1") + b"K\x00K\x01\x87R",
    "a global by itself": lambda c: name("os", "system"),
    "EXT1": lambda c: b"\x82\x01)R",
    "EXT4": lambda c: b"\x84\x01\x00\x00\x00)R",
    "PERSID": lambda c: b"Pos.system\n",
    "BINPERSID": lambda c: command(c) + b"Q",
    "getattr walk": lambda c: (
        name("builtins", "getattr") + name("numpy", "ndarray") + text("__init__") + b"\x86R"
    ),
    "BUILD on an unknown object": lambda c: (
        name("collections", "OrderedDict") + b")R}" + text("__class__") + b"Nsb"
    ),
    "hex_codec": lambda c: (
        name("_codecs", "encode") + text("00" * 512) + text("hex_codec") + b"\x86R"
    ),
    "unknown codec": lambda c: name("_codecs", "encode") + text("a") + text("idna") + b"\x86R",
    "bytes of a length": lambda c: name("builtins", "bytes") + integer(1 << 40) + b"\x85R",
    "bytearray of a length": lambda c: name("builtins", "bytearray") + integer(1 << 40) + b"\x85R",
    "object dtype": lambda c: array(
        b"", b"K\x01\x85", dtype("O8"), payload=b"]" + text("a") + b"a"
    ),
    "object pointers by dtype state": lambda c: array(
        b"\x41" * 8, b"K\x01\x85", dtype("i8", b"(K\x03" + text("|") + b"NNNK\x08K\x08K?t")
    ),
    "dtype state with fields": lambda c: array(
        b"\x41" * 8,
        b"K\x01\x85",
        dtype(
            "i8",
            b"(K\x03" + text("|") + b"N" + text("a") + b"\x85"
            b"}" + text("a") + name("numpy", "dtype") + b"sK\x08K\x01K\x10t",
        ),
    ),
    "dtype state with an odd size": lambda c: array(
        b"\x00" * 8, b"K\x01\x85", dtype("S2", b"(K\x03" + text("|") + b"NNNK\x08K\x01K\x00t")
    ),
    "negative dimension": lambda c: array(b"\0", b"J\xff\xff\xff\xffJ\xff\xff\xff\xff\x86"),
    "huge dimension": lambda c: array(b"\0", integer(1 << 62) + b"\x85"),
    "huge dimensions times nothing": lambda c: array(
        b"", integer(1 << 40) + integer(1 << 40) + b"K\x00\x87"
    ),
    "dimensions that are flags": lambda c: array(b"\0", b"\x88\x85"),
    "too few bytes": lambda c: array(b"\0", b"K\x09\x85"),
    "too many bytes": lambda c: array(b"\0\0", b"K\x01\x85"),
    "text beyond Unicode": lambda c: array(b"\xff" * 4, b"K\x01\x85", dtype("U1")),
    "scalar beyond Unicode": lambda c: (
        name("numpy.core.multiarray", "scalar") + dtype("U1") + data(b"\xff" * 4) + b"\x86R"
    ),
    "scalar of no bytes": lambda c: (
        name("numpy.core.multiarray", "scalar") + dtype("f8") + data(b"") + b"\x86R"
    ),
    "booleans of 2": lambda c: flags(0, 2),
    "unhashable key": lambda c: b"}]Ns",
    "key that hashes without end": lambda c: b"}" + b"N\x85" + b"2\x86" * 60 + b"Ns",
    "nested key twice": lambda c: b"}" + (text("a") + b"Ns") * 2,
    "DUP and TUPLE2": lambda c: b")" + b"2\x86" * 100,
    "list in itself": lambda c: b"]\x94h\x00a",
    "dict in itself": lambda c: b"}\x94" + text("a") + b"h\x00s",
    "tuple in itself": lambda c: b"(]\x94h\x00\x85at",
    "deep lists": lambda c: b"]" * 50_000 + b"a" * 49_999,
    "deep tuples": lambda c: b")" + b"\x85" * 200_000,
    "set": lambda c: b"\x8f(K\x01K\x02\x90",
    "frozenset": lambda c: b"(K\x01K\x02\x91",
    "set of the unhashable": lambda c: b"\x8f(]\x90",
    "long number": lambda c: b"\x8b\x00\x00\x10\x00" + b"\x7f" * (1 << 20),
    "NEXT_BUFFER": lambda c: b"\x97",
    "READONLY_BUFFER": lambda c: b"\x97\x98",
    "no array at all": lambda c: (
        name("numpy.core.multiarray", "_reconstruct")
        + name("os", "system")
        + b"K\x00\x85"
        + data(b"b")
        + b"\x87R"
    ),
}

# No mask at all.
REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "STOP": b".",
    "text": b"this is no pickle\n",
    "zeros": bytes(1000),
    "a list": FOUR + b"].",
    "None": b"N.",
    "a dict without keys": b"}.",
    "protocol 6": b"\x80\x06}.",
    "protocol 200": b"\x80\xc8}.",
    "BUILD on a global": with_value(name("numpy", "dtype") + b"}" + text("a") + b"Nsb"),
    "BUILD on a dict": with_value(b"}}b"),
    "BUILD twice": with_value(flags(1) + b"Nb"),
    "dtype BUILD twice": with_value(array(b"\0", of=dtype() + b"Nb")),
    "APPEND to an array": with_value(flags(1) + b"Na"),
    "SETITEM on a list": with_value(b"]NNs"),
    "SETITEMS of an odd number": with_value(b"}(NNNu"),
    "ADDITEMS to a list": with_value(b"](N\x90"),
    "call of a text": with_value(text("os.system") + b")R"),
    "call with a list": with_value(name("os", "system") + b"]R"),
    "instance of a text": with_value(text("os.system") + b")\x81"),
    "global named by a number": with_value(b"K\x01K\x02\x93"),
    "name with an escape": with_value(b"cnump\\x79\ndtype\n"),
    "READONLY_BUFFER of a number": with_value(b"K\x01\x98"),
    "GET of nothing": with_value(b"h\x07"),
    "GET of text": with_value(b"gnumpy\n"),
    "PUT out of range": with_value(b"Np99999999999999999999\n"),
    "PUT below zero": with_value(b"Np-1\n"),
    "empty stack": FOUR + b"0000R.",
    "two values": FOUR + b"}}.",
    "mark left": FOUR + b"(}.",
    "POP_MARK without mark": FOUR + b"}1.",
    "bytes after the end": mask() + b"}.",
    "key twice": mask(text("hf"), flags(1, 1, 1)),
    "cut off": mask()[:-40],
    "no STOP": mask()[:-1],
    "frame beyond the end": b"\x80\x04\x95" + b"\xff" * 8 + b"}.",
    "length beyond the end": b"\x80\x04\x8e" + b"\xff" * 8 + b".",
    "text beyond the end": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7f.",
    "negative length": b"T\xff\xff\xff\xff.",
    "negative LONG4": b"\x8b\xff\xff\xff\xff.",
    "long LONG": b"L" + b"9" * 100_000 + b"L\n.",
    "long INT": b"I" + b"9" * 5000 + b"\n.",
    "line without end": b"Pa" * 5000,
    "text without quotes": b"Shf\n.",
    "text with one quote": b"S'\n.",
    "unknown escape": with_value(b"S'\\q'\n"),
    "cut escape": with_value(b"S'\\x4'\n"),
    "text that is no UTF-8": b"\x8c\x02\xc3\x28.",
    "text that is no Unicode": b"V\\uZZZZ\n.",
    "unknown opcode": FOUR + b"}\xff.",
    "hf is missing": FOUR + b"}(" + text("sat") + flags(1) + b"u.",
    "sat is missing": FOUR + b"}(" + text("hf") + flags(1) + b"u.",
    "hf is None": with_hf(b"N"),
    "hf is a text": with_hf(text("010")),
    "hf is bytes": with_hf(data(b"\0\1")),
    "hf is a number": with_hf(b"K\x01"),
    "hf is a dict": with_hf(b"}"),
    "hf is a scalar": with_hf(array(b"\1", b")")),
    "hf is a cube": with_hf(array(b"\1", b"K\x01K\x01K\x01\x87")),
    "hf is square": with_hf(array(b"\1" * 4, b"K\x02K\x02\x86")),
    "hf is text in an array": with_hf(array(b"1" * 2, b"K\x02\x85", dtype("S1"))),
    "hf is complex": with_hf(array(bytes(16), b"K\x02\x85", dtype("c8"))),
    "hf holds 2": with_hf(flags(0, 1, 2)),
    "hf holds NaN": with_hf(array(np.float32([0, np.nan]).tobytes(), b"K\x02\x85", dtype("f4"))),
    "hf holds indices": with_hf(array(bytes([3, 7]), of=dtype("u1"))),
    "hf is a list of text": with_hf(b"](" + text("1") + text("0") + b"e"),
    "hf is a list of lists": with_hf(b"](](\x88\x89ee"),
    "hf is a list of 2": with_hf(b"](K\x01K\x02e"),
    "hf is a list of 300": with_hf(b"](K\x01M\x2c\x01e"),
    "hf is a list of NaN": with_hf(b"](G\x7f\xf8\0\0\0\0\0\0e"),
    "hf is object pointers": with_hf(INERT["object pointers by dtype state"]("")),
    "hf is a call": with_hf(INERT["REDUCE os.system"]("canary")),
    "hf is a global": with_hf(name("numpy", "ndarray")),
    "hf was never built": with_hf(
        name("numpy.core.multiarray", "_reconstruct")
        + name("numpy", "ndarray")
        + b"K\x00\x85"
        + data(b"b")
        + b"\x87R"
    ),
    "ch is an array of indices": mask(text("ch"), array(bytes([0, 1, 2]), of=dtype("u1"))),
    "ch is None": mask(text("ch"), b"N"),
}


def _many(opcode: bytes, size: int = 4_000_000) -> bytes:
    return opcode * (size // len(opcode))


# What takes time or memory; whatever comes of it, it comes soon and small.
HEAVY: dict[str, Callable[[], bytes]] = {
    "MARKs": lambda: _many(b"("),
    "DUPs": lambda: b"N" + _many(b"2"),
    "flags one by one": lambda: with_hf(b"](" + _many(b"\x88", 20_000_000) + b"e"),
    "numbers one by one": lambda: with_hf(b"](" + _many(b"K\x01") + b"e"),
    "flags as extra": lambda: with_value(b"](" + _many(b"\x88", 15_000_000) + b"e"),
    "memo": lambda: b"N" + b"".join(b"r" + struct.pack("<I", i << 12) for i in range(390_000)),
    "empty dicts": lambda: with_value(b"](" + b"}" * 390_000 + b"e"),
    "keys that collide": lambda: with_value(
        b"}(" + b"".join(integer(i * ((1 << 61) - 1)) + b"N" for i in range(1, 100_000)) + b"u"
    ),
    "top keys that collide": lambda: mask(
        *(integer(i * ((1 << 61) - 1)) + b"N" for i in range(1, 100_000))
    ),
    "shared bombs": lambda: mask(
        b")" + b"2\x86" * 40 + b"\x940",
        *(text(f"x{i}") + b"h\x00" for i in range(100)),
    ),
    "texts": lambda: with_value(b"](" + text("a" * 60_000) * 700 + b"e"),
    "wide texts": lambda: with_value(b"](" + text("\U0001f600" + "a" * 60_000) * 500 + b"e"),
    "encoded again and again": lambda: with_value(
        text("a" * 60_000)
        + b"\x940]("
        + (name("_codecs", "encode") + b"h\x00" + text("latin1") + b"\x86R") * 70_000
        + b"e"
    ),
    "arrays of one buffer": lambda: with_value(
        b"\x96"
        + struct.pack("<Q", 60_000)
        + bytes(60_000)
        + b"\x94"
        + dtype()
        + b"\x9400]("
        + (name("numpy.core.numeric", "_frombuffer") + b"(h\x00h\x01M\x60\xea" + text("C") + b"tR")
        * 40_000
        + b"e"
    ),
    "one large array under many keys": lambda: mask(
        text("y"),
        array(bytes(40_000_000)) + b"\x94",
        *(text(f"x{i}") + b"h\x00" for i in range(200)),
    ),
    "one large array as text": lambda: mask(
        text("y"),
        array(b"", integer(30_000_000) + b"\x85", payload=text("\x00" * 30_000_000)) + b"\x94",
        *(text(f"x{i}") + b"h\x00" for i in range(200)),
    ),
    "escapes again and again": lambda: mask(
        text("y"),
        array(
            b"",
            integer(10_000_000) + b"\x85",
            payload=b"S'" + b"\\x00" * 10_000_000 + b"'\n",
        )
        + b"\x94",
        *(text(f"x{i}") + b"h\x00" for i in range(200)),
    ),
    "a large text": lambda: with_value(text("\U0001f600" + "a" * 40_000_000)),
    "a large line": lambda: with_value(b"V\\U0001f600" + b"a" * 40_000_000 + b"\n"),
    "a large string": lambda: with_value(b"S'" + b"\\\\" * 20_000_000 + b"'\n"),
    "a line without end": lambda: b"V" + b"a" * 40_000_000,
    "long numbers": lambda: with_value(
        b"](" + (b"\x8b\x00\x00\x10\x00" + b"\x7f" * (1 << 20)) * 40 + b"e"
    ),
    "nested tuples": lambda: with_value(b")" + b"\x85" * 390_000),
    "nested lists": lambda: with_value(b"]" * 190_000 + b"a" * 189_999),
    "nested dicts": lambda: with_value(b"}" + (text("a") + b"}") * 120_000 + b"s" * 120_000),
    "wide dtype": lambda: with_value(array(bytes(60_000), b"K\x01\x85", dtype("S999999"))),
}
