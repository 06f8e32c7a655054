// zlib, for the targets DataSets and Tables, the only ones that import it.
#include <zlib.h>
