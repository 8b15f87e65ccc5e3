#include <stdio.h>

struct command {
    const char *name;
    int value;
};
extern struct command __start_commands[], __stop_commands[];
#define COMMAND(id, number) \
    static struct command id __attribute__((used, section("commands"))) = {#id, number}

COMMAND(get, 7);

static int sum(void)
{
    int total = 0;
    for (struct command *at = __start_commands; at < __stop_commands; ++at)
        total += at->value;
    return total;
}

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, sum());
    return text;
}
