package framepack.pack;

import framepack.pack.PackSpec.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reader and writer of packing names: `[start _x_] [tail _] [history _] gN[+d] [...]`.
///
/// A name is a list of parts joined by `_`; first the parts are read, then their order is checked.
final class PackNames {
  private static final int LONGEST_NAME = 1000;

  private enum Kind {
    TAIL,
    PACK,
    GENERATED,
    GAP,
    END
  }

  private record Part(
      Kind kind, int column, List<Run> runs, int generated, boolean discrete, Tail tail) {}

  private final String name;
  private final List<Part> parts = new ArrayList<>();
  private int at; // reading position in `name`
  private int next; // position in `parts`

  private PackNames(String name) {
    this.name = name;
  }

  static PackSpec read(String name) {
    if (name.length() > LONGEST_NAME) {
      throw new PackSpecException(
          name, "longer than %d characters, no packing needs that".formatted(LONGEST_NAME));
    }
    PackNames reader = new PackNames(name);
    reader.readParts();
    return reader.assemble();
  }

  static String write(PackSpec spec) {
    StringBuilder out = new StringBuilder();
    if (!spec.start().isEmpty()) {
      append(out, spec.start()).append("_x_");
    }
    String generated = "g" + spec.generated() + (spec.discrete() ? "+d" : "");
    Optional<String> tail = spec.tail().map(Tail::code);
    if (spec.side() == Side.RIGHT) {
      append(out.append(generated).append('_'), spec.history());
      tail.ifPresent(code -> out.append('_').append(code));
    } else {
      tail.ifPresent(code -> out.append(code).append('_'));
      append(out, spec.history()).append('_').append(generated);
    }
    if (!spec.endpoint().isEmpty()) {
      append(out.append("_x_"), spec.endpoint());
    }
    return out.toString();
  }

  private static StringBuilder append(StringBuilder out, List<Run> runs) {
    runs.forEach(out::append);
    return out;
  }

  // ---- parts

  private void readParts() {
    do {
      parts.add(readPart());
    } while (skip('_'));
    if (at < name.length()) {
      throw wrong(parts.getLast().kind == Kind.PACK ? "'f', '_' or the end" : "'_' or the end");
    }
    parts.add(new Part(Kind.END, at, List.of(), 0, false, null));
  }

  private Part readPart() {
    int column = at;
    switch (peek()) {
      case 'f' -> {
        return new Part(Kind.PACK, column, readRuns(), 0, false, null);
      }
      case 'g' -> {
        at++;
        int frames = readNumber("a frame count after 'g'", Run.MAX_FRAMES);
        return new Part(Kind.GENERATED, column, List.of(), frames, readDiscrete(), null);
      }
      case 'x' -> {
        at++;
        return new Part(Kind.GAP, column, List.of(), 0, false, null);
      }
      case 't' -> {
        return new Part(Kind.TAIL, column, List.of(), 0, false, readTail());
      }
      default -> throw wrong("'f<N>k<K>', 'g<N>', 'x' or a tail ('td', 'ta', 'tc')");
    }
  }

  private Tail readTail() {
    at++;
    Optional<Tail> tail = Tail.ofCode("t" + peek());
    at += tail.isPresent() ? 1 : 0;
    return tail.orElseThrow(() -> wrong("'d', 'a' or 'c' after 't'"));
  }

  private boolean readDiscrete() {
    if (!skip('+')) {
      return false;
    }
    if (!skip('d') && !skip('D')) {
      throw wrong("'d' after '+'");
    }
    return true;
  }

  private List<Run> readRuns() {
    List<Run> runs = new ArrayList<>();
    while (skip('f')) {
      int frames = readNumber("a frame count after 'f'", Run.MAX_FRAMES);
      if (skip('s')) {
        int s = readNumber("a kernel size after 's'", PatchKernel.MAX_EXTENT / 2);
        runs.add(new Run(frames, PatchKernel.spatial(s), Run.Notation.SPATIAL));
      } else if (skip('k')) {
        runs.add(readKernel(frames));
      } else {
        throw wrong("'k' or 's' after the frame count");
      }
    }
    return runs;
  }

  private Run readKernel(int frames) {
    int column = at;
    int t = readNumber("a kernel size after 'k'", PatchKernel.MAX_EXTENT);
    if (skip('h')) {
      int h = readNumber("a kernel height after 'h'", PatchKernel.MAX_EXTENT);
      if (!skip('w')) {
        throw wrong("'w' after the kernel height");
      }
      int w = readNumber("a kernel width after 'w'", PatchKernel.MAX_EXTENT);
      return new Run(frames, new PatchKernel(t, h, w), Run.Notation.LONG);
    }
    if (2 * t > PatchKernel.MAX_EXTENT) {
      at = column;
      throw wrong("a kernel size of at most " + PatchKernel.MAX_EXTENT / 2);
    }
    return new Run(frames, PatchKernel.cubic(t));
  }

  /// A number in `1..max` without leading zeros, so that printing gives the same digits back.
  private int readNumber(String what, int max) {
    int column = at;
    long value = 0;
    while (isDigit(peek()) && value <= max) {
      value = 10 * value + (peek() - '0');
      at++;
    }
    boolean plain = at > column && name.charAt(column) != '0' && value <= max;
    if (!plain) {
      at = column;
      throw wrong(what + " (1.." + max + ")");
    }
    return (int) value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private char peek() {
    return at < name.length() ? name.charAt(at) : '\0';
  }

  private boolean skip(char c) {
    boolean found = at < name.length() && name.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  // ---- order of parts

  private PackSpec assemble() {
    List<Run> start = List.of();
    if (kind() == Kind.PACK && parts.get(next + 1).kind == Kind.GAP) {
      start = take().runs;
      next++;
    }
    Optional<Tail> tail = takeTail();
    boolean left = kind() == Kind.PACK;
    if (!left && (tail.isPresent() || start.isEmpty())) {
      throw misplaced("a history 'f<N>k<K>...'" + (tail.isPresent() ? " after the tail" : ""));
    }
    List<Run> history = left ? take().runs : List.of();
    if (kind() != Kind.GENERATED) {
      throw misplaced("'g<N>' (frames per section)" + (left ? "" : " or a history"));
    }
    Part generated = take();
    List<Run> endpoint = List.of();
    if (!left) {
      history = takePack("a history 'f<N>k<K>...' after 'g<N>' of an inverted name");
      tail = takeTail();
    } else if (kind() == Kind.GAP) {
      next++;
      endpoint = takePack("an endpoint 'f<N>k<K>' after 'x'");
    }
    if (kind() != Kind.END) {
      throw misplaced(left && endpoint.isEmpty() ? "'x' or the end" : "the end");
    }
    Side side = left ? Side.LEFT : Side.RIGHT;
    return new PackSpec(
        start, history, side, generated.generated, generated.discrete, endpoint, tail);
  }

  private Kind kind() {
    return parts.get(next).kind;
  }

  private Part take() {
    return parts.get(next++);
  }

  private Optional<Tail> takeTail() {
    return kind() == Kind.TAIL ? Optional.of(take().tail) : Optional.empty();
  }

  private List<Run> takePack(String expected) {
    if (kind() != Kind.PACK) {
      throw misplaced(expected);
    }
    return take().runs;
  }

  private PackSpecException misplaced(String expected) {
    Part part = parts.get(next);
    int end = part.kind == Kind.END ? part.column : parts.get(next + 1).column;
    String found = part.kind == Kind.END ? "the end" : "'%s'".formatted(text(part.column, end));
    return new PackSpecException(
        name, "column %d: expected %s, found %s".formatted(part.column + 1, expected, found));
  }

  /// The text of a part without the `_` that closes it.
  private String text(int from, int to) {
    String text = name.substring(from, to);
    return text.endsWith("_") ? text.substring(0, text.length() - 1) : text;
  }

  private PackSpecException wrong(String expected) {
    String found =
        at < name.length()
            ? "'%s'".formatted(PackSpecException.quote(name.substring(at, at + 1)))
            : "the end";
    return new PackSpecException(
        name, "column %d: expected %s, found %s".formatted(at + 1, expected, found));
  }
}
