/*
 * zstd with one context that is used again, from a buffer into another: node:zlib makes a context and buffers for every
 * call, which its garbage collector pays for. The functions are Node's own copy of the library (its stable interface,
 * zstd.h); a Node that does not export them goes without.
 */
#include <node_api.h>
#include <stddef.h>
#include "native.h"

typedef struct ZSTD_CCtx_s ZSTD_CCtx;
extern ZSTD_CCtx *ZSTD_createCCtx(void) __attribute__((weak));
extern size_t ZSTD_freeCCtx(ZSTD_CCtx *) __attribute__((weak));
extern size_t ZSTD_CCtx_setParameter(ZSTD_CCtx *, int, int) __attribute__((weak));
extern size_t ZSTD_compress2(ZSTD_CCtx *, void *, size_t, const void *, size_t) __attribute__((weak));
extern unsigned ZSTD_isError(size_t) __attribute__((weak));
extern unsigned ZSTD_versionNumber(void) __attribute__((weak));

/* zstd.h */
enum { compression_level = 100, hash_log = 102, first_stable_version = 10400 };

static void free_context(napi_env env, void *context, void *hint) {
  (void)env;
  (void)hint;
  ZSTD_freeCCtx(context);
}

static int has_zstd(void) {
  return ZSTD_createCCtx != NULL && ZSTD_freeCCtx != NULL && ZSTD_CCtx_setParameter != NULL && ZSTD_compress2 != NULL &&
         ZSTD_isError != NULL && ZSTD_versionNumber != NULL && ZSTD_versionNumber() >= first_stable_version;
}

/* zstdCompress(from, to, at): level 1 with a small table, as compression.ts says why; -1 where it does not fit. */
static napi_value compress(napi_env env, napi_callback_info info) {
  size_t count = 3, length, room;
  napi_value given[3], result;
  void *from, *to, *context;
  double at;
  if (napi_get_cb_info(env, info, &count, given, NULL, &context) != napi_ok || count < 3 ||
      napi_get_buffer_info(env, given[0], &from, &length) != napi_ok ||
      napi_get_buffer_info(env, given[1], &to, &room) != napi_ok ||
      napi_get_value_double(env, given[2], &at) != napi_ok || at < 0 || at > (double)room) {
    napi_throw_error(env, "EINVAL", "zstdCompress takes a buffer, another to write into and a position in that");
    return NULL;
  }
  size_t written = ZSTD_compress2(context, (char *)to + (size_t)at, room - (size_t)at, from, length);
  napi_create_double(env, ZSTD_isError(written) ? -1 : (double)written, &result);
  return result;
}

void export_zstd(napi_env env, napi_value exports) {
  napi_value function;
  if (!has_zstd()) return;
  ZSTD_CCtx *context = ZSTD_createCCtx();
  if (context == NULL) return;
  ZSTD_CCtx_setParameter(context, compression_level, 1);
  ZSTD_CCtx_setParameter(context, hash_log, 13);
  napi_create_function(env, "zstdCompress", NAPI_AUTO_LENGTH, compress, context, &function);
  napi_set_named_property(env, exports, "zstdCompress", function);
  napi_add_finalizer(env, function, context, free_context, NULL, NULL);
}
