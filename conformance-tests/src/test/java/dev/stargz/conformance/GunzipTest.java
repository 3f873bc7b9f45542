package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What gzip makes of a blob: a landmark, the source's tar entries byte for byte, the TOC's entry,
 * and the end of the archive.
 *
 * <pre>
 *   source   | entries                      | zeros          |
 *   blob     | landmark | the same entries  | TOC | 1024 zeros
 * </pre>
 */
class GunzipTest {
  private static final int BLOCK = 512;
  private static final int END = 2 * BLOCK;

  @BeforeEach
  void needsGzip() {
    Needs.these("gzip");
  }

  @ParameterizedTest
  @CsvSource({
    "HARD, 4194304",
    "HARD, 7",
    "HARD_GNU, 4194304",
    "HARD_GNU, 7",
    "DEBIAN, 4194304",
    "DEBIAN, 4096",
    "JDK, 4194304"
  })
  void gunzip_gives_the_source_s_entries_byte_for_byte(Layer layer, int chunkSize)
      throws IOException, InterruptedException {
    Converted blob = Converted.of(layer, chunkSize);
    Path source = layer.file();
    boolean plain = source.toString().endsWith(".tar");
    Command.Output<Void> compare =
        found ->
            plainTar(source, plain, expected -> compare(expected, found, blob.facts().tocDigest()));
    Command.read(compare, "gunzip", "-c", "-S", ".stargz", blob.file());
  }

  private static Void plainTar(Path source, boolean plain, Command.Output<Void> compare)
      throws IOException {
    try {
      return plain
          ? Command.read(compare, "cat", source)
          : Command.read(compare, "gunzip", "-c", source);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Void compare(InputStream expected, InputStream found, Digest tocDigest)
      throws IOException {
    byte[] landmark = found.readNBytes(2 * BLOCK);
    assertThat(new String(landmark, 0, 22, US_ASCII)).isEqualTo(".no.prefetch.landmark\0");
    assertThat(landmark[BLOCK]).isEqualTo((byte) 0x0f);

    byte[] block = skipEqualBlocks(expected, found);
    assertThat(new String(block, 0, 18, ISO_8859_1)).isEqualTo("stargz.index.json\0");
    int size = Integer.parseInt(new String(block, 124, 11, US_ASCII), 8);
    byte[] json = found.readNBytes(size);
    assertThat(Digest.of(json)).isEqualTo(tocDigest);
    byte[] rest = found.readAllBytes();
    assertThat(rest).hasSize((-size & (BLOCK - 1)) + END).containsOnly(0);
    return null;
  }

  /**
   * Reads both up to the first block that differs: there the source must be at its end, which is
   * zeros alone; that of the blob is returned.
   */
  private static byte[] skipEqualBlocks(InputStream expected, InputStream found)
      throws IOException {
    byte[] wanted;
    byte[] block;
    long equal = -1;
    do {
      wanted = expected.readNBytes(BLOCK);
      block = found.readNBytes(BLOCK);
      equal++;
    } while (block.length == BLOCK && Arrays.equals(wanted, block));
    assertThat(equal).as("equal blocks").isGreaterThan(70);
    byte[] zeros = new byte[1 << 16];
    assertThat(wanted).as("block %d of the source", equal).containsOnly(0);
    for (byte[] rest = wanted; rest.length > 0; rest = expected.readNBytes(zeros.length)) {
      assertThat(Arrays.equals(rest, 0, rest.length, zeros, 0, rest.length)).isTrue();
    }
    return block;
  }
}
