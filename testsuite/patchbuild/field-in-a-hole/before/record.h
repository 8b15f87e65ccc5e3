struct record {
    char tag;
    int value;
    char flag;
    char more;
};
