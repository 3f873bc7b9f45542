package dev.stargz.format.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.tar.SparseMap.Fragment;
import dev.stargz.format.tar.SparseMap.PaxForm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseMapTest {
  private static PaxRecords pax(String... keysAndValues) {
    PaxRecords records = PaxRecords.NONE;
    for (int i = 0; i < keysAndValues.length; i += 2) {
      byte[] value = keysAndValues[i + 1].getBytes(StandardCharsets.ISO_8859_1);
      records = records.with("GNU.sparse." + keysAndValues[i], value);
    }
    return records;
  }

  private static SparseMap map(long realSize, Long... numbers) {
    return SparseMap.ofNumbers(List.of(numbers), realSize);
  }

  @Test
  void aGoodMapPassesItsCheck() {
    assertThat(map(100, 0L, 10L, 50L, 5L, 100L, 0L).checked(15).fragments())
        .containsExactly(new Fragment(0, 10), new Fragment(50, 5), new Fragment(100, 0));
    assertThat(map(0).checked(0).fragments()).isEmpty();
    assertThat(map(Long.MAX_VALUE, Long.MAX_VALUE - 1, 1L).checked(1).realSize())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aMapThatContradictsItselfIsRefused() {
    assertRefused(map(100, 0L, 10L, 9L, 5L), 15); // overlaps
    assertRefused(map(100, 50L, 10L, 0L, 5L), 15); // goes back
    assertRefused(map(100, 96L, 5L), 5); // behind the end
    assertRefused(map(100, 101L, 0L), 0);
    assertRefused(map(100, -1L, 5L), 5);
    assertRefused(map(100, 5L, -1L), -1);
    assertRefused(map(100, Long.MAX_VALUE, Long.MAX_VALUE), -2);
    assertRefused(map(-1, 0L, 0L), 0);
    assertRefused(map(100, 0L, 10L), 9); // stored size differs
    assertRefused(map(100), 1);
  }

  private static void assertRefused(SparseMap map, long storedSize) {
    assertThatThrownBy(() -> map.checked(storedSize))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sparse map");
  }

  @Test
  void theRecordsTellTheForm() {
    assertThat(SparseMap.paxForm(pax())).isEqualTo(PaxForm.NONE);
    assertThat(SparseMap.paxForm(pax("name", "x"))).isEqualTo(PaxForm.NONE);
    assertThat(SparseMap.paxForm(pax("size", "1", "map", "0,1"))).isEqualTo(PaxForm.IN_RECORDS);
    assertThat(SparseMap.paxForm(pax("major", "0", "minor", "1"))).isEqualTo(PaxForm.IN_RECORDS);
    assertThat(SparseMap.paxForm(pax("major", "1", "minor", "0"))).isEqualTo(PaxForm.IN_PAYLOAD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "x"})
  void aVersionNobodyKnowsIsUnsupported(String minor) {
    assertThatThrownBy(() -> SparseMap.paxForm(pax("major", "1", "minor", minor)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("1." + minor);
  }

  @Test
  void recordsHoldTheMapInEitherWay() {
    List<Fragment> expected = List.of(new Fragment(0, 1), new Fragment(5, 2));
    PaxRecords pairs =
        pax("size", "9", "offset", "0", "numbytes", "1", "offset", "5", "numbytes", "2");
    assertThat(SparseMap.ofRecords(pairs).fragments()).isEqualTo(expected);
    PaxRecords list = pax("realsize", "9", "map", "0,1,5,2");
    assertThat(SparseMap.ofRecords(list).fragments()).isEqualTo(expected);
    assertThat(SparseMap.ofRecords(list).realSize()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", "1.0", "0x1", " 1", "1234567890123456789", "\u0661"})
  void whatIsNoDecimalNumberIsRefused(String digits) {
    assertThatThrownBy(() -> SparseMap.decimal(digits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("decimal");
    assertThat(SparseMap.decimal("123456789012345678")).isEqualTo(123456789012345678L);
  }
}
