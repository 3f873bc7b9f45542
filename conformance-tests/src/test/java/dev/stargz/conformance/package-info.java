/**
 * Claims about this project's blobs and reader, held against tools and readers it did not write,
 * and against the memory of a machine. {@code ./test} in the project's root makes what they need.
 */
package dev.stargz.conformance;
