/**
 * What a TOC lists: goes through the entries of a layer as an unpacker would, and keeps for each
 * path what is there in the end. FORMAT.md, "One entry a path".
 *
 * <pre>
 *   {@link dev.stargz.format.listing.TocBuilder}    tar entries in, TOC entries out
 *   {@link dev.stargz.format.listing.TocDraft}      one tar entry, until its chunks have their places
 *   {@link dev.stargz.format.listing.LayerPaths}    what each path names after each entry
 *   {@link dev.stargz.format.listing.TocListing}    the order of what is left
 *   {@link dev.stargz.format.listing.ReadableNames} texts for names that are no UTF-8
 * </pre>
 */
@NullMarked
package dev.stargz.format.listing;

import org.jspecify.annotations.NullMarked;
