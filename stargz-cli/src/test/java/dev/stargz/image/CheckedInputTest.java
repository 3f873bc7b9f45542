package dev.stargz.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CheckedInputTest {
  private static final byte[] BYTES = "some bytes".getBytes(UTF_8);

  private static CheckedInput checked(InputStream in) {
    Descriptor descriptor =
        Descriptor.of(MediaTypes.OCI_LAYER, ContentDigest.of(BYTES), BYTES.length);
    return new CheckedInput(in, descriptor, ConversionListener.NONE);
  }

  private static CheckedInput checked() {
    return checked(new ByteArrayInputStream(BYTES));
  }

  @Test
  void all_ways_of_reading_go_past_the_hash() throws IOException {
    CheckedInput in = checked();
    assertThat(in.read()).isEqualTo('s');
    assertThat(in.skip(3)).isEqualTo(3);
    assertThat(in.read(new byte[2])).isEqualTo(2);
    assertThat(in.markSupported()).isFalse();
    in.drain();
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.skip(1)).isZero();
    assertThat(in.isAsDescribed()).isTrue();
  }

  @Test
  void what_ends_early_is_not_as_described() throws IOException {
    CheckedInput in = checked();
    in.skip(9);
    assertThat(in.isAsDescribed()).isFalse();
  }

  @Test
  @Timeout(10)
  void what_never_ends_is_read_no_further_than_needed() throws IOException {
    CheckedInput in =
        checked(
            new InputStream() {
              @Override
              public int read() {
                return 0;
              }
            });
    in.drain();
    assertThat(in.isAsDescribed()).isFalse();
  }

  @Test
  void an_interrupted_thread_reads_no_more() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> checked().read()).isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
