#!/usr/bin/env python3
"""Lists a tar as JSON lines, read by Python's tarfile: a second opinion beside `oracle tarlist`.

usage: tarlist.py TAR

TAR is plain, gzip (several members too), bzip2, xz, or zstd (through the zstd command). The lines have
the keys of `oracle tarlist` and show the tree that extracting the tar would leave: a later entry of the
same name replaces an earlier one, a hardlink shows what its target is, parents without an entry are
0755 directories. Exits 1 when the tar cannot be read.
"""

import base64
import contextlib
import decimal
import hashlib
import json
import posixpath
import re
import subprocess
import sys
import tarfile

XATTR_PREFIX = "SCHILY.xattr."
# 1 January of the year 1: the mtime of a directory that no entry names, as the Go readers show it.
NO_TIME = -62135596800
TYPES = {
    tarfile.REGTYPE: "reg",
    tarfile.AREGTYPE: "reg",
    tarfile.CONTTYPE: "reg",
    tarfile.GNUTYPE_SPARSE: "reg",
    tarfile.LNKTYPE: "hardlink",
    tarfile.SYMTYPE: "symlink",
    tarfile.DIRTYPE: "dir",
    tarfile.CHRTYPE: "char",
    tarfile.BLKTYPE: "block",
    tarfile.FIFOTYPE: "fifo",
}


class Node:
    """One file; hardlinks share it. `target` is set on a hardlink whose target was not seen yet."""

    def __init__(self, attributes, target=None):
        self.attributes = attributes
        self.target = target

    @property
    def type(self):
        return self.attributes["type"]


def clean(name):
    """The name relative to the root; `..` never leaves it."""
    return posixpath.normpath("/" + name).lstrip("/")


def exact(text):
    """The bytes that tarfile decoded to text."""
    return text.encode("utf-8", "surrogateescape")


def readable(text):
    """Text with each byte that is no UTF-8 as \\xNN, NN in upper-case hex."""
    return re.sub("[\udc80-\udcff]", lambda m: "\\x%02X" % (ord(m.group()) - 0xDC00), text)


def encoded(data):
    return base64.b64encode(data).decode("ascii")


def mtime(member):
    """Whole seconds, rounded down. tarfile's float has no room for a PAX header's nanoseconds."""
    seconds = decimal.Decimal(member.pax_headers.get("mtime", member.mtime))
    return int(seconds.to_integral_value(rounding=decimal.ROUND_FLOOR))


def attributes_of(archive, member):
    kind = TYPES.get(member.type, "other:" + member.type.decode("latin-1"))
    found = {
        "type": kind,
        "size": 0,
        "mode": member.mode,
        "uid": member.uid,
        "gid": member.gid,
        "uname": readable(member.uname),
        "gname": readable(member.gname),
        "mtime": mtime(member),
        "devMajor": member.devmajor if kind in ("char", "block") else 0,
        "devMinor": member.devminor if kind in ("char", "block") else 0,
        "xattrs": {
            readable(key[len(XATTR_PREFIX):]): encoded(exact(value))
            for key, value in sorted(member.pax_headers.items())
            if key.startswith(XATTR_PREFIX)
        },
    }
    if kind in ("symlink", "hardlink") and member.linkname:
        found["linkname"] = readable(member.linkname)
        found["linknameBase64"] = encoded(exact(member.linkname))
    if kind == "reg":
        found["size"], found["sha256"] = content_of(archive, member)
    return found


def content_of(archive, member):
    size, digest = 0, hashlib.sha256()
    with archive.extractfile(member) as content:
        while block := content.read(1 << 20):
            size += len(block)
            digest.update(block)
    if size != member.size:
        raise tarfile.ReadError(f"{member.name!r}: {size} of {member.size} bytes")
    return size, digest.hexdigest()


def put(tree, path, node):
    """What was below a directory goes with it when path becomes something else."""
    old = tree.get(path)
    if old is not None and old.type == "dir" and node.type != "dir":
        for below in [p for p in tree if p.startswith(path + "/")]:
            del tree[below]
    tree[path] = node


def extract(archive):
    tree = {}
    for member in archive:
        target = clean(member.linkname) if member.islnk() else None
        if target in tree:
            node = tree[target]
        else:
            node = Node(attributes_of(archive, member), target)
        put(tree, clean(member.name), node)
    resolve_forward_links(tree)
    add_parents(tree)
    return tree


def resolve_forward_links(tree):
    """A hardlink whose target is missing, or leads back to itself, stays a hardlink."""
    for path, node in list(tree.items()):
        for _ in range(len(tree)):
            if node.target is None or node.target not in tree:
                break
            node = tree[node.target]
        if node.target is None:
            tree[path] = node


def add_parents(tree):
    for path in list(tree):
        while path:
            path = posixpath.dirname(path)
            if path not in tree:
                tree[path] = Node({
                    "type": "dir", "size": 0, "mode": 0o755, "uid": 0, "gid": 0, "uname": "", "gname": "",
                    "mtime": NO_TIME, "devMajor": 0, "devMinor": 0, "xattrs": {},
                })


def lines(tree):
    """A line for each path, sorted by path, then by its exact bytes."""
    names, subdirectories = {}, {}
    for path, node in tree.items():
        names[node] = names.get(node, 0) + 1
        if path and node.type == "dir":
            above = posixpath.dirname(path)
            subdirectories[above] = subdirectories.get(above, 0) + 1
    for path, node in sorted(tree.items(), key=lambda item: (exact(readable(item[0])), exact(item[0]))):
        line = {"path": readable(path)}
        if path:
            line["pathBase64"] = encoded(exact(path))
        line.update(node.attributes)
        line["nlink"] = 2 + subdirectories.get(path, 0) if node.type == "dir" else names[node]
        yield line


@contextlib.contextmanager
def open_tar(name):
    options = {"encoding": "utf-8", "errors": "surrogateescape"}
    with open(name, "rb") as file:
        is_zstd = file.read(4) == b"\x28\xb5\x2f\xfd"
    if not is_zstd:
        with tarfile.open(name, "r:*", **options) as archive:
            yield archive
        return
    # tarfile knows no zstd before Python 3.14.
    with subprocess.Popen(["zstd", "-dcq", "--", name], stdout=subprocess.PIPE) as zstd:
        with tarfile.open(fileobj=zstd.stdout, mode="r|", **options) as archive:
            yield archive
        while zstd.stdout.read(1 << 20):
            pass
        if zstd.wait() != 0:
            raise tarfile.ReadError("zstd cannot read it")


def main(arguments):
    if len(arguments) != 1:
        print("usage: tarlist.py TAR", file=sys.stderr)
        return 1
    try:
        with open_tar(arguments[0]) as archive:
            tree = extract(archive)
    except (OSError, EOFError, ArithmeticError, tarfile.TarError) as error:
        print(f"tarlist.py: {arguments[0]}: {error}", file=sys.stderr)
        return 1
    for line in lines(tree):
        print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
