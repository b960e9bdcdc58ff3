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
    walk.forEach(
        call,
        (row, from, count) -> {
          long ao = 4 * (walk.at(0, row) + from * aStep);
          long bo = 4 * (walk.at(1, row) + from * bStep);
          long co = 4 * (walk.at(2, row) + from);
          int whole = count / Floats.W * Floats.W;
          long done = 4L * whole;
          if (aStep == 1 && bStep == 1) {
            vectors(f, a, ao, b, bo, c, co, done);
          } else if (aStep == 1) {
            right(f, a, ao, Floats.get(b, bo), c, co, done);
          } else {
            left(f, Floats.get(a, ao), b, bo, bStep, c, co, done);
          }
          if (whole < count) {
            VectorMask<Float> some = Floats.first(count - whole);
            FloatVector x = aStep == 1 ? load(a, ao + done, some) : Floats.all(Floats.get(a, ao));
            FloatVector y = bStep == 1 ? load(b, bo + done, some) : Floats.all(Floats.get(b, bo));
            store(apply(f, x, y), c, co + done, some);
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

  private static void vectors(
      BinaryOperator f,
      MemorySegment a,
      long ao,
      MemorySegment b,
      long bo,
      MemorySegment c,
      long co,
      long bytes) {
    switch (f) {
      case ADD -> add(a, ao, b, bo, c, co, bytes);
      case SUB -> sub(a, ao, b, bo, c, co, bytes);
      case MUL -> mul(a, ao, b, bo, c, co, bytes);
      case DIV -> div(a, ao, b, bo, c, co, bytes);
      case MAX -> max(a, ao, b, bo, c, co, bytes);
      case MIN -> min(a, ao, b, bo, c, co, bytes);
    }
  }

  /// The right operand is one number.
  private static void right(
      BinaryOperator f, MemorySegment a, long ao, float y, MemorySegment c, long co, long bytes) {
    switch (f) {
      case ADD -> add(a, ao, y, c, co, bytes);
      case SUB -> sub(a, ao, y, c, co, bytes);
      case MUL -> mul(a, ao, y, c, co, bytes);
      case DIV -> div(a, ao, y, c, co, bytes);
      case MAX -> max(a, ao, y, c, co, bytes);
      case MIN -> min(a, ao, y, c, co, bytes);
    }
  }

  /// The left operand is one number, and so may be the right one.
  private static void left(
      BinaryOperator f,
      float x,
      MemorySegment b,
      long bo,
      long bStep,
      MemorySegment c,
      long co,
      long bytes) {
    if (bStep == 0) {
      FloatVector value = apply(f, Floats.all(x), Floats.all(Floats.get(b, bo)));
      for (long i = 0; i < bytes; i += STEP) {
        store(value, c, co + i);
      }
      return;
    }
    switch (f) {
      case ADD -> add(b, bo, x, c, co, bytes);
      case SUB -> sub(x, b, bo, c, co, bytes);
      case MUL -> mul(b, bo, x, c, co, bytes);
      case DIV -> div(x, b, bo, c, co, bytes);
      case MAX -> max(b, bo, x, c, co, bytes);
      case MIN -> min(b, bo, x, c, co, bytes);
    }
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

  private static void sub(float x, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    FloatVector left = Floats.all(x);
    for (long i = 0; i < bytes; i += STEP) {
      store(left.sub(load(b, bo + i)), c, co + i);
    }
  }

  private static void div(float x, MemorySegment b, long bo, MemorySegment c, long co, long bytes) {
    FloatVector left = Floats.all(x);
    for (long i = 0; i < bytes; i += STEP) {
      store(left.div(load(b, bo + i)), c, co + i);
    }
  }
}
