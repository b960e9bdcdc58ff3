package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GemmTest {
  private static final int GUARD = 64;
  private static final float UNTOUCHED = 1234.5f;
  private static Threads threads;

  @BeforeAll
  static void open() {
    threads = new Threads(2);
  }

  @AfterAll
  static void close() {
    threads.close();
  }

  /// One product: a at (i, p), b at (p, j) through any strides, compared with double sums.
  private record Case(int m, int n, int k, boolean turnA, boolean turnB, DType type, int gap) {
    Panels a() {
      long stride = (turnA ? m : k) + gap;
      MemorySegment data = Numbers.random(7 + stride * (turnA ? k : m), DType.F32, 1);
      return new Panels(data, DType.F32, 7, turnA ? 1 : stride, turnA ? stride : 1);
    }

    /// `turnB` as for weights: [n, k].
    Panels b() {
      long stride = (turnB ? k : n) + gap;
      MemorySegment data = Numbers.random(3 + stride * (turnB ? n : k), type, 2);
      return new Panels(data, type, 3, turnB ? stride : 1, turnB ? 1 : stride);
    }

    double exact(Panels a, Panels b, int i, int j) {
      double sum = 0;
      for (int p = 0; p < k; p++) {
        sum +=
            Numbers.at(a.data(), a.type(), a.offset() + i * a.along() + p * a.deep())
                * Numbers.at(b.data(), b.type(), b.offset() + j * b.along() + p * b.deep());
      }
      return sum;
    }

    long outStride() {
      return n + gap;
    }
  }

  private static MemorySegment blank(Case c) {
    MemorySegment out = Numbers.random(GUARD + c.m * c.outStride() + GUARD, DType.F32, 3);
    for (long i = 0; i < out.byteSize() / 4; i++) {
      out.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, i, UNTOUCHED);
    }
    return out;
  }

  private static void check(Case c) {
    check(c, 1);
  }

  /// Compares every `step`-th row.
  private static void check(Case c, int step) {
    Panels a = c.a();
    Panels b = c.b();
    MemorySegment out = blank(c);
    Epilogue.Matrix to = new Epilogue.Matrix(out, GUARD, c.outStride());
    new Gemm(c.m, c.n, c.k, a, b, Epilogue.store(to)).run(threads);
    for (int i = 0; i < c.m; i += step) {
      for (int j = 0; j < c.n; j++) {
        float got = Numbers.f32(out, GUARD + i * c.outStride() + j);
        assertEquals(
            c.exact(a, b, i, j), got, 1e-6 * Math.sqrt(c.k + 1) * 4, c + " " + i + "," + j);
      }
      for (long j = c.n; j < c.outStride(); j++) {
        assertEquals(UNTOUCHED, Numbers.f32(out, GUARD + i * c.outStride() + j), "gap of row " + i);
      }
    }
    for (int i = 0; i < GUARD; i++) {
      assertEquals(UNTOUCHED, Numbers.f32(out, i), "before the result");
      assertEquals(UNTOUCHED, Numbers.f32(out, GUARD + c.m * c.outStride() + i), "behind it");
    }
  }

  @Test
  void every_awkward_extent_agrees_with_double_sums() {
    int[] extents = {1, 2, 7, 13, 33, 64, 97};
    for (int m : extents) {
      for (int n : extents) {
        for (int k : new int[] {1, 3, 16, 31, 96}) {
          check(new Case(m, n, k, false, true, DType.F32, 0));
        }
      }
    }
  }

  @Test
  void every_transpose_storage_type_and_row_gap_agrees_with_double_sums() {
    for (boolean turnA : new boolean[] {false, true}) {
      for (boolean turnB : new boolean[] {false, true}) {
        for (DType type : new DType[] {DType.F32, DType.BF16, DType.F16}) {
          for (int gap : new int[] {0, 5}) {
            check(new Case(37, 71, 45, turnA, turnB, type, gap));
            check(new Case(13, 34, 207, turnA, turnB, type, gap));
          }
        }
      }
    }
  }

  @Test
  void depths_beyond_one_block_are_summed_completely() {
    for (int k : new int[] {1023, 1024, 1025, 2051, 4096}) {
      check(new Case(14, 35, k, false, true, DType.F32, 0));
      check(new Case(14, 35, k, true, false, DType.F32, 1));
    }
  }

  @Test
  void large_weights_take_the_columns_walk_and_agree_with_double_sums() {
    check(new Case(531, 521, 2063, false, true, DType.BF16, 0), 59);
    check(new Case(5, 1049, 1013, false, false, DType.F32, 2));
  }

  @Test
  void more_rows_than_a_band_holds_agree_with_double_sums() {
    check(new Case(2101, 41, 6601, false, true, DType.F32, 0), 191);
  }

  @Test
  void a_right_operand_that_lies_on_cache_lines_is_used_where_it_is() {
    for (int k : new int[] {1, 2, 288, 310, 600, 3000}) {
      Case c = new Case(29, 96, k, true, false, DType.F32, 0);
      MemorySegment lines = Numbers.random(96L * k + 16, DType.F32, 2);
      MemorySegment shifted = Arena.ofAuto().allocate(lines.byteSize() + 64, 64);
      MemorySegment.copy(lines, 0, shifted, 4, lines.byteSize());
      Panels there = new Panels(lines, DType.F32, 16, 1, 96);
      Panels packed = new Panels(shifted, DType.F32, 17, 1, 96);
      assertEquals(k % 2 == 0 && Lanes.WIDTH == 16, there.isRight(96, k), "even depths can stay");
      assertFalse(packed.isRight(96, k), "one float further");
      float[] expected = product(c, packed);
      assertEquals(-1, Arrays.mismatch(expected, product(c, there)), c.toString());
    }
  }

  @Test
  void gradients_of_weights_agree_with_double_sums_however_many_threads_share_them() {
    for (int m : new int[] {97, 300, 700}) {
      Case c = new Case(m, 96, 3001, true, false, DType.F32, 0);
      check(c, 29);
      float[] expected = product(c, c.b());
      for (int count : new int[] {1, 3, 5, 16}) {
        try (Threads others = new Threads(count)) {
          assertEquals(
              -1, Arrays.mismatch(expected, product(c, c.b(), others)), c + " on " + count);
        }
      }
    }
  }

  private static float[] product(Case c, Panels b) {
    return product(c, b, threads);
  }

  private static float[] product(Case c, Panels b, Threads threads) {
    MemorySegment out = blank(c);
    new Gemm(c.m, c.n, c.k, c.a(), b, Epilogue.store(new Epilogue.Matrix(out, 0, c.n)))
        .run(threads);
    return out.toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
  }

  @Test
  void a_handful_of_rows_takes_the_dots_walk_and_agrees_with_double_sums() {
    for (int m : new int[] {1, 3, 4, 7, 16, 24}) {
      check(new Case(m, 523, 515, false, true, DType.F32, 0));
      check(new Case(m, 290, 1029, false, true, DType.BF16, 3));
      check(new Case(m, 132, 2064, false, true, DType.F32, 1));
      check(new Case(m, 133, 2064, false, true, DType.BF16, 0));
      check(new Case(m, 262, 1007, false, true, DType.F16, 0));
    }
  }

  @Test
  void some_rows_take_the_turned_walk_and_agree_with_double_sums() {
    for (int m : new int[] {25, 32, 33, 101}) {
      check(new Case(m, 523, 515, false, true, DType.F32, 0), 3);
      check(new Case(m, 290, 1029, true, true, DType.BF16, 3), 3);
      check(new Case(m, 97, 2703, false, true, DType.F16, 0), 3);
    }
    check(new Case(512, 91, 2881, false, true, DType.F32, 0), 73);
  }

  @Test
  void an_empty_sum_writes_zeros() {
    Case c = new Case(5, 9, 0, false, true, DType.F32, 0);
    MemorySegment out = blank(c);
    Panels none = new Panels(out, DType.F32, 0, 0, 1);
    Epilogue to = Epilogue.store(new Epilogue.Matrix(out, GUARD, 9));
    new Gemm(5, 9, 0, none, none, to).run(threads);
    for (int i = 0; i < 45; i++) {
      assertEquals(0f, Numbers.f32(out, GUARD + i));
    }
  }

  @Test
  void operands_without_a_contiguous_axis_are_gathered() {
    MemorySegment a = Numbers.random(4000, DType.F32, 1);
    MemorySegment b = Numbers.random(4000, DType.F16, 2);
    Panels left = new Panels(a, DType.F32, 1, 60, 2);
    Panels right = new Panels(b, DType.F16, 2, 3, 80);
    Case c = new Case(19, 23, 21, false, false, DType.F16, 0);
    MemorySegment out = blank(c);
    new Gemm(19, 23, 21, left, right, Epilogue.store(new Epilogue.Matrix(out, 0, 23))).run(threads);
    for (int i = 0; i < 19 * 23; i++) {
      assertEquals(c.exact(left, right, i / 23, i % 23), Numbers.f32(out, i), 1e-5);
    }
  }

  private static double activate(Activation activation, double x) {
    return switch (activation) {
      case NONE -> x;
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case GELU_EXACT -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
    };
  }

  @Test
  void bias_activation_gate_and_residual_follow_their_formula() {
    epilogue(new Case(30, 45, 24, false, true, DType.F32, 3), 3e-6);
  }

  @Test
  void the_turned_walk_ends_in_the_same_epilogue() {
    epilogue(new Case(30, 45, 5827, false, true, DType.F32, 3), 4e-6 * Math.sqrt(5828));
  }

  private static void epilogue(Case c, double error) {
    Panels a = c.a();
    Panels b = c.b();
    float[] bias = new float[45 + 2 * Micro.COLUMNS];
    for (int j = 0; j < 45; j++) {
      bias[j] = 0.1f * j - 2;
    }
    MemorySegment gate = Numbers.random(3 * 50, DType.F32, 5);
    MemorySegment residual = Numbers.random(30 * 47, DType.F32, 6);
    for (Activation activation : Activation.values()) {
      MemorySegment out = blank(c);
      Epilogue epilogue =
          new Epilogue(
              new Epilogue.Matrix(out, GUARD, c.outStride()),
              new Epilogue.Bias(bias, false),
              activation,
              new Epilogue.Gate(new Epilogue.Matrix(gate, 0, 50), 10),
              new Epilogue.Matrix(residual, 0, 47),
              false);
      new Gemm(30, 45, c.k, a, b, epilogue).run(threads);
      for (int i = 0; i < 30; i++) {
        for (int j = 0; j < 45; j++) {
          double value = activate(activation, c.exact(a, b, i, j) + bias[j]);
          double expected =
              Numbers.f32(residual, i * 47 + j) + Numbers.f32(gate, i / 10 * 50 + j) * value;
          float got = Numbers.f32(out, GUARD + i * c.outStride() + j);
          assertEquals(expected, got, error, activation + " " + i + "," + j);
        }
      }
    }
  }

  @Test
  void accumulation_adds_to_what_was_there() {
    Case c = new Case(17, 40, 12, true, false, DType.F32, 0);
    Panels a = c.a();
    Panels b = c.b();
    MemorySegment out = blank(c);
    Epilogue.Matrix to = new Epilogue.Matrix(out, GUARD, 40);
    Epilogue epilogue = new Epilogue(to, null, Activation.NONE, null, null, true);
    new Gemm(17, 40, 12, a, b, epilogue).run(threads);
    for (int i = 0; i < 17 * 40; i++) {
      double expected = UNTOUCHED + c.exact(a, b, i / 40, i % 40);
      assertEquals(expected, Numbers.f32(out, GUARD + i), 2e-4);
    }
  }

  @Test
  void any_number_of_threads_gives_the_same_bits() {
    Case[] cases = {
      new Case(207, 96, 96, false, true, DType.F32, 0),
      new Case(96, 97, 1500, true, false, DType.F32, 0),
      new Case(131, 1111, 1030, false, true, DType.BF16, 0),
      new Case(515, 1111, 1030, false, true, DType.F32, 0),
      new Case(5, 600, 515, false, true, DType.F32, 0)
    };
    for (Case c : cases) {
      Panels a = c.a();
      Panels b = c.b();
      float[] first = null;
      for (int count = 1; count <= 3; count++) {
        try (Threads own = new Threads(count)) {
          MemorySegment out = blank(c);
          new Gemm(c.m, c.n, c.k, a, b, Epilogue.store(new Epilogue.Matrix(out, 0, c.n))).run(own);
          float[] result = out.toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
          first = first == null ? result : first;
          assertEquals(-1, Arrays.mismatch(first, result), c + " with " + count + " threads");
        }
      }
    }
  }
}
