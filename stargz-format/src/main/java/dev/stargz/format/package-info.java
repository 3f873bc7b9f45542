/**
 * Writes and reads seekable tar.gz layers (stargz, eStargz): plain {@code .tar.gz} files in which
 * every file, and every chunk of a large one, can be read without what lies before it.
 *
 * <pre>
 *   the blob, a concatenation of gzip members
 *   +----------------+----------+----------+- - -+------------------------+--------+
 *   | headers        | payload  | chunk    |     | stargz.index.json      | empty  |
 *   | up to the      | of a     | of a     |     | header, TOC JSON,      | member |
 *   | first payload  | file, +  | large    |     | end of the archive     |        |
 *   |                | headers  | file     |     |                        |        |
 *   +----------------+----------+----------+- - -+------------------------+--------+
 *   ^0               ^offset    ^offset          ^tocOffset               footer: tocOffset
 *                    of a TOC entry
 *
 *   writing  {@link dev.stargz.format.StargzWriter}   source -> tar -> members, TOC -> blob
 *   reading  {@link dev.stargz.format.StargzReader}   footer -> TOC -> tree -> chunks
 *   checking {@link dev.stargz.format.StargzVerifier} TOC against tar, byte by byte
 *   merging  {@link dev.stargz.format.LayerFlattener} layers -> one tar
 * </pre>
 *
 * <p>The packages follow the way of the data: {@code tar} reads entries, {@code deflate} and {@code
 * gzip} make and read members, {@code listing} decides what the table lists, {@code toc} keeps it
 * and the footer, {@code chunk} reads and checks parts of files, {@code tree} and {@code nio} show
 * the files as a file system, {@code flatten} decides what is left of merged layers, {@code blob}
 * holds what all of them need. FORMAT.md in the project's root describes every byte.
 */
@NullMarked
package dev.stargz.format;

import org.jspecify.annotations.NullMarked;
