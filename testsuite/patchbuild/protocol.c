/* The program around a case: each line on stdin is a question, each line on stdout its answer. A case supplies only
 * `answer`; one with a `main` of its own is built without this file. */
#include <stdio.h>
#include <string.h>

const char *answer(const char *question);

int main(void)
{
    static char line[256];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        printf("%s\n", answer(line));
        fflush(stdout);
    }
    return 0;
}
