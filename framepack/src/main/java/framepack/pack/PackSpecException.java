package framepack.pack;

/// A packing name that cannot be read or used; the message is one line for the user.
public final class PackSpecException extends IllegalArgumentException {
  private static final int LONGEST_QUOTE = 120;

  PackSpecException(String name, String what) {
    super("pack spec '%s': %s".formatted(quote(name), what));
  }

  /// Names come from outside: control characters and endless input must not reach the terminal.
  static String quote(String name) {
    String printable = name.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= LONGEST_QUOTE
        ? printable
        : printable.substring(0, LONGEST_QUOTE) + "...";
  }
}
