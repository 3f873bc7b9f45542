package dev.stargz.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.http.client.methods.CloseableHttpResponse;

/** An answer's body. Closing it early ends the connection: the rest isn't worth reading. */
final class ReceivedBody extends FilterInputStream {
  private final CloseableHttpResponse answer;

  ReceivedBody(InputStream content, CloseableHttpResponse answer) {
    super(content);
    this.answer = answer;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      throw HttpTransport.told(e, null);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return super.read(buffer, offset, length);
    } catch (IOException e) {
      throw HttpTransport.told(e, null);
    }
  }

  @Override
  public void close() throws IOException {
    answer.close();
  }
}
