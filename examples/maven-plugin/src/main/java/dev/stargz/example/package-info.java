/** A Maven plugin that converts images: how a build tool embeds the converter. */
@org.jspecify.annotations.NullMarked
package dev.stargz.example;
