package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Attention;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttentionCpuTest {
  private static Threads threads;

  @BeforeAll
  static void open() {
    threads = new Threads(2);
  }

  @AfterAll
  static void close() {
    threads.close();
  }

  /// Extents of one attention and what hides keys in it.
  record Case(int b, int s, int t, int h, int g, int d, boolean causal, int[] lengths, Kind mask) {
    static Case plain(int b, int s, int t, int h, int g, int d) {
      return new Case(b, s, t, h, g, d, false, null, Kind.NONE);
    }

    double scale() {
      return 1 / Math.sqrt(d);
    }

    /// Query, key, value, then lengths and mask.
    List<View> inputs() {
      List<View> in = new ArrayList<>();
      in.add(view(1, b, s, h, d));
      in.add(view(2, b, t, g, d));
      in.add(view(3, b, t, g, d));
      in.addAll(hiding());
      return in;
    }

    List<View> hiding() {
      List<View> in = new ArrayList<>();
      if (lengths != null) {
        MemorySegment data = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, lengths);
        in.add(new View(DType.I32, Layout.dense(Shape.of(b), 0), new HostStorage(data)));
      }
      switch (mask) {
        case NONE -> {}
        case FLOAT -> in.add(view(4, b, h, s, t));
        case FLOAT_PER_HEAD -> in.add(view(4, 1, h, 1, t));
        case KEEP -> {
          MemorySegment data = Arena.ofAuto().allocate((long) b * t);
          Random random = new Random(5);
          for (long i = 0; i < data.byteSize(); i++) {
            data.set(ValueLayout.JAVA_BYTE, i, (byte) (random.nextInt(3) == 0 ? 0 : 1));
          }
          in.add(
              new View(DType.BOOL, Layout.dense(Shape.of(b, 1, 1, t), 0), new HostStorage(data)));
        }
      }
      return in;
    }

    Attention op() {
      return new Attention(scale(), causal, lengths != null, mask != Kind.NONE);
    }
  }

  enum Kind {
    NONE,
    FLOAT,
    FLOAT_PER_HEAD,
    KEEP
  }

  static View view(long seed, long... extents) {
    Shape shape = Shape.of(extents);
    MemorySegment data = Numbers.random(shape.elements(), DType.F32, seed);
    return new View(DType.F32, Layout.dense(shape, 0), new HostStorage(data));
  }

  static double get(View view, long... index) {
    long at = view.layout().offset();
    for (int i = 0; i < index.length; i++) {
      at += (view.shape().extent(i) == 1 ? 0 : index[i]) * view.layout().stride(i);
    }
    return view.dtype() == DType.BOOL
        ? view.segment().get(ValueLayout.JAVA_BYTE, at)
        : Numbers.at(view.segment(), view.dtype(), at);
  }

  /// Score of one pair, -inf where hidden.
  static double score(Case c, List<View> in, View mask, int b, int h, int i, int j) {
    boolean hidden = c.causal && j > i || c.lengths != null && j >= c.lengths[b];
    double sum = 0;
    for (int x = 0; x < c.d; x++) {
      sum += get(in.get(0), b, i, h, x) * get(in.get(1), b, j, h / (c.h / c.g), x);
    }
    sum *= c.scale();
    if (mask != null && mask.dtype() == DType.BOOL) {
      hidden |= get(mask, b, h, i, j) == 0;
    } else if (mask != null) {
      sum += get(mask, b, h, i, j);
    }
    return hidden ? Double.NEGATIVE_INFINITY : sum;
  }

  static List<View> run(Threads threads, Case c, List<View> in) {
    List<View> out = List.of(view(8, c.b, c.s, c.h, c.d), view(9, c.b, c.h, c.s));
    AttentionCpu.run(threads, c.op(), in, out);
    return out;
  }

  private static void check(Case c) {
    check(c, c.inputs());
  }

  private static void check(Case c, List<View> in) {
    List<View> out = run(threads, c, in);
    View mask = c.mask == Kind.NONE ? null : in.getLast();
    for (int b = 0; b < c.b; b++) {
      for (int h = 0; h < c.h; h++) {
        for (int i = 0; i < c.s; i++) {
          double[] p = new double[c.t];
          double top = Double.NEGATIVE_INFINITY;
          for (int j = 0; j < c.t; j++) {
            p[j] = score(c, in, mask, b, h, i, j);
            top = Math.max(top, p[j]);
          }
          double sum = 0;
          for (int j = 0; j < c.t; j++) {
            p[j] = top == Double.NEGATIVE_INFINITY ? 0 : Math.exp(p[j] - top);
            sum += p[j];
          }
          String where = c + " at " + b + "," + h + "," + i;
          double lse = sum == 0 ? Double.NEGATIVE_INFINITY : top + Math.log(sum);
          assertEquals(lse, get(out.get(1), b, h, i), 2e-6, where);
          for (int x = 0; x < c.d; x++) {
            double expected = 0;
            for (int j = 0; j < c.t; j++) {
              expected += sum == 0 ? 0 : p[j] / sum * get(in.get(2), b, j, h / (c.h / c.g), x);
            }
            assertEquals(expected, get(out.get(0), b, i, h, x), 2e-6, where);
          }
        }
      }
    }
  }

  @Test
  void any_extents_agree_with_double_softmax() {
    for (int d : new int[] {1, 8, 10, 12, 24, 128}) {
      check(Case.plain(2, 5, 7, 2, 2, d));
      check(Case.plain(1, 33, 207, 1, 1, d));
    }
    check(Case.plain(1, 1, 1, 1, 1, 3));
    check(Case.plain(1, 72, 72, 4, 4, 24));
    check(Case.plain(1, 70, 400, 1, 1, 16));
  }

  @Test
  void key_heads_are_shared_by_groups_of_query_heads() {
    check(Case.plain(2, 9, 11, 6, 2, 12));
    check(Case.plain(1, 9, 11, 4, 1, 12));
  }

  @Test
  void causal_queries_see_no_later_key() {
    for (int t : new int[] {7, 64, 207, 300}) {
      check(new Case(1, t, t, 2, 2, 8, true, null, Kind.NONE));
    }
    check(new Case(1, 40, 13, 2, 2, 8, true, null, Kind.NONE));
    check(new Case(1, 13, 40, 2, 2, 8, true, null, Kind.NONE));
  }

  @Test
  void keys_beyond_the_length_of_an_item_do_not_count() {
    check(new Case(4, 40, 210, 2, 2, 8, false, new int[] {210, 1, 0, 197}, Kind.NONE));
    check(new Case(2, 40, 40, 2, 1, 8, true, new int[] {20, 33}, Kind.NONE));
  }

  @Test
  void masks_broadcast_and_hide_or_add() {
    for (Kind kind : Kind.values()) {
      check(new Case(2, 35, 67, 2, 2, 8, false, null, kind));
      check(new Case(2, 35, 67, 2, 1, 8, true, new int[] {60, 0}, kind));
    }
  }

  @Test
  void large_scores_do_not_overflow() {
    Case c = new Case(1, 5, 40, 1, 1, 8, false, null, Kind.FLOAT);
    List<View> in = c.inputs();
    MemorySegment mask = in.getLast().segment();
    for (long i = 0; i < 5 * 40; i++) {
      float value = mask.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      mask.setAtIndex(ValueLayout.JAVA_FLOAT, i, value * 3000);
    }
    List<View> out = run(threads, c, in);
    for (int i = 0; i < 5; i++) {
      double top = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < 40; j++) {
        top = Math.max(top, score(c, in, in.getLast(), 0, 0, i, j));
      }
      assertEquals(top, get(out.get(1), 0, 0, i), 1e-3);
    }
  }

  @Test
  void maxima_may_rise_a_little_or_much_from_block_to_block() {
    for (float step : new float[] {0.5f, 3, 7}) {
      Case c = new Case(1, 5, 3 * AttentionCpu.KEYS, 1, 1, 8, false, null, Kind.FLOAT);
      List<View> in = c.inputs();
      MemorySegment mask = in.getLast().segment();
      for (int i = 0; i < c.s * c.t; i++) {
        float value = mask.getAtIndex(ValueLayout.JAVA_FLOAT, i);
        int block = i % c.t / AttentionCpu.KEYS;
        mask.setAtIndex(ValueLayout.JAVA_FLOAT, i, value + step * (block - 1));
      }
      check(c, in);
    }
  }

  @Test
  void heads_first_and_gapped_layouts_are_read_in_place() {
    Case c = Case.plain(2, 19, 23, 3, 3, 10);
    List<View> in = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      View stored = view(i + 1, 2, 3, i == 0 ? 19 : 23, 14);
      Layout turned = stored.layout().permute(0, 2, 1, 3).slice(3, 3, 13);
      in.add(stored.with(turned));
    }
    check(c, in);
    View wide = view(7, 10, 23, 3, 2);
    in.set(2, wide.with(wide.layout().permute(3, 1, 2, 0)));
    check(c, in);
  }

  @Test
  void any_number_of_threads_gives_the_same_bits() {
    for (boolean causal : new boolean[] {false, true}) {
      Case c = new Case(2, 300, 407, 3, 1, 20, causal, new int[] {407, 260}, Kind.NONE);
      float[][] first = null;
      for (int count = 1; count <= 3; count++) {
        try (Threads own = new Threads(count)) {
          List<View> out = run(own, c, c.inputs());
          float[][] bits = new float[2][];
          for (int i = 0; i < 2; i++) {
            bits[i] = out.get(i).segment().toArray(ValueLayout.JAVA_FLOAT);
          }
          first = first == null ? bits : first;
          assertEquals(-1, Arrays.mismatch(first[0], bits[0]), "out with " + count + " threads");
          assertEquals(-1, Arrays.mismatch(first[1], bits[1]), "lse with " + count + " threads");
        }
      }
    }
  }
}
