int count(int n);
