/*
 * zstd with contexts that are used again, from a buffer into another: node:zlib makes a context and buffers for every
 * call, which its garbage collector pays for. The functions are Node's own copy of the library (its stable interface,
 * zstd.h); a Node that does not export them goes without.
 */
#include <node_api.h>
#include <stddef.h>
#include "native.h"

typedef struct ZSTD_CCtx_s ZSTD_CCtx;
typedef struct ZSTD_DCtx_s ZSTD_DCtx;
extern ZSTD_CCtx *ZSTD_createCCtx(void) __attribute__((weak));
extern size_t ZSTD_freeCCtx(ZSTD_CCtx *) __attribute__((weak));
extern size_t ZSTD_CCtx_setParameter(ZSTD_CCtx *, int, int) __attribute__((weak));
extern size_t ZSTD_compress2(ZSTD_CCtx *, void *, size_t, const void *, size_t) __attribute__((weak));
extern ZSTD_DCtx *ZSTD_createDCtx(void) __attribute__((weak));
extern size_t ZSTD_freeDCtx(ZSTD_DCtx *) __attribute__((weak));
extern size_t ZSTD_decompressDCtx(ZSTD_DCtx *, void *, size_t, const void *, size_t) __attribute__((weak));
extern unsigned long long ZSTD_getFrameContentSize(const void *, size_t) __attribute__((weak));
extern unsigned ZSTD_isError(size_t) __attribute__((weak));
extern unsigned ZSTD_versionNumber(void) __attribute__((weak));

/* zstd.h */
enum { compression_level = 100, hash_log = 102, first_stable_version = 10400 };
/* Beyond it, or a size that is an error, nothing is made of it here. */
static const unsigned long long largest_size = 1ULL << 32;

static void free_context(napi_env env, void *context, void *hint) {
  (void)env;
  (void)hint;
  ZSTD_freeCCtx(context);
}

static void free_reader(napi_env env, void *context, void *hint) {
  (void)env;
  (void)hint;
  ZSTD_freeDCtx(context);
}

static int has_zstd(void) {
  return ZSTD_createCCtx != NULL && ZSTD_freeCCtx != NULL && ZSTD_CCtx_setParameter != NULL && ZSTD_compress2 != NULL &&
         ZSTD_isError != NULL && ZSTD_createDCtx != NULL && ZSTD_freeDCtx != NULL && ZSTD_decompressDCtx != NULL &&
         ZSTD_getFrameContentSize != NULL && ZSTD_versionNumber != NULL && ZSTD_versionNumber() >= first_stable_version;
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

/* zstdSize(from): bytes of what is compressed, as it says itself; -1 where it does not. */
static napi_value size_of(napi_env env, napi_callback_info info) {
  size_t count = 1, length;
  napi_value given, result;
  void *from;
  if (napi_get_cb_info(env, info, &count, &given, NULL, NULL) != napi_ok || count < 1 ||
      napi_get_buffer_info(env, given, &from, &length) != napi_ok) {
    napi_throw_error(env, "EINVAL", "zstdSize takes a buffer");
    return NULL;
  }
  unsigned long long size = ZSTD_getFrameContentSize(from, length);
  napi_create_double(env, size > largest_size ? -1 : (double)size, &result);
  return result;
}

/* zstdDecompress(from, to): the bytes written; -1 where it is damaged or does not fit. */
static napi_value decompress(napi_env env, napi_callback_info info) {
  size_t count = 2, length, room;
  napi_value given[2], result;
  void *from, *to, *context;
  if (napi_get_cb_info(env, info, &count, given, NULL, &context) != napi_ok || count < 2 ||
      napi_get_buffer_info(env, given[0], &from, &length) != napi_ok ||
      napi_get_buffer_info(env, given[1], &to, &room) != napi_ok) {
    napi_throw_error(env, "EINVAL", "zstdDecompress takes a buffer and another to write into");
    return NULL;
  }
  size_t written = ZSTD_decompressDCtx(context, to, room, from, length);
  napi_create_double(env, ZSTD_isError(written) ? -1 : (double)written, &result);
  return result;
}

static void add(napi_env env, napi_value exports, const char *name, napi_callback call, void *context,
                napi_finalize free_it) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, context, &function);
  napi_set_named_property(env, exports, name, function);
  if (context != NULL) napi_add_finalizer(env, function, context, free_it, NULL, NULL);
}

void export_zstd(napi_env env, napi_value exports) {
  if (!has_zstd()) return;
  ZSTD_CCtx *writer = ZSTD_createCCtx();
  ZSTD_DCtx *reader = ZSTD_createDCtx();
  if (writer == NULL || reader == NULL) return;
  ZSTD_CCtx_setParameter(writer, compression_level, 1);
  ZSTD_CCtx_setParameter(writer, hash_log, 13);
  add(env, exports, "zstdCompress", compress, writer, free_context);
  add(env, exports, "zstdSize", size_of, NULL, NULL);
  add(env, exports, "zstdDecompress", decompress, reader, free_reader);
}
