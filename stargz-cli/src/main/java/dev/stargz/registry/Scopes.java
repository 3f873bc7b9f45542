package dev.stargz.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What tokens are asked to allow: {@code repository:a/b:pull,push}, each repository once, in the
 * order of their first mention, because some servers look at the first one alone, and others merge
 * wrongly.
 */
final class Scopes {
  private Scopes() {}

  static List<String> merge(List<String> first, List<String> more) {
    Map<String, Set<String>> actions = new LinkedHashMap<>();
    Stream.concat(first.stream(), more.stream())
        .flatMap(scopes -> Stream.of(scopes.strip().split("\\s+")))
        .filter(scope -> scope.indexOf(':') < scope.lastIndexOf(':'))
        .forEach(
            scope -> {
              int colon = scope.lastIndexOf(':');
              actions
                  .computeIfAbsent(scope.substring(0, colon), any -> new LinkedHashSet<>())
                  .addAll(List.of(scope.substring(colon + 1).split(",")));
            });
    List<String> merged = new ArrayList<>();
    actions.forEach((resource, allowed) -> merged.add(resource + ":" + String.join(",", allowed)));
    return merged;
  }
}
