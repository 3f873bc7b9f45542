package dev.stargz.cli;

import dev.stargz.registry.LayerUrl;
import java.util.regex.Pattern;

/**
 * {@code http://…} or {@code https://…}: one layer on a web server, to be read.
 *
 * @param url perhaps signed: nothing to be shown
 */
record UrlLocation(String url) implements Location {
  private static final String MARK = "url:";
  private static final Pattern LAYER =
      Pattern.compile(
          "(?i:https?)://[^/?#]*/[^?#]*\\.(?:stargz|esgz|tar\\.gz|tgz)(?:[?#].*)?", Pattern.DOTALL);
  private static final Pattern WEB = Pattern.compile("(?i:https?)://");
  private static final Pattern WITH_USER =
      Pattern.compile("(?i:https?)://[^/?#]*@.*", Pattern.DOTALL);

  /** Whether an argument is a layer's URL: by what its path ends with, or marked as one. */
  static boolean matches(String argument) {
    return argument.startsWith(MARK) || LAYER.matcher(argument).matches();
  }

  /**
   * Reads an argument.
   *
   * @param role what the argument is for, for messages
   * @throws UsageException if it is no URL, or holds credentials
   */
  static UrlLocation parse(String role, String argument) {
    String url = argument.startsWith(MARK) ? argument.substring(MARK.length()) : argument;
    if (WITH_USER.matcher(url).matches()) {
      throw RegistryLocation.holdsCredentials(role);
    }
    if (!WEB.matcher(url).lookingAt()) {
      throw new UsageException(
          role
              + " '"
              + MARK
              + LayerUrl.shown(url)
              + "': expected http:// or https:// behind "
              + MARK);
    }
    return new UrlLocation(url);
  }

  @Override
  public boolean isStream() {
    return false;
  }

  /** The URL without what may be secret in it. */
  @Override
  public String toString() {
    return LayerUrl.shown(url);
  }
}
