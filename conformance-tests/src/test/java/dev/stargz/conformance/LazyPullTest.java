package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * containerd with its stargz snapshotter pulls what the command made lazily, shows the files that
 * it shows of the source image when that is pulled whole, and runs a container of them.
 */
class LazyPullTest {
  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static LazyReader reader;
  private static Stargzify stargzify;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    registry = DockerRegistry.plain(temp.resolve("registry"));
    reader = LazyReader.start(temp.resolve("lazy"), registry);
    stargzify = Stargzify.in(temp.resolve("machine"));
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (reader != null) {
      reader.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void a_real_image_runs_while_little_of_it_was_fetched() throws Exception {
    SourceImage source = SourceImage.of(TestLayer.of(Layer.DEBIAN), upperOfDebian());
    source.push(registry.api(), "debian", "plain");
    stargzify.convert(registry.reference("debian:plain"), registry.reference("debian:lazy"));

    List<Boolean> before = reader.prepared();
    List<Access> accesses =
        registry.accessesOf(
            () -> {
              reader.pull("debian:lazy");
              String printed =
                  reader.run(
                      "debian:lazy", "/bin/sh", "-c", "cat /etc/hello; ls -d /mnt /opt/ || true");
              assertThat(printed).isEqualTo("hello from above\n/mnt\n");
            });

    assertThat(newOnes(before)).containsExactly(true, true);
    shouldBeRangesOnly(accesses, "debian", "lazy");
    long fetched = accesses.stream().filter(Access::pullsBlob).mapToLong(Access::bytes).sum();
    assertThat(fetched).isBetween(100_000L, 8_000_000L);
  }

  @Test
  void all_files_are_as_after_pulling_the_source_whole() throws Exception {
    long start = System.currentTimeMillis() * 1_000_000;
    SourceImage source = SourceImage.hard();
    source.push(registry.api(), "hard", "plain");
    stargzify.convert(registry.reference("hard:plain"), registry.reference("hard:lazy"));

    List<Boolean> before = reader.prepared();
    List<Access> accesses = registry.accessesOf(() -> reader.pull("hard:lazy"));
    assertThat(newOnes(before)).containsExactly(true, true, true, true);
    shouldBeRangesOnly(accesses, "hard", "lazy");

    reader.pullWhole("hard:plain");
    Tree expected = reader.wholeTree(source.diffIds()).withoutTimesSince(start);
    assertThat(expected.paths()).hasSizeGreaterThan(25).contains("data/three", "dev/null");
    assertThat(expected.paths()).doesNotContain("gone", "data/one", "etc/removed");
    List<String> diffIds = registry.api().diffIds("hard", "lazy");
    reader.lazyTree(diffIds).withoutTimesSince(start).shouldEqual(expected);

    reader.pullWhole("hard:lazy");
    Tree whole = reader.wholeTree(diffIds).withoutTocAndLandmark().withoutTimesSince(start);
    whole.shouldEqual(expected);
  }

  /** The annotations count there, too. */
  @Test
  void an_image_that_keeps_docker_s_media_types_is_lazy() throws Exception {
    Path layout = temp.resolve("layout");
    TestLayer base = TestLayer.gzip(TestLayer.base().file("of", "docker"));
    SourceImage.of(base, TestLayer.gzip(TestLayer.upper())).write(layout);
    String plain = "docker://" + registry.reference("docker:plain");
    Skopeo.copy("oci:" + layout + ":latest", plain, "--format=v2s2");

    stargzify.convert(
        "--keep-media-types",
        registry.reference("docker:plain"),
        registry.reference("docker:lazy"));

    JsonNode manifest = registry.api().json("docker", "lazy");
    assertThat(manifest.toString()).doesNotContain("vnd.oci.image");
    List<Boolean> before = reader.prepared();
    List<Access> accesses = registry.accessesOf(() -> reader.pull("docker:lazy"));
    assertThat(newOnes(before)).containsExactly(true, true);
    shouldBeRangesOnly(accesses, "docker", "lazy");
  }

  /** Read whole then: an import has no registry to read from. */
  @Test
  void an_archive_for_docker_runs_where_it_is_imported() throws Exception {
    Path layout = temp.resolve("program");
    program().write(layout);
    Path archive = temp.resolve("program.tar");
    stargzify.convert("oci:" + layout + ":latest", "docker-archive:" + archive + ":example/it:1");

    String printed =
        reader.importAndRun(archive, "docker.io/example/it:1", "/program", "tarlist", "/layer.tar");

    assertThat(printed.lines()).anyMatch(line -> line.contains("new/link"));
  }

  /** An image with a program that needs nothing else, and a tar for it to list. */
  private static SourceImage program() throws IOException {
    TarFixture above =
        TarFixture.tar()
            .file("untouched", "by the program")
            .file("program", Files.readAllBytes(Needs.oracle()))
            .mode(0755)
            .file("layer.tar", TestLayer.upper().bytes());
    return SourceImage.of(TestLayer.gzip(TestLayer.base()), TestLayer.gzip(above));
  }

  @Test
  void what_ctr_remote_recorded_is_put_first() throws Exception {
    program().push(registry.api(), "program", "plain");
    reader.pullWhole("program:plain");
    Path record = temp.resolve("record.json");
    reader.record("program:plain", "[\"/program\",\"tarlist\",\"/layer.tar\"]", record);

    stargzify.convert(
        "--prioritized-files=" + record,
        registry.reference("program:plain"),
        registry.reference("program:lazy"));

    String digest = registry.api().json("program", "lazy").at("/layers/1/digest").asText();
    Path blob = Files.write(temp.resolve("blob"), registry.api().blob("program", digest));
    String names = new String(Command.bash("tar tzf \"$1\"", blob), UTF_8);
    assertThat(names.lines()).containsSubsequence("program", ".prefetch.landmark", "untouched");
  }

  private static TestLayer upperOfDebian() {
    return TestLayer.gzip(
        TarFixture.tar()
            .dir("./")
            .dir("./etc/")
            .file("./etc/hello", "hello from above\n")
            .file("./.wh.opt", ""));
  }

  /** What the reader said of layers since {@code before}. */
  private static List<Boolean> newOnes(List<Boolean> before) throws IOException {
    List<Boolean> all = reader.prepared();
    return all.subList(before.size(), all.size());
  }

  private static void shouldBeRangesOnly(List<Access> accesses, String repository, String tag)
      throws IOException, InterruptedException {
    for (JsonNode layer : registry.api().json(repository, tag).get("layers")) {
      String digest = layer.get("digest").asText();
      List<Access> pulls = accesses.stream().filter(access -> access.names(digest)).toList();
      assertThat(pulls).as("requests for layer %s", digest).isNotEmpty();
      assertThat(pulls).noneMatch(Access::pullsWholeBlob).anyMatch(Access::pullsBlob);
    }
  }
}
