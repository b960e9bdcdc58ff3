package framepack.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A packing: which frames a section sees, by which kernels, and in which order sections come.
///
/// Read from and printed as the paper's own names ("Ablative Naming"), for example
/// `td_f16k4f2k2f1k1_g9` or `f1k1_x_g9_f1k1f2k2f16k4_td`; the grammar is in `docs/packing.md`.
/// All lists are in time order, left to right, as written.
///
/// @param start given first frames (left of `_x_`), may be empty
/// @param history frames next to the section, never empty
/// @param side on which side of the generated frames the history lies
/// @param generated latent frames generated per section (`g9`)
/// @param discrete true if the history is discretised (`+d`)
/// @param endpoint frames of the last section (right of `_x_`), may be empty
/// @param tail the stated tail rule; absent in names like `f16k4f2k2f1k1_g3`, which delete too
public record PackSpec(
    List<Run> start,
    List<Run> history,
    Side side,
    int generated,
    boolean discrete,
    List<Run> endpoint,
    Optional<Tail> tail) {

  /// FramePack as released (FramePackI2V_HY): inverted anti-drifting sampling.
  public static final PackSpec FRAMEPACK = PackNames.read("f1k1_x_g9_f1k1f2k2f16k4_td");

  /// FramePack-F1 as released (FramePack_F1_I2V_HY_20250503): forward with the start frame.
  public static final PackSpec FRAMEPACK_F1 = PackNames.read("f1k1_x_td_f16k4f2k2f1k1_g9");

  /// Names of the released layouts that `parse` accepts besides the grammar.
  public static final Map<String, PackSpec> ALIASES =
      Map.of("framepack", FRAMEPACK, "framepack-f1", FRAMEPACK_F1);

  /// Side of the generated frames on which the history lies.
  public enum Side {
    LEFT,
    RIGHT
  }

  /// Order of sections that a name implies (paper Fig. 2).
  public enum Order {
    /// `td_PACK_g9`: first to last, history only
    VANILLA,
    /// `td_PACK_g9_x_f1k1`: the last section first, then forward towards it
    ENDPOINT,
    /// `f1k1_x_g9_PACK_td`: last to first, towards the given start
    INVERTED,
    /// `f1k1_x_PACK_g9`: first to last with the start frame always in view (F1)
    FORWARD_START
  }

  public PackSpec {
    start = List.copyOf(start);
    history = List.copyOf(history);
    endpoint = List.copyOf(endpoint);
    if (history.isEmpty() || generated < 1 || generated > Run.MAX_FRAMES) {
      throw new IllegalArgumentException(
          "packing: needs a history and 1..%d generated frames, got %s and g%d"
              .formatted(Run.MAX_FRAMES, history, generated));
    }
    if (side == Side.RIGHT && (start.isEmpty() || !endpoint.isEmpty())) {
      throw new IllegalArgumentException(
          "packing: an inverted packing has a start and no endpoint, got start %s, endpoint %s"
              .formatted(start, endpoint));
    }
  }

  /// Reads a name or an alias.
  ///
  /// @throws PackSpecException naming the column, what was expected there and what was found
  public static PackSpec parse(String name) {
    PackSpec alias = ALIASES.get(name);
    return alias != null ? alias : PackNames.read(name);
  }

  /// The order of sections.
  public Order order() {
    if (side == Side.RIGHT) {
      return Order.INVERTED;
    }
    if (!endpoint.isEmpty()) {
      return Order.ENDPOINT;
    }
    return start.isEmpty() ? Order.VANILLA : Order.FORWARD_START;
  }

  /// What happens to frames beyond the packed range; `td` where the name does not say.
  public Tail tailRule() {
    return tail.orElse(Tail.DELETE);
  }

  /// Frames of the packed history, 19 in the released layouts (the start frame not counted).
  public int historyFrames() {
    return frames(history);
  }

  /// Frames of the given start.
  public int startFrames() {
    return frames(start);
  }

  /// Frames of the endpoint.
  public int endpointFrames() {
    return frames(endpoint);
  }

  /// Context levels in token order; the noisy frames follow.
  ///
  /// The checkpoints' order `[4x | 2x | start, 1x | noisy]`: farthest history first, the start
  /// just before the nearest history, the endpoint last.
  public List<Level> levels() {
    List<Level> past = Level.inTime(Level.Role.HISTORY, history);
    List<Level> farFirst = side == Side.LEFT ? past : past.reversed();
    List<Level> all = new ArrayList<>(farFirst.subList(0, farFirst.size() - 1));
    all.addAll(Level.inTime(Level.Role.START, start));
    all.add(farFirst.getLast());
    all.addAll(Level.inTime(Level.Role.ENDPOINT, endpoint));
    return List.copyOf(all);
  }

  /// Cost of the history in units of `L_f`, before padding; 1.5 for `f16k4f2k2f1k1`.
  public double idealHistory() {
    return history.stream().mapToDouble(Run::ideal).sum();
  }

  /// Cost of all context (start, history, endpoint) in units of `L_f`, before padding.
  public double idealContext() {
    return levels().stream().mapToDouble(level -> level.run().ideal()).sum();
  }

  /// The history level next to the generated frames; its projection encodes the tail.
  public Run nearest() {
    return side == Side.LEFT ? history.getLast() : history.getFirst();
  }

  /// Exact token counts for latent frames of `height x width` (both even), without tail frames.
  public TokenCount tokens(int height, int width) {
    return tokens(height, width, 0);
  }

  /// The same with `tailFrames` beyond the packed history: `td` ignores them, `tc` has one token for all of them, `ta`
  /// one for each.
  public TokenCount tokens(int height, int width, int tailFrames) {
    return TokenCount.of(this, height, width, tailFrames);
  }

  /// The same packing seen in a mirror: forward becomes inverted, and inverted forward. It must have a start and no
  /// endpoint.
  public PackSpec mirrored() {
    Side other = side == Side.LEFT ? Side.RIGHT : Side.LEFT;
    return new PackSpec(start, history.reversed(), other, generated, discrete, endpoint, tail);
  }

  /// The same packing with every kernel in its shortest spelling; `k4h8w8` becomes `k4`.
  public PackSpec canonical() {
    return new PackSpec(
        shortest(start), shortest(history), side, generated, discrete, shortest(endpoint), tail);
  }

  private static int frames(List<Run> runs) {
    return runs.stream().mapToInt(Run::frames).sum();
  }

  private static List<Run> shortest(List<Run> runs) {
    return runs.stream().map(Run::shortest).toList();
  }

  /// The paper's name; `parse(toString())` gives an equal packing.
  @Override
  public String toString() {
    return PackNames.write(this);
  }
}
