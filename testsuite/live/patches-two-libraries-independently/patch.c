extern int hidden; // each library has one of that name, static
int newValue(void) { return hidden + 100; }
