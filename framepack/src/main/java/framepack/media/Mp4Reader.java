package framepack.media;

import framepack.media.BitSource.Damaged;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/// Decodes the first H.264 track of an mp4 or mov file. The container and all headers are read
/// here; JCodec decodes the pictures only, after [H264Headers] has found them sound.
final class Mp4Reader {
  private static final long MAX_INDEX = 256L << 20;

  private Mp4Reader() {}

  static boolean recognises(byte[] head) {
    if (head.length < 8) {
      return false;
    }
    String type = BoxSource.fourCharacters(ByteBuffer.wrap(head, 4, 4));
    return List.of("ftyp", "moov", "mdat", "wide", "free", "skip").contains(type);
  }

  static Clip read(FileChannel file, Intake intake) throws IOException {
    try {
      Mp4Track track = Mp4Track.read(index(file), file.size());
      return decode(file, track, intake);
    } catch (Damaged e) {
      throw MediaException.broken(intake.name(), e.getMessage());
    }
  }

  /// Walks the top level to the `moov` box.
  private static BoxSource index(FileChannel file) throws IOException {
    long at = 0;
    long size = file.size();
    String last = "nothing";
    while (at + 8 <= size) {
      ByteBuffer head = read(file, at, (int) Math.min(16, size - at));
      long length = head.getInt() & 0xffffffffL;
      last = BoxSource.fourCharacters(head);
      int header = 8;
      if (length == 1 && head.remaining() >= 8) {
        length = head.getLong();
        header = 16;
      } else if (length == 0) {
        length = size - at;
      }
      if (length < header) {
        throw new Damaged("box " + last + " at byte " + at + " has the wrong length");
      }
      if (last.equals("moov") && length <= MAX_INDEX && at + length <= size) {
        return new BoxSource(last, read(file, at + header, (int) (length - header)));
      }
      if (length > size - at) {
        break;
      }
      at += length;
    }
    throw new Damaged(
        "is cut short or damaged: its index (moov) is not there, the file ends at byte %d in '%s'"
            .formatted(size, last));
  }

  private static Clip decode(FileChannel file, Mp4Track track, Intake intake) throws IOException {
    var headers = new H264Headers();
    var decoder = new H264Pictures(headers, track.parameters());
    int needed = -1;
    for (int i = 0; i < track.frames(); i++) {
      if (intake.wants(track.places()[i])) {
        needed = i;
      }
    }
    for (int i = 0; i <= needed; i++) {
      List<ByteBuffer> units = units(file, track, i);
      try {
        Yuv picture = decoder.decode(units);
        if (i == 0) {
          intake.open(picture.width(), picture.height(), track.frames());
        }
        if (intake.wants(track.places()[i])) {
          intake.put(track.places()[i], picture.toRgb());
        }
      } catch (Damaged e) {
        throw new Damaged("frame %d of %d: %s".formatted(i, track.frames(), e.getMessage()));
      }
    }
    return intake.finish(track.rate());
  }

  /// The NAL units of sample `i` that matter for decoding.
  private static List<ByteBuffer> units(FileChannel file, Mp4Track track, int i)
      throws IOException {
    ByteBuffer in = read(file, track.offsets()[i], track.sizes()[i]);
    var units = new ArrayList<ByteBuffer>();
    while (in.remaining() > track.lengthBytes()) {
      int length = 0;
      for (int b = 0; b < track.lengthBytes(); b++) {
        length = length << 8 | in.get() & 0xff;
      }
      if (length < 0 || length > in.remaining()) {
        throw new Damaged("frame " + i + " is damaged: a part is longer than the frame");
      }
      if (length > 0) {
        ByteBuffer unit = in.slice(in.position(), length);
        if (H264Pictures.matters(unit)) {
          units.add(unit);
        }
      }
      in.position(in.position() + length);
    }
    return units;
  }

  private static ByteBuffer read(FileChannel file, long at, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return buffer.flip();
  }
}
