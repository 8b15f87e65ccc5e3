const char *greeting(void) { return "hello from all parts"; }
