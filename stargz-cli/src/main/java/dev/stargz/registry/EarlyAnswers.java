package dev.stargz.registry;

import java.io.IOException;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpException;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpRequestExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Sees an answer that comes before the whole body was sent: instead of {@code 100 Continue}, or in
 * the middle, when a server answers 401 or 413 and closes. RFC 9112, 9.3 and 9.6.
 */
final class EarlyAnswers extends HttpRequestExecutor {
  private static final int WAIT_FOR_CONTINUE_MILLIS = 2000;
  private static final int WAIT_FOR_ANSWER_MILLIS = 1000;

  EarlyAnswers() {
    super(WAIT_FOR_CONTINUE_MILLIS);
  }

  @Override
  protected @Nullable HttpResponse doSendRequest(
      HttpRequest request, HttpClientConnection connection, HttpContext context)
      throws IOException, HttpException {
    HttpResponse early;
    try {
      early = super.doSendRequest(request, connection, context);
    } catch (RequestBodyException e) {
      throw e;
    } catch (IOException e) {
      early = answerAfter(e, connection);
    }
    if (early != null) {
      // The body that the server may still wait for never comes.
      early.setHeader(HttpHeaders.CONNECTION, "close");
    }
    return early;
  }

  private static HttpResponse answerAfter(IOException broken, HttpClientConnection connection)
      throws IOException {
    try {
      if (connection.isResponseAvailable(WAIT_FOR_ANSWER_MILLIS)) {
        HttpResponse answer = connection.receiveResponseHeader();
        if (answer.getStatusLine().getStatusCode() >= 400) {
          connection.receiveResponseEntity(answer);
          return answer;
        }
      }
    } catch (IOException | HttpException e) {
      broken.addSuppressed(e);
    }
    throw broken;
  }
}
