"""What names of ecogview's own files are made of: whose they are, and what they belong to."""

from __future__ import annotations

import os
import re
import secrets
import zlib
from platform import node

HOST = f"{zlib.crc32(node().encode()):08x}"  # tells machines apart that share a folder
_READABLE_LENGTH = 120
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")  # other letters have two spellings on some systems


def unique_part() -> str:
    """``HOST-PROCESS-RANDOM``: no other file has it, and who made it can be told."""
    return f"{HOST}-{os.getpid()}-{secrets.token_hex(4)}"


def readable_part(name: str) -> str:
    """Part of a name, at most 120 characters, that people recognise and every system takes."""
    return _UNFIT.sub("_", name)[:_READABLE_LENGTH]
