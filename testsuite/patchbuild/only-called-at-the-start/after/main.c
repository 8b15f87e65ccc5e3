#include <stdio.h>
#include <string.h>

static int limit;

static __attribute__((noinline)) void configure(void)
{
    limit = 20;
}

__attribute__((noinline)) void serve(const char *line)
{
    printf("%d %zu\n", limit, strcspn(line, "\n"));
    fflush(stdout);
}

int main(void)
{
    char line[64];
    configure();
    while (fgets(line, sizeof line, stdin))
        serve(line);
    return 0;
}
