/* A stand-in for the CUDA runtime under Triton: as many devices as the figures say, whose memory is ordinary memory.
 * CUDA_VISIBLE_DEVICES is honoured. Nothing can be computed. */
#define _GNU_SOURCE
#include "figures.h"

enum { OUT_OF_MEMORY = 2, NO_KERNELS = 98, NO_DEVICE = 100, NO_SUCH_DEVICE = 101, UNSUPPORTED = 801 };
static __thread int current;

/* The number on the machine of a GPU that is named by its number or its UUID; -1 where there is none. */
static int named(const char *name, size_t length) {
  for (int gpu = 0; gpu < how_many(); gpu++) {
    char number[16], key[32], uuid[96];
    snprintf(number, sizeof number, "%d", gpu);
    if (strlen(number) == length && !strncmp(number, name, length)) return gpu;
    snprintf(key, sizeof key, "%d.uuid", gpu);
    if (!figure(key, uuid, sizeof uuid) && strlen(uuid) == length && !strncmp(uuid, name, length)) return gpu;
  }
  return -1;
}

/* The number on the machine of a device that a process sees; -1 past the last, and after a name that nothing has. */
static int physical(int device) {
  const char *visible = getenv("CUDA_VISIBLE_DEVICES");
  if (device < 0) return -1;
  if (!visible) return device < how_many() ? device : -1;
  for (int place = 0; *visible; place++) {
    size_t length = strcspn(visible, ",");
    int gpu = named(visible, length);
    if (gpu < 0 || place == device) return gpu;
    visible += length + (visible[length] == ',');
  }
  return -1;
}

static int seen(void) {
  int count = 0;
  while (physical(count) >= 0) count++;
  return count;
}

API int cudaGetDeviceCount(int *count) {
  *count = seen();
  return *count ? OK : NO_DEVICE;
}
API int cudaGetDevice(int *device) {
  *device = current;
  return OK;
}
API int cudaSetDevice(int device) {
  if (device < 0 || device >= seen()) return NO_SUCH_DEVICE;
  current = device;
  return OK;
}
/* cudaDeviceProp of CUDA 12: 1032 bytes, memory at 288, warp size at 308, compute capability at 360 and 364. */
API int cudaGetDeviceProperties_v2(char *properties, int device) {
  if (device >= seen()) return NO_SUCH_DEVICE;
  memset(properties, 0, 1032);
  snprintf(properties, 256, "Stand-in GPU %d", device);
  *(size_t *)(properties + 288) = 1ull << 36;
  *(int *)(properties + 308) = 32;
  *(int *)(properties + 360) = 9;
  return OK;
}
API int cudaDeviceGetPCIBusId(char *out, int size, int device) {
  snprintf(out, size, "0000:%02X:00.0", physical(device) + 1);
  return OK;
}
API int cudaDeviceGetStreamPriorityRange(int *least, int *most) { return *least = *most = OK; }
API int cudaDeviceCanAccessPeer(int *can, int one, int other) { return *can = OK; }
API int cudaDeviceEnablePeerAccess(int peer, unsigned flags) { return 217; }
API int cudaMalloc(void **out, size_t size) {
  *out = aligned_alloc(256, (size + 255) & ~255ul);
  return *out ? OK : OUT_OF_MEMORY;
}
API int cudaMallocManaged(void **out, size_t size, unsigned flags) { return cudaMalloc(out, size); }
API int cudaHostAlloc(void **out, size_t size, unsigned flags) { return cudaMalloc(out, size); }
API int cudaFree(void *memory) {
  free(memory);
  return OK;
}
API int cudaFreeHost(void *memory) { return cudaFree(memory); }
API int cudaMemGetInfo(size_t *unused, size_t *total) {
  *unused = 1ull << 35;
  *total = 1ull << 36;
  return OK;
}
API int cudaMemcpy(void *to, const void *from, size_t size, int kind) {
  memmove(to, from, size);
  return OK;
}
API int cudaMemcpyAsync(void *to, const void *from, size_t size, int kind, void *stream) {
  return cudaMemcpy(to, from, size, kind);
}
API int cudaMemcpyPeer(void *to, int a, const void *from, int b, size_t size) { return cudaMemcpy(to, from, size, 0); }
API int cudaMemcpyPeerAsync(void *to, int a, const void *from, int b, size_t size, void *stream) {
  return cudaMemcpy(to, from, size, 0);
}
API int cudaMemset(void *to, int value, size_t size) {
  memset(to, value, size);
  return OK;
}
API int cudaMemPrefetchAsync(const void *memory, size_t size, int device, void *stream) { return OK; }
API int cudaStreamCreate(void **out) {
  *out = malloc(8);
  return OK;
}
API int cudaStreamCreateWithPriority(void **out, unsigned flags, int priority) { return cudaStreamCreate(out); }
API int cudaStreamDestroy(void *stream) { return cudaFree(stream); }
API int cudaStreamSynchronize(void *stream) { return OK; }
API int cudaStreamGetFlags(void *stream, unsigned *out) { return *out = OK; }
API int cudaEventRecord(void *event, void *stream) { return OK; }
API int cudaEventSynchronize(void *event) { return OK; }
API int cudaLaunchHostFunc(void *stream, void (*call)(void *), void *argument) {
  call(argument);
  return OK;
}
API int cudaLaunchKernel(const void *kernel) { return NO_KERNELS; }
API int cudaGetLastError(void) { return OK; }
API int cudaIpcGetMemHandle(char *out, void *memory) { return UNSUPPORTED; }
API int cudaIpcOpenMemHandle(void **out, void *handle, unsigned flags) { return UNSUPPORTED; }
API int cudaIpcCloseMemHandle(void *memory) { return UNSUPPORTED; }
API int cudaGetDriverEntryPoint(const char *name, void **out, u64 flags, int *result) {
  *out = 0;
  return UNSUPPORTED;
}
API const char *cudaGetErrorString(int code) {
  switch (code) {
    case OK: return "no error";
    case OUT_OF_MEMORY: return "out of memory";
    case NO_DEVICE: return "no CUDA-capable device is detected";
    case NO_SUCH_DEVICE: return "invalid device ordinal";
    case UNSUPPORTED: return "operation not supported";
    default: return "unknown error";
  }
}

/* What the compiler calls for kernels, of which there are none here. */
API int __cudaPopCallConfiguration(void) { return NO_KERNELS; }
API int __cudaPushCallConfiguration(void) { return NO_KERNELS; }
API void **__cudaRegisterFatBinary(void *binary) {
  static void *handle;
  return &handle;
}
API void __cudaRegisterFatBinaryEnd(void **handle) {}
API void __cudaRegisterFunction(void) {}
API void __cudaUnregisterFatBinary(void **handle) {}
