package dev.stargz.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * One run of a command.
 *
 * @param streams what it reads and writes
 * @param environment the variables of the process
 * @param parsed which options were given
 */
record Invocation(Streams streams, Map<String, String> environment, ParseResult parsed) {
  /** How wide a terminal is that says nothing. */
  static final int DEFAULT_COLUMNS = 80;

  /** The first option of a group that was given. */
  Optional<String> givenOf(Class<?> group) {
    return parsed.matchedOptions().stream()
        .filter(option -> isOf(group, option))
        .map(OptionSpec::longestName)
        .findFirst();
  }

  private static boolean isOf(Class<?> group, OptionSpec option) {
    return option.userObject() instanceof java.lang.reflect.Field field
        && field.getDeclaringClass().equals(group);
  }

  /** The width of a stream's terminal, as the environment says it, or the terminal itself. */
  int columns(int fileDescriptor) {
    return variable("COLUMNS")
        .filter(text -> text.matches("[1-9][0-9]{0,3}"))
        .map(Integer::valueOf)
        .orElseGet(() -> Terminal.columns(fileDescriptor).orElse(DEFAULT_COLUMNS));
  }

  /** A variable that is set and not empty. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
