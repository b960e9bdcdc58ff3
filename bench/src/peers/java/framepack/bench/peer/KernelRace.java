package framepack.bench.peer;

import framepack.bench.Ceilings;
import framepack.bench.kernel.Cost;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.PreparedKernel;
import framepack.bench.race.Contestant;
import framepack.bench.race.OurKernel;
import framepack.bench.race.Race;
import framepack.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// A race over one operation: ours is checked against the reference, the others against ours.
public abstract class KernelRace extends Race {
  /// What the shape's name stands for.
  abstract KernelCase work();

  /// The others, on copies of our operands or on the operands themselves, in the order of their names.
  abstract List<Peer> peers(List<Tensor> operands, int threads);

  /// Ours, with its operands, which are the peers' too.
  PreparedKernel ours() {
    return new PreparedKernel(work(), device);
  }

  @Override
  public final Cost cost() {
    return work().cost();
  }

  @Override
  protected final List<Contestant> enter() {
    PreparedKernel ours = ours();
    float[] expected = ours.outputs().getFirst().toFloats();
    List<Contestant> all = new ArrayList<>(List.of(new OurKernel(ours)));
    for (Peer peer : peers(ours.inputs(), Ceilings.threads(device))) {
      Peer.check(names().get(all.size()), expected, peer.result());
      all.add(peer);
    }
    return all;
  }
}
