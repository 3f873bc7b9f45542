/** Images in registries: the distribution protocol over HTTP, and who may speak it. */
@NullMarked
package dev.stargz.registry;

import org.jspecify.annotations.NullMarked;
