package dev.stargz.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server wants to be shown. RFC 9110, 11.6.1.
 *
 * @param scheme in lower case, such as {@code bearer}
 * @param parameters by their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  // One parameter: its name, and its value quoted, or up to the next comma or blank.
  private static final Pattern PARAMETER =
      Pattern.compile("(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]*))");
  private static final Pattern SCHEME = Pattern.compile("(" + TOKEN + ")(?=\\s|,|$)");
  // What Negotiate and its like put where parameters would be. RFC 9110, 11.2.
  private static final Pattern TOKEN68 = Pattern.compile("[A-Za-z0-9._~+/-]+=*(?=\\s*(,|$))");
  private static final Pattern GAP = Pattern.compile("[\\s,]+");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** The one to be answered: Bearer rather than Basic; others aren't known here. */
  static Optional<Challenge> choose(List<String> headers) {
    List<Challenge> all = headers.stream().flatMap(header -> parse(header).stream()).toList();
    return all.stream()
        .filter(one -> one.scheme.equals("bearer") && one.parameter("realm").isPresent())
        .findFirst()
        .or(() -> all.stream().filter(one -> one.scheme.equals("basic")).findFirst());
  }

  /** All challenges in a header; what can't be understood is passed over. */
  static List<Challenge> parse(String header) {
    return new Parser(header).parse();
  }

  /** Goes through a header from left to right. */
  private static final class Parser {
    private final String header;
    private final List<Challenge> found = new ArrayList<>();
    private int at;
    private Optional<String> scheme = Optional.empty();
    private Map<String, String> parameters = new LinkedHashMap<>();

    Parser(String header) {
      this.header = header;
    }

    List<Challenge> parse() {
      while (at < header.length()) {
        if (take(GAP).isPresent() || takeParameter()) {
          continue;
        }
        if (!takeScheme()) {
          at++; // nonsense
        }
      }
      finish();
      return found;
    }

    private boolean takeParameter() {
      Optional<Matcher> match = take(PARAMETER);
      match.ifPresent(
          parameter -> {
            String quoted = parameter.group(2);
            String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
            parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
          });
      return match.isPresent();
    }

    private boolean takeScheme() {
      Optional<Matcher> match = take(SCHEME);
      match.ifPresent(
          name -> {
            finish();
            scheme = Optional.of(name.group(1).toLowerCase(Locale.ROOT));
            skipToken68();
          });
      return match.isPresent();
    }

    private void skipToken68() {
      int before = at;
      boolean blank = take(GAP).map(gap -> !gap.group().contains(",")).orElse(false);
      if (!blank || take(TOKEN68).isEmpty()) {
        at = before;
      }
    }

    private void finish() {
      scheme.ifPresent(name -> found.add(new Challenge(name, parameters)));
      scheme = Optional.empty();
      parameters = new LinkedHashMap<>();
    }

    private Optional<Matcher> take(Pattern pattern) {
      Matcher matcher = pattern.matcher(header).region(at, header.length());
      if (!matcher.lookingAt()) {
        return Optional.empty();
      }
      at = matcher.end();
      return Optional.of(matcher);
    }
  }
}
