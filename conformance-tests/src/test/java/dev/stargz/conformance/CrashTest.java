package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is interrupted or killed, at each of its steps, leaves the tag as it was or as it was
 * to be, and nothing that keeps the next run from its end. Ctrl-C leaves no temporary files.
 */
class CrashTest {
  /** How soon an interrupted run has to end: a second, and a busy machine's delays. */
  private static final long END_SECONDS = 3;

  private static final long IN_THE_MIDDLE = 2_000_000;
  private static final SourceImage SOURCE = SourceImage.hard();
  private static final SourceImage OLD =
      SourceImage.of(TestLayer.gzip(tar().file("old", "what the tag stood for")));

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static String result;

  /** Where a run is when its end comes. */
  enum Where {
    READING_THE_TAG("GET .*/manifests/plain"),
    PULLING_A_LAYER("GET .*/blobs/"),
    OPENING_AN_UPLOAD("POST .*/uploads/"),
    PUSHING_A_LAYER("PUT .*/uploads/"),
    HEARING_OF_A_LAYER("PUT .*/uploads/"),
    WRITING_THE_TAG("PUT .*/manifests/lazy"),
    HEARING_OF_THE_TAG("PUT .*/manifests/lazy");

    private final String request;

    Where(String request) {
      this.request = request;
    }

    private Fault fault(Hold hold) {
      return switch (this) {
        case READING_THE_TAG, OPENING_AN_UPLOAD, WRITING_THE_TAG -> Fault.holdingRequest(0, hold);
        case PULLING_A_LAYER -> Fault.holdingAnswer(IN_THE_MIDDLE, hold);
        case PUSHING_A_LAYER -> Fault.holdingRequest(IN_THE_MIDDLE, hold);
        case HEARING_OF_A_LAYER, HEARING_OF_THE_TAG -> Fault.holdingDone(hold);
      };
    }
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    SOURCE.push(registry.api(), "whole", "plain");
    result =
        Stargzify.in(temp.resolve("whole"))
            .convert(registry.reference("whole:plain"), registry.reference("whole:lazy"));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void ctrl_c_ends_it_at_once_and_leaves_nothing_behind(Where where) throws Exception {
    Stargzify stargzify = Stargzify.in(temp.resolve("interrupted-" + where));
    crash("INT", where, stargzify);

    assertThat(stargzify.temporaryFiles()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void a_killed_run_leaves_the_tag_old_or_new(Where where) throws Exception {
    crash("KILL", where, Stargzify.in(temp.resolve("killed-" + where)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:%s/to:it", "oci-archive:%s/to.tar:it", "docker-archive:%s/to.tar"})
  void ctrl_c_leaves_no_part_of_a_local_image(String form) throws Exception {
    Path directory = temp.resolve("local-" + form.substring(0, form.indexOf(':')));
    Stargzify stargzify = Stargzify.in(directory);
    Path output = Files.createDirectory(directory.resolve("output"));
    Hold hold = new Hold();
    try (FaultProxy proxy = FaultProxy.before(registry)) {
      proxy.on("GET .*/blobs/", 2, 9, Fault.holdingAnswer(IN_THE_MIDDLE, hold));
      Running running =
          stargzify.start(proxy.reference("whole:plain"), form.formatted(output.toString()));
      running.await(hold::isReached);

      running.signal("INT");

      assertThat(running.endWithin(END_SECONDS).exitCode()).isGreaterThan(128);
    }
    assertThat(stargzify.temporaryFiles()).isEmpty();
    try (Stream<Path> left = Files.walk(output)) {
      // Whole blobs may stay in a layout for the next run: no name leads to them.
      assertThat(left.filter(Files::isRegularFile).map(file -> output.relativize(file) + ""))
          .allMatch(
              file ->
                  file.matches(
                      "to/(\\.stargzify\\.lock|oci-layout|index\\.json|blobs/sha256/[0-9a-f]{64})"));
    }
    Path index = output.resolve("to/index.json");
    if (Files.exists(index)) {
      assertThat(index).content().doesNotContain("sha256:");
    }
  }

  private static void crash(String signal, Where where, Stargzify stargzify)
      throws IOException, InterruptedException {
    String repository = (signal + "/" + where).toLowerCase(Locale.ROOT);
    SOURCE.push(registry.api(), repository, "plain");
    String old = OLD.push(registry.api(), repository, "lazy");
    Hold hold = new Hold();
    try (FaultProxy proxy = FaultProxy.before(registry)) {
      proxy.on(where.request, where.fault(hold));
      Running running =
          stargzify.start(
              proxy.reference(repository + ":plain"), proxy.reference(repository + ":lazy"));
      running.await(hold::isReached);

      running.signal(signal);

      Running.Result end = running.endWithin(END_SECONDS);
      assertThat(end.exitCode()).isGreaterThan(128);
      assertThat(end.out()).isEmpty();
    }
    assertThat(registry.api().digest(repository, "lazy"))
        .hasValue(where == Where.HEARING_OF_THE_TAG ? result : old);

    String next =
        stargzify.convert(
            registry.reference(repository + ":plain"), registry.reference(repository + ":lazy"));
    assertThat(next).isEqualTo(result);
    assertThat(registry.api().digest(repository, "lazy")).hasValue(result);
  }
}
