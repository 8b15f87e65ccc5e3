#include <stdio.h>

static int one = 1;
int *chosen = NULL;
const char *name = NULL;
static int addOne(int n)
{
    return n + 1;
}
static struct hook {
    const char *name;
    int (*run)(int);
    int level;
} hooks[] = {{"plus", addOne, 4}, {NULL, NULL, 0}};

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d %s %d %s %d", question, chosen ? *chosen : -1, name ? name : "none",
             hooks[0].run(hooks[0].level), hooks[1].name ? hooks[1].name : "none",
             hooks[1].run ? hooks[1].run(hooks[1].level) : hooks[1].level);
    one = one; /* still used */
    return text;
}
