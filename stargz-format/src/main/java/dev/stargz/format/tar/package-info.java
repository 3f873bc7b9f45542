/**
 * Tar archives as sequences of raw entries: the header bytes as they came, what they mean, and the
 * payload. What is read here can be written again byte for byte.
 *
 * <pre>
 *   entry := extension* header payload? padding?        (all in blocks of 512 bytes)
 *   extension := 'x' PAX records | 'L' GNU long name | 'K' GNU long link name
 *   archive := ( entry | 'g' global PAX records )* zero-block zero-block
 * </pre>
 */
@NullMarked
package dev.stargz.format.tar;

import org.jspecify.annotations.NullMarked;
