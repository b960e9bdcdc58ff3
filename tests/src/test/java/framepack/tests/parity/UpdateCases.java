package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.positive;

import framepack.tensor.op.Accumulate;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Lerp;
import java.util.List;

/// Operations that write an operand in place.
final class UpdateCases {
  private UpdateCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    cases.everyLayout("odd", new Accumulate(-0.3), f32(7, 13), f32(7, 13));
    cases.add("model", new Accumulate(1), f32(70, 1025), f32(70, 1025));
    cases.everyLayout("odd", new Lerp(0.999), f32(7, 13), f32(7, 13));
    cases.add("model", new Lerp(0.9), f32(70, 1025), f32(70, 1025));
    AdamW first = new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01, 1, 1);
    AdamW later = new AdamW(2e-3, 0.9, 0.95, 1e-8, 0.1, 1000, 0.25);
    for (AdamW op : List.of(first, later)) {
      cases.everyLayout("odd", op, f32(7, 13), f32(7, 13), f32(7, 13), positive(7, 13));
      cases.add("model", op, f32(70, 1025), f32(70, 1025), f32(70, 1025), positive(70, 1025));
    }
    return cases.list();
  }
}
