int newValue(void) {
  return 2;
}
int newOther(void) {
  return 2;
}
