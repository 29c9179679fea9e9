#include <node_api.h>

/* Each adds what its file has to the module. */
void export_crc32c(napi_env env, napi_value exports);
void export_zstd(napi_env env, napi_value exports);
