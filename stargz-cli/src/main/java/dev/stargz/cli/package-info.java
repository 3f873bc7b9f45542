/**
 * The command line: options, progress, results, exit codes. Thin: what it does, the library does.
 * Takes its streams and returns its exit code, so that tests run it in their own process.
 */
@NullMarked
package dev.stargz.cli;

import org.jspecify.annotations.NullMarked;
