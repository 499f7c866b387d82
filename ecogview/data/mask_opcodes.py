"""An interpreter of pickle opcodes that builds plain values and inert tags, and runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from pickletools import genops
from typing import IO, Any, cast

import numpy as np

from ecogview.data.mask_nodes import (
    MAKERS,
    Array,
    Dict,
    Dtype,
    Global,
    Inert,
    Node,
    build_array,
    build_dtype,
)
from ecogview.data.mask_stream import Blob, MalformedError, OpcodeStream

MAX_OPCODES = 400_000
MAX_FLAGS = 16_000_000
# A call takes five opcodes as a rule: 70,000 of them took 1.2 s, 2.1 s on a busy host.
MAX_CALLS = 50_000
_MAX_MEMO_INDEX = 1 << 32


def interpret(stream: OpcodeStream) -> Node:
    """Return what the opcodes build.

    Raises
    ------
    ValueError
        If they are no pickle, or one of a kind that no mask is; as `MalformedError` with a text
        for the user, else with one that may hold anything.
    """
    machine = _Machine(stream)
    try:
        return machine.run()
    except (IndexError, KeyError) as error:
        raise MalformedError("takes from an empty stack or memo") from error


class _Machine:
    def __init__(self, stream: OpcodeStream) -> None:
        self._stream = stream
        self._stack: list[Node] = []
        self._below: list[list[Node]] = []
        self._memo: dict[int, Node] = {}
        self._n_flags = 0
        self._n_calls = 0

    def run(self) -> Node:
        stream, actions = self._stream, _ACTIONS
        for count, (opcode, arg, _) in enumerate(genops(cast("IO[bytes]", stream))):
            if count >= MAX_OPCODES:
                raise MalformedError(f"takes more than {MAX_OPCODES:,} steps to read")
            action = actions.get(opcode.name)
            if action is not None:
                action(self, arg)
            else:
                self._stack.append(arg if stream.payload is None else stream.payload)
            stream.at_opcode = True
        result = self._stack.pop()
        if self._stack or self._below:
            raise MalformedError("leaves values behind that belong to nothing")
        if stream.left:
            raise MalformedError(f"goes on for {stream.left:,} bytes after the end of the mask")
        return result

    def _above_mark(self) -> list[Node]:
        items, self._stack = self._stack, self._below.pop()
        return items

    # -- stack and memo

    def stop(self, _: Node) -> None:
        """`run` looks at what is left."""

    def protocol(self, version: int) -> None:
        if version > 5:
            raise MalformedError(f"is a pickle of protocol {version}, and 5 is the newest known")

    def frame(self, length: int) -> None:
        if length > self._stream.left:
            raise MalformedError(
                f"is cut off: a frame of {length:,} bytes should follow, "
                f"{self._stream.left:,} bytes do"
            )

    def mark(self, _: Node) -> None:
        self._below.append(self._stack)
        self._stack = []

    def pop(self, _: Node) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._above_mark()

    def pop_mark(self, _: Node) -> None:
        self._above_mark()

    def dup(self, _: Node) -> None:
        self._stack.append(self._stack[-1])

    def put(self, index: int) -> None:
        if not 0 <= index < _MAX_MEMO_INDEX:
            raise MalformedError("numbers a memo entry out of range")
        self._memo[index] = self._stack[-1]

    def memoize(self, _: Node) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    # -- values

    def none(self, _: Node) -> None:
        self._stack.append(None)

    def true(self, _: Node) -> None:
        self._flags(first=True)

    def false(self, _: Node) -> None:
        self._flags(first=False)

    def _flags(self, *, first: bool) -> None:
        self._stack.append(first)
        run = self._stream.following_flags()
        if run:
            self._n_flags += len(run)
            if self._n_flags > MAX_FLAGS:
                raise MalformedError(f"lists more than {MAX_FLAGS:,} flags one by one")
            self._stack.extend((np.frombuffer(run, np.uint8) == 0x88).tolist())

    def empty_list(self, _: Node) -> None:
        self._stack.append([])

    def list_(self, _: Node) -> None:
        items = self._above_mark()
        self._stack.append(items)

    def append(self, _: Node) -> None:
        self._extend([self._stack.pop()])

    def appends(self, _: Node) -> None:
        self._extend(self._above_mark())

    def _extend(self, items: list[Node]) -> None:
        target = self._stack[-1]
        if type(target) is list:
            target.extend(items)
        elif type(target) is not Inert:
            raise MalformedError("appends to what is no list")

    def tuple_(self, _: Node) -> None:
        items = self._above_mark()
        self._stack.append(tuple(items))

    def empty_tuple(self, _: Node) -> None:
        self._stack.append(())

    def tuple1(self, _: Node) -> None:
        self._last_as_tuple(1)

    def tuple2(self, _: Node) -> None:
        self._last_as_tuple(2)

    def tuple3(self, _: Node) -> None:
        self._last_as_tuple(3)

    def _last_as_tuple(self, n: int) -> None:
        items = tuple(self._stack[-n:])
        if len(items) < n:
            raise IndexError
        self._stack[-n:] = [items]

    def empty_dict(self, _: Node) -> None:
        self._stack.append(Dict())

    def dict_(self, _: Node) -> None:
        items = self._above_mark()
        self._stack.append(Dict())
        self._set(items)

    def setitem(self, _: Node) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._set([key, value])

    def setitems(self, _: Node) -> None:
        self._set(self._above_mark())

    def _set(self, items: list[Node]) -> None:
        target = self._stack[-1]
        if len(items) % 2:
            raise MalformedError("holds a dict with a key without a value")
        if type(target) is Dict:
            target.pairs.extend(zip(items[::2], items[1::2], strict=True))
        elif type(target) is not Inert:
            raise MalformedError("sets an item of what is no dict")

    def empty_set(self, _: Node) -> None:
        self._stack.append(Inert("set"))

    def additems(self, _: Node) -> None:
        self._above_mark()
        if type(self._stack[-1]) is not Inert:
            raise MalformedError("adds to what is no set")

    def frozenset_(self, _: Node) -> None:
        self._above_mark()
        self._stack.append(Inert("frozenset"))

    # -- globals and calls

    def global_(self, arg: str) -> None:
        module, _, name = arg.partition(" ")
        self._stack.append(Global((module, name)))

    def stack_global(self, _: Node) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if type(name) is not str or type(module) is not str:
            raise MalformedError("names a global by what is no text")
        self._stack.append(Global((module, name)))

    def reduce(self, _: Node) -> None:
        self._n_calls += 1
        if self._n_calls > MAX_CALLS:
            raise MalformedError(f"makes more than {MAX_CALLS:,} calls")
        args, function = self._stack.pop(), self._stack.pop()
        if type(function) not in (Global, Inert) or type(args) not in (tuple, Inert):
            raise MalformedError("calls what is no function")
        made = None
        if type(function) is Global and type(args) is tuple:
            maker = MAKERS.get(function.pair)
            made = maker(args) if maker else None
        self._stack.append(Inert(function.what) if made is None else made)

    def build(self, _: Node) -> None:
        state, target = self._stack.pop(), self._stack[-1]
        if type(target) is Inert:
            return
        if type(target) not in (Array, Dtype) or target.is_built:
            raise MalformedError("changes a value that is complete")
        target.is_built = True
        if type(target) is Array:
            build_array(target, state)
        else:
            build_dtype(target, state)

    def inst(self, arg: str) -> None:
        self._above_mark()
        self.global_(arg)
        self._instance()

    def obj(self, _: Node) -> None:
        items = self._above_mark()
        self._stack.append(items[0])
        self._instance()

    def newobj(self, _: Node) -> None:
        self._stack.pop()
        self._instance()

    def newobj_ex(self, _: Node) -> None:
        self._stack.pop()
        self.newobj(_)

    def _instance(self) -> None:
        cls = self._stack.pop()
        if type(cls) not in (Global, Inert):
            raise MalformedError("makes an instance of what is no class")
        self._stack.append(Inert(cls.what))

    def extension(self, _: Node) -> None:
        self._stack.append(Inert("an extension code"))

    def persid(self, _: Node) -> None:
        self._stack.append(Inert("a persistent id"))

    def binpersid(self, _: Node) -> None:
        self._stack[-1] = Inert("a persistent id")

    def next_buffer(self, _: Node) -> None:
        self._stack.append(Inert("a buffer outside the file"))

    def readonly_buffer(self, _: Node) -> None:
        if type(self._stack[-1]) not in (bytes, bytearray, Blob, Inert):
            raise MalformedError("makes read-only what is no buffer")


# An opcode that is not here carries a value, which is put on the stack.
_ACTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "STOP": _Machine.stop,
    "PROTO": _Machine.protocol,
    "FRAME": _Machine.frame,
    "MARK": _Machine.mark,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.dup,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _Machine.put),
    "MEMOIZE": _Machine.memoize,
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.get),
    "NONE": _Machine.none,
    "NEWTRUE": _Machine.true,
    "NEWFALSE": _Machine.false,
    "EMPTY_LIST": _Machine.empty_list,
    "LIST": _Machine.list_,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "EMPTY_TUPLE": _Machine.empty_tuple,
    "TUPLE": _Machine.tuple_,
    "TUPLE1": _Machine.tuple1,
    "TUPLE2": _Machine.tuple2,
    "TUPLE3": _Machine.tuple3,
    "EMPTY_DICT": _Machine.empty_dict,
    "DICT": _Machine.dict_,
    "SETITEM": _Machine.setitem,
    "SETITEMS": _Machine.setitems,
    "EMPTY_SET": _Machine.empty_set,
    "ADDITEMS": _Machine.additems,
    "FROZENSET": _Machine.frozenset_,
    "GLOBAL": _Machine.global_,
    "STACK_GLOBAL": _Machine.stack_global,
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
    "INST": _Machine.inst,
    "OBJ": _Machine.obj,
    "NEWOBJ": _Machine.newobj,
    "NEWOBJ_EX": _Machine.newobj_ex,
    **dict.fromkeys(("EXT1", "EXT2", "EXT4"), _Machine.extension),
    "PERSID": _Machine.persid,
    "BINPERSID": _Machine.binpersid,
    "NEXT_BUFFER": _Machine.next_buffer,
    "READONLY_BUFFER": _Machine.readonly_buffer,
}
