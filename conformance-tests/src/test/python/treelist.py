#!/usr/bin/env python3
"""Lists a directory tree as JSON lines: what an unpacker made of a tar.

usage: treelist.py DIRECTORY

A line a path, sorted by the path's bytes, the directory itself first. Hard links show the first of
their paths. Exits 1 when something cannot be read.
"""

import hashlib
import json
import os
import stat
import sys


def text(name):
    """Bytes as ASCII text, each other byte as \\xNN."""
    return name.decode("ascii", "backslashreplace")


def paths(root):
    """All paths below the root, relative to it, and the root as an empty one."""
    yield b""
    for folder, folders, files in os.walk(root, onerror=fail):
        for name in folders + files:
            yield os.path.relpath(os.path.join(folder, name), root)


def fail(error):
    raise error


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def xattrs(path):
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in names}


def line(root, relative, first_paths):
    path = os.path.join(root, relative) if relative else root
    status = os.lstat(path)
    fields = {
        "path": text(relative),
        "mode": stat.filemode(status.st_mode),
        "owner": [status.st_uid, status.st_gid],
        "mtime": status.st_mtime_ns,
        "xattrs": xattrs(path),
    }
    if stat.S_ISREG(status.st_mode):
        fields["size"] = status.st_size
        fields["sha256"] = sha256(path)
    if stat.S_ISLNK(status.st_mode):
        fields["target"] = text(os.readlink(path))
    if stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode):
        fields["device"] = [os.major(status.st_rdev), os.minor(status.st_rdev)]
    if not stat.S_ISDIR(status.st_mode):
        fields["first"] = first_paths.setdefault((status.st_dev, status.st_ino), text(relative))
    return json.dumps(fields)


def main():
    root = os.fsencode(sys.argv[1])
    first_paths = {}
    for relative in sorted(paths(root)):
        print(line(root, relative, first_paths))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"treelist.py: {error}")
