package framepack.verify;

import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes what a kind computed, tensor by tensor, and compares it at once with what the case holds. Names that the case
/// does not have are ignored: a kind offers all it knows, the case says what counts.
public final class Verdicts {
  private static final double STRICTEST = 2e-6;

  /// What a tensor must agree with: either of two computations of the same thing.
  private record Expected(View reference, View reference64, double tolerance) {}

  private final boolean absolute;
  private final Map<String, Expected> expected = new LinkedHashMap<>();
  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();

  Verdicts(GoldenCase golden, boolean absolute) {
    this.absolute = absolute;
    for (String name : golden.io().names()) {
      if (name.startsWith("out.") || name.startsWith("tap.")) {
        String again = name.replaceFirst("^(out|tap)\\.", "$164.");
        View view = golden.io().view(name);
        expect(
            name,
            view,
            golden.has(again) ? golden.io().view(again) : null,
            golden.tolerance(name, view.dtype()));
      }
    }
  }

  /// Adds a tensor of another file that must be offered; `reference64` may be null, a tolerance of NaN means the usual
  /// one.
  public void expect(String name, View reference, View reference64, double tolerance) {
    boolean strict = Double.isNaN(tolerance) && reference.dtype().isFloating();
    expected.put(name, new Expected(reference, reference64, strict ? STRICTEST : tolerance));
  }

  /// Names that the case wants and that were not offered yet.
  public List<String> open() {
    return expected.keySet().stream().filter(name -> !verdicts.containsKey(name)).toList();
  }

  /// Counts every tensor whose name starts with `prefix` and was not offered as missed, and says why.
  public void miss(String prefix, RuntimeException reason) {
    for (String name : open()) {
      if (name.startsWith(prefix)) {
        verdicts.put(name, Verdict.miss(name, expected.get(name).tolerance, Verifier.line(reason)));
      }
    }
  }

  /// Compares a result. `name` is as in the file: `out.x`, `tap.y`.
  public void offer(String name, Tensor ours) {
    if (expected.containsKey(name)) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment bytes = arena.allocate(Math.max(1, ours.spec().bytes()), 8);
        ours.copyTo(bytes.asSlice(0, ours.spec().bytes()));
        compare(name, ours.spec(), bytes);
      }
    }
  }

  public void offer(String name, float[] values, long... extents) {
    compare(name, new Spec(DType.F32, Shape.of(extents)), MemorySegment.ofArray(values));
  }

  public void offer(String name, double[] values, long... extents) {
    compare(name, new Spec(DType.F64, Shape.of(extents)), MemorySegment.ofArray(values));
  }

  public void offer(String name, long[] values, long... extents) {
    compare(name, new Spec(DType.I64, Shape.of(extents)), MemorySegment.ofArray(values));
  }

  public void offer(String name, boolean[] values, long... extents) {
    long[] integers = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = values[i] ? 1 : 0;
    }
    offer(name, integers, extents);
  }

  private void compare(String name, Spec spec, MemorySegment bytes) {
    Expected wanted = expected.get(name);
    if (wanted == null) {
      return;
    }
    if (!spec.shape().equals(wanted.reference.shape())) {
      String note = "shape " + spec.shape() + ", expected " + wanted.reference.shape();
      verdicts.put(name, Verdict.miss(name, wanted.tolerance, note));
      return;
    }
    View ours = new View(spec.dtype(), Layout.dense(spec.shape(), 0), new HostStorage(bytes));
    Comparison.Values values = Comparison.Values.of(ours);
    double error = Comparison.error(values, wanted.reference, absolute);
    String note = "";
    if (!(error <= wanted.tolerance) && wanted.reference64 != null) {
      double again = Comparison.error(values, wanted.reference64, absolute);
      if (again < error) {
        error = again;
        note = "against float64";
      }
    }
    var outcome = error <= wanted.tolerance ? Verdict.Outcome.PASS : Verdict.Outcome.MISS;
    verdicts.put(name, new Verdict(name, outcome, error, wanted.tolerance, note));
  }

  /// All verdicts in the order of the file; what was not offered is a miss, unless it is an intermediate value.
  List<Verdict> finish() {
    List<Verdict> all = new ArrayList<>();
    expected.forEach((name, wanted) -> {
      Verdict verdict = verdicts.get(name);
      if (verdict != null) {
        all.add(verdict);
      } else if (name.startsWith("tap.")) {
        var outcome = Verdict.Outcome.NOT_PRODUCED;
        all.add(new Verdict(name, outcome, Double.NaN, wanted.tolerance, "not produced"));
      } else {
        all.add(Verdict.miss(name, wanted.tolerance, "not produced"));
      }
    });
    return all;
  }
}
