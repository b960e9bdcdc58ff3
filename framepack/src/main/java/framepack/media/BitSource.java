package framepack.media;

import java.nio.ByteBuffer;

/// Bits of an H.264 NAL unit, most significant first, with the emulation-prevention bytes removed.
/// Reading past the end throws, where JCodec's reader would go on with zeros for ever.
final class BitSource {
  private final byte[] bytes;
  private final int bits;
  private int at;

  /// Of the content of `nal` behind its header byte, at most the first `limit` bytes.
  BitSource(ByteBuffer nal, int limit) {
    ByteBuffer in = nal.duplicate();
    in.position(in.position() + 1);
    bytes = new byte[Math.min(in.remaining(), limit)];
    int kept = 0;
    int zeros = 0;
    while (in.hasRemaining() && kept < bytes.length) {
      byte b = in.get();
      if (zeros >= 2 && b == 3) {
        zeros = 0;
        continue;
      }
      zeros = b == 0 ? zeros + 1 : 0;
      bytes[kept++] = b;
    }
    bits = kept * 8;
  }

  int bit() {
    if (at >= bits) {
      throw new Damaged("a header ends early");
    }
    int bit = bytes[at >> 3] >> (7 - (at & 7)) & 1;
    at++;
    return bit;
  }

  boolean flag() {
    return bit() == 1;
  }

  int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  /// Unsigned Exp-Golomb, refused above `max`.
  int unsigned(String what, int max) {
    int zeros = 0;
    while (bit() == 0) {
      zeros++;
      if (zeros > 31) {
        throw new Damaged(what + " is out of range");
      }
    }
    long value = (1L << zeros) - 1 + (bits(zeros) & 0xffffffffL);
    if (value > max) {
      throw new Damaged(what + " is " + value + ", at most " + max + " is allowed");
    }
    return (int) value;
  }

  void skipSigned(int count) {
    for (int i = 0; i < count; i++) {
      unsigned("a signed number", Integer.MAX_VALUE);
    }
  }

  void align() {
    at = (at + 7) & ~7;
  }

  /// The stream breaks the standard, or a limit we set; the reader turns it into its own error.
  static final class Damaged extends RuntimeException {
    Damaged(String message) {
      super(message, null, false, false);
    }
  }
}
