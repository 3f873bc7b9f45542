package dev.stargz.format.toc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.EntryName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LandmarkTest {
  @ParameterizedTest
  @ValueSource(strings = {"stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"})
  void theFormatsOwnNamesAreReserved(String name) {
    assertThat(Landmark.isReserved(EntryName.of(name))).isTrue();
    assertThat(Landmark.isReserved(EntryName.of("d/" + name))).isFalse();
    assertThat(Landmark.isReserved(EntryName.of(name + "x"))).isFalse();
  }

  @Test
  void namesAndContentAreThoseThatReadersLookFor() {
    assertThat(Landmark.PREFETCH.entryName()).isEqualTo(".prefetch.landmark");
    assertThat(Landmark.NO_PREFETCH.entryName()).isEqualTo(".no.prefetch.landmark");
    assertThat(Landmark.CONTENT).isEqualTo((byte) 0x0f);
  }
}
