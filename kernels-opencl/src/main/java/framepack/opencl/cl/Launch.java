package framepack.opencl.cl;

import framepack.tensor.core.View;

/// The arguments of one launch, in the order of the kernel's parameters, then the launch itself.
public final class Launch {
  /// Axes that a kernel can walk.
  public static final int AXES = 8;

  private final ClContext context;
  private final ClApi api;
  private final ClApi.Handle kernel;
  private int next;
  private double flops;
  private double bytes;

  Launch(ClContext context, ClApi api, ClApi.Handle kernel) {
    this.context = context;
    this.api = api;
    this.kernel = kernel;
  }

  /// A pointer and the place of the view's first element: `global T *p, long p0`.
  public Launch view(View view) {
    return view(view, view.layout().offset());
  }

  /// A pointer and another place in the same storage, counted in elements.
  public Launch view(View view, long place) {
    api.setBuffer(kernel, next++, ((ClBuffer) view.storage()).handle());
    bytes += view.dtype().bytes(view.shape().elements());
    return number(place);
  }

  /// A `long`.
  public Launch number(long value) {
    api.setLongs(kernel, next++, value);
    return this;
  }

  /// An `int`.
  public Launch integer(long value) {
    api.setInt(kernel, next++, Math.toIntExact(value));
    return this;
  }

  /// A `float`.
  public Launch real(double value) {
    api.setFloat(kernel, next++, (float) value);
    return this;
  }

  /// A `long8`.
  public Launch axes(long[] values) {
    api.setLongs(kernel, next++, values);
    return this;
  }

  /// Local memory.
  public Launch local(long bytes) {
    api.setLocal(kernel, next++, bytes);
    return this;
  }

  /// How many floating-point operations the launch takes. Where none are told, its operands' bytes take the time.
  public Launch flops(double operations) {
    flops = operations;
    return this;
  }

  /// Launches at least `items` work-items; kernels ignore those beyond.
  public void items(long items) {
    groups(Math.ceilDiv(items, context.shape().group()));
  }

  /// Launches `groups` groups of the shape's size.
  public void groups(long groups) {
    groups(groups, context.shape().group());
  }

  /// Launches groups of a given size.
  public void groups(long groups, int size) {
    launch(new long[] {groups}, size);
  }

  /// Launches square groups of `side` in a box of groups.
  public void tiles(long x, long y, long z, int side) {
    launch(new long[] {x, y, z}, side, side, 1);
  }

  private void launch(long[] groups, long... local) {
    context.launch(kernel, groups, local, context.pace().seconds(flops, bytes));
  }
}
