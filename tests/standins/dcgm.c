/* A stand-in for NVIDIA's DCGM, so far as Triton's metrics ask it. */
#include "figures.h"

enum { ENERGY = 156, USE = 203, POWER = 155, LIMIT = 160, TOTAL = 250, USED = 252, UNSUPPORTED = -6 };
/* dcgmFieldValue_v1: 4120 bytes, the field at 4, its status at 8, its value at 24. */
#define VALUE 4120

static int of(int gpu, const char *name, char *out, size_t size) {
  char key[64];
  snprintf(key, sizeof key, "%d.%s", gpu, name);
  return figure(key, out, size) ? UNSUPPORTED : OK;
}

static const char *name_of(int field) {
  switch (field) {
    case ENERGY: return "energy";
    case USE: return "util";
    case POWER: return "power";
    case LIMIT: return "limit";
    case TOTAL: return "total";
    case USED: return "used";
    default: return "?";
  }
}

API int dcgmInit(void) { return OK; }
API int dcgmShutdown(void) { return OK; }
API int dcgmStartEmbedded(int mode, void **handle) {
  *handle = (void *)1;
  return OK;
}
API int dcgmStopEmbedded(void *handle) { return OK; }
API int dcgmConnect(const char *address, void **handle) { return -1; }
API int dcgmDisconnect(void *handle) { return OK; }
API int dcgmUpdateAllFields(void *handle, int wait) { return OK; }
API int dcgmGetAllDevices(void *handle, u32 ids[32], int *count) {
  *count = how_many();
  for (int gpu = 0; gpu < *count; gpu++) ids[gpu] = (u32)gpu;
  return OK;
}
/* dcgmDeviceAttributes_t: the name at 3380, the bus at 3636, the UUID at 4148. */
API int dcgmGetDeviceAttributes(void *handle, u32 gpu, char *out) {
  of((int)gpu, "name", out + 3380, 256);
  snprintf(out + 3636, 256, "00000000:%02X:00.0", gpu + 1);
  of((int)gpu, "uuid", out + 4148, 256);
  return OK;
}
API int dcgmGroupCreate(void *handle, int kind, const char *name, void **group) {
  *group = (void *)2;
  return OK;
}
API int dcgmGroupDestroy(void *handle, void *group) { return OK; }
API int dcgmFieldGroupCreate(void *handle, int count, unsigned short *ids, const char *name, void **group) {
  *group = (void *)3;
  return OK;
}
API int dcgmWatchFields(void *handle, void *group, void *fields, long long every, double age, int most) { return OK; }
API int dcgmGetLatestValuesForFields(void *handle, int gpu, unsigned short *ids, u32 count, char *out) {
  for (u32 place = 0; place < count; place++, out += VALUE) {
    char text[64];
    int field = ids[place];
    *(unsigned short *)(out + 4) = ids[place];
    *(int *)(out + 8) = of(gpu, name_of(field), text, sizeof text);
    if (*(int *)(out + 8)) continue;
    if (field == POWER || field == LIMIT) *(double *)(out + 24) = atof(text) / 1000;
    else if (field == TOTAL || field == USED) *(long long *)(out + 24) = atoll(text) >> 20;
    else *(long long *)(out + 24) = atoll(text);
  }
  return OK;
}
API const char *errorString(int code) { return code ? "not supported by the stand-in" : "Success"; }
