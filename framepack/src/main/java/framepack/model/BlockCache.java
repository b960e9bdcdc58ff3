package framepack.model;

import framepack.tensor.Tensor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Decides whether the blocks run or an earlier result stands in for them (TeaCache and its like).
public interface BlockCache {
  /// Always runs the blocks.
  BlockCache NONE = (_, hidden, blocks) -> blocks.apply(hidden);

  /// @param modulated video tokens as the first block's attention sees them, computed on demand
  /// @param hidden packed tokens before the blocks
  /// @param blocks from tokens before to tokens after all blocks
  /// @return tokens after the blocks, computed or estimated
  Tensor apply(Supplier<Tensor> modulated, Tensor hidden, UnaryOperator<Tensor> blocks);
}
