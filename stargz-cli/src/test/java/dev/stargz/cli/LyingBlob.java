package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Footer;
import dev.stargz.format.toc.Toc;
import java.io.ByteArrayOutputStream;
import java.util.function.UnaryOperator;

/** Blobs with a TOC other than the one that the writer made; their members are as they were. */
final class LyingBlob {
  private LyingBlob() {}

  /** The blob with another JSON in its TOC's member, and a footer for it. */
  static byte[] of(Blob blob, UnaryOperator<String> lie) {
    String truth = blob.tocJson();
    String json = lie.apply(truth);
    if (json.equals(truth)) {
      throw new AssertionError("nothing was changed in " + truth);
    }
    byte[] tar = TarFixture.tar().file(Toc.ENTRY_NAME, json.getBytes(UTF_8)).mode(0).bytes();
    int tocOffset = Math.toIntExact(blob.facts().tocOffset());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(blob.bytes(), 0, tocOffset);
    out.writeBytes(Gzip.member(tar));
    out.writeBytes(Footer.universal(tocOffset));
    return out.toByteArray();
  }
}
