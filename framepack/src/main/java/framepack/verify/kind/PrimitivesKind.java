package framepack.verify.kind;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// `primitives`: single operations, forward and, where an upstream gradient is given, backward.
final class PrimitivesKind implements CaseKind {
  private static final String UPSTREAM = "gy";

  @Override
  public String name() {
    return "primitives";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    golden
        .setting("ops")
        .properties()
        .forEach(op -> {
          try (Workspace _ = Workspace.open(Workspace.current().backend())) {
            verify(golden, verdicts, op.getKey(), op.getValue());
          } catch (RuntimeException e) { // the other operations go on
            verdicts.miss("out." + op.getKey(), e);
          }
        });
  }

  private static void verify(
      GoldenCase golden, Verdicts verdicts, String name, JsonNode attributes) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    String prefix = "in." + name + ".";
    for (String input : golden.names(prefix)) {
      inputs.put(input.substring(prefix.length()), golden.in(input.substring("in.".length())));
    }
    Tensor upstream = inputs.remove(UPSTREAM);
    PrimitiveOp op = new PrimitiveOp(attributes, inputs);
    if (upstream == null) {
      verdicts.offer("out." + name, op.apply());
      return;
    }
    try (Tape tape = Tape.watching(inputs.values())) {
      Tensor output = op.apply();
      verdicts.offer("out." + name, output);
      tape.backward(List.of(output), List.of(upstream));
      inputs.forEach((input, leaf) -> {
        Tensor gradient = tape.gradient(leaf);
        if (gradient != null) {
          verdicts.offer("out." + name + ".d_" + input, gradient);
        }
      });
    }
  }
}
