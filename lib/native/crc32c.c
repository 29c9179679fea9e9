/*
 * CRC-32C by the processor's own instruction, three stretches at a time: one takes three cycles and a new one may begin
 * every cycle. What stands before a stretch is carried over it by tables, one for each byte of the checksum, since a
 * checksum of what is followed by zeros is linear in it. Processors without the instruction go without.
 */
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "native.h"

#if defined(__x86_64__)
#include <nmmintrin.h>

enum { stretch = 4096 };

static uint32_t over_stretch[4][256];

__attribute__((target("sse4.2"))) static void make_tables(void) {
  for (int byte = 0; byte < 4; byte++) {
    uint32_t bits[8];
    for (int bit = 0; bit < 8; bit++) {
      uint32_t sum = (uint32_t)1 << (byte * 8 + bit);
      for (int i = 0; i < stretch / 8; i++) sum = (uint32_t)_mm_crc32_u64(sum, 0);
      bits[bit] = sum;
    }
    for (int value = 0; value < 256; value++) {
      uint32_t sum = 0;
      for (int bit = 0; bit < 8; bit++)
        if (value & (1 << bit)) sum ^= bits[bit];
      over_stretch[byte][value] = sum;
    }
  }
}

static uint32_t carry(uint32_t sum) {
  return over_stretch[0][sum & 0xff] ^ over_stretch[1][(sum >> 8) & 0xff] ^ over_stretch[2][(sum >> 16) & 0xff] ^
         over_stretch[3][sum >> 24];
}

static uint64_t eight(const uint8_t *at) {
  uint64_t value;
  memcpy(&value, at, 8);
  return value;
}

__attribute__((target("sse4.2"))) static uint32_t checksum(const uint8_t *at, size_t length, uint32_t before) {
  uint64_t first = ~before;
  for (; length >= 3 * stretch; length -= 3 * stretch, at += 3 * stretch) {
    uint64_t second = 0, third = 0;
    for (size_t i = 0; i < stretch; i += 8) {
      first = _mm_crc32_u64(first, eight(at + i));
      second = _mm_crc32_u64(second, eight(at + stretch + i));
      third = _mm_crc32_u64(third, eight(at + 2 * stretch + i));
    }
    first = carry((uint32_t)carry((uint32_t)first) ^ (uint32_t)second) ^ (uint32_t)third;
  }
  for (; length >= 8; length -= 8, at += 8) first = _mm_crc32_u64(first, eight(at));
  uint32_t sum = (uint32_t)first;
  for (; length > 0; length--, at++) sum = _mm_crc32_u8(sum, *at);
  return ~sum;
}

/* crc32c(bytes, start, end, before) */
static napi_value crc32c(napi_env env, napi_callback_info info) {
  size_t count = 4, length;
  napi_value given[4], result;
  void *bytes;
  uint32_t start, end, before;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok || count < 4 ||
      napi_get_buffer_info(env, given[0], &bytes, &length) != napi_ok ||
      napi_get_value_uint32(env, given[1], &start) != napi_ok || napi_get_value_uint32(env, given[2], &end) != napi_ok ||
      napi_get_value_uint32(env, given[3], &before) != napi_ok || start > end || end > length) {
    napi_throw_error(env, "EINVAL", "crc32c takes a buffer, a range of it and the checksum of what stands before");
    return NULL;
  }
  napi_create_uint32(env, checksum((const uint8_t *)bytes + start, end - start, before), &result);
  return result;
}

void export_crc32c(napi_env env, napi_value exports) {
  napi_value function;
  if (!__builtin_cpu_supports("sse4.2")) return;
  make_tables();
  napi_create_function(env, "crc32c", NAPI_AUTO_LENGTH, crc32c, NULL, &function);
  napi_set_named_property(env, exports, "crc32c", function);
}
#else
void export_crc32c(napi_env env, napi_value exports) {
  (void)env;
  (void)exports;
}
#endif
