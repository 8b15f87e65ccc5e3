typedef char *text;
typedef char *counted; /* a length lies in front of the characters */

struct session {
    counted name;
    int id;
};
