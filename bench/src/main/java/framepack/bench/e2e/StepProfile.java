package framepack.bench.e2e;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where a training step of the laboratory's model spends its time, kind of operation by kind.
///
/// @param steps how many were timed after as many again and more had warmed the code
/// @param millis of a step, everything
/// @param parts most expensive first; what is left of the step is data, tape and dispatch
public record StepProfile(String device, int steps, double millis, List<Part> parts) {
  /// One kind of operation in one step.
  public record Part(String kind, double calls, double millis, double gflops) {}

  /// Trains `warmUp` steps, then times `steps`.
  public static StepProfile take(String device, int warmUp, int steps) {
    try (Backend backend = Backends.open(device)) {
      TimedBackend timed = new TimedBackend(backend);
      try (NanoSetting training = NanoSetting.on(timed, NanoSetting.BATCH)) {
        for (int i = 0; i < warmUp; i++) {
          training.step();
        }
        timed.totals().clear();
        long began = System.nanoTime();
        for (int i = 0; i < steps; i++) {
          training.step();
        }
        double millis = (System.nanoTime() - began) / 1e6 / steps;
        return new StepProfile(device, steps, millis, parts(timed, steps));
      }
    }
  }

  private static List<Part> parts(TimedBackend timed, int steps) {
    List<Part> parts = new ArrayList<>();
    timed
        .totals()
        .forEach((kind, total) -> {
          double millis = total.nanos / 1e6 / steps;
          parts.add(
              new Part(kind, (double) total.calls / steps, millis, total.flops / total.nanos));
        });
    parts.sort(Comparator.comparingDouble(Part::millis).reversed());
    return parts;
  }
}
