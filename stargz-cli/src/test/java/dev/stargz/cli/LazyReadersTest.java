package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.FooterForm;
import org.junit.jupiter.api.Test;

class LazyReadersTest {
  @Test
  void who_reads_what_as_it_was_tried() {
    assertThat(LazyReaders.of(FooterForm.UNIVERSAL, true))
        .containsExactly("containerd", "Podman", "CRFS");
    assertThat(LazyReaders.of(FooterForm.UNIVERSAL, false)).containsExactly("CRFS");
    assertThat(LazyReaders.of(FooterForm.ESTARGZ, true)).containsExactly("containerd", "Podman");
    assertThat(LazyReaders.of(FooterForm.ESTARGZ, false)).isEmpty();
    assertThat(LazyReaders.of(FooterForm.STARGZ, true)).containsExactly("CRFS");
  }
}
