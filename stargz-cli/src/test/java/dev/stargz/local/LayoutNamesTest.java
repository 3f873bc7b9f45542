package dev.stargz.local;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names go with an image that takes another one's place, and which stay. */
class LayoutNamesTest {
  private static final LocalImage ONE = LocalImage.of(tar().file("a", "1"));
  private static final LocalImage TWO = LocalImage.of(tar().file("a", "2"));
  private static final LocalImage NEW = LocalImage.of(tar().file("a", "new"));

  @TempDir Path layout;

  @BeforeEach
  void fillLayout() throws IOException {
    ONE.writeTo(OciLayout.target(layout, Optional.of("one")));
    TWO.writeTo(OciLayout.target(layout, Optional.of("two")));
  }

  private void index(String... entries) throws IOException {
    String json = "{'schemaVersion':2,'manifests':[" + String.join(",", entries) + "]}";
    Files.writeString(layout.resolve("index.json"), json.replace('\'', '"'));
  }

  private void assertIndex(String... entries) throws IOException {
    assertThat(Files.readString(layout.resolve("index.json")).replace('"', '\''))
        .isEqualTo("{'schemaVersion':2,'manifests':[" + String.join(",", entries) + "]}");
  }

  private static String entry(LocalImage image, String... annotations) {
    return "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'"
        + image.root().digest()
        + "','size':"
        + image.root().size()
        + (annotations.length == 0 ? "" : ",'annotations':{" + String.join(",", annotations) + "}")
        + "}";
  }

  private static String tag(String tag) {
    return "'org.opencontainers.image.ref.name':'" + tag + "'";
  }

  private static String reference(String reference) {
    return "'io.containerd.image.name':'" + reference + "'";
  }

  private void write(LocalImage image, String name) throws IOException {
    image.writeTo(OciLayout.target(layout, Optional.of(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "x:latest", "docker.io/library/x:latest", "latest"})
  void an_image_of_containerd_s_is_replaced_under_both_its_names(String name) throws IOException {
    String reference = reference("docker.io/library/x:latest");
    index(entry(ONE, reference, tag("latest"), "'a':'b'"), entry(TWO, reference("y:1"), tag("1")));

    write(NEW, name);

    assertIndex(
        entry(ONE, "'a':'b'"),
        entry(TWO, reference("y:1"), tag("1")),
        entry(NEW, reference, tag("latest")));
    NEW.assertIn(OciLayout.source(layout, Optional.of("x")));
    NEW.assertIn(OciLayout.source(layout, Optional.of("latest")));
  }

  @Test
  void a_reference_that_is_all_the_name_there_is_goes_alone() throws IOException {
    index(entry(ONE, reference("docker.io/library/x:latest")));

    write(NEW, "x");

    assertIndex(entry(ONE), entry(NEW, reference("docker.io/library/x:latest")));
    try (ImageTarget target = OciLayout.target(layout, Optional.of("x"))) {
      assertThat(target.tagged(Optional.empty())).contains(NEW.root().digest());
    }
  }

  @Test
  void a_name_that_says_something_else_stays() throws IOException {
    index(entry(ONE, reference("docker.io/library/x:1"), tag("prod")));

    write(NEW, "x:1");

    assertIndex(entry(ONE, tag("prod")), entry(NEW, reference("docker.io/library/x:1")));
    write(TWO, "prod");
    assertIndex(
        entry(ONE), entry(NEW, reference("docker.io/library/x:1")), entry(TWO, tag("prod")));
    index(entry(ONE, reference("docker.io/library/x:1"), tag("prod")));

    write(NEW, "prod");

    assertIndex(entry(ONE, reference("docker.io/library/x:1")), entry(NEW, tag("prod")));
  }

  @Test
  void an_entry_with_another_name_stays_though_it_is_the_same_image() throws IOException {
    index(entry(NEW, reference("docker.io/library/y:1")), entry(ONE, reference("x:1"), tag("1")));

    write(NEW, "x:1");

    assertIndex(
        entry(NEW, reference("docker.io/library/y:1")),
        entry(ONE),
        entry(NEW, reference("docker.io/library/x:1"), tag("1")));
  }

  @Test
  void the_same_again_under_its_reference_changes_nothing() throws IOException {
    String reference = reference("docker.io/library/x:latest");
    index(entry(ONE, reference, tag("latest")), entry(TWO, tag("two")));

    write(ONE, "x");
    write(ONE, "docker.io/library/x:latest");
    write(ONE, "latest");

    assertIndex(entry(ONE, reference, tag("latest")), entry(TWO, tag("two")));
  }

  /** As {@code docker save a b} or {@code ctr images export} leave it. */
  @Test
  void one_tag_of_two_repositories_goes_and_their_references_stay() throws IOException {
    index(
        entry(ONE, reference("docker.io/library/a:latest"), tag("latest")),
        entry(TWO, reference("docker.io/library/b:latest"), tag("latest")));
    try (ImageTarget target = OciLayout.target(layout, Optional.of("latest"))) {
      assertThat(target.tagged(Optional.empty())).isEmpty();
      assertThat(target.existing()).isEmpty();
      assertThatThrownBy(() -> OciLayout.source(layout, Optional.of("latest")).root())
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("several images of the name 'latest'");
    }

    write(NEW, "latest");

    assertIndex(
        entry(ONE, reference("docker.io/library/a:latest")),
        entry(TWO, reference("docker.io/library/b:latest")),
        entry(NEW, tag("latest")));
    NEW.assertIn(OciLayout.source(layout, Optional.of("latest")));
    ONE.assertIn(OciLayout.source(layout, Optional.of("a")));
  }

  @Test
  void one_of_two_repositories_with_the_same_tag_is_replaced_by_its_reference() throws IOException {
    String other = entry(TWO, reference("docker.io/library/b:latest"), tag("latest"));
    index(entry(ONE, reference("docker.io/library/a:latest"), tag("latest")), other);

    write(NEW, "a");

    assertIndex(
        entry(ONE), other, entry(NEW, reference("docker.io/library/a:latest"), tag("latest")));
  }

  @Test
  void a_tag_of_its_own_stays_with_one_of_two_of_the_same_reference() throws IOException {
    String reference = reference("docker.io/library/x:latest");
    index(entry(ONE, reference, tag("latest")), entry(TWO, reference, tag("prod")));

    write(NEW, "x");

    assertIndex(entry(ONE), entry(TWO, tag("prod")), entry(NEW, reference, tag("latest")));
  }

  @Test
  void annotations_may_be_null() throws IOException {
    String one = entry(ONE, "").replace("{}", "null");
    index(one, entry(TWO, tag("t")));

    write(NEW, "t");
    assertIndex(one, entry(TWO), entry(NEW, tag("t")));
    write(ONE, "t");

    assertIndex(entry(ONE, tag("t")), entry(TWO), entry(NEW));
  }

  // ---- manifests that aren't whole

  private Path manifest(LocalImage image) {
    return layout.resolve("blobs/sha256").resolve(image.root().digest().hex());
  }

  @Test
  void a_tag_whose_manifest_is_gone_stands_for_nothing_and_is_written_anew() throws IOException {
    Files.delete(manifest(ONE));

    assertNothingIsThereUntilWritten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"cut\":"})
  void a_tag_whose_manifest_is_damaged_is_written_anew(String content) throws IOException {
    Files.writeString(manifest(ONE), content);

    assertNothingIsThereUntilWritten();
  }

  @Test
  void a_tag_whose_manifest_has_other_bytes_is_written_anew() throws IOException {
    byte[] bytes = Files.readAllBytes(manifest(ONE));
    bytes[10]++;
    Files.write(manifest(ONE), bytes);

    assertNothingIsThereUntilWritten();
  }

  private void assertNothingIsThereUntilWritten() throws IOException {
    try (ImageTarget target = OciLayout.target(layout, Optional.of("one"))) {
      assertThat(target.tagged(Optional.empty())).isEmpty();
      assertThat(target.existing()).isEmpty();
      target.tag(ONE.root(), Optional.empty());
      assertThat(target.tagged(Optional.empty())).contains(ONE.root().digest());
    }
    try (ImageSource source = OciLayout.source(layout, Optional.of("one"))) {
      assertThat(source.root()).isEqualTo(ONE.root());
    }
  }
}
