package framepack.tensor.cpu;

import static framepack.tensor.cpu.AttentionCpuTest.get;
import static framepack.tensor.cpu.AttentionCpuTest.view;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.tensor.core.View;
import framepack.tensor.cpu.AttentionCpuTest.Case;
import framepack.tensor.cpu.AttentionCpuTest.Kind;
import framepack.tensor.op.AttentionBackward;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttentionBackwardCpuTest {
  private static Threads threads;

  @BeforeAll
  static void open() {
    threads = new Threads(2);
  }

  @AfterAll
  static void close() {
    threads.close();
  }

  /// The definition, in doubles: gradients of sum(out * gout).
  private static final class Exact {
    final double[][][][] gq;
    final double[][][][] gk;
    final double[][][][] gv;

    Exact(Case c, List<View> in, View gout) {
      gq = new double[c.b()][c.s()][c.h()][c.d()];
      gk = new double[c.b()][c.t()][c.g()][c.d()];
      gv = new double[c.b()][c.t()][c.g()][c.d()];
      View mask = c.mask() == Kind.NONE ? null : in.getLast();
      for (int b = 0; b < c.b(); b++) {
        for (int h = 0; h < c.h(); h++) {
          for (int i = 0; i < c.s(); i++) {
            row(c, in, gout, mask, b, h, i);
          }
        }
      }
    }

    private void row(Case c, List<View> in, View gout, View mask, int b, int h, int i) {
      double[] p = new double[c.t()];
      double[] gp = new double[c.t()];
      double sum = 0;
      int g = h / (c.h() / c.g());
      for (int j = 0; j < c.t(); j++) {
        p[j] = Math.exp(AttentionCpuTest.score(c, in, mask, b, h, i, j));
        sum += p[j];
      }
      double delta = 0;
      for (int j = 0; j < c.t() && sum > 0; j++) {
        p[j] /= sum;
        for (int x = 0; x < c.d(); x++) {
          gp[j] += get(gout, b, i, h, x) * get(in.get(2), b, j, g, x);
          gv[b][j][g][x] += p[j] * get(gout, b, i, h, x);
        }
        delta += p[j] * gp[j];
      }
      for (int j = 0; j < c.t(); j++) {
        double gs = p[j] * (gp[j] - delta) * c.scale();
        for (int x = 0; x < c.d(); x++) {
          gq[b][i][h][x] += gs * get(in.get(1), b, j, g, x);
          gk[b][j][g][x] += gs * get(in.get(0), b, i, h, x);
        }
      }
    }
  }

  private static List<View> run(Threads threads, Case c, List<View> in, View gout) {
    List<View> forward = AttentionCpuTest.run(threads, c, in);
    List<View> all = new ArrayList<>(in.subList(0, 3));
    all.addAll(forward);
    all.add(gout);
    all.addAll(in.subList(3, in.size()));
    List<View> out =
        List.of(
            view(21, c.b(), c.s(), c.h(), c.d()),
            view(22, c.b(), c.t(), c.g(), c.d()),
            view(23, c.b(), c.t(), c.g(), c.d()));
    AttentionBackward op =
        new AttentionBackward(
            c.scale(), c.causal(), c.lengths() != null, c.mask() != Kind.NONE, false);
    AttentionBackwardCpu.run(threads, op, all, out);
    return out;
  }

  private static void check(Case c) {
    List<View> in = c.inputs();
    View gout = view(17, c.b(), c.s(), c.h(), c.d());
    List<View> out = run(threads, c, in, gout);
    Exact exact = new Exact(c, in, gout);
    compare(c + " gq", exact.gq, out.get(0));
    compare(c + " gk", exact.gk, out.get(1));
    compare(c + " gv", exact.gv, out.get(2));
  }

  private static void compare(String what, double[][][][] expected, View got) {
    double top = 1;
    for (double[][][] item : expected) {
      for (double[][] token : item) {
        for (double[] head : token) {
          top = Math.max(top, Arrays.stream(head).map(Math::abs).max().orElse(0));
        }
      }
    }
    for (int b = 0; b < expected.length; b++) {
      for (int i = 0; i < expected[b].length; i++) {
        for (int h = 0; h < expected[b][i].length; h++) {
          for (int x = 0; x < expected[b][i][h].length; x++) {
            String where = what + " at " + b + "," + i + "," + h + "," + x;
            assertEquals(expected[b][i][h][x], get(got, b, i, h, x), 4e-6 * top, where);
          }
        }
      }
    }
  }

  @Test
  void any_extents_agree_with_the_derivative_in_doubles() {
    for (int d : new int[] {1, 8, 10, 12, 24, 128}) {
      check(Case.plain(2, 5, 7, 2, 2, d));
      check(Case.plain(1, 207, 33, 1, 1, d));
    }
    check(Case.plain(1, 1, 1, 1, 1, 3));
    check(Case.plain(1, 72, 72, 4, 4, 24));
    check(Case.plain(1, 40, 400, 1, 1, 16));
  }

  @Test
  void gradients_of_shared_key_heads_are_summed_over_their_query_heads() {
    check(Case.plain(2, 9, 11, 6, 2, 12));
    check(Case.plain(1, 9, 11, 4, 1, 12));
  }

  @Test
  void hidden_keys_get_no_gradient() {
    for (int t : new int[] {7, 64, 207}) {
      check(new Case(1, t, t, 2, 2, 8, true, null, Kind.NONE));
    }
    check(new Case(1, 40, 13, 2, 2, 8, true, null, Kind.NONE));
    check(new Case(1, 13, 40, 2, 2, 8, true, null, Kind.NONE));
    check(new Case(4, 40, 210, 2, 2, 8, false, new int[] {210, 1, 0, 197}, Kind.NONE));
    check(new Case(2, 40, 40, 2, 1, 8, true, new int[] {20, 33}, Kind.NONE));
  }

  @Test
  void masks_take_part_in_the_recomputed_scores() {
    for (Kind kind : Kind.values()) {
      check(new Case(2, 35, 67, 2, 2, 8, false, null, kind));
      check(new Case(2, 35, 67, 2, 1, 8, true, new int[] {60, 0}, kind));
    }
  }

  @Test
  void any_number_of_threads_gives_the_same_bits() {
    for (boolean causal : new boolean[] {false, true}) {
      Case c = new Case(2, 300, 407, 3, 1, 20, causal, new int[] {407, 260}, Kind.NONE);
      View gout = view(17, c.b(), c.s(), c.h(), c.d());
      float[][] first = null;
      for (int count = 1; count <= 3; count++) {
        try (Threads own = new Threads(count)) {
          List<View> out = run(own, c, c.inputs(), gout);
          float[][] bits = new float[3][];
          for (int i = 0; i < 3; i++) {
            bits[i] = out.get(i).segment().toArray(ValueLayout.JAVA_FLOAT);
          }
          first = first == null ? bits : first;
          for (int i = 0; i < 3; i++) {
            assertEquals(-1, Arrays.mismatch(first[i], bits[i]), i + " with " + count + " threads");
          }
        }
      }
    }
  }
}
