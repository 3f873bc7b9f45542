"""Decodes a file of gzip members from standard input to standard output, by Python's zlib."""
import sys
import zlib

GZIP = 16 + zlib.MAX_WBITS
PIECE = 1 << 20

source = sys.stdin.buffer
rest = source.read(PIECE)
while rest:
    member = zlib.decompressobj(GZIP)
    while not member.eof:
        if not rest:
            sys.exit("a member has no end")
        sys.stdout.buffer.write(member.decompress(rest))
        rest = member.unused_data or source.read(PIECE)
