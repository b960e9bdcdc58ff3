package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.indices;
import static framepack.tests.parity.Operand.listed;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Expand;
import framepack.tensor.op.Fill;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.Pad;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.Padding;
import framepack.tensor.op.Permute;
import framepack.tensor.op.Reshape;
import framepack.tensor.op.Slice;
import java.util.List;

/// Operations that move elements without computing.
final class MovementCases {
  /// Ties between two bf16 or f16 neighbours, numbers beyond f16, and what rounds to even.
  private static final double[] ROUNDING = {
    1,
    1.00390625,
    1.01171875,
    1.0009765625,
    1.0004882812,
    1.0014648438,
    65504,
    65519,
    65520,
    1e6,
    -1e6,
    6e-8,
    5.9604645e-8,
    3e-8,
    2.98e-8,
    3.3e38,
    -3.3e38,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    0,
    -0.0,
    1e-40
  };

  private MovementCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    copies(cases);
    views(cases);
    for (DType dtype : List.of(DType.F32, DType.I32, DType.BOOL, DType.BF16)) {
      cases.add("filled", new Fill(dtype, Shape.of(3, 7), 1));
    }
    cases.add("filled", new Fill(DType.F32, Shape.of(), -2.5));
    cases.add("filled", new Fill(DType.F32, Shape.of(0, 4), 1));
    cases.add("filled", new Fill(DType.F32, Shape.of(70, 1025), 0.1));
    for (int axis = 0; axis < 3; axis++) {
      Shape part = Shape.of(3, 4, 5);
      Operand last = f32(part.with(axis, 2).toArray());
      Operand none = f32(part.with(axis, 0).toArray());
      cases.everyLayout("three and none", new Concat(axis), f32(3, 4, 5), last, none);
    }
    cases.add("one", new Concat(0), f32(3, 4));
    cases.add("numbers", new Concat(1), indices(DType.I64, 99, 3, 4), indices(DType.I64, 99, 3, 1));
    cases.add("model", new Concat(1), f32(2, 130, 384), f32(2, 77, 384));
    gathers(cases);
    pads(cases);
    return cases.list();
  }

  private static void copies(Cases cases) {
    for (DType from : List.of(DType.F32, DType.BF16, DType.F16)) {
      for (DType to : List.of(DType.F32, DType.BF16, DType.F16)) {
        cases.everyLayout("odd", new Copy(to), f32(3, 5, 13).as(from));
        cases.addStrict("rounding", new Copy(to), listed(ROUNDING, 23).as(from));
      }
    }
    for (DType type : List.of(DType.I64, DType.I32, DType.U8, DType.BOOL)) {
      cases.everyLayout("numbers", new Copy(type), indices(type, 2, 7, 13));
      cases.add("to f32", new Copy(DType.F32), indices(type, 2, 7, 13));
    }
    Operand numbers = Operand.of(DType.F32, new Content.Uniform(-300, 300), 7, 13);
    for (DType type : List.of(DType.I64, DType.I32, DType.U8, DType.I8)) {
      cases.add("from f32", new Copy(type), numbers);
    }
    cases.add("widened", new Copy(DType.I64), indices(DType.I32, 1 << 30, 7, 13));
    cases.add("doubled", new Copy(DType.F64), f32(7, 13));
    cases.add("halved", new Copy(DType.F32), f32(7, 13).as(DType.F64));
    cases.add("scalar", new Copy(DType.F32), f32());
    cases.add("empty", new Copy(DType.F32), f32(4, 0, 3));
    cases.add("model", new Copy(DType.F32), f32(3, 70, 129).in(Arrangement.TRANSPOSED));
    for (DType blocks : List.of(DType.Q8_0, DType.Q4_0)) {
      cases.everyLayout("to blocks", new Copy(blocks), f32(3, 5, 96));
      cases.add("to blocks", new Copy(blocks), f32(300, 256).as(DType.BF16));
      cases.add("blocks", new Copy(DType.F32), f32(300, 256).as(blocks));
      cases.add("blocks", new Copy(DType.F16), f32(3, 96).as(blocks).in(Arrangement.UNALIGNED));
      cases.add("equal blocks", new Copy(blocks), f32(70, 320).as(blocks));
    }
    cases.add("weights", new Copy(DType.F32), f32(300, 257).as(DType.BF16));
  }

  private static void views(Cases cases) {
    cases.everyLayout("view", new Reshape(Shape.of(5, 3, 8)), f32(2, 3, 4, 5));
    cases.everyLayout("view", new Permute(List.of(2, 0, 1)), f32(3, 4, 5));
    cases.everyLayout("view", new Slice(1, 1, 4), f32(3, 5, 2));
    cases.everyLayout("view", new Expand(Shape.of(4, 3, 6, 5)), f32(3, 1, 5));
  }

  private static void gathers(Cases cases) {
    for (DType type : List.of(DType.I32, DType.I64)) {
      cases.everyLayout("odd", new Gather(), f32(6, 7), indices(type, 6, 3, 5));
      cases.everyLayout("odd", new GatherBackward(6), f32(3, 5, 7), indices(type, 6, 3, 5));
    }
    cases.add("scalars", new Gather(), f32(6), indices(DType.I32, 6, 4));
    cases.add("one", new Gather(), f32(6, 3), indices(DType.I32, 6));
    cases.add("none", new Gather(), f32(6, 3), indices(DType.I32, 6, 0));
    cases.add("weights", new Gather(), f32(6, 33).as(DType.BF16), indices(DType.I32, 6, 4));
    cases.add("model", new Gather(), f32(500, 384), indices(DType.I32, 500, 2, 77));
    cases.add("none", new GatherBackward(3), f32(0, 2), indices(DType.I32, 3, 0));
    cases.add("model", new GatherBackward(50), f32(2, 77, 384), indices(DType.I32, 50, 2, 77));
  }

  private static void pads(Cases cases) {
    List<Long> none = List.of(0L, 0L, 0L, 0L, 0L);
    List<Long> before = List.of(0L, 0L, 2L, 1L, 1L);
    List<Long> after = List.of(0L, 0L, 0L, 1L, 3L);
    for (Padding mode : Padding.values()) {
      Pad pad = new Pad(before, after, mode);
      PadBackward backward = new PadBackward(before, after, mode);
      cases.everyLayout("odd", pad, f32(2, 3, 2, 3, 5));
      cases.everyLayout("odd", backward, f32(2, 3, 4, 5, 9));
      cases.add("nothing", new Pad(none, none, mode), f32(2, 3, 2, 3, 5));
      cases.add("nothing", new PadBackward(none, none, mode), f32(2, 3, 2, 3, 5));
      cases.add("model", pad, f32(1, 16, 5, 30, 52));
      cases.add("model", backward, f32(1, 16, 7, 32, 56));
    }
    cases.add("from empty", new Pad(List.of(1L), List.of(2L), Padding.ZERO), f32(0));
  }
}
