// libssh, for the target Transport, the only one that imports it.
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
