package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tar comes wrapped in: nothing, gzip in any number of members, zstd. */
class HardSourcesTest {
  private static final WriterOptions ONE_THREAD = WriterOptions.builder().threads(1).build();

  private static TarFixture layer() {
    byte[] noise = new byte[3000];
    new Random(1).nextBytes(noise);
    return tar().dir("d/").file("d/f", pattern(5000)).file("d/noise", noise).symlink("l", "d/f");
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void assertSameAsPlain(byte[] source) throws IOException {
    Blob plain = convert(layer());
    assertThat(convert(source).bytes()).isEqualTo(plain.bytes());
  }

  @Test
  void gzipZstdAndPlainGiveTheSameBlob() throws IOException {
    assertSameAsPlain(layer().bytes());
    assertSameAsPlain(layer().gzip());
    assertSameAsPlain(layer().zstd());
  }

  @Test
  void severalMembersAreOneLayerWhereverTheyAreCut() throws IOException {
    int size = layer().bytes().length;
    assertSameAsPlain(layer().gzip(512));
    assertSameAsPlain(layer().gzip(1, 2, 3, 700, size - 1));
    assertSameAsPlain(layer().gzip(0, 0, 512, 512, size));
  }

  @Test
  void severalZstdFramesAreOneLayer() throws IOException {
    byte[] tar = layer().bytes();
    byte[] skippable = HexFormat.of().parseHex("502a4d18" + "04000000" + "01020304");
    byte[] first = Zstd.compress(Arrays.copyOf(tar, 700));
    byte[] second = Zstd.compress(Arrays.copyOfRange(tar, 700, tar.length));
    assertSameAsPlain(concat(first, second));
    assertSameAsPlain(concat(skippable, first, skippable, second));
  }

  @Test
  void zerosBehindTheLastMemberAreIgnored() throws IOException {
    assertSameAsPlain(concat(layer().gzip(), new byte[100_000]));
    assertSameAsPlain(concat(layer().gzip(600), new byte[1]));
  }

  @Test
  void zerosBetweenMembersAreSkipped() throws IOException {
    byte[] tar = layer().bytes();
    byte[] first = Gzip.member(Arrays.copyOf(tar, 512));
    byte[] second = Gzip.member(Arrays.copyOfRange(tar, 512, tar.length));
    assertSameAsPlain(concat(first, new byte[512], second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "garbage", "\0\0\0garbage", "\u001f", "\u001f\u008b", "BZh9"})
  void anythingElseBehindTheLastMemberIsAnError(String garbage) {
    byte[] gzip = layer().gzip();
    assertThatThrownBy(() -> convert(concat(gzip, latin1(garbage))))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("of the source");
  }

  @Test
  void garbageBehindAZstdFrameIsAnError() {
    byte[] zstd = layer().zstd();
    assertThatThrownBy(() -> convert(concat(zstd, latin1("garbage"))))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void aTruncatedGzipIsAnErrorThatNamesTheEntryAndThePosition() {
    byte[] gzip = layer().gzip();
    byte[] cut = Arrays.copyOf(gzip, gzip.length - 1500);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("byte " + cut.length + " of the source")
        .hasMessageContaining("'d/noise'");
  }

  @Test
  void aTruncatedZstdIsAnErrorThatNamesTheEntryAndThePosition() {
    byte[] noise = new byte[1 << 20];
    new Random(1).nextBytes(noise);
    byte[] zstd = tar().file("noise", noise).zstd();
    byte[] cut = Arrays.copyOf(zstd, zstd.length / 2);
    assertThatThrownBy(() -> convert(cut))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("byte " + cut.length + " of the source")
        .hasMessageContaining("'noise'");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9, 10, 11})
  void aGzipCutInItsHeaderIsAnError(int length) {
    byte[] cut = Arrays.copyOf(layer().gzip(), length);
    assertThatThrownBy(() -> convert(cut)).isInstanceOf(CorruptException.class);
  }

  @Test
  void aDamagedGzipIsAnErrorWhereverTheDamageIs() {
    byte[] gzip = layer().gzip(512, 6000);
    for (int i = 0; i < gzip.length; i += 13) {
      byte[] damaged = gzip.clone();
      damaged[i] ^= 0x55;
      boolean header = i % 13 == 0 && isMetadataOfAHeader(gzip, i);
      if (!header) {
        assertThatThrownBy(() -> convert(damaged))
            .as("byte %d", i)
            .isInstanceOf(StargzException.class);
      }
    }
  }

  /** MTIME, XFL and OS say nothing that a reader checks. */
  private static boolean isMetadataOfAHeader(byte[] gzip, int at) {
    return Gzip.members(gzip).stream()
        .anyMatch(member -> at >= member.offset() + 4 && at < member.offset() + 10);
  }

  @Test
  void aDamagedZstdIsAnError() {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx().setChecksum(true)) {
      byte[] frame = zstd.compress(layer().bytes());
      for (int i = 4; i < frame.length; i += 17) {
        byte[] damaged = frame.clone();
        damaged[i] ^= 0x55;
        assertThatThrownBy(() -> convert(damaged))
            .as("byte %d", i)
            .isInstanceOf(StargzException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fd377a585a000004", "425a6839314159265359"})
  void otherCompressionsAreNamed(String magic) {
    assertThatThrownBy(() -> convert(HexFormat.of().parseHex(magic)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageMatching(".*(xz|bzip2).*");
  }

  @Test
  void aTarWhoseFirstNameStartsLikeBzip2IsATar() throws IOException {
    assertThat(convert(tar().file("BZhang/notes.txt", "x")).listing())
        .containsExactly("reg BZhang/notes.txt");
  }

  @Test
  void streamsThatGiveOneByteAtATimeAndPromiseNoneAreReadToTheirEnd() throws IOException {
    for (byte[] source : new byte[][] {layer().bytes(), layer().gzip(512, 600), layer().zstd()}) {
      Blob blob = convert(new Trickle(source), ONE_THREAD);
      assertThat(blob.bytes()).isEqualTo(convert(layer()).bytes());
    }
  }

  @Test
  void theSourceIsLeftOpen() throws IOException {
    for (byte[] source : new byte[][] {layer().bytes(), layer().gzip(), layer().zstd()}) {
      Trickle in = new Trickle(source);
      convert(in, ONE_THREAD);
      assertThat(in.closed).isFalse();
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureOfTheSourceIsPassedOnAsItIs() {
    IOException failure = new IOException("the network is down");
    InputStream in =
        new FilterInputStream(layer().stream()) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, Math.min(length, 2000));
            if (n < 2000) {
              throw failure;
            }
            return n;
          }
        };
    assertThatThrownBy(() -> convert(in, ONE_THREAD)).isSameAs(failure);
  }

  /** A slow connection: one byte a call, and never one known to come. */
  private static final class Trickle extends FilterInputStream {
    private boolean closed;

    Trickle(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int available() {
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return super.read(bytes, offset, Math.min(1, length));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
