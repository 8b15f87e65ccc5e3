"""Programs that read one line at a time and answer on their standard output."""

import select
import subprocess

from services.service import ANSWER_WITHIN_S, Service, ServiceError, permitTracing

END = "=== end ==="


class Interpreter(Service):
    ARGUMENTS, FAREWELL = [], ""

    def __enter__(self):
        self.process = subprocess.Popen([self.executable, *self.ARGUMENTS], cwd=self.folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=permitTracing)
        self.ask("")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def ask(self, question):
        try:
            self.process.stdin.write(f"{question}\n{self.FAREWELL}\n".encode())
            self.process.stdin.flush()
            out = b""
            while END.encode() + b"\n" not in out:
                if not select.select([self.process.stdout], [], [], ANSWER_WITHIN_S)[0]:
                    raise ServiceError(f"{self.executable} does not answer {question!r}")
                more = self.process.stdout.read1(65536)
                if not more:
                    raise ServiceError(f"{self.executable} ended at {question!r} with {self.process.wait()}")
                out += more
        except BrokenPipeError:
            raise ServiceError(f"{self.executable} ended at {question!r} with {self.process.wait()}") from None
        return out.decode(errors="replace")


class Lua(Interpreter):
    ARGUMENTS, FAREWELL = ["-i"], f"print('{END}')"

    def questions(self):
        return ["print(1 + 2, 7 // 2, 7 % -3, 2 ^ 10, 1 << 4, ~5, 7.5 // 2)", "print(('x'):rep(3, ','), #'abc', 'a' .. 1)",
                "print(string.format('%5.2f|%-5s|%q|%x|%a', 3.14159, 'ab', 'q\\n', 255, 1.0))", "print(pcall(error, {1}))",
                "print(select('#', table.unpack({1, 2, nil, 4}, 1, 4)))", "print(pcall(string.rep, 'x', -1))",
                "t = {5, 2, 9, 1} table.sort(t, function(a, b) return a > b end) print(table.concat(t, ' '))",
                "print(pcall(table.sort, {3, 1, 2, 5, 4}, function() return true end))", "print(string.find('hello world', 'o w', 1, true))",
                "print(('key = value'):match('(%w+)%s*=%s*(%w+)'))", "print(('abc'):gsub('%w', '%0%0', 2))", "print(utf8.char(228, 8364), utf8.len('\\xff'))",
                "print(string.pack('<i4', 100):byte(1, -1))", "print(pcall(string.unpack, '<i4', 'x'))", "print(load('return 1 +')) ",
                "co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) print(b) return 'end' end) print(co(1)) print(co(5))",
                "print(pcall(coroutine.resume, nil))", "do local x <close> = setmetatable({}, {__close = function() print('closed') end}) end",
                "print(setmetatable({}, {__index = function(_, k) return k .. '!' end}).name)", "local s <const> = 5 print(s)",
                "goto done print('no') ::done:: print('yes')", "for i = 10, 1, -4 do print(i) end", "print(math.tointeger(3.0), math.type(1.0), math.ult(1, -1))",
                "print(tostring(1e15), 1e100, -0.0, 0x10p2, math.maxinteger + 1 == math.mininteger)", "print(os.time{year=2000, month=1, day=1, hour=12})",
                "print(pcall(os.date, '%Ez'))", "print(next({}), rawlen({1, 2}), rawequal('a', 'a'))", "collectgarbage() print(collectgarbage('isrunning'))",
                "collectgarbage('generational') collectgarbage('incremental') for i = 1, 2000 do local x = {i} end print('gc')",
                "print(debug.traceback('trace', 1) ~= nil, debug.getinfo(1, 'l').currentline)", "x = nil + 1", "print(#arg, ...)", "error('own')",
                "print(io.write('w\\n') == io.stdout, io.type(io.stdin))", "print(string.dump(function() return 1 end) ~= nil)", "local function f(...) return ... end print(f(1, 2))",
                "print(pcall(setmetatable, 1, {}))", "print(tonumber('0x1p4'), tonumber('z', 36), tonumber('1e'), tonumber('  10  '))", "for w in ('a b c'):gmatch('%a') do io.write(w) end print()",
                "print(table.move({1, 2, 3}, 2, 3, 1)[1], table.remove({}), table.pack(1, 2).n)", "print(require == nil, package.config:sub(1, 1))", "= 1 + 1", "1 + 1", "return 5"]


class Sqlite(Interpreter):
    ARGUMENTS, FAREWELL = ["-batch", ":memory:"], f"SELECT '{END}';"

    def questions(self):
        return ["DROP TABLE IF EXISTS t; DROP VIEW IF EXISTS v; DROP TABLE IF EXISTS w; DROP TABLE IF EXISTS f;", "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b REAL, c BLOB);",
                "INSERT INTO t(a, b, c) VALUES('one', 1.5, x'01'), ('two', 2.5, NULL), ('three', 3.5, x'0302');", "SELECT * FROM t ORDER BY b DESC;",
                "SELECT a, count(*), sum(b), avg(b), total(b), group_concat(a, '|') FROM t GROUP BY length(a) ORDER BY 1;", "CREATE INDEX i ON t(a); SELECT id FROM t WHERE a > 'p' ORDER BY a;",
                "EXPLAIN QUERY PLAN SELECT * FROM t WHERE a = 'one' AND b > 1;", "SELECT upper(a), substr(a, 2, 2), replace(a, 'o', '0'), instr(a, 'o'), hex(c), typeof(c), quote(c) FROM t;",
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10) SELECT sum(x), max(x) FROM n;", "SELECT row_number() OVER (ORDER BY b), lag(a) OVER (ORDER BY b), ntile(2) OVER (ORDER BY b) FROM t;",
                "SELECT json_extract('{\"a\":[1,2,{\"b\":3}]}', '$.a[2].b'), json_array(1, 'x', null), json_object('k', 2);", "SELECT value FROM json_each('[1,2,3]');", "SELECT date('2000-01-31', '+1 month'), strftime('%j %W', '2000-12-31'), julianday('2000-01-01');",
                "SELECT printf('%5.2f|%-5s|%08d|%q|%,d', 3.14159, 'ab', 42, 'it''s', 1234567);", "CREATE VIEW v AS SELECT a, b FROM t WHERE b > 2; SELECT * FROM v;", "UPDATE t SET b = b * 2 WHERE id = 1 RETURNING *;",
                "BEGIN; DELETE FROM t; ROLLBACK; SELECT count(*) FROM t;", "SAVEPOINT s; INSERT INTO t(a) VALUES('tmp'); ROLLBACK TO s; RELEASE s; SELECT count(*) FROM t;", "INSERT INTO t(id, a) VALUES(1, 'dup');", "INSERT INTO t(id, a) VALUES(1, 'up') ON CONFLICT(id) DO UPDATE SET a = excluded.a RETURNING a;",
                "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES('b', 1), ('a', 2); SELECT * FROM w;", "SELECT t.a, w.v FROM t LEFT JOIN w ON t.id = w.v ORDER BY 1;", "SELECT 1 IN (1, 2), 'abc' LIKE 'A%', 'abc' GLOB 'a*', 5 BETWEEN 1 AND 9, CASE 1 WHEN 1 THEN 'y' END;",
                "SELECT abs(-5), round(2.567, 2), 7 / 2, 7 % 3, 1 << 4, ~5, 'a' || 'b', max(1, 2), coalesce(NULL, 3), nullif(1, 1), iif(1, 2, 3);", "ALTER TABLE w ADD COLUMN z DEFAULT 9; SELECT * FROM w;", "ALTER TABLE w RENAME COLUMN z TO zz; PRAGMA table_info(w);",
                "CREATE TRIGGER g AFTER INSERT ON w BEGIN UPDATE w SET v = v + 1; END; INSERT INTO w(k, v) VALUES('c', 0); SELECT * FROM w;", "PRAGMA integrity_check;", "PRAGMA foreign_keys; PRAGMA journal_mode; PRAGMA page_size;", "SELECT * FROM nothing;", "SELECT (;", "SELECT sqlite_compileoption_used('X'), length(zeroblob(10)), likely(1);",
                "ANALYZE; SELECT tbl FROM sqlite_stat1;", "VACUUM; REINDEX;", ".mode column", "SELECT * FROM t;", ".mode csv", "SELECT * FROM t;", ".mode insert", "SELECT * FROM t;", ".mode list", ".dump w", ".schema t", ".tables", ".nosuch", ".show nosuch", ".print hello", "SELECT 9223372036854775807 + 1, 1e308 * 10, 0.1 + 0.2, CAST('12abc' AS INTEGER);",
                "SELECT DISTINCT length(a) FROM t EXCEPT SELECT 5 ORDER BY 1;", "SELECT a FROM t INTERSECT SELECT a FROM t ORDER BY a LIMIT 1 OFFSET 1;", "SELECT random() IS NOT NULL, unicode('x'), char(65, 66), trim('  x '), ltrim('xxa', 'x'), soundex('a') IS NULL;", "ATTACH ':memory:' AS other; CREATE TABLE other.o(x); DETACH other;"]
