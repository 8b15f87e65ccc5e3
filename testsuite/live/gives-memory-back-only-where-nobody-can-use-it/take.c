extern void (*volatile callback)(void);

static void handler(void) { callback = 0; }
void take2(void) { callback = handler; }
