package framepack.bench.peer;

import framepack.bench.race.Contestant;

/// A contestant that is not ours.
interface Peer extends Contestant {
  /// Does the work once.
  ///
  /// @return its first result in row-major order
  float[] result();

  /// Fails unless two results of f32 agree.
  static void check(String name, float[] ours, float[] theirs) {
    check(name, ours, theirs, 1e-4);
  }

  /// Fails unless two results differ by less than `tolerance` of the largest.
  static void check(String name, float[] ours, float[] theirs, double tolerance) {
    double largest = 0;
    double worst = ours.length == theirs.length ? 0 : Double.NaN;
    for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
      largest = Math.max(largest, Math.abs(ours[i]));
      worst = Math.max(worst, Math.abs(ours[i] - theirs[i])); // NaN stays NaN
    }
    if (!(worst <= tolerance * largest)) {
      throw new IllegalStateException(
          "%s: %d results that differ from our %d by %s of %s"
              .formatted(name, theirs.length, ours.length, worst, largest));
    }
  }
}
