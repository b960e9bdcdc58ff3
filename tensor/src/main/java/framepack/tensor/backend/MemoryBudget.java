package framepack.tensor.backend;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Most bytes that something may take.
public record MemoryBudget(long bytes) {
  /// No limit.
  public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)([kmgt])");

  /// Reads `500m` or `6g`: a number of KiB, MiB, GiB or TiB.
  public static MemoryBudget parse(String text) {
    Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "memory '%s': expected a number with k, m, g or t behind it, such as 6g".formatted(text));
    }
    long unit = 1L << 10 * (1 + "kmgt".indexOf(matcher.group(2)));
    return new MemoryBudget((long) (Double.parseDouble(matcher.group(1)) * unit));
  }

  /// Whether `needed` bytes are not too many.
  public boolean holds(long needed) {
    return needed <= bytes;
  }
}
