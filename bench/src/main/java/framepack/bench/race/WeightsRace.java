package framepack.bench.race;

import framepack.bench.kernel.Cost;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.Layer;
import framepack.bench.kernel.PreparedKernel;
import framepack.tensor.core.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Param;

/// One fully connected layer with its weights stored in every type, in turn: what a conversion costs, and what bytes that
/// need not travel save.
public class WeightsRace extends Race {
  private static final List<DType> TYPES =
      List.of(DType.F32, DType.BF16, DType.F16, DType.Q8_0, DType.Q4_0);

  @Param({
    "hunyuan480p.out",
    "hunyuan480p.qkv",
    "hunyuan480p.mlp1",
    "hunyuan480p.rows1",
    "hunyuan480p.rows4",
    "hunyuan480p.rows8",
    "hunyuan480p.rows16",
    "hunyuan480p.rows256",
    "tokens4096",
    "square2048"
  })
  public String shape;

  @Override
  public List<String> names() {
    return TYPES.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public Cost cost() {
    return work(DType.F32).cost();
  }

  private KernelCase work(DType weights) {
    return Layer.of(shape).product(weights);
  }

  @Override
  protected List<Contestant> enter() {
    List<Contestant> all = new ArrayList<>();
    for (DType type : TYPES) {
      all.add(new OurKernel(new PreparedKernel(work(type), device)));
    }
    return all;
  }
}
