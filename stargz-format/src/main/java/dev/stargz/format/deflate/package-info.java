/**
 * The seam to the DEFLATE encoder (RFC 1951), and the encoders behind it. What a layer's digest is
 * depends on their bytes, so each has an identity, and each gives the same bytes for the same input
 * and level whatever it did before.
 */
@NullMarked
package dev.stargz.format.deflate;

import org.jspecify.annotations.NullMarked;
