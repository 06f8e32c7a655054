#include "process.h"

#include <signal.h>
#include <sys/prctl.h>

int quanta_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
