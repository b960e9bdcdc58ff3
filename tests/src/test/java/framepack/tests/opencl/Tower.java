package framepack.tests.opencl;

import framepack.model.Checkpoint;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.BlockMemory;
import framepack.tensor.nn.BlockStream;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import framepack.tests.model.SmallModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Layers `blocks.0`, `blocks.1`, ... behind a layer `first` that is no block, the last of them with a middle of its own: the
/// least that weights can stream in.
///
/// @param width channels of a token
/// @param middle channels within the last block
record Tower(int width, int middle, int blocks) {
  /// A block: one layer, the last one two.
  private record Block(Linear up, Linear down) {
    Tensor forward(Tensor x) {
      Tensor y = up.forward(x, Activation.SILU);
      return down == null ? y : down.forward(y);
    }
  }

  /// The layers with their weights.
  record Layers(Linear first, List<Block> blocks) {
    /// The output where blocks come in this order.
    float[] run(int... order) {
      try (Workspace _ = Workspace.open(first.weight().backend())) {
        Tensor x = first.forward(SmallModel.numbers(5, 3, first.weight().extent(1)));
        for (int i : order) {
          x = x.add(blocks.get(i).forward(x));
        }
        return x.toFloats();
      }
    }
  }

  private long rows(int block) {
    return block == blocks - 1 ? middle : width;
  }

  Layers layers(Params params) {
    List<Block> list = new ArrayList<>();
    Linear first = layer(params, "first", width, width);
    for (int i = 0; i < blocks; i++) {
      Params own = params.scope("blocks." + i);
      Linear up = layer(own, "up", width, rows(i));
      list.add(new Block(up, rows(i) == width ? null : layer(own, "down", rows(i), width)));
    }
    return new Layers(first, list);
  }

  private static Linear layer(Params params, String name, long in, long out) {
    return Linear.of(params, name, in, out, Init.XAVIER, Init.normal(0.1));
  }

  /// Writes weights that depend on nothing but their names.
  void write(Path file, Backend backend) {
    try (Workspace home = Workspace.detached(backend)) {
      Params params = Params.create(home, 3);
      layers(params);
      SafeTensorsWriter writer = new SafeTensorsWriter();
      params.named().forEach(writer::add);
      writer.write(file);
    }
  }

  /// What the weights take where they stream.
  BlockMemory memory(SafeTensors file) {
    try (Workspace sketch = Workspace.detached(new MetaBackend())) {
      Params shapes = Params.load(Checkpoint.views(file), sketch);
      layers(shapes);
      return shapes.blockMemory();
    }
  }

  /// A tower whose weights stream.
  static final class Streaming implements AutoCloseable {
    final SafeTensors file;
    final Workspace home;
    private final BlockStream stream;
    final Layers layers;

    Streaming(Tower tower, Path path, Backend backend) {
      file = SafeTensors.open(path);
      home = Workspace.detached(backend);
      stream = new BlockStream(tower.memory(file), backend);
      layers = tower.layers(Params.stream(Checkpoint.views(file), home, stream));
    }

    @Override
    public void close() {
      stream.close();
      home.close();
      file.close();
    }
  }

  /// The same with all weights in memory.
  static float[] resident(Tower tower, Path path, Backend backend, int... order) {
    try (SafeTensors file = SafeTensors.open(path);
        Workspace home = Workspace.detached(backend)) {
      return tower.layers(Params.load(Checkpoint.views(file), home)).run(order);
    }
  }
}
