package dev.stargz.cli;

import static dev.stargz.image.ConversionListener.Phase.PUSHING;
import static dev.stargz.image.ConversionListener.Phase.READING;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConversionReport.Kind;
import dev.stargz.image.Descriptor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConversionLogTest {
  private static final long MILLI = 1_000_000;
  private static final Descriptor LOW = Reports.descriptor('a', 1000);
  private static final Descriptor HIGH = Reports.descriptor('b', 2000);

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now = 77_000_000_000L;

  private ConversionLog log(boolean live, boolean plainProgress, boolean quiet, boolean verbose) {
    Console console = Console.open(new PrintStream(err, true, UTF_8), live, 200);
    LayerLines lines = new LayerLines(verbose, false);
    ConversionLog log = new ConversionLog(console, plainProgress, quiet, lines, () -> now);
    log.planned(List.of(LOW, HIGH));
    return log;
  }

  private String shown() {
    String shown = err.toString(UTF_8);
    err.reset();
    return shown;
  }

  private static ConversionReport.Layer converted(Descriptor source) {
    return Reports.layer(source, Reports.descriptor('c', 1100), Action.CONVERTED, Arrival.PUSHED);
  }

  @Test
  void on_a_log_there_is_a_line_a_layer_when_it_is_done() {
    ConversionLog log = log(false, false, false, false);
    now += 60_000 * MILLI;
    log.progress(LOW, READING, 500, 1000);
    log.layerDone(converted(HIGH));
    log.layerDone(converted(LOW));
    assertThat(shown().lines())
        .containsExactly(
            "layer 2/2 bbbbbbbbbbbb -> cccccccccccc: converted, pushed; 2.0 kB -> 1.1 kB (x 0.55),"
                + " 1.5 s",
            "layer 1/2 aaaaaaaaaaaa -> cccccccccccc: converted, pushed; 1.0 kB -> 1.1 kB (x 1.10),"
                + " 1.5 s");
  }

  @Test
  void on_a_terminal_there_is_a_line_for_each_layer_that_is_worked_on_lowest_first() {
    ConversionLog log = log(true, false, false, false);
    log.progress(HIGH, PUSHING, 2000, 2000);
    now += 100 * MILLI;
    log.progress(LOW, READING, 250, 1000);
    assertThat(shown().lines())
        .containsExactly(
            "\033[?7llayer 1/2 aaaaaaaaaaaa reading  25 % [#####---------------] 250 B of 1.0 kB",
            "layer 2/2 bbbbbbbbbbbb pushing 100 % [####################] 2.0 kB of 2.0 kB",
            "0 of 2 layers done\033[?7h");
  }

  @Test
  void the_live_view_is_drawn_ten_times_a_second_at_most() {
    ConversionLog log = log(true, false, false, false);
    now += 99 * MILLI;
    log.progress(LOW, READING, 1, 1000);
    assertThat(shown()).isEmpty();
    now += MILLI;
    log.progress(LOW, READING, 2, 1000);
    assertThat(shown()).isNotEmpty();
    log.progress(LOW, READING, 3, 1000);
    assertThat(shown()).isEmpty();
  }

  @Test
  void a_layer_that_is_done_leaves_the_live_view_before_its_line_is_printed() {
    ConversionLog log = log(true, false, false, false);
    now += 100 * MILLI;
    log.progress(LOW, READING, 2, 1000);
    shown();
    log.layerDone(converted(LOW));
    assertThat(shown())
        .startsWith("\033[1A\r\033[Jlayer 1/2 aaaaaaaaaaaa -> ")
        .doesNotContain("[#");
  }

  @Test
  void plain_progress_is_a_line_each_five_seconds() {
    ConversionLog log = log(false, true, false, false);
    now += 4999 * MILLI;
    log.progress(LOW, READING, 500, 1000);
    assertThat(shown()).isEmpty();
    now += MILLI;
    log.progress(LOW, READING, 510, 1000);
    assertThat(shown()).isEqualTo("layer 1/2 aaaaaaaaaaaa: reading, 51 % of 1.0 kB\n");
  }

  @Test
  void quiet_says_nothing() {
    ConversionLog log = log(false, true, true, true);
    now += 60_000 * MILLI;
    log.progress(LOW, READING, 500, 1000);
    log.layerDone(converted(LOW));
    log.manifestDone(Reports.manifest(Kind.IMAGE, 'a', 'b'));
    log.warning("careful");
    assertThat(shown()).isEmpty();
  }

  @Test
  void verbose_gives_digests_in_full_and_the_plan() {
    ConversionLog log = log(false, false, false, true);
    assertThat(shown().lines())
        .containsExactly("layer 1/2 " + LOW, "layer 2/2 " + HIGH)
        .first()
        .asString()
        .contains("a".repeat(64));
    log.layerDone(converted(LOW));
    assertThat(shown()).contains("sha256:" + "a".repeat(64) + " -> sha256:" + "c".repeat(64));
  }

  @Test
  void manifests_have_a_line_each_with_the_new_digest_in_full() {
    ConversionLog log = log(false, false, false, false);
    log.manifestDone(Reports.manifest(Kind.IMAGE, 'a', 'b'));
    log.manifestDone(Reports.manifest(Kind.INDEX, 'c', 'c'));
    assertThat(shown().lines())
        .containsExactly(
            "image linux/amd64 aaaaaaaaaaaa -> sha256:" + "b".repeat(64),
            "index sha256:" + "c".repeat(64) + ": unchanged");
  }

  @Test
  void a_dry_run_says_would_and_no_times() {
    LayerLines lines = new LayerLines(false, true);
    assertThat(
            lines.done(
                new ConversionReport.Layer(
                    LOW, Optional.empty(), Action.CONVERTED, Arrival.NONE, 5)))
        .isEqualTo("aaaaaaaaaaaa: would be converted; 1.0 kB");
    assertThat(lines.done(Reports.layer(LOW, LOW, Action.PASSED_THROUGH, Arrival.MOUNTED)))
        .isEqualTo("aaaaaaaaaaaa: would be passed through, mounted; 1.0 kB");
  }

  @Test
  void warnings_are_lines() {
    ConversionLog log = log(false, false, false, false);
    log.warning("a\nb");
    assertThat(shown()).isEqualTo("stargzify: warning: a\\nb\n");
  }

  @Test
  void threads_may_report_at_once() throws InterruptedException {
    ConversionLog log = log(false, false, false, false);
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads =
        List.of(LOW, HIGH).stream()
            .map(layer -> new Thread(() -> work(log, layer, start)))
            .toList();
    threads.forEach(Thread::start);
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(shown().lines()).hasSize(200).allMatch(line -> line.matches("layer [12]/2 .* s"));
  }

  private static void work(ConversionLog log, Descriptor layer, CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    for (int i = 0; i < 100; i++) {
      log.progress(layer, READING, i, 100);
      log.layerDone(converted(layer));
    }
  }
}
