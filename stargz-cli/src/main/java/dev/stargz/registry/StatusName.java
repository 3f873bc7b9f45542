package dev.stargz.registry;

import java.util.Locale;
import org.apache.http.impl.EnglishReasonPhraseCatalog;

/** The names of statuses; what a server calls them isn't shown. */
final class StatusName {
  private StatusName() {}

  /** Empty if there is none. */
  static String of(int status) {
    if (status < 100 || status > 599) {
      return "";
    }
    String name = EnglishReasonPhraseCatalog.INSTANCE.getReason(status, Locale.ROOT);
    if (name != null) {
      return name;
    }
    return switch (status) {
      case 416 -> "Range Not Satisfiable";
      case 429 -> "Too Many Requests";
      default -> "";
    };
  }
}
