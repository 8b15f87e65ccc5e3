int value2(void) {
  return 2;
}
int other2(void) {
  return 22;
}
