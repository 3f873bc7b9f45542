package dev.stargz.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Bearer realm=\"https://a/t\",service=\"s\"|bearer|https://a/t|s",
        "bearer REALM=https://a/t , Service=s|bearer|https://a/t|s",
        "BEARER realm=https://a/t?x=1&y=2,service=\"a, b c\"|bearer|https://a/t?x=1&y=2|a, b c",
        "Negotiate, Bearer realm=\"https://a/t\"|bearer|https://a/t|-",
        "Negotiate YWJj==, Bearer realm=\"https://a/t\"|bearer|https://a/t|-",
        "Basic realm=\"r\", Bearer realm=\"https://a/t\",service=s|bearer|https://a/t|s",
        "Bearer realm=\"https://a/t\",service=s, Basic realm=r|bearer|https://a/t|s",
        "Digest realm=\"d\", qop=\"auth, int\", Basic realm=\"b, c\"|basic|b, c|-",
        "Basic|basic|-|-",
        "Bearer realm = \"https://a/t\" , service = \"say \\\"s\\\"\"|bearer|https://a/t|say \"s\"",
        "Bearer error=x, Basic realm=r|basic|r|-",
        ",,Bearer ,realm=\"https://a/t\"|bearer|https://a/t|-",
        "Bearer realm=\"https://a/t|bearer|\"https://a/t|-",
      })
  void the_challenge_is_found_in_any_form(
      String header, String scheme, String realm, String service) {
    Challenge found = Challenge.choose(List.of(header)).orElseThrow();

    assertThat(found.scheme()).isEqualTo(scheme);
    assertThat(found.parameter("realm").orElse("-")).isEqualTo(realm);
    assertThat(found.parameter("service").orElse("-")).isEqualTo(service);
  }

  @Test
  void every_header_counts() {
    assertThat(Challenge.choose(List.of("Negotiate", "Basic realm=x", "Bearer realm=y")))
        .contains(new Challenge("bearer", Map.of("realm", "y")));
  }

  @Test
  void without_a_scheme_that_is_known_there_is_none() {
    assertThat(Challenge.choose(List.of("Negotiate", "NTLM abc=", "", "\"\"", "=,= =")))
        .isEqualTo(Optional.empty());
  }

  @Test
  void two_scopes_in_one_value_are_two_and_no_repository_is_named_twice() {
    assertThat(
            Scopes.merge(
                List.of("repository:d/x:pull,push"),
                List.of("repository:d/x:pull repository:s/y:pull", "junk", "repository:s/y:push")))
        .containsExactly("repository:d/x:pull,push", "repository:s/y:pull,push");
  }
}
