package dev.stargz.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/amd64, linux/arm64, false",
    "linux/amd64, windows/amd64, false",
    "linux/arm64, linux/arm64/v8, true",
    "linux/arm64/v8, linux/arm64, true",
    "linux/arm/v7, linux/arm, true",
    "linux/arm/v6, linux/arm, false",
    "linux/arm, linux/arm/v6, true",
    "linux/arm/v6, linux/arm/v7, false",
    "linux/amd64/v2, linux/amd64, false",
  })
  void what_is_asked_for_matches_what_an_image_says(String wanted, String image, boolean matches) {
    assertThat(Platform.parse(wanted).matches(Platform.parse(image))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linux", "linux/", "/amd64", "linux/arm/v7/x", "Linux/amd64", "a b/c"})
  void other_texts_are_no_platforms(String text) {
    assertThatThrownBy(() -> Platform.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linux/arm64");
  }

  @Test
  void this_machine_s_platform_is_linux_on_a_processor_by_go_s_name() {
    assertThat(Platform.ofMachine().toString())
        .isEqualTo(Platform.parse(Platform.ofMachine().toString()).toString())
        .startsWith("linux/")
        .doesNotContain("x86_64", "aarch64");
  }
}
