package framepack.pack;

import java.util.Optional;

/// What happens to frames beyond the packed history (paper §3.1).
public enum Tail {
  /// `td`: dropped; the released models do this.
  DELETE("td"),
  /// `ta`: every tail frame adds one token.
  APPEND("ta"),
  /// `tc`: all tail frames together add one token.
  COMPRESS("tc");

  private final String code;

  Tail(String code) {
    this.code = code;
  }

  /// The two letters of the name grammar.
  public String code() {
    return code;
  }

  /// Tokens that a tail of this many frames adds to the context.
  ///
  /// `tc` adds its token even if there is no such frame yet (zero latents), so that its context stays constant.
  public int tokens(int frames) {
    return switch (this) {
      case DELETE -> 0;
      case APPEND -> frames;
      case COMPRESS -> 1;
    };
  }

  static Optional<Tail> ofCode(String code) {
    for (Tail tail : values()) {
      if (tail.code.equals(code)) {
        return Optional.of(tail);
      }
    }
    return Optional.empty();
  }
}
