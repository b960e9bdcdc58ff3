package framepack.model.hunyuan;

import framepack.model.BlockCache;
import framepack.model.Rope3d;
import framepack.pack.Attending;
import framepack.pack.BlockSparseMask;
import framepack.pack.CausalMask;
import framepack.pack.LatentEmbedders;
import framepack.pack.LinearAttention;
import framepack.pack.Packer;
import framepack.pack.Packer.Packed;
import framepack.pack.PatchKernel;
import framepack.pack.SharedEmbedders;
import framepack.pack.VisibleKeys;
import framepack.tensor.Recorder;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/// The packed HunyuanVideo transformer: predicts the velocity `noise - latents` of the noisy frames from them and their
/// packed history. One class for the 13B checkpoints and the laboratory's small models; only the config differs.
/// Source: `HunyuanVideoTransformer3DModelPacked` of the official hunyuan_video_packed.py; weight names are its own.
public final class HunyuanVideoPacked {
  private static final double EPS = 1e-6;

  private final HunyuanConfig config;
  private final Packer packer;
  private final TimeTextEmbedding timeText;
  private final Tensor labels;
  private final TokenRefiner refiner;
  private final Linear imageUp;
  private final Linear imageDown;
  private final List<DoubleStreamBlock> doubleBlocks = new ArrayList<>();
  private final List<SingleStreamBlock> singleBlocks = new ArrayList<>();
  private final Linear normOut;
  private final Linear out;
  private final boolean checkpointing;

  /// The model with weights from `params`.
  public HunyuanVideoPacked(HunyuanConfig config, Params params) {
    this(config, params, false);
  }

  /// @param checkpointing recompute every block in the backward pass instead of keeping its intermediate values
  public HunyuanVideoPacked(HunyuanConfig config, Params params, boolean checkpointing) {
    this.config = config;
    this.checkpointing = checkpointing;
    int dim = config.dim();
    packer = packer(config, params);
    timeText =
        new TimeTextEmbedding(
            params.scope("time_text_embed"), config, config.guidance(), config.pooledDim());
    int classes = config.lab().classes();
    labels = classes > 0 ? params.get("label_embed.weight", Init.normal(0.02), classes, dim) : null;
    refiner = config.hasText() ? new TokenRefiner(params.scope("context_embedder"), config) : null;
    boolean image = config.imageDim() > 0;
    imageUp = image ? Linear.of(params, "image_projection.up", config.imageDim(), 3L * dim) : null;
    imageDown = image ? Linear.of(params, "image_projection.down", 3L * dim, dim) : null;
    for (int i = 0; i < config.doubleLayers(); i++) {
      doubleBlocks.add(new DoubleStreamBlock(params.scope("transformer_blocks." + i), config));
    }
    for (int i = 0; i < config.singleLayers(); i++) {
      singleBlocks.add(
          new SingleStreamBlock(params.scope("single_transformer_blocks." + i), config));
    }
    normOut = Linear.of(params, "norm_out.linear", dim, 2L * dim, Init.ZEROS, Init.ZEROS);
    PatchKernel p = config.patch();
    long patch = (long) p.t() * p.h() * p.w() * config.outChannels();
    out = Linear.of(params, "proj_out", dim, patch, Init.ZEROS, Init.ZEROS);
    params.requireAllUsed();
  }

  /// The embedders of latents alone, which need no other weights.
  public static Packer packer(HunyuanConfig config, Params params) {
    List<Integer> axes = config.ropeAxes();
    LatentEmbedders own =
        new LatentEmbedders(
            params,
            config.baseProjection(),
            config.patch(),
            config.lab().sharedPatches() ? List.of(config.patch()) : config.historyKernels(),
            config.inChannels(),
            config.dim());
    return new Packer(
        config.lab().sharedPatches() ? new SharedEmbedders(own) : own,
        new Rope3d(axes.get(0), axes.get(1), axes.get(2), config.ropeTheta()));
  }

  public HunyuanConfig config() {
    return config;
  }

  /// The velocity of the noisy latents, shaped like them.
  public Tensor forward(TransformerInput in) {
    return forward(in, BlockCache.NONE);
  }

  /// The velocity, with a cache that may stand in for the blocks.
  public Tensor forward(TransformerInput in, BlockCache cache) {
    in.requireFor(config);
    Packed packed = pack(in);
    Tensor embedding = embedding(in);
    Tensor text = text(in);
    Conditions c = conditions(in, packed, embedding, text);
    Tensor done =
        cache.apply(
            () -> firstBlock().modulated(packed.hidden(), c),
            packed.hidden(),
            hidden -> blocks(new Streams(hidden, text), c));
    return head(done.slice(1, -packed.noisyTokens(), done.extent(1)), c, in.latents());
  }

  /// Packed tokens with their phases; noisy tokens carry their absolute position where the config says so.
  public Packed pack(TransformerInput in) {
    Packed packed = packer.pack(in.tail(), in.context(), in.latents(), in.times());
    if (config.lab().position() == HunyuanConfig.Position.NONE) {
      return packed;
    }
    long first = packed.hidden().extent(1) - packed.noisyTokens();
    Tensor position = AbsolutePosition.of(config, in.latents().shape(), first);
    return new Packed(packed.hidden().add(position), packed.phases(), packed.noisyTokens());
  }

  /// The conditioning vector [batch, dim] before its silu.
  public Tensor embedding(TransformerInput in) {
    Tensor sum = timeText.forward(in.timestep(), in.guidance(), in.pooled());
    return labels == null ? sum : sum.add(labels.gather(in.labels()));
  }

  /// Image tokens, then refined text tokens, [batch, m, dim]; a single item is cropped to its valid text. Null without
  /// text.
  public Tensor text(TransformerInput in) {
    if (refiner == null) {
      return null;
    }
    return text(in, refiner.forward(in.text(), in.timestep()));
  }

  /// As [#text(TransformerInput)], from text that is refined already.
  public Tensor text(TransformerInput in, Tensor refined) {
    boolean single = refined.extent(0) == 1;
    Tensor valid = single ? refined.slice(1, 0, in.text().lengths()[0]) : refined;
    return imageUp == null ? valid : Tensor.concat(1, image(in.image()), valid);
  }

  /// Image states [batch, tokens, imageDim] projected into the model's channels.
  public Tensor image(Tensor states) {
    return imageDown.forward(imageUp.forward(states, Activation.SILU));
  }

  /// What the blocks share.
  public Conditions conditions(TransformerInput in, Packed packed, Tensor embedding, Tensor text) {
    return new Conditions(embedding.silu(), packed.phases(), attending(in, packed, text));
  }

  private Attending attending(TransformerInput in, Packed packed, Tensor text) {
    int batch = Math.toIntExact(packed.hidden().extent(0));
    int tokens = Math.toIntExact(packed.hidden().extent(1));
    return switch (config.lab().attention()) {
      case FULL -> visible(in, batch, tokens, text);
      case CAUSAL ->
          VisibleKeys.of(
              CausalMask.of(in.tail(), in.context(), in.latents(), in.times(), config.patch())
                  .tensor());
      case SPARSE -> {
        long frames = in.latents().extent(2) / config.patch().t();
        int block = Math.toIntExact(packed.noisyTokens() / frames);
        yield VisibleKeys.of(new BlockSparseMask(tokens, block).tensor(in.tail(), batch));
      }
      case LINEAR -> LinearAttention.of(in.tail(), batch, tokens);
    };
  }

  private static VisibleKeys visible(TransformerInput in, int batch, int tokens, Tensor text) {
    int keys = tokens + (text == null ? 0 : Math.toIntExact(text.extent(1)));
    int[] lengths = new int[batch];
    Arrays.fill(lengths, keys);
    boolean padded = text != null && lengths.length > 1;
    for (int i = 0; padded && i < lengths.length; i++) {
      lengths[i] += in.text().lengths()[i] - (int) in.text().states().extent(1);
    }
    return VisibleKeys.of(in.tail(), keys, lengths);
  }

  private DoubleStreamBlock firstBlock() {
    if (doubleBlocks.isEmpty()) {
      throw new IllegalStateException(
          "a block cache measures the first block with two streams; this model has none");
    }
    return doubleBlocks.getFirst();
  }

  private Tensor blocks(Streams streams, Conditions c) {
    boolean recorded = Recorder.current() != null;
    Streams x = recorded ? streams : streams.copy();
    for (DoubleStreamBlock block : doubleBlocks) {
      x = recorded ? recorded(block::forward, x, c) : overwritten(block::forward, x, c);
    }
    for (SingleStreamBlock block : singleBlocks) {
      x = recorded ? recorded(block::forward, x, c) : overwritten(block::forward, x, c);
    }
    return x.video();
  }

  /// Runs a block on streams that nobody else looks at: memory holds them and the temporaries of one block.
  private static Streams overwritten(
      BiFunction<Streams, Conditions, Streams> block, Streams x, Conditions c) {
    try (Workspace _ = Workspace.open(Workspace.current().backend())) {
      x.copyFromInPlace(block.apply(x, c));
    }
    return x;
  }

  private Streams recorded(
      BiFunction<Streams, Conditions, Streams> block, Streams x, Conditions c) {
    if (!checkpointing) {
      return block.apply(x, c);
    }
    boolean hasText = x.text() != null;
    List<Tensor> inputs =
        hasText ? List.of(x.video(), c.embedding(), x.text()) : List.of(x.video(), c.embedding());
    List<Tensor> outputs =
        Tape.checkpoint(
            again -> {
              Streams from = new Streams(again.get(0), hasText ? again.get(2) : null);
              Streams to =
                  block.apply(from, new Conditions(again.get(1), c.phases(), c.attending()));
              return hasText ? List.of(to.video(), to.text()) : List.of(to.video());
            },
            inputs);
    return new Streams(outputs.get(0), hasText ? outputs.get(1) : null);
  }

  /// The final norm of tokens [batch, n, dim].
  public Tensor normed(Tensor tokens, Conditions c) {
    Tensor[] scaleShift = normOut.forward(c.embedding()).chunk(1, 2); // scale first here
    return tokens.modulatedLayerNorm(scaleShift[1], scaleShift[0], EPS);
  }

  /// Tokens [batch, noisy, dim] to a velocity shaped like `latents`.
  public Tensor head(Tensor tokens, Conditions c, Tensor latents) {
    Tensor rows = out.forward(normed(tokens, c));
    PatchKernel p = config.patch();
    long frames = latents.extent(2) / p.t();
    long height = latents.extent(3) / p.h();
    long width = latents.extent(4) / p.w();
    return rows.reshape(
            latents.extent(0), frames, height, width, config.outChannels(), p.t(), p.h(), p.w())
        .permute(0, 4, 1, 5, 2, 6, 3, 7) // [batch, c, t, pt, h, ph, w, pw]
        .reshape(
            latents.extent(0), config.outChannels(), frames * p.t(), height * p.h(), width * p.w());
  }

  public Packer packer() {
    return packer;
  }

  public TimeTextEmbedding timeText() {
    return timeText;
  }

  public TokenRefiner refiner() {
    return refiner;
  }

  public List<DoubleStreamBlock> doubleBlocks() {
    return List.copyOf(doubleBlocks);
  }

  public List<SingleStreamBlock> singleBlocks() {
    return List.copyOf(singleBlocks);
  }
}
