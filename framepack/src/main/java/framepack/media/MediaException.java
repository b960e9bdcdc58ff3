package framepack.media;

/// A video or image cannot be read. The message is one line: which file, what is wrong with it,
/// what is accepted instead.
public final class MediaException extends IllegalArgumentException {
  static final String ACCEPTED =
      "accepted: mp4 or mov (H.264), y4m, PNG, APNG, JPEG, GIF, or a folder of PNG or JPEG images";

  MediaException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /// Names and contents of files may hold anything, line ends and terminal codes included.
  private static String oneLine(String message) {
    return message.replaceAll("\\p{Cntrl}", "?");
  }

  /// What is wrong with the file is that it is not of a kind we read.
  static MediaException notAccepted(String name, String what) {
    return new MediaException(name + ": " + what + "; " + ACCEPTED, null);
  }

  /// The file is of the right kind and damaged, too large, or uses something unsupported.
  static MediaException broken(String name, String what) {
    return new MediaException(name + ": " + what, null);
  }

  static MediaException broken(String name, String what, Throwable cause) {
    return new MediaException(name + ": " + what, cause);
  }
}
