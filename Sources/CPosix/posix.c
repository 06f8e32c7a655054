#define _GNU_SOURCE
#include "posix.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

_Static_assert(sizeof(pid_t) == sizeof(int), "a process is an int");

int quanta_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

int quanta_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int quanta_has_attributes(const char *path) {
  char names[4096];
  ssize_t length = llistxattr(path, names, sizeof names);
  if (length < 0) return errno == ERANGE;
  for (const char *name = names; name < names + length; name += strlen(name) + 1)
    if (strncmp(name, "security.", strlen("security.")) != 0) return 1;
  return 0;
}

int quanta_spawn(int *process, const char *program, char *const arguments[],
                 char *const environment[], const int descriptors[3], int keeps_terminal) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int target = 0; target < 3; target++) {
    if (descriptors[target] >= 0)
      posix_spawn_file_actions_adddup2(&actions, descriptors[target], target);
    else
      posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0);
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  if (keeps_terminal) {
    sigdelset(&signals, SIGINT);
    sigdelset(&signals, SIGQUIT);
  }
  posix_spawnattr_setsigdefault(&attributes, &signals);
  short session = keeps_terminal ? 0 : POSIX_SPAWN_SETSID;
  posix_spawnattr_setflags(&attributes, session | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  int failure = posix_spawnp(process, program, &actions, &attributes, arguments,
                             environment ? environment : environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

int quanta_process_descriptor(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int quanta_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1); }

int quanta_start_job(int *process, const char *path, char *const arguments[],
                     char *const environment[], const char *folder, const char *group, int output,
                     int *is_folder) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  // The child borrows this memory until it has become the program: what it writes here is seen.
  volatile int failure = 0, stage = 0;
  pid_t parent = getpid();
  pid_t child = vfork();
  if (child == 0) {
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int signal = 1; signal < 65; signal++) sigaction(signal, &plain, NULL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    if (group) {
      int door = open(group, O_WRONLY | O_CLOEXEC);
      // Where it may not, it is watched without.
      ssize_t ignored = door < 0 ? -1 : write(door, "0", 1);
      (void)ignored;
    }
    int null = open("/dev/null", O_RDONLY);
    if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) {
      failure = errno;
      _exit(127);
    }
    closefrom(3);
    if (chdir(folder) != 0) {
      failure = errno;
      stage = 1;
      _exit(127);
    }
    // The worker's own files are private; a program's are what they are on this host.
    umask(022);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environment);
    failure = errno;
    _exit(127);
  }
  int error = child < 0 ? errno : failure;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (child > 0 && error != 0) waitpid(child, NULL, 0);
  *process = child;
  *is_folder = stage;
  return error;
}

int quanta_ready_set(void) { return epoll_create1(EPOLL_CLOEXEC); }

int quanta_watch(int set, int descriptor, unsigned long long mark, int reads, int writes,
                 int change) {
  struct epoll_event event = {.events = (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0),
                              .data.u64 = mark};
  return epoll_ctl(set, change ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
}

void quanta_unwatch(int set, int descriptor) {
  epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL);
}

int quanta_wait(int set, int milliseconds, unsigned long long *marks, int most) {
  struct epoll_event events[256];
  int count = epoll_wait(set, events, most < 256 ? most : 256, milliseconds);
  for (int place = 0; place < count; place++) marks[place] = events[place].data.u64;
  return count;
}
