/*
 * What Node has no call for. See index.ts for what the functions take and give.
 *
 * sendFile works at once where the range is in the page cache, else on a worker thread, since disks may be slow; there on
 * a duplicate of the socket's descriptor, since the socket may be closed meanwhile.
 */
#include <errno.h>
#include <node_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "native.h"

typedef struct {
  napi_async_work work;
  napi_deferred deferred;
  napi_ref prefix_ref, suffix_ref;
  const char *prefix, *suffix;
  size_t prefix_length, suffix_length;
  int socket, file;
  int is_duplicate;
  off_t position;
  size_t length;
  size_t sent;
  int error;
} Transfer;

static int is_full(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/* Whether all of it was taken. */
static int send_bytes(Transfer *t, const char *bytes, size_t length, int flags) {
  size_t done = 0;
  while (done < length) {
    ssize_t n = send(t->socket, bytes + done, length - done, flags | MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      if (!is_full(errno)) t->error = errno;
      return 0;
    }
    done += (size_t)n;
    t->sent += (size_t)n;
  }
  return 1;
}

static int send_range(Transfer *t) {
  off_t at = t->position;
  size_t left = t->length;
  while (left > 0) {
    ssize_t n = sendfile(t->socket, t->file, &at, left);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      /* a file that ends within the range was cut */
      if (n == 0) t->error = EIO;
      else if (!is_full(errno)) t->error = errno;
      return 0;
    }
    left -= (size_t)n;
    t->sent += (size_t)n;
  }
  return 1;
}

static void transfer(Transfer *t) {
  if (send_bytes(t, t->prefix, t->prefix_length, MSG_MORE) && send_range(t))
    send_bytes(t, t->suffix, t->suffix_length, 0);
}

/* Bytes that could be read without waiting for a disk; -1 where none could. */
static ssize_t read_cached(int file, void *to, size_t length, off_t position) {
  struct iovec part = {.iov_base = to, .iov_len = length};
  return preadv2(file, &part, 1, position, RWF_NOWAIT);
}

/* Whether a range begins and ends in the page cache, and so most likely all of it is there. */
static int is_cached(const Transfer *t) {
  char byte;
  if (t->length == 0) return 1;
  return read_cached(t->file, &byte, 1, t->position) == 1 &&
         read_cached(t->file, &byte, 1, t->position + (off_t)t->length - 1) == 1;
}

static void execute(napi_env env, void *data) {
  (void)env;
  transfer(data);
}

static void release(napi_env env, Transfer *t) {
  if (t->is_duplicate) close(t->socket);
  if (t->prefix_ref != NULL) napi_delete_reference(env, t->prefix_ref);
  if (t->suffix_ref != NULL) napi_delete_reference(env, t->suffix_ref);
  if (t->work != NULL) napi_delete_async_work(env, t->work);
  free(t);
}

static napi_value error_of(napi_env env, int code) {
  napi_value name, message, error;
  char text[160];
  snprintf(text, sizeof text, "sending a file failed: %s", strerror(code));
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message);
  const char *known = code == EPIPE ? "EPIPE" : code == ECONNRESET ? "ECONNRESET" : code == EIO ? "EIO" : "ESENDFILE";
  napi_create_string_utf8(env, known, NAPI_AUTO_LENGTH, &name);
  napi_create_error(env, name, message, &error);
  return error;
}

static void complete(napi_env env, napi_status status, void *data) {
  Transfer *t = data;
  napi_value result;
  if (status == napi_ok && t->error == 0) {
    napi_create_double(env, (double)t->sent, &result);
    napi_resolve_deferred(env, t->deferred, result);
  } else {
    napi_reject_deferred(env, t->deferred, error_of(env, t->error == 0 ? ECANCELED : t->error));
  }
  release(env, t);
}

static int buffer_of(napi_env env, napi_value value, const char **bytes, size_t *length, napi_ref *reference) {
  void *at;
  if (napi_get_buffer_info(env, value, &at, length) != napi_ok) return 0;
  *bytes = at;
  return napi_create_reference(env, value, 1, reference) == napi_ok;
}

static int number_of(napi_env env, napi_value value, double *number) {
  return napi_get_value_double(env, value, number) == napi_ok;
}

/* Whether the arguments are what they must be. */
static int read_arguments(napi_env env, napi_callback_info info, Transfer *t) {
  size_t count = 6;
  napi_value given[6];
  double socket, file, position, length;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok || count < 6) return 0;
  if (!number_of(env, given[0], &socket) || !number_of(env, given[2], &file)) return 0;
  if (!number_of(env, given[3], &position) || !number_of(env, given[4], &length)) return 0;
  if (position < 0 || length < 0) return 0;
  if (!buffer_of(env, given[1], &t->prefix, &t->prefix_length, &t->prefix_ref)) return 0;
  if (!buffer_of(env, given[5], &t->suffix, &t->suffix_length, &t->suffix_ref)) return 0;
  t->file = (int)file;
  t->position = (off_t)position;
  t->length = (size_t)length;
  t->socket = (int)socket;
  return 1;
}

static napi_value refuse(napi_env env, Transfer *t) {
  if (t != NULL) release(env, t);
  napi_throw_error(env, "ESENDFILE", "sendFile takes an open socket, a buffer, an open file, a position, a length and a buffer");
  return NULL;
}

static napi_value result_now(napi_env env, Transfer *t) {
  napi_value result = NULL;
  if (t->error == 0) napi_create_double(env, (double)t->sent, &result);
  else napi_throw(env, error_of(env, t->error));
  release(env, t);
  return result;
}

static napi_value send_file(napi_env env, napi_callback_info info) {
  napi_value name, promise;
  Transfer *t = calloc(1, sizeof *t);
  if (t == NULL || !read_arguments(env, info, t)) return refuse(env, t);
  if (is_cached(t)) {
    transfer(t);
    return result_now(env, t);
  }
  t->socket = dup(t->socket);
  t->is_duplicate = t->socket >= 0;
  /* no descriptor is left: nothing is sent this way */
  if (!t->is_duplicate) return result_now(env, t);
  napi_create_string_utf8(env, "millrace:sendFile", NAPI_AUTO_LENGTH, &name);
  if (napi_create_async_work(env, NULL, name, execute, complete, t, &t->work) != napi_ok) return refuse(env, t);
  if (napi_create_promise(env, &t->deferred, &promise) != napi_ok) return refuse(env, t);
  if (napi_queue_async_work(env, t->work) != napi_ok) return refuse(env, t);
  return promise;
}

static napi_value read_file_cached(napi_env env, napi_callback_info info) {
  size_t count = 3, length;
  napi_value given[3], result;
  void *to;
  double file, position;
  if (napi_get_cb_info(env, info, &count, given, NULL, NULL) != napi_ok || count < 3 ||
      !number_of(env, given[0], &file) || napi_get_buffer_info(env, given[1], &to, &length) != napi_ok ||
      !number_of(env, given[2], &position)) {
    napi_throw_error(env, "EINVAL", "readCached takes an open file, a buffer and a position");
    return NULL;
  }
  ssize_t n = read_cached((int)file, to, length, (off_t)position);
  napi_create_double(env, n < 0 ? 0 : (double)n, &result);
  return result;
}

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function);
  napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "sendFile", send_file);
  export_function(env, exports, "readCached", read_file_cached);
  export_crc32c(env, exports);
  export_zstd(env, exports);
  return exports;
}
