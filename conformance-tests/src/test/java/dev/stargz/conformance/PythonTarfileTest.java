package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Python's {@code tarfile} finds in a blob what it finds in the source, every byte and every field,
 * and the two files of the format besides.
 */
class PythonTarfileTest {
  @ParameterizedTest
  @EnumSource(Layer.class)
  void lists_the_same_tree_as_from_the_source(Layer layer)
      throws IOException, InterruptedException {
    Listing expected = Listing.ofTarByPython(layer.file());
    Converted blob = Converted.of(layer, Converted.DEFAULT_CHUNKS);
    Listing found = Listing.ofTarByPython(blob.file());
    assertThat(found.line(".no.prefetch.landmark"))
        .containsEntry("size", 1L)
        .containsEntry("mode", 0L);
    assertThat(found.line("stargz.index.json"))
        .containsEntry("type", "reg")
        .containsEntry("sha256", hex(blob.facts().tocDigest()));
    found
        .without(".no.prefetch.landmark")
        .without("stargz.index.json")
        .shouldEqual(expected, "the tree of " + layer + " by tarfile");
  }

  private static String hex(Object digest) {
    return digest.toString().substring("sha256:".length());
  }
}
