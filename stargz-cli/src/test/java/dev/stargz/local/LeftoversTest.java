package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.ImageTarget.ByteListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed processes left in a layout. */
class LeftoversTest {
  private static final LocalImage IMAGE = LocalImage.of(tar().file("a", "1"));
  private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

  @TempDir Path layout;

  private Path left(String name, Duration age, Duration ageOfFile) throws IOException {
    Path directory = Files.createDirectory(layout.resolve(name));
    Path file = Files.writeString(directory.resolve("1.blob"), "half of a bl");
    Files.setLastModifiedTime(file, FileTime.from(NOW.minus(ageOfFile)));
    Files.setLastModifiedTime(directory, FileTime.from(NOW.minus(age)));
    return directory;
  }

  @Test
  void what_nobody_touched_for_a_day_goes() throws IOException {
    Path old = left("stargzify-17", Duration.ofHours(25), Duration.ofHours(25));

    Leftovers.remove(layout, NOW);

    assertThat(old).doesNotExist();
  }

  @Test
  void what_somebody_may_be_working_in_stays() throws IOException {
    Path young = left("stargzify-17", Duration.ofHours(23), Duration.ofHours(25));
    Path growing = left("stargzify-18", Duration.ofHours(25), Duration.ofHours(23));

    Leftovers.remove(layout, NOW);

    assertThat(young.resolve("1.blob")).exists();
    assertThat(growing.resolve("1.blob")).exists();
  }

  @Test
  void what_isn_t_ours_stays() throws IOException {
    Path other = left("stargzify-notes", Duration.ofDays(99), Duration.ofDays(99));
    Path elsewhere = left("elsewhere", Duration.ofDays(99), Duration.ofDays(99));
    Path link = Files.createSymbolicLink(layout.resolve("stargzify-19"), elsewhere);

    Leftovers.remove(layout, Instant.now().plus(Duration.ofDays(2)));

    assertThat(other.resolve("1.blob")).exists();
    assertThat(elsewhere.resolve("1.blob")).exists();
    assertThat(link).exists();
  }

  @Test
  void the_next_run_removes_them() throws IOException {
    Path old = left("stargzify-17", Duration.ofDays(2), Duration.ofDays(2));

    IMAGE.writeTo(OciLayout.target(layout, Optional.of("t")));

    assertThat(old).doesNotExist();
  }

  @Test
  void whoever_was_idle_for_so_long_goes_on() throws IOException {
    try (ImageTarget target = OciLayout.target(layout, Optional.of("t"))) {
      target.pushBlob(
          IMAGE.layer(0), BlobContent.of(IMAGE.blobs().get(IMAGE.layer(0))), ByteListener.NONE);
      Leftovers.remove(layout, Instant.now().plus(Duration.ofDays(2)));

      IMAGE.push(target);
      target.tag(IMAGE.root(), Optional.empty());
    }
    IMAGE.assertIn(OciLayout.source(layout, Optional.of("t")));
    try (var files = Files.list(layout)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".stargzify.lock", "blobs", "index.json", "oci-layout");
    }
  }
}
