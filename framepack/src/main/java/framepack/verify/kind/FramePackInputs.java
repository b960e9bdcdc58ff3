package framepack.verify.kind;

import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.ContextLevel;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.verify.GoldenCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// The arguments of the official transformer's `forward`, which may be absent, as the case names them (`in.*`).
///
/// @param tensors gives an input by name without `in.`; a tape may watch what it gave
record FramePackInputs(GoldenCase golden, Function<String, Tensor> tensors) {
  static FramePackInputs of(GoldenCase golden) {
    return new FramePackInputs(golden, golden::in);
  }

  private Tensor optional(String name) {
    return golden.has("in." + name) ? tensors.apply(name) : null;
  }

  /// Everything that `forward` is given, with noisy latents called `latents`.
  TransformerInput transformer() {
    TextStates text =
        TextStates.of(tensors.apply("encoder_hidden_states"), golden.in("encoder_attention_mask"));
    return transformer(
        tensors.apply("hidden_states"),
        tensors.apply("timestep"),
        optional("guidance"),
        text,
        optional("pooled_projections"));
  }

  /// The same with some arguments from elsewhere.
  TransformerInput transformer(
      Tensor noisy, Tensor timestep, Tensor guidance, TextStates text, Tensor pooled) {
    return new TransformerInput(
        noisy,
        times(noisy),
        context(),
        timestep,
        guidance,
        text,
        pooled,
        optional("image_embeddings"),
        null);
  }

  /// Time indices of the noisy frames: as given, else counted from 0.
  long[][] times(Tensor noisy) {
    if (golden.has("in.latent_indices")) {
      return rows(golden.in("latent_indices"));
    }
    long[] counted = new long[Math.toIntExact(noisy.extent(2))];
    Arrays.setAll(counted, i -> i);
    long[][] all = new long[Math.toIntExact(noisy.extent(0))][];
    Arrays.fill(all, counted);
    return all;
  }

  /// The history levels in token order; one without latents or without indices is left out, as the official code does.
  List<ContextLevel> context() {
    List<ContextLevel> levels = new ArrayList<>();
    level(levels, 4, "clean_latents_4x", "clean_latent_4x_indices");
    level(levels, 2, "clean_latents_2x", "clean_latent_2x_indices");
    level(levels, 1, "clean_latents", "clean_latent_indices");
    return levels;
  }

  private void level(List<ContextLevel> levels, int k, String latents, String indices) {
    if (golden.has("in." + latents) && golden.has("in." + indices)) {
      levels.add(
          new ContextLevel(PatchKernel.cubic(k), tensors.apply(latents), rows(golden.in(indices))));
    }
  }

  static long[][] rows(Tensor indices) {
    long[] all = indices.axes("batch frames").toLongs();
    int frames = Math.toIntExact(indices.extent(1));
    long[][] rows = new long[Math.toIntExact(indices.extent(0))][frames];
    for (int i = 0; i < all.length; i++) {
      rows[i / frames][i % frames] = all[i];
    }
    return rows;
  }
}
