package framepack.tensor.io;

import java.nio.file.Path;

/// A safetensors file cannot be read or written. The message is one line: the file, the tensor where there is one, what
/// is wrong and what to do.
public final class SafeTensorsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 100;

  SafeTensorsException(Path file, String problem) {
    super(quoted(file.toString(), 400) + ": " + problem);
  }

  SafeTensorsException(Path file, String tensor, String problem) {
    this(file, "tensor " + quoted(tensor) + " " + problem);
  }

  /// A text from a file, safe to print: one line, no control characters, not too long.
  static String quoted(String text) {
    return "'" + quoted(text, SHOWN) + "'";
  }

  private static String quoted(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(longest)
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : c)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > longest ? shown + "..." : shown.toString();
  }
}
