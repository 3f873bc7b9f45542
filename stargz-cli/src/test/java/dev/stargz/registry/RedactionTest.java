package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "https://me:hunter2@r.example/x|https://r.example/x",
        "see https://s3/x?X-Sig=hunter2&y=1 now|see https://s3/x?… now",
        "Authorization: Bearer hunter2hunter2|Authorization: Bearer …",
        "authorization: basic aHVudGVyMg==|authorization: basic …",
        "{\"refresh_token\": \"hunter2\"}|{\"refresh_token\": …}",
        "password=hunter2, user=me|password=…, user=me",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln is no good|… is no good",
        "name unknown: is it there?|name unknown: is it there?",
      })
  void what_may_be_a_secret_is_left_out(String text, String shown) {
    assertThat(Redaction.of(text)).isEqualTo(shown);
  }

  @Test
  void a_message_is_one_short_line() {
    assertThat(Redaction.of("a\n\u001b[31mb\r\n\tc")).isEqualTo("a [31mb c");
    assertThat(Redaction.of("x".repeat(100_000))).hasSize(301);
  }

  @Test
  void of_a_uri_neither_user_nor_query_is_shown() {
    assertThat(Redaction.of(URI.create("https://me:pw@[::1]:5000/a%20b?sig=1#f")))
        .isEqualTo("https://[::1]:5000/a%20b?…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<?xml version='1'?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature"
            + " differs</Message><AWSAccessKeyId>AKIA1</AWSAccessKeyId><SignatureProvided>ab12"
            + "|SignatureDoesNotMatch: The request signature differs",
        "<html><body>Bad gateway AKIA1 ab12</body></html>|''",
        "out of order|out of order",
      })
  void of_what_a_store_says_only_code_and_message_are_shown(String body, String shown) {
    assertThat(OciError.text(body.getBytes(StandardCharsets.UTF_8), "application/xml"))
        .isEqualTo(shown);
  }

  @Test
  void many_errors_are_one_short_line() {
    String error = "{\"code\":\"DENIED\",\"message\":\"no\"}";
    String body = "{\"errors\":[" + error + ("," + error).repeat(100) + "]}";

    assertThat(OciError.text(body.getBytes(StandardCharsets.UTF_8), "application/json"))
        .startsWith("DENIED: no; DENIED: no;")
        .hasSizeLessThan(310);
  }
}
