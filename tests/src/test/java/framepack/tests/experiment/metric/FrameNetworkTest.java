package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.FrameNetwork;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tests.experiment.dataset.TestFrames;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameNetworkTest {
  private static Backend backend;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    backend = Backends.open("cpu:1");
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  private double[] distance(TestNetwork network, Frames a, Frames b) {
    try (FrameNetwork open = FrameNetwork.open(network.write(folder, "network"), backend)) {
      return open.distance(a, b);
    }
  }

  private static Frames colour(float... rgb) {
    Frames frame = Frames.zeros(3, 1, 4, 4);
    for (int i = 0; i < frame.values().length; i++) frame.values()[i] = rgb[i / 16];
    return frame;
  }

  /// Unit vectors at right angles are √2 apart, and length does not count.
  @Test
  void frames_are_compared_by_the_direction_of_their_features() {
    TestNetwork plain = new TestNetwork("tap");
    assertArrayEquals(
        new double[] {2}, distance(plain, colour(0.5f, 0, 0), colour(0, 0.9f, 0)), 1e-6);
    assertArrayEquals(
        new double[] {0}, distance(plain, colour(0.5f, 0.1f, 0), colour(1, 0.2f, 0)), 1e-6);
    TestNetwork weighed =
        new TestNetwork("tap lin").with("lin.weight", new float[] {3, 0, 5}, 1, 3, 1, 1);
    assertArrayEquals(
        new double[] {3}, distance(weighed, colour(0.5f, 0, 0), colour(0, 0.9f, 0)), 1e-6);
  }

  /// Two blocks and an embedding, against loops over numbers.
  @Test
  void layers_do_what_torch_s_do() {
    TestNetwork network = TestNetwork.small();
    Frames a = TestFrames.waves(1, 13, 11);
    Frames b = TestFrames.random(3, 3, 1, 13, 11);
    double[][][] left = network.convolved(network.normalised(a), "first", 2, 1);
    double[][][] right = network.convolved(network.normalised(b), "first", 2, 1);
    double expected = TestNetwork.between(left, right, network.tensor("lin0.weight"));
    left = network.convolved(TestNetwork.pooled(left, 3, 2), "second", 1, 0);
    right = network.convolved(TestNetwork.pooled(right, 3, 2), "second", 1, 0);
    expected += TestNetwork.between(TestNetwork.mean(left), TestNetwork.mean(right), null);
    assertArrayEquals(new double[] {expected}, distance(network, a, b), 1e-5);
  }

  @Test
  void a_long_video_is_its_frames() {
    TestNetwork network = TestNetwork.small();
    Frames a = TestFrames.random(1, 3, 19, 16, 16);
    Frames b = TestFrames.random(2, 3, 19, 16, 16);
    double[] whole = distance(network, a, b);
    for (int t = 0; t < 19; t++) {
      assertEquals(
          distance(network, a.slice(t, 1), b.slice(t, 1))[0], whole[t], 1e-6, "frame " + t);
      assertTrue(whole[t] > 0);
    }
    assertArrayEquals(new double[19], distance(network, a, a));
  }

  @Test
  void a_resize_makes_frames_of_any_size_fit() {
    TestNetwork fixed =
        new TestNetwork("resize 6; conv all; tap")
            .with("all.weight", TestNetwork.noise(108, 5), 1, 3, 6, 6);
    assertEquals(1, distance(fixed, TestFrames.waves(1, 9, 12), TestFrames.waves(1, 9, 12)).length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv first; tap | layer 'conv first': expected a tensor 'first.weight' in the file",
        "convolve lin; tap | expected one of normalize, resize, conv",
        "conv lin stride 0; tap | conv NAME stride S padding P",
        "conv lin dilation 2; tap | stride and padding, not dilation",
        "conv lin stride two; tap | a whole number of at least 0 as word 4",
        "maxpool 3; tap | a whole number of at least 1 as word 3",
        "conv flat; tap | flat.weight as [o, c, kh, kw], not",
        "normalize; tap | a tensor 'shift' in the file",
        "relu | no layer of 'framepack.layers' is a 'tap'",
        "conv lin; tap | does not fit frames of 4 x 4 pixels",
      })
  void a_file_that_describes_no_network_is_refused_in_one_line(String layers, String said) {
    TestNetwork network =
        new TestNetwork(layers)
            .with("lin.weight", new float[75], 1, 3, 5, 5)
            .with("flat.weight", new float[9], 3, 3);
    String message =
        assertThrows(DatasetError.class, () -> distance(network, colour(0, 0, 0), colour(1, 0, 0)))
            .getMessage();
    assertTrue(message.contains(said), message);
    assertEquals(1, message.lines().count());
  }
}
