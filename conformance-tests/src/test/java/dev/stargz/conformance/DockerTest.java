package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker pulls, loads and runs what the command makes, and the command takes what Docker saves. */
class DockerTest {
  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static DockerDaemon docker;
  private static Stargzify stargzify;
  private static Path layout;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    docker = DockerDaemon.start(temp.resolve("d"));
    registry = DockerRegistry.plain(temp.resolve("registry"));
    stargzify = Stargzify.in(temp.resolve("machine"));
    layout = temp.resolve("layout");
    image().write(layout);
    image().push(registry.api(), "it", "plain");
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (docker != null) {
      docker.close();
    }
    if (registry != null) {
      registry.close();
    }
    Command.bash("rm -rf \"$1\"/d", temp); // what a test's clean-up can't remove
  }

  /** With a program in it that needs nothing else, and a tar for it to list. */
  private static SourceImage image() throws IOException {
    byte[] program = Files.readAllBytes(Needs.oracle());
    TarFixture above =
        TarFixture.tar()
            .file("program", program)
            .mode(0755)
            .file("layer.tar", TestLayer.upper().bytes());
    return SourceImage.of(TestLayer.gzip(TestLayer.base()), TestLayer.gzip(above));
  }

  private static void shouldRun(String name) throws IOException, InterruptedException {
    String printed =
        docker.docker("run", "--rm", "--network=none", name, "/program", "tarlist", "/layer.tar");
    assertThat(printed.lines()).anyMatch(line -> line.contains("new/link"));
  }

  @Test
  void an_image_in_a_registry_is_pulled_and_runs() throws Exception {
    stargzify.convert(registry.reference("it:plain"), registry.reference("it:lazy"));

    docker.docker("pull", "--quiet", registry.reference("it:lazy"));

    shouldRun(registry.reference("it:lazy"));
  }

  @Test
  void one_layer_of_all_is_pulled_and_runs() throws Exception {
    stargzify.convert("--flatten", registry.reference("it:plain"), registry.reference("it:flat"));

    docker.docker("pull", "--quiet", registry.reference("it:flat"));

    shouldRun(registry.reference("it:flat"));
  }

  @Test
  void the_variant_without_files_is_pulled_and_saved() throws Exception {
    stargzify.convert(
        "--meta",
        registry.reference("meta:meta"),
        registry.reference("it:plain"),
        registry.reference("meta:lazy"));

    docker.docker("pull", "--quiet", registry.reference("meta:meta"));
    Path saved = temp.resolve("meta.tar");
    docker.docker("save", "--output", saved, registry.reference("meta:meta"));

    assertThat(saved).isNotEmptyFile();
    assertThat(docker.docker("image", "inspect", registry.reference("meta:meta")))
        .contains("\"/bin/sh\"");
  }

  @Test
  void an_archive_is_loaded_and_runs() throws Exception {
    Path archive = temp.resolve("archive.tar");
    stargzify.convert("oci:" + layout + ":latest", "docker-archive:" + archive + ":example/it:1");

    docker.docker("load", "--input", archive);

    shouldRun("example/it:1");
  }

  /** As after a {@code docker build}. */
  @Test
  void what_docker_saves_goes_through_a_pipe_into_a_registry() throws Exception {
    docker.docker("pull", "--quiet", registry.reference("it:plain"));
    docker.docker("tag", registry.reference("it:plain"), "built:1");

    Running.Result result =
        stargzify.bash(
            "docker --host=%s save built:1 | stargzify docker-archive:- %s"
                .formatted(docker.host(), registry.reference("built:lazy")));

    assertThat(registry.api().digest("built", "lazy")).hasValue(Stargzify.digest(result));
    JsonNode manifest = registry.api().json("built", "lazy");
    assertThat(manifest.get("layers")).hasSize(2);
    docker.docker("pull", "--quiet", registry.reference("built:lazy"));
    shouldRun(registry.reference("built:lazy"));
  }
}
