// zlib, for the target DataSets, the only one that imports it.
#include <zlib.h>
