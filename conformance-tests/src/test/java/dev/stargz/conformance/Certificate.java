package dev.stargz.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate made for a test, with its private key.
 *
 * @param file the certificate, in PEM
 * @param key its key without a password, in PEM (PKCS #8)
 * @param authority the certificate that vouches for it, in PEM: what a client has to be told
 */
record Certificate(Path file, Path key, Path authority) {
  /** One for 127.0.0.1 and localhost, from an authority of its own that nobody else knows. */
  static Certificate forLoopback(Path directory) throws IOException, InterruptedException {
    Certificate authority = selfSigned(Files.createDirectories(directory.resolve("authority")));
    Path key = directory.resolve("key.pem");
    Path file = directory.resolve("certificate.pem");
    Command.bash(
        """
        openssl req -newkey rsa:2048 -nodes -subj "/CN=registry" -keyout "$1" -out "$2.request"
        printf 'subjectAltName=IP:127.0.0.1,DNS:localhost' > "$2.names"
        openssl x509 -req -in "$2.request" -days 2 -CA "$3" -CAkey "$4" -CAcreateserial \\
          -extfile "$2.names" -out "$2"
        """,
        key,
        file,
        authority.file(),
        authority.key());
    return new Certificate(file, key, authority.file());
  }

  /** One that vouches for itself. */
  static Certificate selfSigned(Path directory) throws IOException, InterruptedException {
    Needs.these("openssl");
    Path key = directory.resolve("key.pem");
    Path file = directory.resolve("certificate.pem");
    Command.bash(
        """
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority of a test" \\
          -keyout "$1" -out "$2"
        """,
        key,
        file);
    return new Certificate(file, key, file);
  }
}
