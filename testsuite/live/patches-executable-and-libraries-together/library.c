__thread int perThread = 5;
static volatile int hidden = 7; // volatile: or it would be folded away
__attribute__((noinline)) int libraryValue(void) { return hidden; }
__attribute__((noinline)) int libraryThread(void) { return perThread; }
