int left(int by);
int right(int by);
int middle(int by);
