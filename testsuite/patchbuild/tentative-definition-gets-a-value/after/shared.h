extern int shared;
