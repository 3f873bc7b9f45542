package dev.stargz.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
  private static JsonObject parse(String json) {
    return JsonObject.parse(json.getBytes(UTF_8));
  }

  private static String text(JsonValue value) {
    return new String(value.toBytes(), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"b\":1,\"a\":2}",
        "{\"n\":[1.50,1e3,-0,1E+2,123456789012345678901234567890,0.1e-7]}",
        "{\"s\":[\"\",\"\\u003cb\\u003e\",\"\\/\",\"é\",\"\\ud83d\\ude00\",\"\\ud800\",\"\\n\"]}",
        "{\"l\":[true,false,null,{},[],[[]]]}",
        "{\"k\\\"ey\":{\"\":\"\"}}"
      })
  void what_is_not_changed_is_spelled_as_it_was(String json) {
    assertThat(text(parse(json))).isEqualTo(json);
  }

  @Test
  void blanks_between_values_go() {
    assertThat(text(parse(" { \"a\" : [ 1 , 2 ] ,\n\t\"b\" : \" x \" } \n")))
        .isEqualTo("{\"a\":[1,2],\"b\":\" x \"}");
  }

  @Test
  void a_field_is_changed_in_its_place_or_comes_last() {
    JsonObject json = parse("{\"a\":1,\"b\":2}");
    assertThat(text(json.with("a", "x"))).isEqualTo("{\"a\":\"x\",\"b\":2}");
    assertThat(text(json.with("c", "x"))).isEqualTo("{\"a\":1,\"b\":2,\"c\":\"x\"}");
    assertThat(text(json.without("a"))).isEqualTo("{\"b\":2}");
    assertThat(text(json)).isEqualTo("{\"a\":1,\"b\":2}");
  }

  @Test
  void a_string_that_is_set_to_what_it_means_keeps_its_spelling() {
    JsonObject json = parse("{\"a\":\"\\u003cb\"}");
    assertThat(json.string("a")).contains("<b");
    assertThat(text(json.with("a", "<b"))).isEqualTo("{\"a\":\"\\u003cb\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":1} x",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "[]",
        "nul",
        "<html>",
        "{\"a\":NaN}",
        "{'a':1}"
      })
  void what_is_no_object_or_says_a_thing_twice_is_refused(String json) {
    assertThatThrownBy(() -> parse(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void deep_nesting_is_refused_rather_than_overflowing() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> parse(deep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("500");
  }

  @Test
  void fields_of_another_type_are_not_there() {
    JsonObject json = parse("{\"s\":\"1\",\"n\":1,\"o\":{},\"a\":[],\"f\":1.5}");
    assertThat(json.number("s")).isEmpty();
    assertThat(json.number("f")).isEmpty();
    assertThat(json.number("n")).hasValue(1);
    assertThat(json.string("n")).isEmpty();
    assertThat(json.object("a")).isEmpty();
    assertThat(json.array("o")).isEmpty();
    assertThat(json.find("x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void what_is_not_utf_8_is_refused(String charset) {
    byte[] bytes = "{\"a\":\"b\"}".getBytes(Charset.forName(charset));
    assertThatThrownBy(() -> JsonObject.parse(bytes)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_byte_order_mark_is_refused_as_go_does() {
    assertThatThrownBy(() -> parse("\ufeff{}")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_name_that_is_no_text_is_refused_as_it_could_not_be_written_again() {
    assertThatThrownBy(() -> parse("{\"\\ud800\":1}")).isInstanceOf(IllegalArgumentException.class);
  }
}
