package framepack.model.wan;

import framepack.model.BlockCache;
import framepack.pack.LatentEmbedders;
import framepack.pack.Packer;
import framepack.pack.Packer.Packed;
import framepack.pack.PatchKernel;
import framepack.pack.VisibleKeys;
import framepack.tensor.Recorder;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The Wan transformer, plain or with packed history: predicts the velocity `noise - latents` of the noisy frames. One
/// class for text-to-video, image-to-video and timesteps of every token, for released and for small models; only the
/// config differs. Source: diffusers' `WanTransformer3DModel`; weight names are its own, and those of history projections
/// (`clean_x_embedder.proj`, `.proj_2x`, ...) HunyuanVideo-FramePack's.
///
/// History tokens stand before the noisy ones, those of a tail in front of all, with Wan's RoPE pooled per level; every
/// token attends to all, to the text and to the image. Without history it is Wan as released.
public final class WanTransformer {
  private final WanConfig config;
  private final Packer packer;
  private final ConditionEmbedder conditionEmbedder;
  private final List<WanBlock> blocks = new ArrayList<>();
  private final Tensor table;
  private final Linear out;
  private final boolean checkpointing;

  /// The model with weights from `params`.
  public WanTransformer(WanConfig config, Params params) {
    this(config, params, false);
  }

  /// @param checkpointing recompute every block in the backward pass instead of keeping its intermediate values
  public WanTransformer(WanConfig config, Params params, boolean checkpointing) {
    this.config = config;
    this.checkpointing = checkpointing;
    int dim = config.dim();
    packer =
        new Packer(
            new LatentEmbedders(
                params,
                config.baseProjection(),
                config.patch(),
                config.historyKernels(),
                config.inChannels(),
                dim),
            WanRope.of(config.headDim()));
    conditionEmbedder = new ConditionEmbedder(params.scope("condition_embedder"), config);
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new WanBlock(params.scope("blocks." + i), config));
    }
    table = params.getF32("scale_shift_table", Init.normal(1 / Math.sqrt(dim)), 1, 2, dim);
    PatchKernel p = config.patch();
    long patch = (long) p.h() * p.w() * config.outChannels();
    out = Linear.of(params, "proj_out", dim, patch, Init.ZEROS, Init.ZEROS);
    params.requireAllUsed();
  }

  public WanConfig config() {
    return config;
  }

  /// The velocity of the noisy latents [batch, outChannels, frames, height, width].
  public Tensor forward(WanInput in) {
    return forward(in, BlockCache.NONE);
  }

  /// The velocity, with a cache that may stand in for the blocks.
  public Tensor forward(WanInput in, BlockCache cache) {
    in.requireFor(config);
    Packed packed = pack(in);
    WanConditions c = conditions(in, packed);
    Tensor done =
        cache.apply(
            () -> firstBlock().modulated(packed.hidden(), c),
            packed.hidden(),
            hidden -> blocks(hidden, c));
    return unpatchify(rows(done, packed, c), in.latents());
  }

  /// Packed tokens with their phases.
  public Packed pack(WanInput in) {
    return packer.pack(in.tail(), in.context(), in.latents(), in.times());
  }

  /// What the blocks share.
  public WanConditions conditions(WanInput in, Packed packed) {
    int tokens = Math.toIntExact(packed.hidden().extent(1));
    int[] all = new int[Math.toIntExact(packed.hidden().extent(0))];
    Arrays.fill(all, tokens);
    Tensor timesteps = in.timesteps(tokens);
    Tensor embedding = conditionEmbedder.time(conditionEmbedder.sinusoids(timesteps));
    return new WanConditions(
        embedding,
        conditionEmbedder.modulation(embedding),
        packed.phases(),
        VisibleKeys.of(in.tail(), tokens, all),
        conditionEmbedder.text(in.text()),
        config.hasImage() ? conditionEmbedder.image(in.image()) : null);
  }

  private WanBlock firstBlock() {
    if (blocks.isEmpty()) {
      throw new IllegalStateException(
          "a block cache measures the first block; this model has none");
    }
    return blocks.getFirst();
  }

  private Tensor blocks(Tensor hidden, WanConditions c) {
    boolean recorded = Recorder.current() != null;
    Tensor x = recorded ? hidden : hidden.keepIn(Workspace.current());
    for (WanBlock block : blocks) {
      if (!recorded) {
        overwrite(block, x, c);
      } else if (checkpointing) {
        x = recomputed(block, x, c);
      } else {
        x = block.forward(x, c);
      }
    }
    return x;
  }

  /// Runs a block on tokens that nobody else looks at: memory holds them and the temporaries of one block.
  private static void overwrite(WanBlock block, Tensor x, WanConditions c) {
    try (Workspace _ = Workspace.open(Workspace.current().backend())) {
      x.copyFromInPlace(block.forward(x, c));
    }
  }

  private static Tensor recomputed(WanBlock block, Tensor x, WanConditions c) {
    boolean hasImage = c.image() != null;
    List<Tensor> inputs = new ArrayList<>(List.of(x, c.modulation(), c.text()));
    if (hasImage) {
      inputs.add(c.image());
    }
    return Tape.checkpoint(
            again -> {
              Tensor image = hasImage ? again.get(3) : null;
              WanConditions same = c.with(again.get(1), again.get(2), image);
              return List.of(block.forward(again.get(0), same));
            },
            inputs)
        .getFirst();
  }

  /// The noisy tokens' patches [batch, noisy, patch * outChannels], from all tokens after the blocks.
  public Tensor rows(Tensor tokens, Packed packed, WanConditions c) {
    long all = tokens.extent(1);
    long noisy = packed.noisyTokens();
    Tensor embedding = c.embedding(); // [items, dim]
    if (embedding.extent(0) != tokens.extent(0)) {
      embedding =
          embedding
              .reshape(tokens.extent(0), all, config.dim())
              .slice(1, -noisy, all)
              .reshape(-1, config.dim());
    }
    Tensor[] parts = table.reshape(1, -1).chunk(1, 2);
    var modulation =
        new WanModulation(embedding.add(parts[0]), embedding.add(parts[1]), null, config.eps());
    return out.forward(modulation.modulate(tokens.slice(1, -noisy, all)));
  }

  /// Patches, the channels innermost, to a velocity with the frames, height and width of `latents`.
  private Tensor unpatchify(Tensor rows, Tensor latents) {
    PatchKernel p = config.patch();
    long batch = latents.extent(0);
    long frames = latents.extent(2);
    long height = latents.extent(3) / p.h();
    long width = latents.extent(4) / p.w();
    return rows.reshape(batch, frames, height, width, p.h(), p.w(), config.outChannels())
        .permute(0, 6, 1, 2, 4, 3, 5) // [batch, c, t, h, ph, w, pw]
        .reshape(batch, config.outChannels(), frames, height * p.h(), width * p.w());
  }

  public Packer packer() {
    return packer;
  }

  public ConditionEmbedder conditionEmbedder() {
    return conditionEmbedder;
  }

  public List<WanBlock> blocks() {
    return List.copyOf(blocks);
  }
}
