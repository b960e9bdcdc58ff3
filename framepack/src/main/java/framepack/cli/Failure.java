package framepack.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine.ExitCode;
import tools.jackson.core.JacksonException;

/// What the user sees of something thrown: one line and an exit code.
///
/// Bad input (an [IllegalArgumentException], a file that cannot be read or written) is the user's to
/// mend and exits with 2; anything else is ours and exits with 1.
record Failure(String line, int exitCode) {

  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case UncheckedIOException e -> of(e.getCause());
      case IllegalArgumentException e -> badInput(said(e));
      case JacksonException e -> badInput(where(e) + oneLine(e.getOriginalMessage()));
      case FileSystemException e -> badInput(file(e));
      case FileNotFoundException e -> badInput("cannot open " + said(e));
      case IOException e -> badInput(said(e));
      case InterruptedException _ -> new Failure("interrupted; finished work is kept", 130);
      case OutOfMemoryError e ->
          new Failure("out of memory: " + said(e) + "; a smaller size or batch may fit", 1);
      default ->
          new Failure("internal error: " + named(thrown) + "; -v shows where", ExitCode.SOFTWARE);
    };
  }

  /// The message on one line, as a terminal, a log and a script want it.
  static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  private static Failure badInput(String line) {
    return new Failure(line, ExitCode.USAGE);
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? named(e) : oneLine(e.getMessage());
  }

  private static String named(Throwable e) {
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null ? name : name + ": " + oneLine(e.getMessage());
  }

  private static String where(JacksonException e) {
    var at = e.getLocation();
    return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
  }

  private static String file(FileSystemException e) {
    String what =
        switch (e) {
          case NoSuchFileException _ -> "no such file or folder";
          case AccessDeniedException _ -> "permission denied";
          case FileAlreadyExistsException _ -> "already exists";
          case NotDirectoryException _ -> "not a folder";
          case DirectoryNotEmptyException _ -> "folder is not empty";
          default -> e.getReason() == null ? "cannot be used" : e.getReason();
        };
    return e.getFile() == null ? what : e.getFile() + ": " + oneLine(what);
  }
}
