package dev.stargz.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.stargz.extract.ExtractReport;
import dev.stargz.extract.LeftOut;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** What is said of files that were extracted. */
final class ExtractResult {
  private static final JsonFactory JSON = new JsonFactory();

  private ExtractResult() {}

  /** For a person. */
  static String line(String source, @Nullable String target, ExtractReport report, long nanos) {
    StringBuilder line = new StringBuilder(source + " -> " + target + ": ");
    line.append(counted(report.files(), "file"));
    line.append(" (").append(Amounts.bytes(report.bytes())).append(")");
    line.append(", ").append(report.directories());
    line.append(report.directories() == 1 ? " directory" : " directories");
    append(line, report.symbolicLinks(), "symbolic link");
    append(line, report.links(), "hard link");
    append(line, report.others(), "device or pipe");
    line.append(", ").append(Amounts.seconds(nanos));
    line.append(", ").append(Amounts.rate(report.bytes(), nanos));
    return line.toString();
  }

  private static void append(StringBuilder line, long count, String noun) {
    if (count > 0) {
      line.append(", ").append(counted(count, noun));
    }
  }

  private static String counted(long count, String noun) {
    String plural = noun.equals("device or pipe") ? "devices or pipes" : noun + "s";
    return count + " " + (count == 1 ? noun : plural);
  }

  /** For the next program. */
  static String json(String source, @Nullable String target, ExtractReport report)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("source", source);
      json.writeStringField("target", target);
      json.writeNumberField("files", report.files());
      json.writeNumberField("bytes", report.bytes());
      json.writeNumberField("directories", report.directories());
      json.writeNumberField("symbolicLinks", report.symbolicLinks());
      json.writeNumberField("hardLinks", report.links());
      json.writeNumberField("devicesAndPipes", report.others());
      json.writeArrayFieldStart("warnings");
      for (LeftOut leftOut : report.leftOut()) {
        write(json, leftOut);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, LeftOut leftOut) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", leftOut.kindName());
    json.writeNumberField("count", leftOut.count());
    json.writeStringField("first", leftOut.first());
    json.writeStringField("message", leftOut.message());
    json.writeEndObject();
  }
}
