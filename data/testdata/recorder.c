// Loaded before libc, this records what a process does to a SQLite database
// and its journal, in order, and can make the n-th request fail:
//
//   RECORD_LOG=FILE            where the records go, appended
//   RECORD_FAIL=N ERRNO TIMES  the N-th request and those after it fail
//   RECORD_KILL=N              the process dies before the N-th request
//
// A record is a head and, for writes, the bytes. bot/disk_test.go reads them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

struct head {
  char kind;  // W write, T truncate, S sync, U unlink, X a request, named in at, that was made to fail
  char file;  // d database, j journal, / its directory
  char pad[6];
  int64_t at, len;
};

static int out = -1;
static long seen, fail_at, fail_errno, fail_times, kill_at;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("RECORD_LOG"), *fail = getenv("RECORD_FAIL"), *die = getenv("RECORD_KILL");
  if (path) out = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fail) sscanf(fail, "%ld %ld %ld", &fail_at, &fail_errno, &fail_times);
  if (die) sscanf(die, "%ld", &kill_at);
}

static char which(const char *path) {
  size_t n = strlen(path);
  if (n > 3 && !strcmp(path + n - 3, ".db")) return 'd';
  if (n > 7 && !strcmp(path + n - 7, ".db-wal")) return 'j';
  return 0;
}

// of says which file a descriptor is, or 0.
static char of(int fd, int sync) {
  char link[32], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = out < 0 ? -1 : readlink(link, path, sizeof path - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  char file = which(path);
  return file || !sync || !strcmp(path + n - 4, "-shm") ? file : '/';
}

static void put(char kind, char file, int64_t at, const void *bytes, int64_t len) {
  static ssize_t (*real)(int, const struct iovec *, int);
  if (!real) real = dlsym(RTLD_NEXT, "writev");
  struct head h = {kind, file, {0}, at, len};
  struct iovec v[] = {{&h, sizeof h}, {(void *)bytes, bytes ? len : 0}};
  if (real(out, v, 2) < (ssize_t)sizeof h) abort();
}

// fails counts a request, and says whether it is to fail.
static int fails(char kind, char file) {
  if (++seen == kill_at) kill(getpid(), SIGKILL);
  if (!fail_at || seen < fail_at || seen >= fail_at + fail_times) return 0;
  put('X', file, kind, 0, 0);
  errno = fail_errno;
  return 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)

#define PWRITE(name, off)                                              \
  ssize_t name(int fd, const void *b, size_t n, off at) {              \
    REAL(name);                                                        \
    char file = of(fd, 0);                                             \
    if (!file) return real(fd, b, n, at);                              \
    if (fails('W', file)) return -1;                                   \
    put('W', file, at, b, n);                                          \
    return real(fd, b, n, at);                                         \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *b, size_t n) {
  REAL(write);
  char file = fd == out ? 0 : of(fd, 0);
  if (!file) return real(fd, b, n);
  if (fails('W', file)) return -1;
  put('W', file, lseek(fd, 0, SEEK_CUR), b, n);
  return real(fd, b, n);
}

#define TRUNCATE(name, off)                  \
  int name(int fd, off size) {               \
    REAL(name);                              \
    char file = of(fd, 0);                   \
    if (!file) return real(fd, size);        \
    if (fails('T', file)) return -1;         \
    put('T', file, size, 0, 0);              \
    return real(fd, size);                   \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

// A sync is recorded when it is done.
#define SYNC(name)                           \
  int name(int fd) {                         \
    REAL(name);                              \
    char file = of(fd, 1);                   \
    if (!file) return real(fd);              \
    if (fails('S', file)) return -1;         \
    int rc = real(fd);                       \
    if (rc == 0) put('S', file, 0, 0, 0);    \
    return rc;                               \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  REAL(unlink);
  char file = out < 0 ? 0 : which(path);
  if (file) put('U', file, 0, 0, 0);
  return real(path);
}
