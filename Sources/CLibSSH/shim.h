// libssh, for the target SSHTransport, the only one that imports it.
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
