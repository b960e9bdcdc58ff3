package framepack.pack;

import framepack.pack.PackSpec.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The five kernel structures of the paper (§3.1, Fig. 1) and packings of a wanted length, as packings with names.
///
/// Frame counts are given nearest level first. All histories lie left of the generated frames and delete their tail;
/// [PackSpec#mirrored] turns a packing with a start round.
public final class Structures {
  /// Sides double from level to level: 2, 4, ... up to the largest.
  private static final int MOST_LEVELS = Integer.numberOfTrailingZeros(PatchKernel.MAX_EXTENT);

  private Structures() {}

  /// Geometric progression: one frame a level, level `i` at rate `λ^i`; `f1k1h4w4f1k1h2w4f1k1` for λ = 2.
  ///
  /// Kernels have the time extent 1; of an odd number of doublings the width gets one more than the height.
  ///
  /// @param lambda 2, 4, 8, ...
  public static PackSpec geometric(int lambda, int levels, int generated) {
    int doublings = doublings(lambda);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < requireLevels(levels); i++) {
      runs.add(new Run(1, flat(i * doublings)));
    }
    return left(List.of(), runs.reversed(), generated);
  }

  /// Progression with duplicated levels: `frames[i]` frames share the square kernel (1, 2^(i+1), 2^(i+1)) of rate `4^i`,
  /// which keeps height and width equal; `f2k1h8w8f2k1h4w4f1k1` for 1, 2, 2.
  public static PackSpec duplicated(int generated, int... frames) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < requireLevels(frames.length); i++) {
      runs.add(new Run(frames[i], flat(2 * i)));
    }
    return left(List.of(), runs.reversed(), generated);
  }

  /// Temporal kernels: `frames[i]` consecutive frames by `(k, 2k, 2k)` with `k = 2^i`; `f16k4f2k2f1k1` for 1, 2, 16, the
  /// history of the released models.
  public static PackSpec temporal(int generated, int... frames) {
    return left(List.of(), cubic(frames).reversed(), generated);
  }

  /// Temporal kernels whose levels cost `L_f / λ^i`: level `i` holds `(8/λ)^i` frames. `f8k8f4k4f2k2f1k1` for λ = 4 and
  /// four levels, `f16k4f4k2f1k1` for λ = 2 and three.
  ///
  /// @param lambda 2 or 4; with more, a level would hold fewer frames than its kernel spans
  public static PackSpec temporal(double lambda, int levels, int generated) {
    if (lambda != 2 && lambda != 4) {
      throw new IllegalArgumentException(
          "temporal structure: lambda must be 2 or 4, got %s; a geometric one takes 2, 4, 8, ..."
              .formatted(lambda));
    }
    int[] frames = new int[requireLevels(levels)];
    for (int i = 0; i < levels; i++) {
      frames[i] = (int) Math.min(Run.MAX_FRAMES + 1L, Math.round(Math.pow(8 / lambda, i)));
    }
    return temporal(generated, frames);
  }

  /// Important start: the first `start` frames of the video keep their full length beside a temporal history;
  /// `f1k1_x_td_f16k4f2k2f1k1_g9`, which is FramePack-F1, for 1 and 1, 2, 16.
  public static PackSpec importantStart(int start, int generated, int... frames) {
    return left(List.of(new Run(start, PatchKernel.BASE)), cubic(frames).reversed(), generated);
  }

  /// Symmetric progression: both ends of the history are equally important, its middle is compressed most;
  /// `f1k1f2k2f16k4f2k2f1k1` for 1, 2, 16.
  public static PackSpec symmetric(int generated, int... frames) {
    List<Run> runs = cubic(frames);
    List<Run> both = new ArrayList<>(runs);
    both.addAll(runs.reversed().subList(1, runs.size()));
    return left(List.of(), both, generated);
  }

  /// A history of exactly `length · L_f`, from the λ = 2 series with levels duplicated and dropped (paper §3.1):
  /// 2.625 is `f3k1h4w8f1k1h4w4f2k1h2w4f1k1`. The last level stands in for the rest of the series too, which adds up to
  /// as much as it does.
  ///
  /// @param bits levels beyond the first; as many binary digits may `length` have
  public static PackSpec ofLength(double length, int bits, int generated) {
    requireLevels(bits);
    int[] uses = ContextLength.multiplicities(length, bits);
    uses[bits]++;
    List<Run> runs = new ArrayList<>();
    for (int j = 0; j <= bits; j++) {
      if (uses[j] > 0) {
        runs.add(new Run(uses[j], flat(j)));
      }
    }
    return left(List.of(), runs.reversed(), generated);
  }

  /// A kernel of rate `2^doublings` and time extent 1.
  private static PatchKernel flat(int doublings) {
    if (doublings > 2 * (MOST_LEVELS - 1)) {
      throw new IllegalArgumentException(
          "structure: a rate of 2^%d needs a kernel side of more than %d"
              .formatted(doublings, PatchKernel.MAX_EXTENT));
    }
    int half = doublings / 2;
    return new PatchKernel(1, 2 << half, 2 << (doublings - half));
  }

  private static List<Run> cubic(int... frames) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < requireLevels(frames.length); i++) {
      runs.add(new Run(frames[i], PatchKernel.cubic(1 << i)));
    }
    return runs;
  }

  private static PackSpec left(List<Run> start, List<Run> history, int generated) {
    return new PackSpec(
        start, history, Side.LEFT, generated, false, List.of(), Optional.of(Tail.DELETE));
  }

  private static int doublings(int lambda) {
    if (lambda < 2 || Integer.bitCount(lambda) != 1) {
      throw new IllegalArgumentException(
          "geometric structure: lambda must be a power of two from 2, got " + lambda);
    }
    return Integer.numberOfTrailingZeros(lambda);
  }

  private static int requireLevels(int levels) {
    if (levels < 1 || levels > MOST_LEVELS) {
      throw new IllegalArgumentException(
          "structure: expected 1 to %d levels, got %d".formatted(MOST_LEVELS, levels));
    }
    return levels;
  }
}
