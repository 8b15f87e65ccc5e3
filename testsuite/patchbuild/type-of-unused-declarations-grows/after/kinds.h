struct used {
    int n;
};
struct unused {
    int n;
    int more;
};
