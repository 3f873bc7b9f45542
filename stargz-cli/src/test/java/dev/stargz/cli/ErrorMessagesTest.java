package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.image.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorMessagesTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("f"), "no such file: f"),
        Arguments.of(new AccessDeniedException("f"), "permission denied: f"),
        Arguments.of(new FileSystemException("f", null, "Is a directory"), "f: Is a directory"),
        Arguments.of(new UnknownHostException("x.y"), "no such host: x.y"),
        Arguments.of(new ConnectException("x.y:1"), "connection refused (x.y:1)"),
        Arguments.of(
            new SocketTimeoutException("Read timed out"),
            "nothing came for too long (Read timed out): --timeout allows more"),
        Arguments.of(new InterruptedIOException("whatever"), "interrupted"),
        Arguments.of(new ImageException("x.y/a: get manifest: 404"), "x.y/a: get manifest: 404"),
        Arguments.of(new IOException("as it is"), "as it is"),
        Arguments.of(new IOException(), "java.io.IOException"),
        Arguments.of(new IllegalStateException("a bug"), "java.lang.IllegalStateException: a bug"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void each_failure_has_its_line(Throwable failure, String line) {
    assertThat(ErrorMessages.of(failure)).isEqualTo(line);
  }

  @Test
  void where_tls_fails_the_flags_are_named_once() {
    Exception tls = new SSLHandshakeException("PKIX path building failed");
    tls.initCause(new CertificateException("PKIX"));
    assertThat(ErrorMessages.of(new ImageException("x.y: TLS: PKIX", tls)))
        .startsWith("x.y: TLS: PKIX; --ca-file FILE trusts the certificates in it, --insecure any");
    assertThat(ErrorMessages.of(new ImageException("x.y: try --ca-file", tls)))
        .isEqualTo("x.y: try --ca-file");
  }

  @Test
  void a_connection_that_broke_in_a_handshake_is_no_reason_to_trust_anybody() {
    Exception tls = new SSLHandshakeException("Remote host terminated the handshake");

    assertThat(ErrorMessages.of(new ImageException("x.y: TLS: ended", tls)))
        .isEqualTo("x.y: TLS: ended");
  }

  @Test
  void an_answer_in_plain_http_names_that() {
    Exception tls = new SSLException("Unsupported or unrecognized SSL message");

    assertThat(ErrorMessages.of(new ImageException("x.y: TLS: " + tls.getMessage(), tls)))
        .endsWith("SSL message; if it speaks plain HTTP, put http:// in front");
  }

  @Test
  void a_full_disk_names_the_option_for_another_unless_it_is_stdout() {
    assertThat(ErrorMessages.of(new IOException("No space left on device")))
        .isEqualTo(
            "No space left on device; --temp-dir DIR names another place for temporary files");
    assertThat(ErrorMessages.of(new IOException("stdout: No space left on device")))
        .isEqualTo("stdout: No space left on device");
  }
}
