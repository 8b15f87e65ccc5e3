char newUnit[] = "ms";
int timesTen(int a) { return a * 10; }
int newValue(void) { return -1; }
