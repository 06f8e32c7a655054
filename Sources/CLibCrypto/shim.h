// OpenSSL's libcrypto, for the target Digests, the only one that imports it.
#include <openssl/evp.h>
