/** Images on this machine: OCI layouts, as a directory or a tar, and docker archives. */
@NullMarked
package dev.stargz.local;

import org.jspecify.annotations.NullMarked;
