/**
 * The table of contents of a blob: what it says of each tar entry, its JSON, the names that belong
 * to it, and the footer that points to it.
 */
@NullMarked
package dev.stargz.format.toc;

import org.jspecify.annotations.NullMarked;
