/**
 * What every part of the library stands on: names as bytes, digests, where bytes come from, and the
 * exceptions that say what is wrong with them. A leaf: it knows no other package.
 */
@NullMarked
package dev.stargz.format.blob;

import org.jspecify.annotations.NullMarked;
