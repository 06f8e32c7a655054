#pragma once

/// What Swift cannot call: functions with a variable number of arguments, and those that glibc's
/// headers show to C with `_GNU_SOURCE` alone.

/// Has the kernel kill the calling process, with SIGKILL, when the thread that started it ends.
/// 0, or -1 with errno.
int quanta_die_with_parent(void);

/// A pipe whose ends are closed on exec from the first instant. 0, or -1 with errno.
int quanta_pipe(int ends[2]);

/// Starts a program, looked up in PATH unless its name holds a slash, with the descriptors as its
/// standard input, output and error (-1 for /dev/null), and no other. It starts with no signal blocked
/// and none ignored, in a session of its own; one that keeps the terminal stays in ours, and ignores
/// Ctrl-C when this process does. No environment is ours. 0, or an error number.
int quanta_spawn(int *process, const char *program, char *const arguments[],
                 char *const environment[], const int descriptors[3], int keeps_terminal);

/// Starts a program of the user's for a job: in a folder, in a session of its own, with `/dev/null` as
/// its input and `output` as output and errors, no other descriptor, no signal blocked or ignored, and
/// killed when the calling thread ends. `path` is the program's file, `group` the cgroup.procs of its
/// control group, into which it goes if it may; NULL for ours. 0, or an error number, of which `is_folder`
/// says that the folder could not be entered.
int quanta_start_job(int *process, const char *path, char *const arguments[],
                     char *const environment[], const char *folder, const char *group, int output,
                     int *is_folder);

/// A descriptor that is readable once a process has ended; -1 with errno where the kernel has none.
int quanta_process_descriptor(int process);

/// True for a file or folder with attributes that somebody has given it, a default access list among them;
/// those of the system's security, which it gives to all, aside.
int quanta_has_attributes(const char *path);

/// Has orphans below the calling process become its children. 0, or -1 with errno.
int quanta_adopt_orphans(void);

/// A set of descriptors that are waited for together, closed on exec; -1 with errno.
int quanta_ready_set(void);

/// Has a set tell of a descriptor, by its mark, when it can be read, or written too, or of its end; with
/// `change` one that it tells of already. 0, or -1 with errno.
int quanta_watch(int set, int descriptor, unsigned long long mark, int reads, int writes, int change);

/// Has a set tell of a descriptor no more.
void quanta_unwatch(int set, int descriptor);

/// Waits so many milliseconds, without end where that is negative, and writes the marks of those that are
/// ready. How many there are, or -1 with errno.
int quanta_wait(int set, int milliseconds, unsigned long long *marks, int most);
