package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One writer of an {@code index.json} at a time, and what happens to those that wait. */
@Timeout(60)
class LayoutLockTest {
  @TempDir Path directory;

  /** A process that takes the lock of a layout, says so, and keeps it. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (LayoutLock lock = LayoutLock.take(Path.of(args[0]), "oci:x", Duration.ofSeconds(50))) {
        System.out.println(lock != null ? "taken" : "");
        System.out.flush();
        int unused = System.in.read();
      }
    }
  }

  private Process holder(Path layout) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                layout.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("taken");
    return process;
  }

  private static LayoutLock take(Path layout, Duration patience) throws IOException {
    return LayoutLock.take(layout, "oci:x", patience);
  }

  @Test
  void who_waits_too_long_for_another_process_is_told_what_for() throws Exception {
    Process process = holder(directory);
    try {
      assertThatThrownBy(() -> take(directory, Duration.ofMillis(100)))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("oci:x: another process has had the lock .stargzify.lock for 0 s")
          .hasMessageContaining("is it stopped?");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_process_that_is_killed_gives_the_lock_back() throws Exception {
    Process process = holder(directory);
    try {
      CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> write(directory));
      assertThat(process.isAlive()).isTrue();
      process.destroyForcibly().waitFor();
      waiting.get(30, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly().waitFor();
    }
    image().assertIn(OciLayout.source(directory, Optional.of("t")));
  }

  private static LocalImage image() {
    return LocalImage.of(tar().file("a", "1"));
  }

  private static void write(Path layout) {
    try {
      image().writeTo(OciLayout.target(layout, Optional.of("t")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void another_layout_doesnt_wait() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Process process = holder(directory);
    Thread waiting =
        new Thread(
            () ->
                assertThatThrownBy(() -> take(directory, Duration.ofMinutes(1)))
                    .isInstanceOf(InterruptedIOException.class));
    try {
      waiting.start();
      while (waiting.isAlive() && waiting.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }

      take(other, Duration.ofSeconds(20)).close();
      assertThat(waiting.isAlive()).isTrue();
    } finally {
      waiting.interrupt();
      waiting.join();
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_thread_waits_for_another_one() throws Exception {
    CompletableFuture<Void> waiting;
    try (LayoutLock lock = take(directory, Duration.ofSeconds(1))) {
      assertThat(lock).isNotNull();
      waiting = CompletableFuture.runAsync(() -> write(directory));
      assertThatThrownBy(() -> waiting.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
    }
    waiting.get(30, TimeUnit.SECONDS);
  }

  @Test
  void what_can_not_be_locked_says_whose_it_is() throws IOException {
    Files.createDirectory(directory.resolve(LayoutLock.FILE));

    assertThatThrownBy(() -> take(directory, Duration.ofSeconds(1)))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("oci:x: .stargzify.lock can't be locked");
  }
}
