/* The figures of GPUs that are not there, read anew at every call from a file of lines "key=value".
 *
 * Keys: driver, cuda, count, init (an error code of nvmlInit); of GPU N: N.name, N.uuid, N.total, N.used (bytes),
 * N.util (%), N.power, N.limit (mW), N.temp, N.energy (mJ), N.clock, N.memclock (MHz), N.procs ("PID:BYTES PID:NA"), N.mig (0 or 1), N.migs (how many);
 * of its MIG instance M: N.M.uuid and the rest alike. A key that is missing, or NA, is "not supported"; "!15" is
 * error 15 of NVML. The file is named by $NVIDIA_STANDIN, in a container it is /etc/nvidia-standin. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API __attribute__((visibility("default")))
enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7, NO_LIBRARY = 12 };
typedef unsigned int u32;
typedef unsigned long long u64;

static int figure(const char *key, char *out, size_t size) {
  const char *path = getenv("NVIDIA_STANDIN");
  FILE *file = fopen(path ? path : "/etc/nvidia-standin", "r");
  if (!file) return NO_LIBRARY;
  char line[4096];
  size_t length = strlen(key);
  int code = NOT_SUPPORTED;
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, key, length) || line[length] != '=') continue;
    line[strcspn(line, "\r\n")] = 0;
    char *value = line + length + 1;
    if (!strcmp(value, "NA")) code = NOT_SUPPORTED;
    else if (*value == '!') code = atoi(value + 1);
    else if (strlen(value) >= size) code = TOO_SMALL;
    else { strcpy(out, value); code = OK; }
  }
  fclose(file);
  return code;
}

static int how_many(void) {
  char text[16];
  return figure("count", text, sizeof text) ? 0 : atoi(text);
}
