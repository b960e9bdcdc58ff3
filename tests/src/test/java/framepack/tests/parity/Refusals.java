package framepack.tests.parity;

import java.util.Optional;

/// What a device refuses on purpose, and why. [ParityTest] sees to it that it does refuse, with an error and not with wrong
/// numbers, and that everything else works.
final class Refusals {
  private Refusals() {}

  /// The reason why `device` refuses this case, if it does.
  static Optional<String> reason(String device, OpCase opCase) {
    return Optional.empty();
  }
}
