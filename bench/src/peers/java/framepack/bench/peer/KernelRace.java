package framepack.bench.peer;

import framepack.bench.Ceilings;
import framepack.bench.kernel.Cost;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.PreparedKernel;
import framepack.bench.race.Contestant;
import framepack.bench.race.Race;
import framepack.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A race over one operation, or a few in a row: ours is checked against the reference, the others against ours.
public abstract class KernelRace extends Race {
  /// What the shape's name stands for.
  abstract KernelCase work();

  /// The others, on copies of our operands or on the operands themselves, in the order of their names.
  abstract List<Peer> peers(List<Tensor> operands, int threads);

  /// Ours: that operation, with what has to be done before it. The last one's operands are the peers'.
  List<PreparedKernel> ours() {
    return List.of(new PreparedKernel(work(), device));
  }

  /// Our operations, one after the other.
  private record Ours(List<PreparedKernel> kernels) implements Contestant {
    @Override
    public Object run() {
      Object last = null;
      for (PreparedKernel kernel : kernels) {
        last = kernel.run();
      }
      return last;
    }

    @Override
    public void close() {
      kernels.forEach(PreparedKernel::close);
    }
  }

  @Override
  public final Cost cost() {
    return work().cost();
  }

  @Override
  protected final List<Contestant> enter() {
    List<PreparedKernel> ours = ours();
    float[] expected = ours.getLast().outputs().getFirst().toFloats();
    List<Contestant> all = new ArrayList<>(List.of(new Ours(ours)));
    for (Peer peer : peers(ours.getLast().inputs(), Ceilings.threads(device))) {
      Peer.check(names().get(all.size()), expected, peer.result());
      all.add(peer);
    }
    return all;
  }
}
