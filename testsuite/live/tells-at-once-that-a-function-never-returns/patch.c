int newValue(void) { return 2; }
void newServe(void) {
  for (;;) {
  }
}
