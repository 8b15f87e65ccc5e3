#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
static volatile int hidden = NUMBER;
__attribute__((noinline)) int JOIN(value, NUMBER)(void) { return hidden; }
