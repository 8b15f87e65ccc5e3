#include "clparser.h"
#include "depfile_parser.h"
#include "disk_interface.h"
#include "dyndep.h"
#include "dyndep_parser.h"
#include "edit_distance.h"
#include "eval_env.h"
#include "graph.h"
#include "json.h"
#include "lexer.h"
#include "manifest_parser.h"
#include "state.h"
#include "util.h"
#include <string>
static std::string text;
static const char *docs[] = {
    "rule cc\n  command = gcc $in -o $out\n  depfile = $out.d\nbuild a.o: cc a.c | h.h || order\nbuild b$ c: cc "
    "x\\y\ndefault a.o\n",
    "rule r\n command = x\nbuild a: r\nbuild a: r\n",
    "foo = bar\nbaz = $foo$foo\nrule x\n  command = $baz ${in}\npool p\n  depth = 3\nbuild o: x i\n  pool = p\n",
    "rule",
    "build x: unknown y\n",
    "include nofile\n",
    "rule c\n  command = a\n  rspfile = b\n  rspfile_content = c\nbuild o1 | o2: c i1 i2 |@ v\n"};
extern "C" const char *answer(const char *q) {
  text.clear();
  RealDiskInterface disk;
  for (auto d : docs) {
    State s;
    ManifestParser p(&s, &disk);
    std::string e;
    text += std::to_string(p.ParseTest(d, &e)) + e;
    for (auto *edge : s.edges_) {
      text += edge->EvaluateCommand(true) + edge->rule().name() + edge->GetBinding("depfile") +
              std::to_string(edge->is_phony());
      for (auto *n : edge->outputs_)
        text += n->path() + ",";
      for (auto *n : edge->inputs_)
        text += n->path() + ";";
    }
    for (auto *n : s.DefaultNodes(&e))
      text += n->path();
    text += e;
  }
  for (std::string path : {"a/./b/../c//d", "/../x", "./", "../../z/..", "a/b/c/../../.."}) {
    uint64_t bits = 0;
    CanonicalizePath(&path, &bits);
    text += path + "|";
  }
  text += std::to_string(EditDistance("browser", "brwsr")) + EncodeJSONString("a\"\\\n\x01") +
          StripAnsiEscapeCodes("\33[1mx\33[0m");
  for (std::string d : {"a.o: a.c \\\n b.h c\\ d.h\n", "x y: z\n", "bad", "a: b\\#c $$d\r\n"}) {
    DepfileParser p;
    std::string e;
    text += std::to_string(p.Parse(&d, &e)) + e;
    for (auto &o : p.outs_)
      text += o.AsString();
    for (auto &i : p.ins_)
      text += i.AsString() + ";";
  }
  {
    CLParser p;
    std::string o, e;
    text += std::to_string(p.Parse("Note: including file:   /usr/x.h\nfoo.cc\nerr\n", "", &o, &e)) + o;
  }
  std::string sh;
  GetShellEscapedString("a b'c", &sh);
  text += sh;
  text += q;
  for (char &c : text)
    if (c == '\n')
      c = '~';
  return text.c_str();
}
