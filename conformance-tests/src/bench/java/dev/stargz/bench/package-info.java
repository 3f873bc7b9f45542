/** Measures the parts of a conversion within one process. {@code ./benchmark} runs it. */
@NullMarked
package dev.stargz.bench;

import org.jspecify.annotations.NullMarked;
