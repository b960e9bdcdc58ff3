package framepack.tensor.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.Spec;
import java.util.List;

/// The same elements, dense, as type `dtype` (float <-> float rounds to nearest even; float -> integer cuts the fraction
/// off, and integers saturate; anything but 0 is true). Input of any layout: this is how strided and broadcast views become dense. Numbers become blocks, and
/// blocks numbers, as [framepack.tensor.core.Blocks] says; between equal types bytes are copied.
public record Copy(DType dtype) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    return List.of(new Spec(dtype, in.get(0).shape()));
  }

  @Override
  public boolean takesBlocks(int input) {
    return true;
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
