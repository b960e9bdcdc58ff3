package framepack.bench.peer;

import ai.djl.ndarray.NDList;
import framepack.bench.Ceilings;
import framepack.bench.kernel.Cost;
import framepack.bench.kernel.Model;
import framepack.bench.race.Contestant;
import framepack.bench.race.Race;
import framepack.experiment.NanoModel;
import framepack.model.Rope3d.Phases;
import framepack.model.hunyuan.Conditions;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.Streams;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.VisibleKeys;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/// A whole transformer block without text, forward: modulated norms, projections, query and key norms, rotation, attention,
/// feed-forward layer, gated residuals; of two streams or, where the shape says `single`, of one. Beside libtorch in both of its
/// types, and on other devices beside our own processor.
@Fork(
    value = 5,
    jvmArgsAppend = {"-Xmx3g"}) // results are compared on the heap
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 6, time = 1)
public class BlockRace extends Race {
  /// Of the largest result: sums in another order; operands of eight bits.
  private static final double EXACT = 1e-4;

  private static final double ROUNDED = 3e-2;

  private static final String CPU = "cpu";

  /// Open gates: a new block would pass its tokens on as they are otherwise.
  private static final Laboratory LABORATORY =
      NanoModel.config(PackSpec.parse("td_f1k1_g1"), 16, 0, Position.NONE).lab();

  @Param({
    "hunyuan480p",
    "hunyuan480p.tokens17966",
    "hunyuan480p.single",
    "hunyuan480p.single.tokens17966",
    "nano"
  })
  public String shape;

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>(List.of("framepack"));
    if (!device.startsWith(CPU)) {
      names.add("framepack cpu");
    }
    if (isExact()) {
      names.add("libtorch");
    }
    names.add("libtorch bf16");
    return names;
  }

  /// Whether ours computes in f32.
  private boolean isExact() {
    return !device.contains("@");
  }

  /// All tokens of a packed context, or of one latent frame.
  private Model model() {
    Model m = Model.of(shape);
    return switch (Model.part(shape)) {
      case "", "single" -> m;
      case "tokens17966", "single.tokens17966" ->
          new Model(1, 17_966, m.dim(), m.heads(), m.hidden());
      default -> throw Model.unknown(shape);
    };
  }

  /// Whether both streams share their weights and attention stands beside the feed-forward layer.
  private boolean isSingle() {
    return Model.part(shape).startsWith("single");
  }

  /// Alike for both kinds of block.
  @Override
  public Cost cost() {
    Model m = model();
    double weights = m.dim() * (4.0 * m.dim() + 2.0 * m.hidden());
    double attention = 4.0 * m.rows() * m.tokens() * m.dim();
    return new Cost(2 * m.rows() * weights + attention, 4 * (weights + 2.0 * m.rows() * m.dim()));
  }

  private HunyuanConfig config() {
    Model m = model();
    int half = Math.toIntExact(7 * m.headDim() / 16 / 2 * 2); // of height, as of width
    return new HunyuanConfig(
        16,
        16,
        Math.toIntExact(m.heads()),
        Math.toIntExact(m.headDim()),
        isSingle() ? 0 : 1,
        isSingle() ? 1 : 0,
        0,
        (double) m.hidden() / m.dim(),
        PatchKernel.BASE,
        false,
        0,
        0,
        256,
        List.of(Math.toIntExact(m.headDim()) - 2 * half, half, half),
        0,
        List.of(),
        LABORATORY);
  }

  /// Our block on tokens that stay where they are.
  private record Ours(
      Backend backend,
      Workspace home,
      Map<String, Tensor> weights,
      BiFunction<Streams, Conditions, Streams> block,
      Tensor x,
      Conditions conditions)
      implements Peer {
    @Override
    public Object run() {
      return run(video -> video);
    }

    @Override
    public float[] result() {
      return run(Tensor::toFloats);
    }

    /// What `use` makes of the tokens that come out, once they are there.
    private <T> T run(Function<Tensor, T> use) {
      try (Workspace _ = Workspace.open(backend)) {
        Streams out = block.apply(new Streams(x, null), conditions);
        backend.finish();
        return use.apply(out.video());
      }
    }

    @Override
    public void close() {
      home.close();
      backend.close();
    }
  }

  @Override
  protected List<Contestant> enter() {
    Ours ours = ours(device);
    List<Contestant> all = new ArrayList<>(List.of(ours));
    float[] expected = ours.result();
    for (String name : names().subList(1, names().size())) {
      boolean rounded = name.endsWith("bf16");
      double tolerance = rounded || !isExact() ? ROUNDED : EXACT;
      Peer other = name.endsWith(CPU) ? ours(CPU) : torch(ours, rounded);
      Peer.check(name, expected, other.result(), tolerance);
      all.add(other);
    }
    return all;
  }

  private Ours ours(String device) {
    Model m = model();
    Backend backend = Backends.open(device);
    Workspace home = Workspace.detached(backend);
    Params params = Params.create(home, 0);
    HunyuanVideoPacked network = new HunyuanVideoPacked(config(), params);
    int rows = Math.toIntExact(m.tokens() / 2);
    long[][] times = new long[Math.toIntExact(m.batch())][1];
    try (Workspace _ = Workspace.open(backend)) {
      Phases phases = network.packer().rope().phases(times, rows, 2, 1, 1, 1);
      Tensor x = normal(0, m.batch(), m.tokens(), m.dim()).keepIn(home);
      Tensor embedding = normal(1, m.batch(), m.dim()).keepIn(home);
      Phases kept = new Phases(phases.cos().keepIn(home), phases.sin().keepIn(home));
      Conditions conditions = new Conditions(embedding, kept, VisibleKeys.ALL);
      BiFunction<Streams, Conditions, Streams> block =
          isSingle()
              ? network.singleBlocks().getFirst()::forward
              : network.doubleBlocks().getFirst()::forward;
      return new Ours(backend, home, params.named(), block, x, conditions);
    }
  }

  private static Tensor normal(int stream, long... extents) {
    long elements = 1;
    for (long extent : extents) {
      elements *= extent;
    }
    return Tensor.of(new Philox(0, stream, 0).normal(Math.toIntExact(elements)), extents);
  }

  private TorchCall torch(Ours ours, boolean rounded) {
    Torch torch = Torch.on(Ceilings.threads(device));
    NDList operands = new NDList();
    operands.add(torch.copy(ours.x()));
    operands.add(torch.copy(ours.conditions().embedding()));
    operands.add(torch.perHead(ours.conditions().phases().cos()));
    operands.add(torch.perHead(ours.conditions().phases().sin()));
    String block = isSingle() ? "single_transformer_blocks.0" : "transformer_blocks.0";
    List<String> names = new ArrayList<>();
    ours.weights()
        .forEach(
            (name, weight) -> {
              if (name.startsWith(block)) {
                operands.add(torch.copy(weight));
                names.add('"' + name + '"');
              }
            });
    NDList given = rounded ? torch.rounded(operands) : operands;
    given.subList(4, given.size()).forEach(weight -> weight.setName("w[]"));
    String function =
        TorchScript.text("block.py").replace("GELU", "none")
            + """
            def forward(self, x: Tensor, c: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
              names = [NAMES]
              named: Dict[str, Tensor] = {}
              for i in range(len(w)):
                named[names[i]] = w[i]
              return torch.to(self.KIND(x, c, cos, sin, named, "NAME"), 6)
            """
                .replace("NAMES", names.stream().collect(Collectors.joining(", ")))
                .replace("NAME", block)
                .replace("KIND", isSingle() ? "single" : "block");
    return TorchCall.of(torch, function, given);
  }
}
