package dev.stargz.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.http.NoHttpResponseException;
import org.apache.http.conn.ConnectTimeoutException;

/** What broke a connection, in words for people. */
final class Failures {
  private Failures() {}

  /** One line, without secrets. */
  static String reason(IOException e) {
    String message = Redaction.of(e.getMessage() == null ? e.toString() : e.getMessage());
    if (e instanceof UnknownHostException) {
      return "no such host: " + message;
    }
    if (e instanceof ConnectTimeoutException) {
      return "the connection took too long";
    }
    if (e instanceof ConnectException) {
      return "connection refused";
    }
    if (e instanceof SocketTimeoutException) {
      return "no byte came in time";
    }
    if (e instanceof NoHttpResponseException) {
      return "the connection was closed without an answer";
    }
    if (e instanceof SSLException) {
      return "TLS: " + message;
    }
    return message;
  }
}
