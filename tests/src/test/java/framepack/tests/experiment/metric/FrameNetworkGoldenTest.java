package framepack.tests.experiment.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.FrameNetwork;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.io.SafeTensors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Networks that Python wrote, LPIPS by the snippet of the laboratory's page, against the distances that PyTorch computes
/// (`make_frame_networks.py` beside the files; torch 2.13.0, torchvision 0.14.1, lpips 0.1.4).
class FrameNetworkGoldenTest {
  private static Path file(String name) throws URISyntaxException {
    return Path.of(FrameNetworkGoldenTest.class.getResource(name + ".safetensors").toURI());
  }

  /// Rounding turns a vector of features a little, by sums of up to 363 terms in f32 more than by such in f64, and a squared
  /// distance d changes by 2 √d of what its vectors turn.
  @ParameterizedTest
  @CsvSource({
    "lpips-narrow, lpips,     cpu,       1e-6",
    "lpips-narrow, lpips,     reference, 1e-7",
    "embedding,    embedding, cpu,       1e-6",
    "embedding,    embedding, reference, 2e-7",
  })
  void distances_are_those_of_torch(String network, String name, String device, double turn)
      throws URISyntaxException {
    try (Backend backend = Backends.open(device);
        FrameNetwork open = FrameNetwork.open(file(network), backend);
        SafeTensors golden = SafeTensors.open(file("distances"))) {
      double[] ours = open.distance(pixels(golden, "in.a"), pixels(golden, "in.b"));
      MemorySegment torch = golden.view("out64." + name).segment();
      assertEquals(torch.byteSize(), (long) ours.length * Double.BYTES);
      for (int t = 0; t < ours.length; t++) {
        double expected = torch.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, (long) t * Double.BYTES);
        assertEquals(expected, ours[t], 2 * Math.sqrt(expected) * turn, "frame " + t);
      }
    }
  }

  /// Bytes as the pixels that the generator made of them.
  private static Frames pixels(SafeTensors golden, String name) {
    MemorySegment bytes = golden.view(name).segment();
    Frames frames = Frames.zeros(3, 3, 43, 51);
    for (int i = 0; i < frames.values().length; i++) {
      frames.values()[i] = ((bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff) - 128) / 128f;
    }
    return frames;
  }
}
