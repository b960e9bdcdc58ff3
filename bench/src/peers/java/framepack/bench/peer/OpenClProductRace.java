package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.Layer;
import framepack.tensor.Tensor;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Fully connected layers on an OpenCL device beside CLBlast: give `-p device=opencl`. Without CLBlast ours runs alone.
public class OpenClProductRace extends KernelRace {
  @Param({"hunyuan480p.out", "hunyuan480p.mlp1", "square1024"})
  public String shape;

  @Override
  public List<String> names() {
    return ClBlast.missing().isEmpty() ? List.of("framepack", "CLBlast") : List.of("framepack");
  }

  @Override
  public boolean knowsDevice() {
    return device.startsWith("opencl");
  }

  @Override
  KernelCase work() {
    return Layer.of(shape).product(DType.F32);
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    String missing = ClBlast.missing();
    if (!missing.isEmpty()) {
      System.err.println("CLBlast does not run: " + missing);
      return List.of();
    }
    try (Backend named = Backends.open(device)) {
      return List.of(new ClBlast(named.name(), operands.get(0), operands.get(1)));
    }
  }
}
