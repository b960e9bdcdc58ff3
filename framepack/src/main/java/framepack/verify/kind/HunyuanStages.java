package framepack.verify.kind;

import framepack.model.hunyuan.Conditions;
import framepack.model.hunyuan.DoubleStreamBlock;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.SingleStreamBlock;
import framepack.model.hunyuan.Streams;
import framepack.model.hunyuan.TimeTextEmbedding;
import framepack.model.hunyuan.TokenRefiner;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.Packer.Packed;
import framepack.tensor.Tensor;
import java.util.function.BiConsumer;

/// The transformer run piece by piece, showing every value between two pieces under the name the golden cases give it.
///
/// @param watcher told each name and value before anybody uses the value
record HunyuanStages(HunyuanVideoPacked model, BiConsumer<String, Tensor> watcher) {
  /// The same velocity as [HunyuanVideoPacked#forward].
  Tensor forward(TransformerInput in) {
    Packed packed = model.pack(in);
    watcher.accept("packed_hidden", packed.hidden());
    watcher.accept("packed_rope_cos", packed.phases().cos());
    watcher.accept("packed_rope_sin", packed.phases().sin());
    Tensor embedding = model.embedding(in);
    watcher.accept("temb", embedding);
    Tensor text = text(in);
    Conditions c = model.conditions(in, packed, embedding, text);
    Tensor done = blocks(new Streams(packed.hidden(), text), c);
    watcher.accept("norm_out", model.normed(done, c));
    return model.head(done.slice(1, -packed.noisyTokens(), done.extent(1)), c, in.latents());
  }

  /// The parts of the conditioning, which `temb` adds up.
  void conditioning(TransformerInput in) {
    TimeTextEmbedding parts = model.timeText();
    watcher.accept("time_proj.timestep", parts.sinusoids(in.timestep()));
    watcher.accept("timestep_embedder", parts.time(in.timestep()));
    if (in.guidance() != null) {
      watcher.accept("time_proj.guidance", parts.sinusoids(in.guidance()));
      watcher.accept("guidance_embedder", parts.guidance(in.guidance()));
    }
    watcher.accept("text_embedder", parts.text(in.pooled()));
    if (in.image() != null) {
      watcher.accept("image_projection", model.image(in.image()));
    }
  }

  private Tensor text(TransformerInput in) {
    TokenRefiner refiner = model.refiner();
    Tensor embedding = refiner.embedding(in.text(), in.timestep());
    watcher.accept("context_embedder.temb", embedding);
    Tensor mask = in.text().attentionMask();
    Tensor x = refiner.project(in.text().states());
    watcher.accept("context_embedder.proj_in", x);
    int i = 0;
    for (TokenRefiner.Block block : refiner.blocks()) {
      x = block.forward(x, embedding, mask);
      watcher.accept("refiner_blocks." + i++, x);
    }
    watcher.accept("context_embedder", x);
    return model.text(in, x);
  }

  private Tensor blocks(Streams streams, Conditions c) {
    Streams x = streams;
    int i = 0;
    for (DoubleStreamBlock block : model.doubleBlocks()) {
      x = block.forward(x, c);
      watch("transformer_blocks." + i++, x);
    }
    i = 0;
    for (SingleStreamBlock block : model.singleBlocks()) {
      x = block.forward(x, c);
      watch("single_transformer_blocks." + i++, x);
    }
    return x.video();
  }

  private void watch(String name, Streams x) {
    watcher.accept(name + ".hidden", x.video());
    watcher.accept(name + ".encoder", x.text());
  }
}
