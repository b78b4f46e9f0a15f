/*
 * Preload library that gives a program device files /dev/hidrawN which are not in the kernel. For tests only.
 *
 * Each opening of such a file becomes one end of a SOCK_SEQPACKET pair (one report per read, real poll, real hang-up). A
 * thread carries reports between the other end and the Unix socket $HIDRAW_SOCKETS/hidrawN, where the emulated device
 * listens. Requests (descriptor, names, feature reports) go over a connection of their own. Frames on both: two bytes of
 * length, little-endian, then the payload; the first frame of a connection is "R" (reports) or the request.
 * sysfs and udev are umockdev's part: it is preloaded after this library.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define MAJOR_HIDRAW 240
#define MOST_FDS 4096
#define MOST_BYTES 65535

/* Number of the device behind each file descriptor, plus one; 0: not ours. */
static volatile int numbers[MOST_FDS];

static int number_of(int fd) { return fd >= 0 && fd < MOST_FDS ? numbers[fd] - 1 : -1; }

static int connect_to(int number) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *folder = getenv("HIDRAW_SOCKETS");
  if (folder == NULL) return errno = ENOENT, -1;
  snprintf(address.sun_path, sizeof address.sun_path, "%s/hidraw%d", folder, number);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  close(fd);
  return errno = ENOENT, -1;
}

static int whole(int fd, uint8_t *bytes, size_t length, int sending) {
  for (size_t done = 0; done < length;) {
    ssize_t count = sending ? send(fd, bytes + done, length - done, MSG_NOSIGNAL) : recv(fd, bytes + done, length - done, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    done += (size_t)count;
  }
  return 0;
}

static int send_frame(int fd, const uint8_t *bytes, size_t length) {
  uint8_t head[2] = {length & 0xff, length >> 8};
  return whole(fd, head, 2, 1) < 0 || whole(fd, (uint8_t *)bytes, length, 1) < 0 ? -1 : 0;
}

static ssize_t receive_frame(int fd, uint8_t *bytes) {
  uint8_t head[2];
  if (whole(fd, head, 2, 0) < 0) return -1;
  size_t length = head[0] | head[1] << 8;
  return whole(fd, bytes, length, 0) < 0 ? -1 : (ssize_t)length;
}

struct bridge { int reports, device; };

static void *carry(void *argument) {
  struct bridge bridge = *(struct bridge *)argument;
  free(argument);
  uint8_t *bytes = malloc(MOST_BYTES);
  for (;;) {
    struct pollfd ends[2] = {{bridge.reports, POLLIN, 0}, {bridge.device, POLLIN, 0}};
    if (poll(ends, 2, -1) < 0 && errno != EINTR) break;
    if (ends[0].revents != 0) {
      ssize_t length = recv(bridge.reports, bytes, MOST_BYTES, 0);
      if (length <= 0 || send_frame(bridge.device, bytes, (size_t)length) < 0) break;
    }
    if (ends[1].revents != 0) {
      ssize_t length = receive_frame(bridge.device, bytes);
      if (length < 0 || send(bridge.reports, bytes, (size_t)length, MSG_NOSIGNAL) < 0) break;
    }
  }
  free(bytes);
  close(bridge.reports);
  close(bridge.device);
  return NULL;
}

static int open_device(int number) {
  int pair[2], device = connect_to(number);
  if (device < 0) return -1;
  if (send_frame(device, (const uint8_t *)"R", 1) < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) return close(device), errno = ENODEV, -1;
  struct bridge *bridge = malloc(sizeof *bridge);
  *bridge = (struct bridge){pair[1], device};
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, NULL, carry, bridge);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed || pair[0] >= MOST_FDS) abort();
  pthread_detach(thread);
  numbers[pair[0]] = number + 1;
  return pair[0];
}

/* Asks the device: operation and bytes there, four bytes of result (count, or minus errno) and bytes back. */
static int ask(int number, char operation, const void *bytes, size_t length, void *reply, size_t room) {
  uint8_t *frame = malloc(MOST_BYTES);
  int device = connect_to(number), result = -ENODEV;
  frame[0] = (uint8_t)operation;
  memcpy(frame + 1, bytes, length);
  if (device >= 0 && send_frame(device, frame, length + 1) == 0) {
    ssize_t got = receive_frame(device, frame);
    if (got >= 4) {
      memcpy(&result, frame, 4);
      if (reply != NULL) memcpy(reply, frame + 4, (size_t)(got - 4) < room ? (size_t)(got - 4) : room);
    }
  }
  if (device >= 0) close(device);
  free(frame);
  return result < 0 ? (errno = -result, -1) : result;
}

static int hidraw_path(const char *path) {
  int number, end = 0;
  return path != NULL && getenv("HIDRAW_SOCKETS") != NULL && sscanf(path, "/dev/hidraw%d%n", &number, &end) == 1 && path[end] == '\0' ? number : -1;
}

#define OPEN(name)                                                                   \
  int name(const char *path, int flags, ...) {                                       \
    int number = hidraw_path(path);                                                  \
    if (number >= 0) return open_device(number);                                     \
    va_list rest;                                                                    \
    va_start(rest, flags);                                                           \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;     \
    va_end(rest);                                                                    \
    return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  static int (*next)(int);
  if (next == NULL) next = (int (*)(int))dlsym(RTLD_NEXT, "close");
  if (fd >= 0 && fd < MOST_FDS) numbers[fd] = 0;
  return next(fd);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  int number = number_of(fd);
  if (number < 0) return ((int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl"))(fd, request, argument);
  struct hidraw_report_descriptor *descriptor = argument;
  uint32_t room = _IOC_SIZE(request);
  if (request == HIDIOCGRDESCSIZE) return (*(int *)argument = ask(number, 'd', "", 0, NULL, 0)) < 0 ? -1 : 0;
  if (request == HIDIOCGRDESC) return ask(number, 'd', "", 0, descriptor->value, descriptor->size) < 0 ? -1 : 0;
  if (request == HIDIOCGRAWINFO) return ask(number, 'i', "", 0, argument, room) < 0 ? -1 : 0;
  if (_IOC_TYPE(request) != 'H') return errno = ENOTTY, -1;
  switch (_IOC_NR(request)) {
    case 0x04: return ask(number, 'n', "", 0, argument, room);
    case 0x06: return ask(number, 's', argument, room, NULL, 0);
    case 0x07: return ask(number, 'g', argument, 1, argument, room);
    default: return errno = EINVAL, -1;
  }
}

#define STAT(name, type, parameters, values)                                                  \
  int name parameters {                                                                       \
    int result = ((int (*) parameters)dlsym(RTLD_NEXT, #name)) values, number = number_of(fd); \
    if (result == 0 && number >= 0) {                                                         \
      found->st_mode = S_IFCHR | 0600;                                                        \
      found->st_rdev = makedev(MAJOR_HIDRAW, number);                                         \
    }                                                                                         \
    return result;                                                                            \
  }
STAT(fstat, stat, (int fd, struct stat *found), (fd, found))
STAT(fstat64, stat64, (int fd, struct stat64 *found), (fd, found))
STAT(__fxstat, stat, (int version, int fd, struct stat *found), (version, fd, found))
STAT(__fxstat64, stat64, (int version, int fd, struct stat64 *found), (version, fd, found))
