#define MOST 10
#define LEAST 1
