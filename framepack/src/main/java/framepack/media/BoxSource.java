package framepack.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Boxes of an ISO base media file (mp4, mov) held in memory; every length is checked against what
/// contains it. Source: ISO/IEC 14496-12 §4.2.
///
/// @param type four characters
/// @param body content behind the header
record BoxSource(String type, ByteBuffer body) {

  /// The boxes inside, after skipping `offset` bytes of plain fields.
  List<BoxSource> children(int offset) {
    ByteBuffer in = body.duplicate();
    if (in.remaining() < offset) {
      throw new BitSource.Damaged("box " + type + " is too short");
    }
    in.position(in.position() + offset);
    var children = new ArrayList<BoxSource>();
    while (in.remaining() >= 8) {
      int start = in.position();
      long size = in.getInt() & 0xffffffffL;
      String name = fourCharacters(in);
      if (size == 1 && in.remaining() >= 8) {
        size = in.getLong();
      } else if (size == 0) {
        size = in.limit() - (long) start;
      }
      if (size == 4 && type.equals("udta")) {
        break; // QuickTime ends user data with a zero word
      }
      if (size < in.position() - start || size > in.limit() - (long) start) {
        throw new BitSource.Damaged("box " + name + " in " + type + " has the wrong length");
      }
      children.add(
          new BoxSource(name, in.slice(in.position(), (int) size + start - in.position())));
      in.position(start + (int) size);
    }
    return children;
  }

  /// The first box reached by walking `path`, or null.
  BoxSource find(String... path) {
    BoxSource box = this;
    for (String step : path) {
      BoxSource next = null;
      for (BoxSource child : box.children(0)) {
        if (child.type.equals(step)) {
          next = child;
          break;
        }
      }
      if (next == null) {
        return null;
      }
      box = next;
    }
    return box;
  }

  BoxSource need(String... path) {
    BoxSource box = find(path);
    if (box == null) {
      throw new BitSource.Damaged("box " + String.join("/", path) + " is missing");
    }
    return box;
  }

  /// A table behind version, flags and `skip` further bytes: its entry count, checked against the
  /// bytes that are there, with `in` left on the first entry.
  static int tableSize(ByteBuffer in, int skip, int entryBytes) {
    if (in.remaining() < 8 + skip) {
      throw new BitSource.Damaged("a table is cut short");
    }
    in.position(in.position() + 4 + skip);
    long count = in.getInt() & 0xffffffffL;
    if (count * entryBytes > in.remaining()) {
      throw new BitSource.Damaged("a table claims " + count + " entries and ends before");
    }
    return (int) count;
  }

  static String fourCharacters(ByteBuffer in) {
    byte[] name = new byte[4];
    in.get(name);
    for (int i = 0; i < 4; i++) {
      if (name[i] < 32 || name[i] > 126) {
        name[i] = '?';
      }
    }
    return new String(name, StandardCharsets.US_ASCII);
  }
}
