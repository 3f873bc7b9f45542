package dev.stargz.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class LoginsTest {
  private static Logins read(Map<String, String> environment, InputStream in, String... args)
      throws IOException {
    return read(2, environment, in, args);
  }

  /** With SRC alone in a registry, or both. */
  private static Logins read(
      int sides, Map<String, String> environment, InputStream in, String... args)
      throws IOException {
    CredentialOptions options = new CredentialOptions();
    @Command
    class Holder {}
    CommandLine line = new CommandLine(new Holder()).addMixin("credentials", options);
    Streams streams =
        new Streams(
            in,
            OutputStream.nullOutputStream(),
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
            false,
            false,
            false);
    Invocation invocation = new Invocation(streams, environment, line.parseArgs(args));
    return Logins.read(options, invocation, true, sides > 1);
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static Login login(String username, String password) {
    return new Login(Optional.of(username), Optional.of(password), Optional.empty());
  }

  @Test
  void without_a_word_nobody_is_named() throws IOException {
    Logins logins = read(Map.of("STARGZIFY_TO_USERNAME", ""), in("x"));
    assertThat(logins.from().isNone()).isTrue();
    assertThat(logins.to().isNone()).isTrue();
  }

  @Test
  void passwords_on_stdin_are_a_line_each_that_of_src_first() throws IOException {
    InputStream in = in("öne\r\n two \nrest");
    Logins logins =
        read(
            Map.of(),
            in,
            "--to-password-stdin",
            "--from-password-stdin",
            "--to-username=t",
            "--from-username=f");
    assertThat(logins.from()).isEqualTo(login("f", "öne"));
    assertThat(logins.to()).isEqualTo(login("t", " two "));
    assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("rest");
  }

  @Test
  void the_last_line_needs_no_end() throws IOException {
    assertThat(read(Map.of(), in("p"), "--to-password-stdin", "--to-username=t").to())
        .isEqualTo(login("t", "p"));
  }

  @Test
  void the_environment_names_either_side() throws IOException {
    Map<String, String> environment =
        Map.of(
            "STARGZIFY_FROM_USERNAME",
            "f",
            "STARGZIFY_FROM_PASSWORD",
            "1",
            "STARGZIFY_TO_USERNAME",
            "t",
            "STARGZIFY_TO_PASSWORD",
            "2");
    assertThat(read(environment, in(""))).isEqualTo(new Logins(login("f", "1"), login("t", "2")));
    assertThat(read(environment, in("3"), "--to-password-stdin", "--to-username=o").to())
        .isEqualTo(login("o", "3"));
    assertThat(read(environment, in(""), "--to-credential-helper=h").to())
        .isEqualTo(new Login(Optional.empty(), Optional.empty(), Optional.of("h")));
  }

  @Test
  void what_the_environment_says_of_a_side_without_a_registry_is_of_no_use() throws IOException {
    assertThat(read(1, Map.of("STARGZIFY_TO_USERNAME", "half"), in("")).to().isNone()).isTrue();
  }

  @Test
  void a_line_that_is_too_long_is_an_error_and_never_cut() {
    InputStream in = in("p".repeat((1 << 16) + 1) + "\nother\n");

    assertThatThrownBy(() -> read(Map.of(), in, "--to-password-stdin", "--to-username=t"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--to-password-stdin: a line of more than 65536 bytes");
  }

  @Test
  void half_a_login_is_an_error_that_says_what_is_missing() {
    assertThatThrownBy(() -> read(Map.of("STARGZIFY_TO_PASSWORD", "hush"), in("")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("STARGZIFY_TO_PASSWORD needs a name: --to-username or")
        .hasMessageNotContaining("hush");
    assertThatThrownBy(() -> read(Map.of("STARGZIFY_FROM_USERNAME", "f"), in("")))
        .hasMessageStartingWith("STARGZIFY_FROM_USERNAME needs a password: --from-password-stdin");
    assertThatThrownBy(() -> read(Map.of(), in("hush\n"), "--to-password-stdin"))
        .hasMessageStartingWith("--to-password-stdin needs a name")
        .hasMessageNotContaining("hush");
  }

  @Test
  void where_both_sides_are_one_place_either_login_will_do() throws IOException {
    Logins logins = read(Map.of(), in("p"), "--to-password-stdin", "--to-username=t");
    assertThat(logins.shared()).isEqualTo(new Logins(login("t", "p"), login("t", "p")));
  }

  @Test
  void a_login_never_shows_its_password() {
    assertThat(new Logins(login("f", "hush"), login("t", "hush")).toString())
        .doesNotContain("hush");
  }

  // ---- commands that read

  private static Login readOne(Map<String, String> environment, InputStream in, String... args)
      throws IOException {
    ReadingCredentials options = new ReadingCredentials();
    @Command
    class Holder {}
    CommandLine line = new CommandLine(new Holder()).addMixin("credentials", options);
    Streams streams =
        new Streams(
            in,
            OutputStream.nullOutputStream(),
            new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
            false,
            false,
            false);
    return Logins.read(options, new Invocation(streams, environment, line.parseArgs(args)));
  }

  @Test
  void a_command_that_reads_has_one_login() throws IOException {
    Map<String, String> environment =
        Map.of("STARGZIFY_FROM_USERNAME", "f", "STARGZIFY_FROM_PASSWORD", "1");

    assertThat(readOne(environment, in(""))).isEqualTo(login("f", "1"));
    assertThat(readOne(Map.of(), in("p\n"), "--username=u", "--password-stdin"))
        .isEqualTo(login("u", "p"));
    assertThatThrownBy(() -> readOne(Map.of(), in(""), "--username=u"))
        .hasMessage(
            "--username needs a password: --password-stdin or the environment's"
                + " STARGZIFY_FROM_PASSWORD");
    assertThatThrownBy(() -> readOne(Map.of(), in(""), "--credential-helper=h", "--password-stdin"))
        .hasMessage("--credential-helper and --password-stdin contradict each other");
  }
}
