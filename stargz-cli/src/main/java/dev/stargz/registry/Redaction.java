package dev.stargz.registry;

import java.net.URI;
import java.util.regex.Pattern;

/** What may be shown of texts that may hold secrets or come from strangers. */
final class Redaction {
  private static final int MAX = 300;
  // user:password@ before a host, and a query, where signed URLs have their signature.
  private static final Pattern USER_INFO = Pattern.compile("(?<=//)[^/@\\s\"']*@");
  private static final Pattern QUERY = Pattern.compile("(?<=[^\\s\"'?]{1,2000})\\?[^\\s\"'<>]+");
  private static final Pattern AUTH = Pattern.compile("(?i)\\b(basic|bearer)\\s+[\\w.~+/=-]{8,}");
  private static final Pattern FIELD =
      Pattern.compile(
          "(?i)(\"?(?:access_token|refresh_token|identitytoken|token|password|secret|auth)\"?\\s*"
              + "[:=]\\s*)(\"[^\"]*\"|[^\\s,;&}\"]+)");
  private static final Pattern JWT = Pattern.compile("eyJ[\\w-]{8,}\\.[\\w-]+(\\.[\\w-]*)?");

  private Redaction() {}

  /** One line without secrets, of at most 300 characters. */
  static String of(String text) {
    String cut = text.length() > 4 * MAX ? text.substring(0, 4 * MAX) : text;
    String line = cut.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    line = USER_INFO.matcher(line).replaceAll("");
    line = QUERY.matcher(line).replaceAll("?…");
    line = AUTH.matcher(line).replaceAll("$1 …");
    line = FIELD.matcher(line).replaceAll("$1…");
    line = JWT.matcher(line).replaceAll("…");
    return line.length() > MAX ? line.substring(0, MAX) + "…" : line;
  }

  /** A URI without user, query and fragment. */
  static String of(URI uri) {
    String host = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    String authority = host.substring(host.lastIndexOf('@') + 1);
    String query = uri.getRawQuery() == null ? "" : "?…";
    return uri.getScheme() + "://" + authority + uri.getRawPath() + query;
  }
}
