package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.Concat;

/// y[.., n_0 + .. + n_(i-1) + j, ..] = x_i[.., j, ..]
///
/// shapes  : x_i any layout and type; y dense
/// assumes : nothing
/// error   : none
/// work    : every byte read and written once -> memory bound
/// source  : the contract of [framepack.tensor.op.Concat]
final class ConcatCpu {
  private ConcatCpu() {}

  static void run(Concat op, Call call) {
    View y = call.out(0);
    long from = 0;
    for (int i = 0; i < call.inputs(); i++) {
      long to = from + call.in(i).shape().extent(op.axis());
      Strided.copy(call, call.in(i), y.with(y.layout().slice(op.axis(), from, to)));
      from = to;
    }
  }
}
