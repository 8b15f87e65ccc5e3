#include "lib.h"
template struct Box<int>;
