package dev.stargz.format.toc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TOCs as any writer makes them, and as none should. JSON is written with ' for ". */
class TocParserTest {
  private static final long HEAP = 64 << 20;
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static Toc parse(String json) throws IOException {
    return parse(json.replace('\'', '"').getBytes(UTF_8));
  }

  private static Toc parse(byte[] json) throws IOException {
    return TocParser.parse(new ByteArrayInputStream(json), HEAP);
  }

  private static List<TocEntry> entries(String entries) throws IOException {
    return parse("{'version':1,'entries':[" + entries + "]}").entries();
  }

  private static TocEntry entry(String fields) throws IOException {
    return entries("{" + fields + "}").get(0);
  }

  @Test
  void everyFieldIsRead() throws IOException {
    TocEntry entry =
        entry(
            "'name':'d/f','type':'reg','size':5,'modtime':'2001-09-09T01:46:40Z','linkName':'l',"
                + "'mode':33188,'uid':4294967294,'gid':9223372036854775807,'userName':'u',"
                + "'groupName':'g','offset':7,'innerOffset':8,'devMajor':9,'devMinor':10,"
                + "'xattrs':{'user.a':'AP8=','user.b':''},'digest':'"
                + DIGEST
                + "',"
                + "'chunkOffset':11,'chunkSize':12,'chunkDigest':'"
                + DIGEST
                + "'");
    assertThat(entry.name()).isEqualTo(EntryName.of("d/f"));
    assertThat(entry.type()).isEqualTo(TocEntryType.REGULAR);
    assertThat(entry.size()).isEqualTo(5);
    assertThat(entry.modTime()).isEqualTo(1_000_000_000);
    assertThat(entry.linkName()).isEqualTo(EntryName.of("l"));
    assertThat(entry.mode()).isEqualTo(33188);
    assertThat(entry.uid()).isEqualTo(4294967294L);
    assertThat(entry.gid()).isEqualTo(Long.MAX_VALUE);
    assertThat(entry.userName()).isEqualTo("u");
    assertThat(entry.groupName()).isEqualTo("g");
    assertThat(entry.offset()).isEqualTo(7);
    assertThat(entry.innerOffset()).isEqualTo(8);
    assertThat(entry.devMajor()).isEqualTo(9);
    assertThat(entry.devMinor()).isEqualTo(10);
    assertThat(entry.xattrs())
        .containsEntry("user.a", new byte[] {0, -1})
        .containsEntry("user.b", new byte[0]);
    assertThat(entry.digest()).isEqualTo(Digest.parse(DIGEST));
    assertThat(entry.chunkOffset()).isEqualTo(11);
    assertThat(entry.chunkSize()).isEqualTo(12);
    assertThat(entry.chunkDigest()).isEqualTo(Digest.parse(DIGEST));
  }

  @Test
  void noEntryHasTheTimeOrDigestsOfTheOneBefore() throws IOException {
    String other = DIGEST.replaceFirst("[0-9a-f]{4}$", "fedc");
    List<TocEntry> entries =
        entries(
            "{'name':'a','type':'reg','modtime':'1970-01-01T00:00:05Z','digest':'"
                + DIGEST
                + "','chunkDigest':'"
                + other
                + "'},"
                + "{'name':'b','type':'reg','modtime':'1970-01-01T00:00:06Z','digest':'"
                + other
                + "'},{'name':'c','type':'reg'}");
    assertThat(entries).extracting(TocEntry::modTime).containsExactly(5L, 6L, 0L);
    assertThat(entries)
        .extracting(entry -> String.valueOf(entry.digest()))
        .containsExactly(DIGEST, other, "null");
    assertThat(entries)
        .extracting(entry -> String.valueOf(entry.chunkDigest()))
        .containsExactly(other, "null", "null");
  }

  @Test
  void whatIsLeftOutIsZeroOrEmpty() throws IOException {
    TocEntry entry = entry("'name':'f','type':'reg'");
    assertThat(entry.size()).isZero();
    assertThat(entry.modTime()).isZero();
    assertThat(entry.linkName().isEmpty()).isTrue();
    assertThat(entry.userName()).isEmpty();
    assertThat(entry.xattrs()).isEmpty();
    assertThat(entry.digest()).isNull();
    assertThat(entry.chunkDigest()).isNull();
    assertThat(entry.hasContent()).isFalse();
  }

  @Test
  void unknownFieldsOfAnyShapeAreIgnored() throws IOException {
    assertThat(
            parse(
                    "{'generator':{'name':['x',{'entries':[1]}]},'version':1,'entries':[{'NumLink':2,"
                        + "'future':{'a':[[]]},'name':'f','type':'dir','more':null}],'after':[1,2]}")
                .entries())
        .extracting(TocEntry::toString)
        .containsExactly("dir f");
  }

  @Test
  void fieldsMayComeInAnyOrderWithAnySpace() throws IOException {
    String json =
        " { 'entries' : [ { 'type' : 'reg' ,\n'size':3, 'name' : 'f' } ] , 'version' : 1 }\n\n";
    assertThat(parse(json).entries()).extracting(TocEntry::size).containsExactly(3L);
  }

  @Test
  void goWritesAnEmptyListAndEmptyBytesAsNull() throws IOException {
    assertThat(parse("{'version':1,'entries':null}").entries()).isEmpty();
    assertThat(parse("{'version':1}").entries()).isEmpty();
    TocEntry entry = entry("'name':'f','type':'reg','xattrs':{'user.a':null},'digest':''");
    assertThat(entry.xattrs()).containsEntry("user.a", new byte[0]);
    assertThat(entry.digest()).isNull();
    assertThat(entry("'name':'f','type':'reg','size':null,'xattrs':null").size()).isZero();
  }

  @Test
  void anOwnersNameHoldsForItsNumberUntilAnotherComes() throws IOException {
    List<TocEntry> entries =
        entries(
            "{'name':'a','type':'reg','uid':1,'gid':2,'userName':'u','groupName':'g'},"
                + "{'name':'b','type':'reg','uid':1,'gid':2},"
                + "{'name':'c','type':'reg','uid':3,'gid':2,'groupName':'h'},"
                + "{'name':'d','type':'reg','uid':1,'gid':2},"
                + "{'name':'e','type':'reg','uid':1,'gid':1,'userName':''},"
                + "{'name':'f','type':'reg','uid':1,'gid':1},"
                + "{'name':'f','type':'chunk','uid':1,'gid':2}");
    assertThat(entries)
        .extracting(TocEntry::userName)
        .containsExactly("u", "u", "", "u", "", "", "");
    assertThat(entries)
        .extracting(TocEntry::groupName)
        .containsExactly("g", "g", "h", "h", "", "", "");
  }

  @Test
  void exactBytesWinOverReadableNames() throws IOException {
    TocEntry entry =
        entry(
            "'name':'\\\\xFF','type':'symlink','linkName':'\\\\xAA',"
                + "'nameBase64':'/w==','linkNameBase64':'qg=='");
    assertThat(entry.name()).isEqualTo(EntryName.of(new byte[] {-1}));
    assertThat(entry.readableName()).isEqualTo("\\xFF");
    assertThat(entry.linkName()).isEqualTo(EntryName.of(new byte[] {(byte) 0xaa}));
    assertThat(entry.readableLinkName()).isEqualTo("\\xAA");
  }

  @ParameterizedTest
  @CsvSource({
    "2001-09-09T01:46:40Z, 1000000000",
    "2001-09-09T03:46:40+02:00, 1000000000",
    "2001-09-09T01:46:40.999999999Z, 1000000000",
    "1969-12-31T23:59:59.5Z, -1",
    "0001-01-01T00:00:00Z, -62135596800",
    "9999-12-31T23:59:59Z, 253402300799"
  })
  void timesAreThoseOfRfc3339(String time, long seconds) throws IOException {
    assertThat(entry("'name':'f','type':'reg','modtime':'" + time + "'").modTime())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dir", "reg", "symlink", "hardlink", "char", "block", "fifo", "chunk"})
  void everyTypeIsKnown(String type) throws IOException {
    assertThat(entry("'name':'f','type':'" + type + "'").type().jsonName()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'type':'reg'",
        "'name':'f'",
        "'name':null,'type':'reg'",
        "'name':'f','type':'socket'",
        "'name':'f','type':'REG'",
        "'name':'f','type':''",
        "'name':1,'type':'reg'",
        "'name':['f'],'type':'reg'",
        "'name':{},'type':'reg'",
        "'name':'f','type':'reg','size':-1",
        "'name':'f','type':'reg','size':'1'",
        "'name':'f','type':'reg','size':true",
        "'name':'f','type':'reg','size':9223372036854775808",
        "'name':'f','type':'reg','size':1e400",
        "'name':'f','type':'reg','offset':-1",
        "'name':'f','type':'reg','innerOffset':-1",
        "'name':'f','type':'reg','chunkOffset':-9223372036854775808",
        "'name':'f','type':'reg','chunkSize':-1",
        "'name':'f','type':'reg','digest':'sha512:00'",
        "'name':'f','type':'reg','chunkDigest':5",
        "'name':'f','type':'reg','modtime':'yesterday'",
        "'name':'f','type':'reg','modtime':5",
        "'name':'f','type':'reg','xattrs':[]",
        "'name':'f','type':'reg','xattrs':{'a':'*'}",
        "'name':'f','type':'reg','xattrs':{'a':{}}",
        "'name':'f','type':'reg','nameBase64':'?'"
      })
  void fieldsOfTheWrongKindAreCorrupt(String fields) {
    assertThatThrownBy(() -> entry(fields))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("TOC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "1",
        "[]",
        "'x'",
        "{",
        "{'version':1,'entries':[",
        "{'version':1,'entries':[{",
        "{'version':1,'entries':[{'name':'f','type':'reg'",
        "{'version':1,'entries':[{'name':'f','type':'reg'},]}",
        "{'version':1,'entries':[1]}",
        "{'version':1,'entries':[null]}",
        "{'version':1,'entries':{}}",
        "{'version':1,'entries':'x'}",
        "{'version':'1','entries':[]}",
        "{'version':1,'entries':[]} x",
        "{'version':1,'entries':[]}{}",
        "{'version':1,'entries':[]}\0",
        "{'version':01}",
        "{'version':99999999999}",
        "not json"
      })
  void whatIsNoTocIsCorrupt(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("TOC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'entries':[]}", "{'version':0}", "{'version':2}", "{'version':-1}"})
  void anotherVersionIsUnsupported(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("version");
  }

  @Test
  void everyCutOfATocIsCorrupt() {
    String json =
        "{'version':1,'entries':[{'name':'f\\u00e9','type':'reg','size':3,'xattrs':{'a':'AA=='}}]}";
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> parse(cut)).as("%d", length).isInstanceOf(CorruptException.class);
    }
  }

  @Test
  void everyFlippedBitIsReadOrATypedException() throws IOException {
    byte[] bytes =
        "{'version':1,'entries':[{'name':'f','type':'reg','size':3,'xattrs':{'a':'AA=='}}]}"
            .replace('\'', '"')
            .getBytes(UTF_8);
    int refused = 0;
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        parse(flipped);
      } catch (StargzException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(4 * bytes.length);
  }

  @Test
  void brokenUtf8IsCorrupt() {
    String json = "{'version':1,'entries':[{'name':'\u00ff','type':'dir'}]}".replace('\'', '"');
    assertThatThrownBy(() -> parse(json.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void theMessageSaysWhere() {
    assertThatThrownBy(() -> entries("{'name':'a','type':'dir'},{'name':'b','type':'bad'}"))
        .isInstanceOf(CorruptException.class)
        .hasMessageMatching("byte [1-9][0-9] of the TOC: .*'bad'.*");
    assertThatThrownBy(() -> entries("{'name':'a','type':'dir'},}"))
        .isInstanceOf(CorruptException.class)
        .hasMessageMatching("byte [1-9][0-9] of the TOC: .*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void otherEncodingsAndTheirErrorsAreNoUntypedException(String charset) throws IOException {
    byte[] start = "{".getBytes(Charset.forName(charset));
    byte[] wrong = new byte[64];
    Arrays.fill(wrong, (byte) 0xfe);
    System.arraycopy(start, 0, wrong, 0, start.length);
    assertThatThrownBy(() -> parse(wrong)).isInstanceOf(CorruptException.class);
  }

  @Test
  void deepNestingIsRefusedAndNoStackOverflow() {
    String json = "{'version':1,'x':" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThatThrownBy(() -> parse(json)).isInstanceOf(UnsupportedException.class);
  }

  @Test
  void aTocOfMoreHeapThanGivenIsUnsupported() {
    StringBuilder json = new StringBuilder("{'version':1,'entries':[");
    for (int i = 0; i < 1000; i++) {
      json.append(i == 0 ? "" : ",").append("{'name':'f").append(i).append("','type':'dir'}");
    }
    byte[] bytes = json.append("]}").toString().replace('\'', '"').getBytes(UTF_8);
    assertThatThrownBy(() -> TocParser.parse(new ByteArrayInputStream(bytes), 100_000))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("100000 bytes")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void theStreamIsReadToItsEndAndLeftOpen() throws IOException {
    boolean[] closed = new boolean[1];
    try (InputStream in =
        new FilterInputStream(
            new ByteArrayInputStream("{\"version\":1,\"entries\":[]}  ".getBytes(UTF_8))) {
          @Override
          public void close() {
            closed[0] = true;
          }
        }) {
      TocParser.parse(in, HEAP);
      assertThat(closed[0]).isFalse();
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void aFailureOfTheStreamIsPassedOnAsItIs() {
    IOException failure = new IOException("gone");
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw failure;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw failure;
          }
        };
    assertThatThrownBy(() -> TocParser.parse(in, HEAP)).isSameAs(failure);
  }

  @Test
  void longNamesAreRead() throws IOException {
    String name = "n".repeat(100_000);
    assertThat(entry("'name':'" + name + "','type':'dir'").name().length()).isEqualTo(100_000);
  }

  @Test
  void tocs_that_are_kept_together_share_a_budget() throws IOException {
    String entries = "{'name':'a','type':'reg'},".repeat(99) + "{'name':'a','type':'reg'}";
    byte[] toc = ("{'version':1,'entries':[" + entries + "]}").replace('\'', '"').getBytes(UTF_8);
    byte[] cut = Arrays.copyOf(toc, toc.length - 1);
    long one = 0;
    while (!fits(toc, one)) {
      one += 1000;
    }
    TocBudget two = new TocBudget(2 * one);

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> TocParser.parse(new ByteArrayInputStream(cut), two))
          .isInstanceOf(CorruptException.class); // and gives back what it took
    }
    TocParser.parse(new ByteArrayInputStream(toc), two);
    TocParser.parse(new ByteArrayInputStream(toc), two);
    assertThatThrownBy(() -> TocParser.parse(new ByteArrayInputStream(toc), two))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("more than " + 2 * one + " bytes of memory, with those of other");
  }

  private static boolean fits(byte[] toc, long heap) throws IOException {
    try {
      TocParser.parse(new ByteArrayInputStream(toc), heap);
      return true;
    } catch (UnsupportedException e) {
      return false;
    }
  }
}
