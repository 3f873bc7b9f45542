package dev.stargz.format.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages say what and where; fields say it to programs. */
class StargzExceptionTest {
  private static final EntryName ENTRY = EntryName.of("usr/bin/x");

  @Test
  void aMessageSaysWhereThenWhat() {
    assertThat(new CorruptException("it is bent", Location.inTar(ENTRY, 1024)))
        .hasMessage("entry 'usr/bin/x' (byte 1024 of the tar): it is bent");
    assertThat(new CorruptException("it is bent", Location.inTar(null, 512)))
        .hasMessage("byte 512 of the tar: it is bent");
    assertThat(new UnsupportedException("it is new", Location.inSource(0)))
        .hasMessage("byte 0 of the source: it is new");
    assertThat(new NotStargzException("it is old", Location.inBlob(7)))
        .hasMessage("byte 7 of the blob: it is old");
    assertThat(new CorruptException("it is bent", Location.inBlob(ENTRY, 7)))
        .hasMessage("entry 'usr/bin/x' (byte 7 of the blob): it is bent");
    assertThat(new CorruptException("it is bent", Location.inToc(ENTRY)))
        .hasMessage("entry 'usr/bin/x' of the TOC: it is bent");
    assertThat(new CorruptException("it is bent", Location.inToc(99)))
        .hasMessage("byte 99 of the TOC: it is bent");
  }

  @Test
  void aMismatchHasBothDigests() {
    Digest expected = Digest.of(new byte[1]);
    Digest found = Digest.of(new byte[2]);
    DigestMismatchException e =
        new DigestMismatchException("a chunk", Location.inBlob(ENTRY, 7), expected, found);
    assertThat(e.expected()).isEqualTo(expected);
    assertThat(e.found()).isEqualTo(found);
    assertThat(e).hasMessageContainingAll(expected.toString(), found.toString(), "'usr/bin/x'");
  }

  @Test
  void allAreIoExceptionsWithALocationAndACause() {
    Location location = Location.inBlob(ENTRY, 7);
    RuntimeException cause = new IllegalArgumentException("underneath");
    List<StargzException> all =
        List.of(
            new CorruptException("x", location, cause),
            new UnsupportedException("x", location, cause),
            new NotStargzException("x", location, cause));
    assertThat(all).allSatisfy(e -> assertThat(e).isInstanceOf(IOException.class).hasCause(cause));
    assertThat(all).extracting(StargzException::location).containsOnly(location);
  }
}
