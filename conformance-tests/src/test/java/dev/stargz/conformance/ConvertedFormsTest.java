package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command takes images wherever skopeo puts them, and skopeo takes them wherever the command
 * puts them: registries, layouts and archives, in any combination, with the same digest.
 */
class ConvertedFormsTest {
  private static final SourceImage IMAGE = SourceImage.small();
  private static final String LAYOUT_TYPES = "^(oci|oci-archive|docker):.*";

  @TempDir static Path temp;
  private static DockerRegistry registry;
  private static Stargzify stargzify;
  private static Path source;

  @TempDir Path directory;

  @BeforeAll
  static void writeSource() throws IOException, InterruptedException {
    Needs.these("skopeo");
    registry = DockerRegistry.plain(temp.resolve("registry"));
    stargzify = Stargzify.in(temp.resolve("machine"));
    source = temp.resolve("source");
    IMAGE.write(source);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  /** Has skopeo write the image in one of its forms; returns what both it and we call that. */
  private String writtenBySkopeo(String form) throws IOException, InterruptedException {
    String to =
        switch (form) {
          case "oci" -> "oci:" + directory.resolve("from") + ":it";
          case "oci-archive" -> "oci-archive:" + directory.resolve("from.tar") + ":it";
          case "docker-archive" ->
              "docker-archive:" + directory.resolve("from-docker.tar") + ":example/it:1";
          default -> "docker://" + registry.reference("from:it");
        };
    Skopeo.copy("oci:" + source + ":latest", to);
    return to;
  }

  private List<String> targets() {
    return List.of(
        "docker://" + registry.reference("to:lazy"),
        "oci:" + directory.resolve("to") + ":lazy",
        "oci-archive:" + directory.resolve("to.tar") + ":lazy",
        "docker-archive:" + directory.resolve("to-docker.tar") + ":example/to:lazy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "oci", "oci-archive", "docker-archive"})
  void what_skopeo_writes_becomes_what_skopeo_reads_in_all_forms_alike(String form)
      throws Exception {
    String from = writtenBySkopeo(form);
    Set<String> digests = new HashSet<>();

    for (String to : targets()) {
      String digest = stargzify.convert(from, to);

      digests.add(digest);
      if (to.matches(LAYOUT_TYPES)) {
        assertThat(digestBySkopeo(to)).as(to).isEqualTo(digest);
      }
      Path copy = Files.createTempDirectory(directory, "copy");
      Skopeo.copy(to, "oci:" + copy + ":it");
      JsonNode config = Skopeo.inspect("oci:" + copy + ":it", "--config");
      assertThat(config.at("/rootfs/diff_ids")).hasSize(3);
      assertThat(config.at("/config/Cmd/0").asText()).isEqualTo("/bin/sh");
    }

    assertThat(digests).hasSize(1);
    String hybrid = "oci-archive:" + directory.resolve("to-docker.tar");
    assertThat(digestBySkopeo(hybrid)).isEqualTo(digests.iterator().next());
  }

  private static String digestBySkopeo(String image) throws IOException, InterruptedException {
    return Digest.of(Command.run("skopeo", "inspect", "--tls-verify=false", "--raw", image))
        .toString();
  }

  /** In an archive for Docker there are layers in tar, and so no annotations. */
  @Test
  void the_docker_side_has_the_tree_of_the_image() throws Exception {
    long start = System.currentTimeMillis() * 1_000_000;
    String archive = "docker-archive:" + directory.resolve("to.tar") + ":example/to:lazy";
    stargzify.convert("oci:" + source + ":latest", archive);
    Path copy = directory.resolve("copy");
    Skopeo.copy(archive, "oci:" + copy + ":it");

    Tree found = UnpackedImage.byUmoci(copy + ":it", directory);

    Tree expected = UnpackedImage.byUmoci(source + ":latest", directory);
    found.withoutTocAndLandmark().withoutTimesSince(start);
    found.shouldEqual(expected.withoutTimesSince(start));
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci:index", "oci-archive:index.tar"})
  void an_index_of_two_platforms_goes_through_local_forms_with_skopeo_at_both_ends(String form)
      throws Exception {
    String index = pushIndex();
    String there = form.replace(":", ":" + directory + "/") + ":both";
    Skopeo.copy("docker://" + registry.reference("index:both"), there, "--all");
    assertThat(digestBySkopeo(there)).isEqualTo(index);

    String out = form.replace(":", ":" + directory + "/lazy-") + ":lazy";
    String digest = stargzify.convert(there, out);

    Skopeo.copy(out, "docker://" + registry.reference("index:back"), "--all");
    assertThat(registry.api().digest("index", "back")).hasValue(digest);
    assertThat(stargzify.convert(there, "docker://" + registry.reference("index:direct")))
        .isEqualTo(digest);
    assertThat(registry.api().json("index", "back").get("manifests")).hasSize(2);
  }

  private static String pushIndex() throws IOException, InterruptedException {
    List<String> entries = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      SourceImage image = IMAGE.on(architecture);
      image.push(registry.api(), "index", architecture);
      entries.add(image.entry());
    }
    return registry
        .api()
        .putManifest("index", "both", SourceImage.OCI_INDEX, SourceImage.index(entries));
  }

  /** As {@code docker save x | stargzify docker-archive:- HOST/x:lazy} does. */
  @Test
  void archives_come_and_go_through_pipes() throws Exception {
    Running.Result in =
        stargzify.bash(
            "skopeo copy --quiet oci:%s:latest docker-archive:/dev/stdout:example/it:1 |"
                    .formatted(source)
                + " stargzify docker-archive:- "
                + registry.reference("piped:lazy"));
    String digest = Stargzify.digest(in);
    assertThat(registry.api().digest("piped", "lazy")).hasValue(digest);

    Path file = directory.resolve("it.tar");
    Running.Result out =
        stargzify.bash(
            "stargzify %s docker-archive:-:example/it:1 | cat > %s"
                .formatted(registry.reference("piped:lazy"), file));
    assertThat(out.exitCode()).as(out.err()).isZero();
    assertThat(digestBySkopeo("oci-archive:" + file)).isEqualTo(digest);
    JsonNode config = Skopeo.inspect("docker-archive:" + file + ":example/it:1", "--config");
    List<String> diffIds = new ArrayList<>();
    config.at("/rootfs/diff_ids").forEach(diffId -> diffIds.add(diffId.asText()));
    assertThat(diffIds).isEqualTo(registry.api().diffIds("piped", "lazy"));
  }
}
