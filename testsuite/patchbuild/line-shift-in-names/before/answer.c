#include <stdio.h>

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
/* Start-up hooks, as many servers register them. */
#define HOOK(function)                                                                                       \
    static int JOIN(hook_, __LINE__)(int value)                                                              \
    {                                                                                                        \
        return function(value) + 1;                                                                          \
    }                                                                                                        \
    static int (*JOIN(entry_, __LINE__))(int) __attribute__((section("hooks"), used)) = JOIN(hook_, __LINE__)

extern int (*__start_hooks[])(int), (*__stop_hooks[])(int);

__attribute__((noinline)) static int changed(int value)
{
    printf("%s", "");
    return value + 1;
}
__attribute__((noinline)) static int twice(int value) { return value * 2; }
__attribute__((noinline)) static int thrice(int value) { return value * 3; }
__attribute__((noinline)) static int square(int value) { return value * value; }
HOOK(twice);
HOOK(thrice);
HOOK(square);

const char *answer(const char *question)
{
    static char text[64];
    int value = changed(question[0]);
    for (int (**hook)(int) = __start_hooks; hook != __stop_hooks; hook++)
        value ^= (*hook)(value);
    snprintf(text, sizeof text, "%d", value);
    return text;
}
