package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Rows of a table: table [rows, ...], indices [...i] (I32 or I64) -> [...i, ...]. An index outside `[0, rows)` is an
/// error that names it. Embedding lookup and random access to frames.
public record Gather() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Shape table = in.get(0).shape();
    Shape indices = in.get(1).shape();
    Rules.require(
        this,
        table.rank() >= 1 && Rules.isIndex(in.get(1)),
        "table [rows, ...] and integer indices [...]",
        in);
    long[] extents = new long[indices.rank() + table.rank() - 1];
    System.arraycopy(indices.toArray(), 0, extents, 0, indices.rank());
    System.arraycopy(table.toArray(), 1, extents, indices.rank(), table.rank() - 1);
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
