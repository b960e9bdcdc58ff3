package framepack.verify.kind;

import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.wan.ConditionEmbedder;
import framepack.model.wan.WanBlock;
import framepack.model.wan.WanCheckpoint;
import framepack.model.wan.WanConditions;
import framepack.model.wan.WanConfigJson;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.Packer.Packed;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;

/// `wan_dit`: one forward pass of the plain Wan transformer, opened from its folder as a user does.
final class WanDitKind implements CaseKind {
  @Override
  public String name() {
    return "wan_dit";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    WanInput in =
        WanInput.plain(
            golden.in("hidden_states"),
            golden.in("timestep"),
            golden.in("encoder_hidden_states"),
            golden.has("in.encoder_hidden_states_image")
                ? golden.in("encoder_hidden_states_image")
                : null);
    try (Checkpoint<WanTransformer> checkpoint =
        WanCheckpoint.open(
            golden.folder(),
            WanConfigJson.read(new ConfigKeys("config.json", golden.config())),
            Workspace.current().backend(),
            golden.memory())) {
      verdicts.offer("out.sample", checkpoint.model().forward(in));
      stages(checkpoint.model(), in, verdicts);
    }
  }

  /// The same piece by piece, every value between two pieces under the name that the cases give it.
  private static void stages(WanTransformer model, WanInput in, Verdicts verdicts) {
    Packed packed = model.pack(in);
    WanConditions c = model.conditions(in, packed);
    conditioning(model.conditionEmbedder(), in, c, verdicts);
    Tensor x = packed.hidden();
    verdicts.offer("tap.rope_cos", packed.phases().cos().slice(0, 0, 1).unsqueeze(2));
    verdicts.offer("tap.rope_sin", packed.phases().sin().slice(0, 0, 1).unsqueeze(2));
    verdicts.offer("tap.patch_embedding", grid(x, in.latents(), model));
    int i = 0;
    for (WanBlock block : model.blocks()) {
      x = block.forward(x, c);
      verdicts.offer("tap.blocks." + i++, x);
    }
    verdicts.offer("tap.proj_out", model.rows(x, packed, c));
  }

  private static void conditioning(
      ConditionEmbedder embedder, WanInput in, WanConditions c, Verdicts verdicts) {
    Tensor timesteps = in.timestep().reshape(-1);
    verdicts.offer("tap.condition_embedder.timesteps_proj", embedder.sinusoids(timesteps));
    verdicts.offer("tap.temb", perTimestep(c.embedding(), in.timestep()));
    verdicts.offer("tap.timestep_proj", perTimestep(c.modulation(), in.timestep()));
    verdicts.offer("tap.text_embedded", c.text());
    if (c.image() != null) {
      verdicts.offer("tap.image_embedded", c.image());
    }
  }

  /// Rows [items, channels] with the axes of the timesteps.
  private static Tensor perTimestep(Tensor rows, Tensor timestep) {
    long tokens = timestep.shape().rank() == 2 ? timestep.extent(1) : 0;
    return tokens == 0 ? rows : rows.reshape(-1, tokens, rows.extent(1));
  }

  /// Tokens [batch, n, dim] as a convolution gives them: [batch, dim, frames, height, width].
  private static Tensor grid(Tensor tokens, Tensor latents, WanTransformer model) {
    long height = latents.extent(3) / model.config().patch().h();
    return tokens
        .transpose(1, 2)
        .reshape(tokens.extent(0), tokens.extent(2), latents.extent(2), height, -1);
  }
}
