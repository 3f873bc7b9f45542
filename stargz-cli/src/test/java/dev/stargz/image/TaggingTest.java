package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The last step: tags, moved in place or not. */
class TaggingTest extends ConverterFixture {
  private ConverterOptions.Builder upgrade() {
    return ConverterOptions.builder().upgrade(true);
  }

  private ConversionReport upgrade(ConverterOptions.Builder options) throws IOException {
    return new ImageConverter(options.build()).convert(from.source("a"), from.target("a"));
  }

  @Test
  void the_tag_is_written_last_and_further_ones_before_it() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    RawManifest root =
        convert(ConverterOptions.builder().tags(List.of("x", "y"))).root().orElseThrow();
    List<String> log = to.log();
    assertThat(log.subList(log.size() - 3, log.size()))
        .containsExactly(
            "tag x " + root.digest(), "tag y " + root.digest(), "tag b " + root.digest());
  }

  @Test
  void an_upgrade_replaces_the_tag_and_keeps_the_old_manifest_under_another() throws IOException {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    ConversionReport report = upgrade(upgrade().backupTag("old"));
    assertThat(report.tagMoved()).isTrue();
    assertThat(from.tagged("a")).isEqualTo(report.root());
    assertThat(from.tagged("old")).contains(before);
    assertThat(from.asked("tag").get(0)).startsWith("tag old");
  }

  @Test
  void an_upgrade_says_which_manifest_it_replaces() throws IOException {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    List<ContentDigest> expected = new ArrayList<>();
    ImageTarget target =
        new TargetBehind(from.target("a")) {
          @Override
          public void replace(RawManifest root, ContentDigest digest) throws IOException {
            expected.add(digest);
            super.replace(root, digest);
          }
        };
    new ImageConverter(upgrade().build()).convert(from.source("a"), target);
    assertThat(expected).containsExactly(before.digest());
  }

  @Test
  void an_upgrade_of_what_is_converted_writes_nothing() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    upgrade(upgrade());
    from.clearLog();
    ConversionReport again = upgrade(upgrade());
    assertThat(again.tagMoved()).isFalse();
    assertThat(from.asked("tag")).isEmpty();
    assertThat(from.asked("push")).isEmpty();
  }

  @Test
  void an_upgrade_of_a_tag_that_moved_meanwhile_changes_nothing() {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    RawManifest other = TestImage.in(from).layer(BASE).put();
    ConversionListener mover =
        new ConversionListener() {
          @Override
          public void layerDone(ConversionReport.Layer layer) {
            from.tag("a", other);
          }
        };
    ImageSource pinned = new PinnedSource(from.source("a"), before);
    assertThatThrownBy(
            () ->
                new ImageConverter(upgrade().listener(mover).backupTag("old").build())
                    .convert(pinned, from.target("a")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the tag moved from " + before.digest() + " to " + other.digest());
    assertThat(from.tagged("a")).contains(other);
    assertThat(from.tagged("old")).isEmpty();
  }

  /** Runs something when a tag is asked for, or after it is written. */
  private static class Meddled extends TargetBehind {
    private final String tag;
    private final Runnable meddle;

    Meddled(ImageTarget target, String tag, Runnable meddle) {
      super(target);
      this.tag = tag;
      this.meddle = meddle;
    }

    @Override
    public void tag(RawManifest root, Optional<String> other) throws IOException {
      super.tag(root, other);
      if (other.orElse("own").equals(tag)) {
        meddle.run();
      }
    }
  }

  @Test
  void a_tag_that_moves_while_others_are_written_is_left_alone() {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    RawManifest other = TestImage.in(from).layer(BASE).put();
    ImageTarget target = new Meddled(from.target("a"), "old", () -> from.tag("a", other));
    assertThatThrownBy(
            () ->
                new ImageConverter(upgrade().backupTag("old").build())
                    .convert(new PinnedSource(from.source("a"), before), target))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the tag moved from " + before.digest() + " to " + other.digest())
        .hasMessageContaining("it was left alone (old was written)");
    assertThat(from.tagged("a")).contains(other);
  }

  @Test
  void a_tag_that_moves_right_after_it_was_written_is_warned_of() throws IOException {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    RawManifest other = TestImage.in(from).layer(BASE).put();
    ImageTarget target = new Meddled(from.target("a"), "own", () -> from.tag("a", other));
    ConversionReport report =
        new ImageConverter(upgrade().build())
            .convert(new PinnedSource(from.source("a"), before), target);
    assertThat(report.warnings())
        .anyMatch(warning -> warning.contains("moved on to " + other.digest() + " right after"));
  }

  @Test
  void a_tag_that_is_gone_meanwhile_is_not_made_again() {
    RawManifest before = TestImage.in(from).layer(APP).put();
    assertThatThrownBy(
            () ->
                new ImageConverter(upgrade().build())
                    .convert(new PinnedSource(from.source("a"), before), from.target("a")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("to nothing");
    assertThat(from.tagged("a")).isEmpty();
  }

  @Test
  void tags_that_stand_for_the_result_are_not_written_again() throws IOException {
    TestImage.in(from).layer(APP).tag("a");
    convert(ConverterOptions.builder().tags(List.of("x")));
    to.clearLog();
    ConversionReport second = convert(ConverterOptions.builder().tags(List.of("x", "y")));
    assertThat(second.tagMoved()).isFalse();
    assertThat(to.asked("tag")).containsExactly("tag y " + second.root().orElseThrow().digest());
  }

  @Test
  void what_can_not_be_asked_after_the_tag_was_written_is_a_warning() throws IOException {
    RawManifest before = TestImage.in(from).layer(APP).tag("a");
    AtomicBoolean written = new AtomicBoolean();
    ImageTarget target =
        new Meddled(from.target("a"), "own", () -> written.set(true)) {
          @Override
          public Optional<ContentDigest> tagged(Optional<String> tag) throws IOException {
            if (written.get()) {
              throw new ImageException("503");
            }
            return super.tagged(tag);
          }
        };
    ConversionReport report =
        new ImageConverter(upgrade().build())
            .convert(
                new PinnedSource(from.source("a"), before) {
                  @Override
                  public List<String> companions(ContentDigest digest) throws IOException {
                    throw new ImageException("429");
                  }
                },
                target);
    assertThat(report.tagMoved()).isTrue();
    assertThat(report.warnings())
        .contains("whether the tag stayed could not be asked: 503")
        .contains("what else speaks of " + before.digest() + " could not be asked: 429");
  }

  /** A source whose root was read before the tag moved. */
  private static class PinnedSource extends SourceBehind {
    private final RawManifest root;

    PinnedSource(ImageSource source, RawManifest root) {
      super(source);
      this.root = root;
    }

    @Override
    public RawManifest root() {
      return root;
    }
  }
}
