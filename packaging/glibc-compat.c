// What the libraries linked into the program want of a glibc newer than 2.28: its own versions, so that the program starts
// with glibc 2.28 or newer. Linked beside the stubs of packaging/glibc-stubs.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

// Until 2.33 the C library had these under other names, with the version of the structure first (1 on x86-64).
extern int __xstat(int version, const char *path, struct stat *buffer);
extern int __lxstat(int version, const char *path, struct stat *buffer);
extern int __fxstat(int version, int file, struct stat *buffer);
extern int __fxstatat(int version, int folder, const char *path, struct stat *buffer, int flags);
int stat(const char *path, struct stat *buffer) { return __xstat(1, path, buffer); }
int lstat(const char *path, struct stat *buffer) { return __lxstat(1, path, buffer); }
int fstat(int file, struct stat *buffer) { return __fxstat(1, file, buffer); }
int fstatat(int folder, const char *path, struct stat *buffer, int flags) {
  return __fxstatat(1, folder, path, buffer, flags);
}
int stat64(const char *path, struct stat64 *buffer) { return __xstat(1, path, (struct stat *)buffer); }
int lstat64(const char *path, struct stat64 *buffer) { return __lxstat(1, path, (struct stat *)buffer); }
int fstat64(int file, struct stat64 *buffer) { return __fxstat(1, file, (struct stat *)buffer); }
int fstatat64(int folder, const char *path, struct stat64 *buffer, int flags) {
  return __fxstatat(1, folder, path, (struct stat *)buffer, flags);
}

// 2.36.
void arc4random_buf(void *buffer, size_t size) {
  unsigned char *to = buffer;
  while (size > 0) {
    const ssize_t got = getrandom(to, size, 0);
    if (got < 0 && errno != EINTR) abort();
    if (got <= 0) continue;
    to += got;
    size -= (size_t)got;
  }
}
uint32_t arc4random(void) {
  uint32_t number;
  arc4random_buf(&number, sizeof number);
  return number;
}

// 2.32. Zero: there may be other threads, so that counts of references are atomic.
char __libc_single_threaded = 0;

// 2.29 and 2.34: those of the C library where it has them. The symbols here are hidden, and dlsym does not find them.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path) {
  int (*own)(posix_spawn_file_actions_t *, const char *) = dlsym(RTLD_DEFAULT, "posix_spawn_file_actions_addchdir_np");
  return own ? own(actions, path) : ENOSYS;
}
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first) {
  int (*own)(posix_spawn_file_actions_t *, int) = dlsym(RTLD_DEFAULT, "posix_spawn_file_actions_addclosefrom_np");
  if (own) return own(actions, first);
  // The files that are open now. To close one that is not is no error.
  DIR *files = opendir("/proc/self/fd");
  if (!files) return errno;
  int code = 0;
  for (const struct dirent *entry; !code && (entry = readdir(files));) {
    const int file = atoi(entry->d_name);
    if (file >= first && file != dirfd(files)) code = posix_spawn_file_actions_addclose(actions, file);
  }
  closedir(files);
  return code;
}

// 2.30. Without a wait by the monotonic clock, the wait is by the difference to the present.
int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                           const struct timespec *until) {
  struct timespec now, wall;
  clock_gettime(clock, &now);
  clock_gettime(CLOCK_REALTIME, &wall);
  wall.tv_sec += until->tv_sec - now.tv_sec;
  wall.tv_nsec += until->tv_nsec - now.tv_nsec;
  if (wall.tv_nsec < 0) wall.tv_sec--, wall.tv_nsec += 1000000000;
  if (wall.tv_nsec >= 1000000000) wall.tv_sec++, wall.tv_nsec -= 1000000000;
  return pthread_cond_timedwait(condition, mutex, &wall);
}

// 2.35: where the table for unwinding is that covers an address. libgcc 12 throws no C++ exception without it.
struct pw_search {
  uintptr_t address;
  struct dl_find_object *result;
};
static int pw_look(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  struct pw_search *search = data;
  const ElfW(Phdr) *frames = NULL;
  uintptr_t start = 0, end = 0;
  for (int k = 0; k < info->dlpi_phnum; k++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[k];
    const uintptr_t first = info->dlpi_addr + part->p_vaddr;
    if (part->p_type == PT_GNU_EH_FRAME) frames = part;
    if (part->p_type == PT_LOAD && search->address >= first && search->address - first < part->p_memsz)
      start = first, end = first + part->p_memsz;
  }
  if (!end || !frames) return 0;
  memset(search->result, 0, sizeof *search->result);
  search->result->dlfo_map_start = (void *)start;
  search->result->dlfo_map_end = (void *)end;
  search->result->dlfo_eh_frame = (void *)(info->dlpi_addr + frames->p_vaddr);
  return 1;
}
int _dl_find_object(void *address, struct dl_find_object *result) {
  struct pw_search search = {(uintptr_t)address, result};
  return dl_iterate_phdr(pw_look, &search) == 1 ? 0 : -1;
}

// Since 2.34 the C library runs a program's constructors itself, and the start code of newer systems no longer hands them over;
// an older C library expects that. `--wrap` puts this in between.
typedef void (*pw_constructor)(int, char **, char **);
extern pw_constructor __preinit_array_start[] __attribute__((weak, visibility("hidden")));
extern pw_constructor __preinit_array_end[] __attribute__((weak, visibility("hidden")));
extern pw_constructor __init_array_start[] __attribute__((visibility("hidden")));
extern pw_constructor __init_array_end[] __attribute__((visibility("hidden")));
static void pw_construct(int count, char **arguments, char **environment) {
  for (pw_constructor *each = __preinit_array_start; each < __preinit_array_end; each++)
    (*each)(count, arguments, environment);
  for (pw_constructor *each = __init_array_start; each < __init_array_end; each++)
    (*each)(count, arguments, environment);
}
extern int __real___libc_start_main(int (*)(int, char **, char **), int, char **, pw_constructor, void (*)(void),
                                    void (*)(void), void *);
int __wrap___libc_start_main(int (*main)(int, char **, char **), int count, char **arguments, pw_constructor construct,
                             void (*destroy)(void), void (*loader)(void), void *stack) {
  return __real___libc_start_main(main, count, arguments, construct ? construct : pw_construct, destroy, loader, stack);
}
