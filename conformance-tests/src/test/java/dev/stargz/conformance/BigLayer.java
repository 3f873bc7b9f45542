package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;

/**
 * A tar that is made while it is read and exists nowhere: directories of a hundred files, some of
 * them links, the files of mixed sizes and of text that compresses to about a third. The same
 * parameters give the same bytes.
 */
final class BigLayer extends InputStream {
  private static final int BLOCK = 512;
  private static final int TEXT = 1 << 22;
  private static final int IN_DIRECTORY = 100;

  private final int entries;
  private final long meanSize;
  private final Random random = new Random(1);
  private final byte[] text = new byte[TEXT];
  private int next;
  private byte[] header = {};
  private int headerAt;
  private long payload;
  private int textAt;
  private int padding;
  private boolean ended;

  /**
   * A layer.
   *
   * @param entries how many entries it has
   * @param meanSize of its entries, in bytes of payload
   */
  BigLayer(int entries, long meanSize) {
    this.entries = entries;
    this.meanSize = meanSize;
    for (int at = 0; at < TEXT; ) {
      String word = Integer.toString(random.nextInt(1 << 14), 36) + ' ';
      for (int i = 0; i < word.length() && at < TEXT; i++) {
        text[at++] = (byte) word.charAt(i);
      }
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    while (headerAt == header.length && payload == 0 && padding == 0) {
      if (ended) {
        return -1;
      }
      startEntry();
    }
    if (headerAt < header.length) {
      int n = Math.min(length, header.length - headerAt);
      System.arraycopy(header, headerAt, buffer, offset, n);
      headerAt += n;
      return n;
    }
    if (payload > 0) {
      int n = (int) Math.min(Math.min(length, payload), TEXT - textAt);
      System.arraycopy(text, textAt, buffer, offset, n);
      payload -= n;
      textAt = (textAt + n) % TEXT;
      return n;
    }
    int n = Math.min(length, padding);
    Arrays.fill(buffer, offset, offset + n, (byte) 0);
    padding -= n;
    return n;
  }

  private void startEntry() {
    headerAt = 0;
    if (next == entries) {
      header = new byte[2 * BLOCK];
      ended = true;
      return;
    }
    String directory = String.format("usr/share/directory-%06d/", next / IN_DIRECTORY);
    String name = directory + String.format("some-file-of-the-layer-%09d.txt", next);
    switch (next % IN_DIRECTORY) {
      case 0 -> header = header('5', directory, "", 0);
      case 1 -> header = header('2', name, "../directory-000000", 0);
      case 3 -> header = header('1', name, previous(directory), 0);
      default -> {
        payload = size();
        textAt = random.nextInt(TEXT);
        padding = (int) (-payload & (BLOCK - 1));
        header = header('0', name, "", payload);
      }
    }
    next++;
  }

  private String previous(String directory) {
    return directory + String.format("some-file-of-the-layer-%09d.txt", next - 1);
  }

  /** Nine small ones to a large one, and now and then a very large one. */
  private long size() {
    if (next % 3000 == 7) {
      return 300 * meanSize;
    }
    long bound = Math.max(1, next % 10 == 9 ? 11 * meanSize : meanSize);
    return meanSize == 0 ? 1 : random.nextLong(bound);
  }

  private static byte[] header(char typeflag, String name, String target, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, typeflag == '5' ? "0000755\0" : "0000644\0");
    put(block, 108, "0000000\0");
    put(block, 116, "0000000\0");
    put(block, 124, String.format("%011o", size));
    put(block, 136, "14524770400\0");
    put(block, 148, "        ");
    block[156] = (byte) typeflag;
    put(block, 157, target);
    put(block, 257, "ustar\00000");
    put(block, 265, "root");
    int sum = 0;
    for (byte b : block) {
      sum += b;
    }
    put(block, 148, String.format("%06o\0 ", sum));
    return block;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
