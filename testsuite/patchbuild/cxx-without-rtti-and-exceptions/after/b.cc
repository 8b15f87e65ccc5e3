#include "lib.h"
Node *other()
{
    return make([] { return 7; });
}
