/**
 * Writes the files of a tree below a directory, with all that a file system can hold of them, and
 * never outside of it.
 */
@NullMarked
package dev.stargz.extract;

import org.jspecify.annotations.NullMarked;
