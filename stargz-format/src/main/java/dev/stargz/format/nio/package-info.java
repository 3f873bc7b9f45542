/**
 * A tree of files as a read-only {@link java.nio.file.FileSystem}, for programs that know nothing
 * of layers.
 */
@NullMarked
package dev.stargz.format.nio;

import org.jspecify.annotations.NullMarked;
