package dev.stargz.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes through a pipe, however much it is. */
class SpoolTest {
  private static final String WHO = "oci-archive:-";

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("1.tar");
  }

  /** As many zeros as are asked for, which a little gzip may hold. */
  private static InputStream endless() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) {
        return length;
      }
    };
  }

  @Test
  void a_stream_without_end_stops_before_the_disk_is_full() {
    Spool spool = new Spool(() -> 3 * Spool.STEP - sizeNow(), WHO);

    assertThatThrownBy(() -> spool.write(endless(), file()))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(WHO + ": its tar has more than the ")
        .hasMessageContaining("room in " + directory)
        .hasMessageContaining("--temp-dir");
    assertThat(file()).hasSize(3 * Spool.STEP);
  }

  private long sizeNow() throws IOException {
    return Files.size(file());
  }

  @Test
  void a_full_disk_takes_nothing() {
    assertThatThrownBy(() -> new Spool(() -> -1, WHO).write(endless(), file()))
        .isInstanceOf(ImageException.class);
    assertThat(file()).hasSize(0);
  }

  @Test
  void a_disk_with_room_takes_all() throws IOException {
    Spool.on(directory, WHO).write(new ByteArrayInputStream(new byte[100_000]), file());

    assertThat(file()).hasBinaryContent(new byte[100_000]);
  }

  @Test
  void a_twentieth_of_a_disk_stays_free_and_a_gigabyte_at_most() {
    assertThat(Spool.reserve(20 << 20)).isEqualTo(1 << 20);
    assertThat(Spool.reserve(1L << 50)).isEqualTo(1 << 30);
  }
}
