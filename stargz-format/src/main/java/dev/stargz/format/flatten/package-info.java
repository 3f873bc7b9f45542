/**
 * Merges layers: goes through their entries, the lowest layer first, as an unpacker would, and
 * keeps for each path what is there in the end and which entry it came from. FORMAT.md,
 * "Flattening".
 *
 * <pre>
 *   {@link dev.stargz.format.flatten.MergedTree}  the paths, after each entry
 *   {@link dev.stargz.format.flatten.MergedNode}  one path
 *   {@link dev.stargz.format.flatten.Content}     a file that several paths may share
 *   {@link dev.stargz.format.flatten.MergedOrder} in which order what is left gets into one tar
 * </pre>
 */
@NullMarked
package dev.stargz.format.flatten;

import org.jspecify.annotations.NullMarked;
