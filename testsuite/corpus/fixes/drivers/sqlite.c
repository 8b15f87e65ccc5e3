/* SQLite: a database in memory, with aggregates of many columns. */
#include "answer_text.h"
#include "sqlite3.h"

static int row(void *unused, int count, char **values, char **names) {
  (void)unused, (void)names;
  for (int i = 0; i < count; i++)
    say("%s,", values[i] ? values[i] : "NULL");
  return 0;
}

const char *answer(const char *question) {
  static const char *texts[] = {
      "create table t(a int, b text, c real)",
      "create index i on t(b)",
      "with recursive n(x) as (select 1 union all select x+1 from n where x<500) insert into t select x, 'v'||(x%13), "
      "x*0.5 from n",
      "select count(*), sum(a), avg(c), min(b), max(b), group_concat(distinct b) from t",
      "select b, sum(a+c), count(distinct a%7), total(a) from t group by b having sum(a) > 100 order by 2 desc",
      "select a, row_number() over (partition by b order by a), sum(c) over (order by a rows 3 preceding) from t where "
      "a < 9",
      "select x.b, count(*) from t x join t y on x.a = y.a + 1 group by x.b",
      "update t set b = upper(b) where a % 2",
      "select max(a+b), sum(c*a), sum(length(b)) from t group by a%3, substr(b,1,1)",
      "select json_group_array(a) from t where a<5",
      "nonsense"};
  sqlite3 *database;
  sqlite3_open(":memory:", &database);
  say("%s ", question);
  for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *error = NULL;
    say("%d:", sqlite3_exec(database, texts[i], row, NULL, &error));
    say("%s;", error ? error : "");
    sqlite3_free(error);
  }
  sqlite3_close(database);
  return line();
}
