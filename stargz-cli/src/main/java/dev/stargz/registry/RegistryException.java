package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.util.List;

/** A registry's answer that isn't what was asked for. */
final class RegistryException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient List<OciError> errors;

  private RegistryException(String message, int status, List<OciError> errors) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  /**
   * Makes an error of an answer.
   *
   * @param asked what for, such as {@code "get manifest latest"}
   * @param hint what to try; may be empty
   */
  static RegistryException of(Repository repository, String asked, Response answer, String hint) {
    String message =
        repository + ": " + asked + ": " + answer.outcome() + (hint.isEmpty() ? "" : "; " + hint);
    return new RegistryException(message, answer.status(), answer.errors());
  }

  /** The status of the answer. */
  int status() {
    return status;
  }

  /** Whether the registry gave this as what went wrong. */
  boolean has(String code) {
    return errors.stream().anyMatch(error -> error.code().equals(code));
  }
}
