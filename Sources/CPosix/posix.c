#define _GNU_SOURCE
#include "posix.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>

_Static_assert(sizeof(pid_t) == sizeof(int), "a process is an int");

int quanta_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

int quanta_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

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
