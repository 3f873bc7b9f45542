package dev.stargz.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Says where it was that no more could be written: "No space left on device" alone says nothing.
 */
final class NamedOutput extends FilterOutputStream {
  private final String name;

  NamedOutput(OutputStream out, String name) {
    super(out);
    this.name = name;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** As Linux and macOS say it; translated messages have it in brackets. */
  private static boolean isBrokenPipe(IOException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe");
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      String message = name + ": " + e.getMessage();
      throw isBrokenPipe(e) ? new BrokenPipeException(message, e) : new IOException(message, e);
    }
  }
}
