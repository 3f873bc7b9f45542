/**
 * The table of contents of a blob: what it says of each tar entry, its JSON, the rules on which
 * entry of several stands for a path, and the footer that points to it.
 */
@NullMarked
package dev.stargz.format.toc;

import org.jspecify.annotations.NullMarked;
