const char *answer(const char *question);

const char *answer(const char *question) {
  (void)question;
  return "no clock";
}
