package framepack.bench.kernel;

import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;

/// Sums over rows, over columns and over everything.
public class ReduceBench extends KernelBench {
  @Param({"hunyuan480p.columns", "nano.columns", "nano.rows", "nano.everything"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    int[] axes =
        switch (Model.part(shape)) {
          case "columns" -> new int[] {0};
          case "rows" -> new int[] {1};
          case "everything" -> new int[] {0, 1};
          default -> throw Model.unknown(shape);
        };
    Reduce op = new Reduce(Reduction.SUM, IntStream.of(axes).boxed().toList());
    return KernelCase.alike(op, 1, m.rows(), m.dim());
  }
}
