"""Cuts a process off from the network and the files of its machine, as far as the platform allows.

By what the Linux kernel offers every process, root or not: a network namespace of its own, in which there is no
network, and Landlock, after which it opens nothing but Python's own files. Elsewhere, and where a container's rules
forbid either, the process goes on without: what is in force is returned, for the log.

The numbers are the kernel's: <linux/sched.h>, <linux/prctl.h> and <linux/landlock.h>; Landlock's three system calls
have the same numbers on every architecture.
"""

from __future__ import annotations

import ctypes
import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000
_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = ((1, 13), (2, 14), (3, 15), (5, 16))
"""By version of Landlock: how many rights over files it knows, a bit each; all are handled, so all are taken away."""
_TCP_VERSION, _TCP_RIGHTS = 4, 0b11
_SCOPE_VERSION, _SCOPES = 6, 0b11
"""Abstract Unix sockets and signals: neither reaches a process outside."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def confine(readable: Sequence[Path] = ()) -> list[str]:
    """Cut this process off for the rest of its life; returns in words what is in force.

    It must have one thread only, and have loaded what it needs. `readable` are folders it may read beside Python's.
    """
    if not sys.platform.startswith("linux"):
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    in_force = []
    if libc.unshare(_NEW_USER | _NEW_NET) == 0:
        in_force.append("no network (a namespace of its own)")
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version >= 1 and _restrict(libc, version, readable):
        in_force.append("no files but Python's own (Landlock)")
        if version >= _TCP_VERSION and len(in_force) == 1:
            in_force.append("no TCP (Landlock)")
    return in_force


def _restrict(libc: ctypes.CDLL, version: int, readable: Sequence[Path]) -> bool:
    rights = max(bits for since, bits in _FILE_RIGHTS if since <= version)
    wanted = _Ruleset(
        (1 << rights) - 1,
        _TCP_RIGHTS if version >= _TCP_VERSION else 0,
        _SCOPES if version >= _SCOPE_VERSION else 0,
    )
    # Older kernels take the fields they know, and no others.
    size = 8 * (1 + (version >= _TCP_VERSION) + (version >= _SCOPE_VERSION))
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    try:
        for path, allowed in (*_pythons_own(), *((path, _READ_FILE | _READ_FOLDER) for path in readable)):
            _allow(libc, ruleset, path, allowed)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no rule
    try:
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_Beneath(rights, folder)), 0)
    finally:
        os.close(folder)


def _pythons_own() -> Iterator[tuple[Path, int]]:
    """Yield the folders from which Python loads modules later on, and what of each it may do.

    Not the whole of a checkout, where the bot's `.env` and its data may lie: of that the package alone can be read,
    and the names of what lies beside it, which Python asks for to find the package.
    """
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = {*(sysconfig.get_path(name) for name in names), *site.getsitepackages(), "/lib", "/lib64", "/usr/lib"}
    folders |= {f"{prefix}/lib" for prefix in (sys.prefix, sys.base_prefix)}  # where conda keeps what they link to
    folders |= {path for path in sys.path if Path(path).name in {"site-packages", "dist-packages", "lib-dynload"}}
    package = Path(__file__).resolve().parents[2]
    for folder in (*map(Path, sorted(folders)), package, Path("/usr/share/zoneinfo")):
        yield folder, _READ_FILE | _READ_FOLDER
    yield package.parent, _READ_FOLDER
