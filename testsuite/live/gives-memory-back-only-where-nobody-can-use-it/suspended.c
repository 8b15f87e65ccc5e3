void yield(void);

int suspended2(void) { yield(); return 2; }
