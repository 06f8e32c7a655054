// zlib, for the targets DataSets, Reports and Tables, the only ones that import it.
#include <zlib.h>
