package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import framepack.pack.Attending;
import framepack.pack.BlockSparseMask;
import framepack.pack.ContextTail;
import framepack.pack.LinearAttention;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.VisibleKeys;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Attentions other than the released models' own.
class AttendingTest {
  private static final int TOKENS = 7;
  private static final int HEADS = 2;
  private static final int WIDTH = 3;
  private static final Backend CPU = Backends.open("cpu");

  private static float[] random(int stream, int batch) {
    return Philox.of(1, stream).normal(batch * TOKENS * HEADS * WIDTH);
  }

  private static float[] attend(Attending attending, int batch, float[]... queriesKeysValues) {
    Tensor[] in = new Tensor[3];
    for (int i = 0; i < in.length; i++) {
      in[i] = Tensor.of(queriesKeysValues[i], batch, TOKENS, HEADS, WIDTH);
    }
    return attending.attention(in[0], in[1], in[2]).toFloats();
  }

  private static double positive(float x) {
    return x > 0 ? x + 1 : Math.exp(x);
  }

  private static int at(int token, int head, int channel) {
    return (token * HEADS + head) * WIDTH + channel;
  }

  @Test
  void linear_attention_weighs_values_by_products_of_positive_features() {
    float[] q = random(0, 1);
    float[] k = random(1, 1);
    float[] v = random(2, 1);
    float[] expected = new float[q.length];
    for (int head = 0; head < HEADS; head++) {
      for (int query = 0; query < TOKENS; query++) {
        double[] sum = new double[WIDTH];
        double weights = 0;
        for (int key = 0; key < TOKENS; key++) {
          double weight = 0;
          for (int c = 0; c < WIDTH; c++) {
            weight += positive(q[at(query, head, c)]) * positive(k[at(key, head, c)]);
          }
          weights += weight;
          for (int c = 0; c < WIDTH; c++) sum[c] += weight * v[at(key, head, c)];
        }
        for (int c = 0; c < WIDTH; c++) expected[at(query, head, c)] = (float) (sum[c] / weights);
      }
    }
    try (Workspace _ = Workspace.open(CPU)) {
      assertArrayEquals(expected, attend(new LinearAttention(null), 1, q, k, v), 1e-5f);
    }
  }

  @Test
  void nobody_sees_the_padding_of_a_tail() {
    int size = TOKENS * HEADS * WIDTH;
    float[] q = random(0, 2);
    float[] k = random(1, 2);
    float[] v = random(2, 2);
    float[] otherKeys = k.clone();
    float[] otherValues = v.clone();
    // the second token of the second item is padding
    Arrays.fill(otherKeys, size + at(1, 0, 0), size + at(2, 0, 0), 5);
    Arrays.fill(otherValues, size + at(1, 0, 0), size + at(2, 0, 0), 7);
    float[] firstItem = v.clone();
    firstItem[at(1, 0, 0)]++;
    try (Workspace _ = Workspace.open(CPU)) {
      Span one = new Span(0, 1);
      ContextTail tail =
          ContextTail.ofRuns(
              PatchKernel.BASE,
              Tensor.of(new float[4], 2, 1, 2),
              List.of(List.of(one, new Span(1, 1)), List.of(one)));
      for (Attending attending :
          List.of(
              LinearAttention.of(tail, 2, TOKENS),
              VisibleKeys.of(new BlockSparseMask(TOKENS, 2).tensor(tail, 2)))) {
        float[] seen = attend(attending, 2, q, k, v);
        assertArrayEquals(seen, attend(attending, 2, q, otherKeys, otherValues));
        assertFalse(Arrays.equals(seen, attend(attending, 2, q, k, firstItem)));
      }
    }
  }

  @Test
  void block_sparse_attention_sees_neighbours_and_the_first_block() {
    // counted from the end: {0}, {1, 2}, {3, 4}, {5, 6}, {7, 8}
    BlockSparseMask mask = new BlockSparseMask(9, 2);
    assertEquals("111111111", seen(mask, 0));
    assertEquals("111110000", seen(mask, 2));
    assertEquals("111111100", seen(mask, 3));
    assertEquals("100001111", seen(mask, 7));
    assertEquals("11", seen(new BlockSparseMask(2, 5), 0));
  }

  private static String seen(BlockSparseMask mask, int query) {
    StringBuilder seen = new StringBuilder();
    for (int key = 0; key < mask.tokens(); key++) {
      seen.append(mask.sees(query, key) ? '1' : '0');
    }
    return seen.toString();
  }
}
