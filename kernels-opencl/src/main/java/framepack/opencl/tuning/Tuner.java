package framepack.opencl.tuning;

import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Pace;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Attention;
import framepack.tensor.op.Linear;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Looks for the fastest shape of a device's kernels, part by part, and keeps it and the pace that it reaches.
///
/// Candidates that fail, or give another result than the seed, are left out. One that ends the process, or hangs until
/// somebody does, leaves its marker: the next search passes it over.
///
/// @param cache where the winner and the markers are kept
/// @param open opens the device with a shape
public record Tuner(ClDevice device, DeviceCache cache, Function<KernelShape, Backend> open) {
  /// Less than this is noise.
  private static final double GAIN = 1.03;

  private static final Trial PRODUCT =
      new Trial(
          new Linear(false, Activation.NONE, false),
          List.of(Spec.f32(768, 1024), Spec.f32(1024, 1024)));

  private static final Trial ATTENTION =
      new Trial(
          new Attention(0.09, false, false, false),
          List.of(Spec.f32(1, 512, 4, 128), Spec.f32(1, 512, 4, 128), Spec.f32(1, 512, 4, 128)));

  private static final Trial ELEMENTS =
      new Trial(new Unary(UnaryFunction.NEG), List.of(Spec.f32(1 << 24)));

  /// Searches until `limit` is over, at least the seed; says what it found, a line each part.
  public List<String> search(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    List<String> lines = new ArrayList<>();
    KernelShape best = Seed.of(device).shape();
    best = part("tiles of products", PRODUCT, best, s -> Candidates.tiles(s, device), end, lines);
    best = part("strips of products", PRODUCT, best, Candidates::strips, end, lines);
    best = part("blocks of attention", ATTENTION, best, Candidates::blocks, end, lines);
    best.keep(cache);
    Pace pace = pace(best);
    pace.keep(cache);
    lines.add(
        "launches are cut for %.0f GFLOP/s and %.1f GB/s"
            .formatted(pace.flops() / 1e9, pace.bytes() / 1e9));
    lines.add("kept in " + cache.folder());
    return lines;
  }

  /// What the device does of products, and of elements that no cache holds.
  private Pace pace(KernelShape shape) {
    try (Backend backend = open.apply(shape)) {
      double flops = PRODUCT.op().flops(PRODUCT.operands());
      double bytes = ELEMENTS.op().bytes(ELEMENTS.operands());
      return new Pace(
          1e9 * flops / PRODUCT.run(backend).nanos(), 1e9 * bytes / ELEMENTS.run(backend).nanos());
    }
  }

  /// Runs what is timed, and closes the backend.
  public static void warm(Backend opened) {
    try (Backend backend = opened) {
      PRODUCT.run(backend);
      ATTENTION.run(backend);
    }
  }

  private KernelShape part(
      String name,
      Trial trial,
      KernelShape seed,
      Function<KernelShape, List<KernelShape>> candidates,
      long end,
      List<String> lines) {
    Trial.Outcome first = trial.runAndClose(open.apply(seed));
    Trial.Outcome best = first;
    KernelShape winner = seed;
    int tried = 1;
    int refused = 0;
    for (KernelShape shape : candidates.apply(seed)) {
      String marker = "tune-" + shape.word();
      if (shape.equals(seed)) {
        continue;
      }
      if (System.nanoTime() > end) {
        break;
      }
      tried++;
      Trial.Outcome outcome =
          cache.hasEnded(marker) ? null : cache.trying(marker, () -> attempt(trial, shape));
      if (outcome == null || !outcome.agrees(first, trial.op().budget())) {
        refused++;
      } else if (outcome.nanos() * GAIN < best.nanos()) {
        best = outcome;
        winner = shape;
      }
    }
    lines.add(
        "%s: %s, %.2f times the seed's speed (%d tried, %d refused)"
            .formatted(name, winner.word(), first.nanos() / (double) best.nanos(), tried, refused));
    return winner;
  }

  /// Null if the device does not do it.
  private Trial.Outcome attempt(Trial trial, KernelShape shape) {
    try {
      return trial.runAndClose(open.apply(shape));
    } catch (RuntimeException e) {
      return null;
    }
  }
}
