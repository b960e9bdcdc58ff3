package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.STEP;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// c[i] = a[i] (operator) b[i]
///
/// shapes  : a, b any layouts that broadcast to c, dense
/// assumes : nothing; along the innermost merged axis an operand is contiguous or one number, else it is copied first.
///           That covers equal shapes, scalars, a vector over rows, rows of a batch and one number a row
/// error   : one rounding
/// work    : 12 bytes an element -> memory bound
/// source  : NumPy's broadcasting
final class BinaryCpu {
  private BinaryCpu() {}

  static void run(Binary op, Call call) {
    View c = call.out(0);
    View a = operand(call, call.in(0), c.shape());
    View b = operand(call, call.in(1), c.shape());
    Walk walk = Walk.over(a.layout(), b.layout(), c.layout());
    if (walk.step(0) > 1 || walk.step(1) > 1) {
      a = operand(call, call.copy(call.in(0)), c.shape());
      b = operand(call, call.copy(call.in(1)), c.shape());
      walk = Walk.over(a.layout(), b.layout(), c.layout());
    }
    run(op.operator(), call, walk, a.segment(), b.segment(), c.segment());
  }

  private static View operand(Call call, View view, Shape shape) {
    return view.with(view.layout().expand(shape));
  }

  private static void run(
      BinaryOperator f, Call call, Walk walk, MemorySegment a, MemorySegment b, MemorySegment c) {
    long aStep = walk.step(0);
    long bStep = walk.step(1);
    Vectors vectors = vectors(f);
    Scalar right = right(f);
    Scalar left = left(f);
    walk.forEach(
        call,
        (row, from, count) -> {
          long ao = 4 * (walk.at(0, row) + from * aStep);
          long bo = 4 * (walk.at(1, row) + from * bStep);
          long co = 4 * (walk.at(2, row) + from);
          int whole = aStep + bStep == 0 ? 0 : count / Floats.W * Floats.W;
          long done = 4L * whole;
          if (aStep == bStep) {
            vectors.run(a, ao, b, bo, c, co, done);
          } else if (aStep == 1) {
            right.run(a, ao, Floats.get(b, bo), c, co, done);
          } else {
            left.run(b, bo, Floats.get(a, ao), c, co, done);
          }
          for (int i = whole; i < count; i += Floats.W) {
            VectorMask<Float> some = Floats.first(count - i);
            long p = 4L * i;
            FloatVector x = aStep == 1 ? load(a, ao + p, some) : Floats.all(Floats.get(a, ao));
            FloatVector y = bStep == 1 ? load(b, bo + p, some) : Floats.all(Floats.get(b, bo));
            store(apply(f, x, y), c, co + p, some);
          }
        });
  }

  private static FloatVector apply(BinaryOperator f, FloatVector x, FloatVector y) {
    return switch (f) {
      case ADD -> x.add(y);
      case SUB -> x.sub(y);
      case MUL -> x.mul(y);
      case DIV -> x.div(y);
      case MAX -> x.max(y);
      case MIN -> x.min(y);
    };
  }

  /// One loop over whole vectors; `bytes` is a multiple of a vector's. See [UnaryCpu] for why these are interfaces.
  @FunctionalInterface
  private interface Vectors {
    void run(
        MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes);
  }

  /// The same where one operand is one number.
  @FunctionalInterface
  private interface Scalar {
    void run(MemorySegment a, long ao, float number, MemorySegment c, long co, long bytes);
  }

  private static Vectors vectors(BinaryOperator f) {
    return switch (f) {
      case ADD -> BinaryCpu::add;
      case SUB -> BinaryCpu::sub;
      case MUL -> BinaryCpu::mul;
      case DIV -> BinaryCpu::div;
      case MAX -> BinaryCpu::max;
      case MIN -> BinaryCpu::min;
    };
  }

  /// The right operand is one number.
  private static Scalar right(BinaryOperator f) {
    return switch (f) {
      case ADD -> BinaryCpu::add;
      case SUB -> BinaryCpu::sub;
      case MUL -> BinaryCpu::mul;
      case DIV -> BinaryCpu::div;
      case MAX -> BinaryCpu::max;
      case MIN -> BinaryCpu::min;
    };
  }

  /// The left operand is one number.
  private static Scalar left(BinaryOperator f) {
    return switch (f) {
      case SUB -> BinaryCpu::subFrom;
      case DIV -> BinaryCpu::divInto;
      case ADD, MUL, MAX, MIN -> right(f);
    };
  }

  private static void add(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).add(load(b, bo + i)), c, co + i);
    }
  }

  private static void add(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).add(y), c, co + i);
    }
  }

  private static void sub(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).sub(load(b, bo + i)), c, co + i);
    }
  }

  private static void sub(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).sub(y), c, co + i);
    }
  }

  private static void mul(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).mul(load(b, bo + i)), c, co + i);
    }
  }

  private static void mul(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).mul(y), c, co + i);
    }
  }

  private static void div(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).div(load(b, bo + i)), c, co + i);
    }
  }

  private static void div(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).div(y), c, co + i);
    }
  }

  private static void max(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).max(load(b, bo + i)), c, co + i);
    }
  }

  private static void max(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).max(y), c, co + i);
    }
  }

  private static void min(
      MemorySegment a, long ao, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).min(load(b, bo + i)), c, co + i);
    }
  }

  private static void min(MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    for (long i = 0; i < bytes; i += STEP) {
      store(load(a, ao + i).min(y), c, co + i);
    }
  }

  private static void subFrom(
      MemorySegment b, long bo, float x, MemorySegment c, long co, long bytes) {
    FloatVector left = Floats.all(x);
    for (long i = 0; i < bytes; i += STEP) {
      store(left.sub(load(b, bo + i)), c, co + i);
    }
  }

  private static void divInto(
      MemorySegment b, long bo, float x, MemorySegment c, long co, long bytes) {
    FloatVector left = Floats.all(x);
    for (long i = 0; i < bytes; i += STEP) {
      store(left.div(load(b, bo + i)), c, co + i);
    }
  }
}
