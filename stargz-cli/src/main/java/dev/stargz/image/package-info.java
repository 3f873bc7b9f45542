/**
 * Converts images: manifests, indexes and configs as JSON that keeps what it doesn't change, layers
 * through {@code stargz-format}. Where images come from and go to is behind {@link
 * dev.stargz.image.ImageSource} and {@link dev.stargz.image.ImageTarget}.
 */
@NullMarked
package dev.stargz.image;

import org.jspecify.annotations.NullMarked;
