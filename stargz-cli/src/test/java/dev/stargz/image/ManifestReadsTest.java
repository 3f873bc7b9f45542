package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ManifestReadsTest {
  private final MemoryPlace place = new MemoryPlace("from");
  private final RawManifest manifest =
      place.put(TestImage.object("{\"schemaVersion\":2}"), MediaTypes.OCI_MANIFEST);
  private final Descriptor config = place.put(MediaTypes.OCI_CONFIG, new byte[100]);

  private ManifestReads reads(long maxBytes) {
    return new ManifestReads(place.source("a"), maxBytes);
  }

  @Test
  void each_is_asked_for_once_and_counts_once() throws IOException {
    ManifestReads reads = reads(manifest.size() + 100);
    for (int i = 0; i < 3; i++) {
      assertThat(reads.manifest(Descriptor.of(manifest))).isEqualTo(manifest);
      assertThat(reads.config(config)).hasSize(100);
    }
    assertThat(place.log()).hasSize(2);
  }

  @Test
  void all_of_them_together_are_bounded() throws IOException {
    ManifestReads reads = reads(manifest.size() + 99);
    reads.manifest(Descriptor.of(manifest));
    assertThatThrownBy(() -> reads.config(config))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("more than " + (manifest.size() + 99) + " bytes");
  }
}
