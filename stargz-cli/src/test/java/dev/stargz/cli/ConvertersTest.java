package dev.stargz.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.BlobFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ConvertersTest {
  private final Converters.ToByteCount bytes = new Converters.ToByteCount();

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "007, 7",
    "4194304, 4194304",
    "4k, 4096",
    "4K, 4096",
    "4m, 4194304",
    "4M, 4194304",
    "2047m, 2146435072",
  })
  void a_byte_count_is_bytes_kibibytes_or_mebibytes(String value, int count) {
    assertThat(bytes.convert(value)).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2048m", "999999999k", "999999999m"})
  void a_byte_count_beyond_an_int_is_the_largest_one(String value) {
    assertThat(bytes.convert(value)).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "4g", "4kb", "4 k", "-1", "+1", "1.5m", "0x10", "1e6", "\u0663"})
  void anything_else_is_no_byte_count(String value) {
    assertThatThrownBy(() -> bytes.convert(value))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expected bytes, such as 4194304 or 4m, found '" + value + "'");
  }

  @Test
  void a_format_is_told_by_its_name_in_lower_case() {
    Converters.ToBlobFormat format = new Converters.ToBlobFormat();
    assertThat(format.convert("estargz")).isEqualTo(BlobFormat.ESTARGZ);
    assertThat(format.convert("stargz")).isEqualTo(BlobFormat.STARGZ);
    assertThatThrownBy(() -> format.convert("ESTARGZ"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expected one of estargz, stargz, found 'ESTARGZ'");
  }

  @Test
  void a_progress_mode_is_told_by_its_name_in_lower_case() {
    Converters.ToProgressMode mode = new Converters.ToProgressMode();
    assertThat(mode.convert("auto")).isEqualTo(ProgressMode.AUTO);
    assertThat(mode.convert("plain")).isEqualTo(ProgressMode.PLAIN);
    assertThat(mode.convert("none")).isEqualTo(ProgressMode.NONE);
    assertThatThrownBy(() -> mode.convert(""))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expected one of auto, plain, none, found ''");
  }
}
