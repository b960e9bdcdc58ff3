package framepack.bench.kernel;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An operation ready to be timed on one device: operands are filled, results have their place, and it was found right.
public final class PreparedKernel implements AutoCloseable {
  private static final int DEVICE_RUNS = 5;

  private final KernelCase work;
  private final Backend backend;
  private final Workspace home;
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<View> from;
  private final List<View> to;

  /// @param device any that `framepack devices` knows
  public PreparedKernel(KernelCase work, String device) {
    this(work, device, List.of());
  }

  /// @param given first operands whose numbers are these instead of drawn ones
  public PreparedKernel(KernelCase work, String device, List<Tensor> given) {
    this.work = work;
    backend = Backends.open(device);
    home = Workspace.detached(backend);
    for (int i = 0; i < work.operands().size(); i++) {
      inputs.add(Numbers.fill(home, work.operands().get(i), i, work.positive().contains(i)));
    }
    for (int i = 0; i < given.size(); i++) {
      inputs.get(i).writeInPlace(given.get(i).toFloats());
    }
    for (Spec spec : work.op().outputs(work.operands())) {
      outputs.add(home.allocate(spec));
    }
    from = inputs.stream().map(Tensor::view).toList();
    to = outputs.stream().map(Tensor::view).toList();
    new ResultCheck(work, backend).check(inputs, outputs);
  }

  /// Runs it once more in the same place; returns when the results are there.
  public List<View> run() {
    backend.run(work.op(), from, to);
    backend.finish();
    return to;
  }

  /// Microseconds that the device computes for one run, by its own clock; 0 where it has none.
  public double deviceMicros() {
    double[] micros = new double[DEVICE_RUNS];
    Arrays.setAll(micros, _ -> backend.deviceNanos(this::run) / 1e3);
    Arrays.sort(micros);
    return micros[DEVICE_RUNS / 2];
  }

  public List<Tensor> inputs() {
    return List.copyOf(inputs);
  }

  public List<Tensor> outputs() {
    return List.copyOf(outputs);
  }

  @Override
  public void close() {
    home.close();
    backend.close();
  }
}
