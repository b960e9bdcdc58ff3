package framepack.opencl.cl;

import java.util.List;

/// Names of OpenCL's status codes.
final class ClStatus {
  private static final String FIRST =
      "SUCCESS DEVICE_NOT_FOUND DEVICE_NOT_AVAILABLE COMPILER_NOT_AVAILABLE MEM_OBJECT_ALLOCATION_FAILURE"
          + " OUT_OF_RESOURCES OUT_OF_HOST_MEMORY PROFILING_INFO_NOT_AVAILABLE MEM_COPY_OVERLAP"
          + " IMAGE_FORMAT_MISMATCH IMAGE_FORMAT_NOT_SUPPORTED BUILD_PROGRAM_FAILURE MAP_FAILURE"
          + " MISALIGNED_SUB_BUFFER_OFFSET EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"
          + " COMPILE_PROGRAM_FAILURE LINKER_NOT_AVAILABLE LINK_PROGRAM_FAILURE DEVICE_PARTITION_FAILED"
          + " KERNEL_ARG_INFO_NOT_AVAILABLE";

  /// From -30 on.
  private static final String INVALID =
      "VALUE DEVICE_TYPE PLATFORM DEVICE CONTEXT QUEUE_PROPERTIES COMMAND_QUEUE HOST_PTR MEM_OBJECT"
          + " IMAGE_FORMAT_DESCRIPTOR IMAGE_SIZE SAMPLER BINARY BUILD_OPTIONS PROGRAM"
          + " PROGRAM_EXECUTABLE KERNEL_NAME KERNEL_DEFINITION KERNEL ARG_INDEX ARG_VALUE ARG_SIZE"
          + " KERNEL_ARGS WORK_DIMENSION WORK_GROUP_SIZE WORK_ITEM_SIZE GLOBAL_OFFSET EVENT_WAIT_LIST"
          + " EVENT OPERATION GL_OBJECT BUFFER_SIZE MIP_LEVEL GLOBAL_WORK_SIZE PROPERTY"
          + " IMAGE_DESCRIPTOR COMPILER_OPTIONS LINKER_OPTIONS DEVICE_PARTITION_COUNT";

  private static final List<String> FIRST_NAMES = List.of(FIRST.split(" "));
  private static final List<String> INVALID_NAMES = List.of(INVALID.split(" "));
  private static final int INVALID_VALUE = -30;

  private ClStatus() {}

  /// `CL_INVALID_BINARY` for -42; the number itself where it has no name.
  static String name(int status) {
    int invalid = INVALID_VALUE - status;
    if (status <= 0 && -status < FIRST_NAMES.size()) {
      return "CL_" + FIRST_NAMES.get(-status);
    }
    return invalid >= 0 && invalid < INVALID_NAMES.size()
        ? "CL_INVALID_" + INVALID_NAMES.get(invalid)
        : "status " + status;
  }
}
