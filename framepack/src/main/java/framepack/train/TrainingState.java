package framepack.train;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/// The file a run resumes from: weights under their own names, then `adamw.first.*`, `adamw.second.*`, `ema.*`, and the
/// number of steps done in the metadata.
final class TrainingState {
  private static final String STEP = "framepack.step";

  private TrainingState() {}

  static void write(
      Path file, long step, Map<String, Tensor> weights, Optimizer optimizer, Ema ema) {
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata(STEP, Long.toString(step));
    tensors(weights, optimizer, ema).forEach(writer::add);
    writer.write(file);
  }

  /// Overwrites everything in place and returns the number of steps done. Checks all names before touching any value.
  static long read(Path file, Map<String, Tensor> weights, Optimizer optimizer, Ema ema) {
    try (SafeTensors state = SafeTensors.open(file)) {
      Map<String, Tensor> targets = tensors(weights, optimizer, ema);
      if (!new TreeSet<>(state.names()).equals(new TreeSet<>(targets.keySet()))) {
        throw new IllegalArgumentException(
            file + ": this training state belongs to another model or another training setup");
      }
      targets.forEach((name, target) -> {
        if (!state.spec(name).equals(target.spec())) {
          throw new IllegalArgumentException(
              "%s: '%s' is %s, the model has %s"
                  .formatted(file, name, state.spec(name), target.spec()));
        }
      });
      targets.forEach((name, target) -> restore(state, name, target));
      return step(file, state.metadata().get(STEP));
    }
  }

  private static void restore(SafeTensors state, String name, Tensor target) {
    try (Workspace scratch = Workspace.open(target.backend())) {
      target.copyFromInPlace(scratch.adopt(state.view(name)));
    }
  }

  private static long step(Path file, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          file + ": not a training state, its metadata has no " + STEP, e);
    }
  }

  private static Map<String, Tensor> tensors(
      Map<String, Tensor> weights, Optimizer optimizer, Ema ema) {
    Map<String, Tensor> all = new LinkedHashMap<>(weights);
    optimizer
        .moments()
        .forEach((name, m) -> {
          all.put("adamw.first." + name, m.first());
          all.put("adamw.second." + name, m.second());
        });
    if (ema != null) {
      ema.averages().forEach((name, average) -> all.put("ema." + name, average));
    }
    return all;
  }
}
