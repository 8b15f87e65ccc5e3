#include "options.h"

struct server_options server = {7};

int limitOf(int asked)
{
    return asked < server.limit ? asked : server.limit;
}
