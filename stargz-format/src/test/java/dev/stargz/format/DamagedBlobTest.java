package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip.Member;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Footer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A blob that was damaged, at every place in turn: the reader throws an exception of its own, or
 * shows what it showed before, because nobody looks at that byte. It never hangs.
 *
 * <pre>
 *   dir/         0755
 *   dir/file     40 bytes in chunks of 16, owner and extended attribute
 *   dir/empty
 *   dir/hard     hard link to dir/file
 *   soft         symbolic link to dir/file
 *   other        10 bytes
 * </pre>
 */
class DamagedBlobTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int GZIP_HEADER = 10;
  private static final int FOOTER = 51;

  /** The footer's last 47 bytes are one too, so that what is needed for 51 alone may be damaged. */
  private static final int FREE_OF_FOOTER = 14;

  private static Blob blob(BlobFormat format) throws IOException {
    TarFixture tar =
        TarFixture.tar()
            .dir("dir/")
            .file("dir/file", GeneratedTar.someBytes(40, 1))
            .ownerNames("user", "group")
            .xattr("user.x", new byte[] {1, -1})
            .file("dir/empty", "")
            .hardlink("dir/hard", "dir/file")
            .symlink("soft", "dir/file")
            .file("other", "0123456789");
    return Blobs.convert(
        tar, WriterOptions.builder().threads(1).chunkSize(16).format(format).build());
  }

  private static String shown(Blob blob) throws IOException {
    try (StargzReader reader = blob.open()) {
      return Damage.show(reader);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x08, 0x80, 0xff})
  void a_flipped_byte_is_found_or_changes_nothing(int mask) throws IOException {
    Blob blob = blob(BlobFormat.ESTARGZ);
    Optional<Digest> tocDigest = Optional.of(blob.facts().tocDigest());
    String expected = shown(blob);
    List<Integer> unseen = new ArrayList<>();
    assertTimeoutPreemptively(
        LONG,
        () -> {
          for (int at = 0; at < blob.bytes().length; at++) {
            byte[] flipped = Damage.flip(blob.bytes(), at, mask);
            Optional<String> verified = Damage.read(flipped, tocDigest);
            Optional<String> plain = Damage.read(flipped, Optional.empty());
            assertThat(verified.orElse(expected)).as("byte %d, verified", at).isEqualTo(expected);
            assertThat(plain.orElse(expected)).as("byte %d", at).isEqualTo(expected);
            if (verified.isPresent()) {
              unseen.add(at);
            }
          }
        });
    long json = blob.facts().tocOffset() + GZIP_HEADER;
    int footer = blob.bytes().length - FOOTER;
    assertThat(unseen.stream().filter(at -> at >= json && at < footer))
        .as("bits of the TOC that nobody looks at, such as those behind the last code")
        .hasSizeLessThan(10);
  }

  /** What {@link StargzVerifier} finds faithful decompresses to what it was. */
  @ParameterizedTest
  @ValueSource(ints = {0x01, 0xff})
  void the_verifier_reports_a_flipped_byte_unless_it_changes_nothing(int mask) throws IOException {
    Blob blob = blob(BlobFormat.ESTARGZ);
    Optional<Digest> diffId = Optional.of(blob.facts().diffId());
    List<Integer> unseen = new ArrayList<>();
    assertTimeoutPreemptively(
        LONG,
        () -> {
          for (int at = 0; at < blob.bytes().length; at++) {
            byte[] flipped = Damage.flip(blob.bytes(), at, mask);
            try (StargzReader reader = StargzReader.open(RandomAccessSource.of(flipped))) {
              VerifyReport report = StargzVerifier.verify(reader);
              assertThat(report.digest()).isNotEqualTo(blob.facts().digest());
              if (report.isFaithful()) {
                assertThat(report.diffId()).as("byte %d", at).isEqualTo(diffId);
                unseen.add(at);
              }
            } catch (StargzException e) {
              assertThat(e).hasMessageContaining(":");
            }
          }
        });
    int inHeaders = (GZIP_HEADER - 3) * blob.members().size(); // flags, time, XFL, OS
    assertThat(unseen).as("bytes that nobody looks at").hasSizeLessThan(inHeaders + 40);
  }

  @Test
  void a_blob_cut_anywhere_is_no_stargz() throws IOException {
    Blob blob = blob(BlobFormat.ESTARGZ);
    for (int length = 0; length < blob.bytes().length; length++) {
      byte[] cut = Arrays.copyOf(blob.bytes(), length);
      assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(cut)))
          .as("cut to %d bytes", length)
          .isInstanceOf(NotStargzException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(BlobFormat.class)
  void each_byte_of_the_footer_is_refused_or_free(BlobFormat format) throws IOException {
    Blob blob = blob(format);
    String expected = shown(blob);
    int size = format == BlobFormat.ESTARGZ ? FOOTER : 47;
    int free = format == BlobFormat.ESTARGZ ? FREE_OF_FOOTER : GZIP_HEADER;
    int start = blob.bytes().length - size;
    for (int i = 0; i < size; i++) {
      for (int mask = 1; mask < 256; mask++) {
        byte[] flipped = Damage.flip(blob.bytes(), start + i, mask);
        Optional<String> found = Damage.read(flipped, Optional.empty());
        if (i >= free || (format == BlobFormat.STARGZ && i < 4)) {
          assertThat(found).as("byte %d of the footer ^ %02x", i, mask).isEmpty();
        } else {
          assertThat(found).as("byte %d of the footer ^ %02x", i, mask).hasValue(expected);
        }
      }
    }
  }

  @Test
  void a_footer_that_points_to_another_member_or_into_one_is_found() throws IOException {
    Blob blob = blob(BlobFormat.ESTARGZ);
    int footer = blob.bytes().length - FOOTER;
    for (long offset = 0; offset < blob.bytes().length + 20; offset++) {
      if (offset != blob.facts().tocOffset()) {
        byte[] pointed = blob.bytes().clone();
        System.arraycopy(Footer.universal(offset), 0, pointed, footer, FOOTER);
        assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(pointed)))
            .as("footer pointing to %d", offset)
            .isInstanceOf(CorruptException.class);
      }
    }
  }

  @Test
  void a_blob_cut_at_a_member_or_lacking_one_is_found() throws IOException {
    Blob blob = blob(BlobFormat.ESTARGZ);
    Optional<Digest> tocDigest = Optional.of(blob.facts().tocDigest());
    List<Member> members = blob.members();
    assertThat(members).hasSizeGreaterThan(8); // headers, landmark, 3 chunks, other, TOC, footer
    for (Member member : members) {
      byte[] cut = Arrays.copyOf(blob.bytes(), member.offset());
      assertThatThrownBy(() -> StargzReader.open(RandomAccessSource.of(cut)))
          .as("cut at %d", member.offset())
          .isInstanceOf(NotStargzException.class);
      byte[] lacking = without(blob.bytes(), member);
      assertThat(Damage.read(lacking, tocDigest)).as("without %d", member.offset()).isEmpty();
      assertThat(Damage.read(lacking, Optional.empty())).isEmpty();
    }
  }

  private static byte[] without(byte[] blob, Member member) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(blob, 0, member.offset());
    int end = member.offset() + member.length();
    out.write(blob, end, blob.length - end);
    return out.toByteArray();
  }

  /** Content that has the right CRC-32 in the wrong place is found by its digest alone. */
  @Test
  void two_members_in_each_other_s_place_are_found() throws IOException {
    TarFixture tar = TarFixture.tar().file("a", "0123456789").file("b", "abcdefghij");
    Blob blob = Blobs.convert(tar, WriterOptions.builder().threads(1).level(0).build());
    List<Member> members = blob.members();
    Member a = members.get(2);
    Member b = members.get(3);
    byte[] swapped = blob.bytes().clone();
    int headers = 512 - 10 + 512; // behind a's content, and before that of b
    assertThat(a.length() - b.length()).isEqualTo(headers - (512 - 10));
    System.arraycopy(blob.bytes(), b.offset(), swapped, a.offset(), b.length());
    assertThat(Damage.read(swapped, Optional.of(blob.facts().tocDigest()))).isEmpty();
    assertThat(Damage.read(swapped, Optional.empty())).isEmpty();
  }
}
