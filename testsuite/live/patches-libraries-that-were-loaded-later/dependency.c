// Two libraries of this kind, with the same names in both: which one is meant is a question of who asks.
int sharedName(void) { return WHICH; }
