package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.FrameNetwork;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tests.experiment.dataset.TestFrames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
        "tap five | layer 'tap five': expected a tensor 'five.weight' in the file",
        "convolve lin; tap | expected one of normalize, resize, conv",
        "relu;; tap | layer '': expected one of normalize",
        "conv; tap | conv NAME stride S padding P",
        "conv lin stride 0; tap | conv NAME stride S padding P",
        "conv lin dilation 2; tap | stride and padding, not dilation",
        "conv lin stride two; tap | a whole number of at least 0 as word 4",
        "conv lin padding -1; tap | a whole number of at least 0 as word 4",
        "resize; tap | a whole number of at least 1 as word 2",
        "maxpool 3; tap | a whole number of at least 1 as word 3",
        "maxpool 3 2 1; tap | layer 'maxpool 3 2 1': expected maxpool SIZE STRIDE",
        "conv lin stride 1 padding 1 groups 3; tap | expected conv NAME stride S padding P",
        "relu 6; tap | layer 'relu 6': expected relu",
        "tap four four | layer 'tap four four': expected tap NAME",
        "conv flat; tap | flat.weight as [o, c, kh, kw], not",
        "conv empty; tap | empty.weight as [o, c, kh, kw], not",
        "conv biased; tap | biased.bias with [1] numbers, not 2",
        "normalize; tap | a tensor 'scale' in the file",
        "relu | no layer of 'framepack.layers' is a 'tap'",
      })
  void a_file_that_describes_no_network_is_refused_in_one_line(String layers, String said) {
    Path file = odd(layers).with("shift", new float[3], 3).write(folder, "network");
    assertTrue(refusal(() -> FrameNetwork.open(file, backend)).contains(said), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv lin; tap | 'conv lin': expected at least 5 rows and 5 columns (a 'resize' at the start makes frames larger), got [channels 3, rows 4, columns 6]",
        "conv lin stride 9 padding 1; conv lin; tap | 'conv lin': expected 3 channels, got [channels 1, rows 1, columns 1] from frames of 4 x 6 pixels",
        "conv biased; tap | 'conv biased': expected 4 channels, got [channels 3, rows 4, columns 6]",
        "conv wide padding 1; tap | 'conv wide padding 1': expected at least 5 rows and 1 columns",
        "conv gray; normalize; tap | 'normalize': expected the 3 channels of pixels, got [channels 1, rows 4, columns 6]",
        "maxpool 5 2; tap | 'maxpool 5 2': expected at least 5 rows and 5 columns",
        "maxpool 3 2; maxpool 2 1; tap | 'maxpool 2 1': expected at least 2 rows and 2 columns (a 'resize' at the start makes frames larger), got [channels 3, rows 1, columns 2]",
        "tap two | 'tap two': expected 2 channels, one for each weight, got [channels 3, rows 4, columns 6]",
        "relu; tap four | 'tap four': expected 4 channels, one for each weight, got [channels 3, rows 4, columns 6]",
        "normalize; tap | two grey frames are NaN apart, expected 0: a weight is not finite, or a scale is 0",
        "tap; tap nan | two grey frames are NaN apart",
      })
  void a_network_whose_layers_do_not_fit_is_refused_in_one_line(String layers, String said) {
    TestNetwork network =
        odd(layers)
            .with("biased.bias", new float[1], 1)
            .with("shift", new float[3], 3)
            .with("scale", new float[] {1, 0, 1}, 3)
            .with("nan.weight", new float[] {1, Float.NaN, 1}, 3);
    try (FrameNetwork open = FrameNetwork.open(network.write(folder, "network"), backend)) {
      String message = refusal(() -> open.check(4, 6));
      assertTrue(message.contains(said), message);
      assertTrue(message.contains("network.safetensors: "), message);
    }
  }

  /// Weights of which none fits frames of 4 x 6 pixels.
  private static TestNetwork odd(String layers) {
    return new TestNetwork(layers)
        .with("lin.weight", new float[75], 1, 3, 5, 5)
        .with("flat.weight", new float[9], 3, 3)
        .with("gray.weight", new float[3], 1, 3, 1, 1)
        .with("empty.weight", new float[0], 0, 3, 1, 1)
        .with("wide.weight", new float[63], 3, 3, 7, 1)
        .with("biased.weight", new float[4], 1, 4, 1, 1)
        .with("biased.bias", new float[2], 2)
        .with("two.weight", new float[2], 1, 2, 1, 1)
        .with("four.weight", new float[4], 4);
  }

  private static String refusal(Executable refused) {
    String message = assertThrows(IllegalArgumentException.class, refused).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void a_file_that_is_none_or_only_half_there_is_refused_in_one_line() throws IOException {
    Path whole = TestNetwork.small().write(folder, "whole");
    byte[] bytes = Files.readAllBytes(whole);
    for (int kept : new int[] {0, 4, 100, bytes.length - 4}) {
      Path half = Files.write(folder.resolve("half"), Arrays.copyOf(bytes, kept));
      String message = refusal(() -> FrameNetwork.open(half, backend));
      assertTrue(message.startsWith(half.toString()), message);
    }
    Path text = Files.writeString(folder.resolve("text"), "conv features.0; relu; tap");
    assertTrue(refusal(() -> FrameNetwork.open(text, backend)).contains("not a safetensors file"));
    new SafeTensorsWriter().write(folder.resolve("bare"));
    assertTrue(
        refusal(() -> FrameNetwork.open(folder.resolve("bare"), backend))
            .contains("no 'framepack.layers'"));
    assertTrue(
        refusal(() -> FrameNetwork.open(folder.resolve("absent"), backend))
            .contains("no such file"));
  }

  @Test
  void frames_that_are_no_pixels_or_of_two_sizes_are_refused() {
    Path file = new TestNetwork("tap").write(folder, "network");
    try (FrameNetwork open = FrameNetwork.open(file, backend)) {
      Frames latents = Frames.zeros(16, 1, 4, 6);
      assertTrue(refusal(() -> open.distance(latents, latents)).contains("pixels of 3 channels"));
      Frames turned = Frames.zeros(3, 1, 6, 4);
      Frames pixels = Frames.zeros(3, 1, 4, 6);
      assertTrue(refusal(() -> open.distance(pixels, turned)).contains("do not agree"));
    }
  }

  @Test
  void weights_may_be_of_any_floating_type_but_not_whole_numbers() {
    short[] halves = {Float.floatToFloat16(3), 0, Float.floatToFloat16(5)};
    long[] wholes = {3, 0, 5};
    Path file = folder.resolve("types");
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .add(
                "half.weight",
                new Spec(DType.F16, Shape.of(3)),
                () -> MemorySegment.ofArray(halves))
            .add(
                "whole.weight",
                new Spec(DType.I64, Shape.of(3)),
                () -> MemorySegment.ofArray(wholes));
    writer.metadata("framepack.layers", "tap half").write(file);
    try (FrameNetwork open = FrameNetwork.open(file, backend)) {
      assertArrayEquals(
          new double[] {3}, open.distance(colour(0.5f, 0, 0), colour(0, 0.9f, 0)), 1e-6);
    }
    writer.metadata("framepack.layers", "tap whole").write(file);
    assertTrue(
        refusal(() -> FrameNetwork.open(file, backend))
            .contains("whole.weight of a floating type, not I64"));
  }
}
