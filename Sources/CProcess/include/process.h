#pragma once

/// Has the kernel kill the calling process, with SIGKILL, when the thread that started it ends:
/// prctl(2) takes a variable number of arguments, which Swift cannot call. 0, or -1 with errno.
int quanta_die_with_parent(void);
