package dev.stargz.local;

/** References to images as Docker's command line takes them. */
final class DockerReference {
  private static final String HUB = "docker.io";

  private DockerReference() {}

  /**
   * The whole of a reference that may be short: {@code ubuntu} is {@code
   * docker.io/library/ubuntu:latest}.
   */
  static String normalized(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean host = first.matches(".*[.:].*") || first.equals("localhost") || hasUpperCase(first);
    String registry = host ? first : HUB;
    String rest = host ? reference.substring(slash + 1) : reference;
    if (registry.equals("index.docker.io")) {
      registry = HUB;
    }
    if (registry.equals(HUB) && rest.indexOf('/') < 0) {
      rest = "library/" + rest;
    }
    boolean named = rest.lastIndexOf(':') > rest.lastIndexOf('/') || rest.contains("@");
    return registry + "/" + rest + (named ? "" : ":latest");
  }

  private static boolean hasUpperCase(String text) {
    return text.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
  }

  /** The repository of a whole reference: what is before its tag. */
  static String repository(String normalized) {
    return normalized.substring(0, normalized.lastIndexOf(':'));
  }

  /** The tag of a whole reference. */
  static String tag(String normalized) {
    return normalized.substring(normalized.lastIndexOf(':') + 1);
  }

  /** Whether a reference is one that a tag can be made of: a name, perhaps with a tag. */
  static boolean isName(String reference) {
    return normalized(reference)
        .matches(
            "[a-zA-Z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  }
}
