package framepack.experiment.run;

import framepack.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a run took, on the machine and under the load that it ran on.
///
/// @param contextTokens clean tokens of the section that has most: packings that append their tail grow
/// @param tokens all tokens of that section
/// @param weights number of weights
/// @param trainingSeconds wall seconds in training steps, over all sessions
/// @param stepMillis median wall milliseconds of a training step
/// @param sectionMillis median wall milliseconds of a section of one test video; 0 where none is timed
/// @param peakBytes most bytes that one training step needed beyond weights and optimiser
public record Cost(
    long contextTokens,
    long tokens,
    long weights,
    double trainingSeconds,
    double stepMillis,
    double sectionMillis,
    long peakBytes) {
  private static final JsonMapper JSON = new JsonMapper();
  static final Cost NONE = new Cost(0, 0, 0, 0, 0, 0, 0);

  /// Bytes of training: weights, gradients' share of the step, and AdamW's two moments.
  public long trainingBytes() {
    return peakBytes + 3 * Float.BYTES * weights;
  }

  /// The middle of measured times, which one slow step does not move.
  static double median(double[] times) {
    return new Median().evaluate(times);
  }

  void write(Path file) {
    AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }

  /// None if the file is not there.
  public static Cost read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    try {
      JsonNode node = JSON.readTree(Files.readString(file));
      return JSON.treeToValue(node, Cost.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + ": is damaged; delete it", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
