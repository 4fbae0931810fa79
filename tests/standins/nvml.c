/* A stand-in for NVIDIA's management library, so far as the studio asks it. */
#include "figures.h"

#define MOST 16
#define PARTS 8
typedef struct { int gpu, part; } device;  /* part -1 is the GPU itself */
static device devices[MOST][PARTS + 1];
static int begun;

static device *the(int gpu, int part) {
  device *found = &devices[gpu][part + 1];
  found->gpu = gpu;
  found->part = part;
  return found;
}

static int text_of(device *one, const char *name, char *out, size_t size) {
  char key[64];
  if (!begun) return UNINITIALIZED;
  if (!one) return INVALID;
  if (one->part < 0) snprintf(key, sizeof key, "%d.%s", one->gpu, name);
  else snprintf(key, sizeof key, "%d.%d.%s", one->gpu, one->part, name);
  return figure(key, out, size);
}

static int number_of(device *one, const char *name, u64 *out) {
  char text[64];
  int code = text_of(one, name, text, sizeof text);
  if (!code) *out = strtoull(text, 0, 10);
  return code;
}

static int small_of(device *one, const char *name, u32 *out) {
  u64 found;
  int code = number_of(one, name, &found);
  if (!code) *out = (u32)found;
  return code;
}

API int nvmlInitWithFlags(u32 flags) {
  char text[16];
  int code = figure("init", text, sizeof text);
  if (code == NO_LIBRARY) return code;
  if (!code && atoi(text)) return atoi(text);
  begun++;
  return OK;
}
API int nvmlInit_v2(void) { return nvmlInitWithFlags(0); }
API int nvmlShutdown(void) {
  if (!begun) return UNINITIALIZED;
  begun--;
  return OK;
}
API int nvmlSystemGetDriverVersion(char *out, u32 size) { return begun ? figure("driver", out, size) : UNINITIALIZED; }
API int nvmlSystemGetCudaDriverVersion(int *out) {
  char text[16];
  int code = begun ? figure("cuda", text, sizeof text) : UNINITIALIZED;
  if (!code) *out = atoi(text);
  return code;
}
API int nvmlDeviceGetCount_v2(u32 *count) {
  char text[16];
  int code = begun ? figure("count", text, sizeof text) : UNINITIALIZED;
  *count = code ? 0 : (u32)atoi(text);
  return code == NO_LIBRARY ? UNINITIALIZED : code;  /* the driver is gone */
}
API int nvmlDeviceGetHandleByIndex_v2(u32 index, device **out) {
  if (!begun) return UNINITIALIZED;
  if (index >= MOST || (int)index >= how_many()) return INVALID;
  *out = the((int)index, -1);
  char text[16];
  int code = text_of(*out, "handle", text, sizeof text);
  return code == NOT_SUPPORTED ? OK : code;
}
API int nvmlDeviceGetName(device *one, char *out, u32 size) { return text_of(one, "name", out, size); }
API int nvmlDeviceGetUUID(device *one, char *out, u32 size) { return text_of(one, "uuid", out, size); }
API int nvmlDeviceGetMemoryInfo(device *one, u64 out[3]) {
  u64 total, used;
  int code = number_of(one, "total", &total);
  if (!code) code = number_of(one, "used", &used);
  if (code) return code;
  out[0] = total;
  out[1] = total - used;
  out[2] = used;
  return OK;
}
API int nvmlDeviceGetUtilizationRates(device *one, u32 out[2]) {
  out[1] = 0;
  return small_of(one, "util", &out[0]);
}
API int nvmlDeviceGetPowerUsage(device *one, u32 *out) { return small_of(one, "power", out); }
API int nvmlDeviceGetEnforcedPowerLimit(device *one, u32 *out) { return small_of(one, "limit", out); }
API int nvmlDeviceGetTotalEnergyConsumption(device *one, u64 *out) { return number_of(one, "energy", out); }
API int nvmlDeviceGetClockInfo(device *one, u32 which, u32 *out) {
  return small_of(one, which == 1 ? "clock" : "memclock", out);
}
API int nvmlDeviceGetTemperature(device *one, u32 sensor, u32 *out) {
  return sensor ? INVALID : small_of(one, "temp", out);
}
API int nvmlDeviceGetTemperatureV(device *one, struct { u32 version, sensor; int value; } *out) {
  u32 found;
  int code = small_of(one, "temp", &found);
  if (!code) out->value = (int)found;
  return code;
}
API int nvmlDeviceGetMigMode(device *one, u32 *now, u32 *next) {
  int code = small_of(one, "mig", now);
  if (!code) *next = *now;
  return code;
}
API int nvmlDeviceGetMaxMigDeviceCount(device *one, u32 *out) {
  *out = PARTS - 1;
  return OK;
}
API int nvmlDeviceGetMigDeviceHandleByIndex(device *one, u32 index, device **out) {
  u32 count = 0;
  if (!one || one->part >= 0) return INVALID;
  small_of(one, "migs", &count);
  if (index >= count || index >= PARTS) return NOT_FOUND;
  *out = the(one->gpu, (int)index);
  return OK;
}

typedef struct { u32 pid; u64 used; u32 gpu_instance, compute_instance; } process;
API int nvmlDeviceGetComputeRunningProcesses_v3(device *one, u32 *count, process *out) {
  char text[4096], *rest;
  u32 room = *count, found = 0;
  int code = text_of(one, "procs", text, sizeof text);
  if (code) return code;
  for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(0, " ", &rest), found++) {
    if (!out || found >= room) continue;
    char *used = strchr(word, ':');
    out[found].pid = (u32)atoi(word);
    out[found].used = !used || !strcmp(used + 1, "NA") ? ~0ull : strtoull(used + 1, 0, 10);
  }
  *count = found;
  return found && (!out || room < found) ? TOO_SMALL : OK;
}
API int nvmlDeviceGetComputeRunningProcesses_v2(device *one, u32 *count, process *out) {
  return nvmlDeviceGetComputeRunningProcesses_v3(one, count, out);
}

API const char *nvmlErrorString(int code) {
  switch (code) {
    case OK: return "Success";
    case UNINITIALIZED: return "Uninitialized";
    case NOT_SUPPORTED: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case 9: return "Driver Not Loaded";
    case 15: return "GPU is lost";
    case 18: return "Driver/library version mismatch";
    default: return "Unknown Error";
  }
}
