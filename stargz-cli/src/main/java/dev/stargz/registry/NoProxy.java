package dev.stargz.registry;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The hosts that are reached without a proxy, as {@code NO_PROXY} lists them: {@code *}, a domain
 * (and all below it), {@code .domain} or {@code *.domain} (only those below it), an address, a
 * block of addresses in CIDR form; each but {@code *} perhaps with a port. This machine is always
 * one.
 */
final class NoProxy {
  private final List<Rule> rules;

  private NoProxy(List<Rule> rules) {
    this.rules = rules;
  }

  static NoProxy parse(String list) {
    return new NoProxy(
        Stream.of(list.split("[,\\s]+"))
            .filter(rule -> !rule.isEmpty())
            .map(rule -> Rule.parse(rule.toLowerCase(Locale.ROOT)))
            .toList());
  }

  /** Whether a URI's host is reached without a proxy. */
  boolean includes(URI uri) {
    int port = Repository.Origin.of(uri).port();
    String host = Hosts.name(uri);
    return Hosts.isLoopback(uri) || rules.stream().anyMatch(rule -> rule.matches(host, port));
  }

  /**
   * @param port -1 for any
   */
  private record Rule(String name, int port, Optional<Block> block) {
    static Rule parse(String text) {
      Optional<Block> block = Block.parse(text);
      if (block.isPresent()) {
        return new Rule(text, -1, block);
      }
      int colon = text.lastIndexOf(':');
      String digits = text.substring(colon + 1);
      if (colon < 0 || !digits.matches("\\d{1,5}")) {
        return new Rule(unbracketed(text), -1, Block.parse(unbracketed(text)));
      }
      String host = unbracketed(text.substring(0, colon));
      return new Rule(host, Integer.parseInt(digits), Block.parse(host));
    }

    private static String unbracketed(String host) {
      return host.startsWith("[") && host.endsWith("]")
          ? host.substring(1, host.length() - 1)
          : host;
    }

    boolean matches(String host, int hostPort) {
      if (name.equals("*")) {
        return true;
      }
      if (port >= 0 && port != hostPort) {
        return false;
      }
      if (block.isPresent()) {
        return Hosts.literal(host).filter(block.get()::contains).isPresent();
      }
      if (name.startsWith(".") || name.startsWith("*.")) {
        return host.endsWith(name.substring(name.indexOf('.')));
      }
      return host.equals(name) || host.endsWith("." + name);
    }
  }

  /** RFC 4632, 3.1. */
  private record Block(InetAddress first, int bits) {
    static Optional<Block> parse(String text) {
      int slash = text.indexOf('/');
      String host = slash < 0 ? text : text.substring(0, slash);
      Optional<InetAddress> address = Hosts.literal(host);
      if (address.isEmpty()) {
        return Optional.empty();
      }
      int all = address.get().getAddress().length * 8;
      String bits = slash < 0 ? Integer.toString(all) : text.substring(slash + 1);
      if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > all) {
        return Optional.empty();
      }
      return Optional.of(new Block(address.get(), Integer.parseInt(bits)));
    }

    boolean contains(InetAddress address) {
      byte[] a = first.getAddress();
      byte[] b = address.getAddress();
      if (a.length != b.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int bit = 0x80 >> (i % 8);
        if ((a[i / 8] & bit) != (b[i / 8] & bit)) {
          return false;
        }
      }
      return true;
    }
  }
}
