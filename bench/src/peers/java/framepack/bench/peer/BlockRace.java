package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
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
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/// A whole transformer block without text, forward: modulated norms, projections, query and key norms, rotation, attention,
/// feed-forward layer, gated residuals.
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 6, time = 1)
public class BlockRace extends Race {
  private static final String NAME = "transformer_blocks.0";

  /// Open gates: a new block would pass its tokens on as they are otherwise.
  private static final Laboratory LABORATORY =
      NanoModel.config(PackSpec.parse("td_f1k1_g1"), 16, 0, Position.NONE).lab();

  @Param({"hunyuan480p", "nano"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch");
  }

  @Override
  public Cost cost() {
    Model m = Model.of(shape);
    double weights = m.dim() * (4.0 * m.dim() + 2.0 * m.hidden());
    double attention = 4.0 * m.rows() * m.tokens() * m.dim();
    return new Cost(2 * m.rows() * weights + attention, 4 * (weights + 2.0 * m.rows() * m.dim()));
  }

  private HunyuanConfig config() {
    Model m = Model.of(shape);
    int half = Math.toIntExact(7 * m.headDim() / 16 / 2 * 2); // of height, as of width
    return new HunyuanConfig(
        16,
        16,
        Math.toIntExact(m.heads()),
        Math.toIntExact(m.headDim()),
        1,
        0,
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
      Workspace scratch,
      Map<String, Tensor> weights,
      HunyuanVideoPacked network,
      Tensor x,
      Conditions conditions)
      implements Contestant {
    @Override
    public Tensor run() {
      scratch.reset();
      return network.doubleBlocks().getFirst().forward(new Streams(x, null), conditions).video();
    }

    @Override
    public void close() {
      scratch.close();
      home.close();
      backend.close();
    }
  }

  @Override
  protected List<Contestant> enter() {
    Ours ours = ours();
    TorchCall torch = torch(ours);
    Peer.check("libtorch", ours.run().toFloats(), torch.result());
    return List.of(ours, torch);
  }

  private Ours ours() {
    Model m = Model.of(shape);
    Backend backend = Backends.open(device);
    Workspace home = Workspace.detached(backend);
    Params params = Params.create(home, 0);
    HunyuanVideoPacked network = new HunyuanVideoPacked(config(), params);
    Workspace scratch = Workspace.open(backend);
    int rows = Math.toIntExact(m.tokens() / 2);
    long[][] times = new long[Math.toIntExact(m.batch())][1];
    Phases phases = network.packer().rope().phases(times, rows, 2, 1, 1, 1);
    Tensor x = normal(0, m.batch(), m.tokens(), m.dim()).keepIn(home);
    Tensor embedding = normal(1, m.batch(), m.dim()).keepIn(home);
    Phases kept = new Phases(phases.cos().keepIn(home), phases.sin().keepIn(home));
    return new Ours(
        backend,
        home,
        scratch,
        params.named(),
        network,
        x,
        new Conditions(embedding, kept, VisibleKeys.ALL));
  }

  private static Tensor normal(int stream, long... extents) {
    long elements = 1;
    for (long extent : extents) {
      elements *= extent;
    }
    return Tensor.of(new Philox(0, stream, 0).normal(Math.toIntExact(elements)), extents);
  }

  private TorchCall torch(Ours ours) {
    Torch torch = Torch.on(Ceilings.threads(device));
    NDList operands = new NDList();
    operands.add(torch.copy(ours.x()));
    operands.add(torch.copy(ours.conditions().embedding()));
    operands.add(torch.perHead(ours.conditions().phases().cos()));
    operands.add(torch.perHead(ours.conditions().phases().sin()));
    List<String> names = new ArrayList<>();
    ours.weights()
        .forEach(
            (name, weight) -> {
              if (name.startsWith(NAME)) {
                NDArray copy = torch.copy(weight);
                copy.setName("w[]");
                operands.add(copy);
                names.add('"' + name + '"');
              }
            });
    String function =
        TorchScript.text("block.py").replace("GELU", "none")
            + """
            def forward(self, x: Tensor, c: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
              names = [NAMES]
              named: Dict[str, Tensor] = {}
              for i in range(len(w)):
                named[names[i]] = w[i]
              return self.block(x, c, cos, sin, named, "BLOCK")
            """
                .replace("NAMES", names.stream().collect(Collectors.joining(", ")))
                .replace("BLOCK", NAME);
    return TorchCall.of(torch, function, operands);
  }
}
